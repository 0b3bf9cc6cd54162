//! Contexts: where work runs and what it may use.

use std::any::Any;
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr;

use crate::enums::{Backend, LogLevel};
use crate::error::{check, static_text, Result};
use crate::{c_count, sys};

/// Where work runs and what it may use: backend, threads, memory, caches, callbacks.
///
/// A context belongs to one thread at a time; different contexts are independent, and threads that each have one of
/// their own never wait for each other.
///
/// ```
/// let mut context = scmp::Context::builder().threads(2).build()?;
/// assert_eq!(context.threads(), 2);
/// assert_eq!(context.matmul(&[[1.0_f32]], &[[0.0_f32]], &scmp::MatmulOptions::new())?, [0.0]);
/// # Ok::<(), scmp::Error>(())
/// ```
///
/// It can be handed to another thread, but not be shared by two:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<scmp::Context>();
/// ```
#[derive(Debug)]
pub struct Context {
    raw: *mut sys::scmp_ctx,
    callbacks: *mut Callbacks,
}

// SAFETY: "a context belongs to one thread at a time" (scmp.h, section 4), whichever that is: the library keeps nothing
// of the thread that made it, and the callbacks are Send. It is not Sync, and whatever works takes it by `&mut`, so
// that no two calls are inside it at once, not even one from a callback of the other.
unsafe impl Send for Context {}

impl Context {
    /// A context with the defaults: the fastest backend, as many threads as the process may run on.
    ///
    /// # Errors
    /// [`Status::Unsupported`](crate::Status) where the environment's `SCMP_CPU` names an instruction set that is not
    /// to be had here.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// A context to be told more.
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    /// Number of threads that products use.
    pub fn threads(&self) -> u32 {
        // SAFETY: `raw` is a context, this thread's for the time of the call.
        unsafe { sys::scmp_ctx_threads(self.raw) }.unsigned_abs()
    }

    /// Sets the number of threads, 1 to 1024; `None`: as many as the process may run on.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status)
    pub fn set_threads(&mut self, threads: Option<u32>) -> Result<()> {
        // SAFETY: as above.
        self.call(|ctx| unsafe { sys::scmp_ctx_set_threads(ctx, threads.map_or(sys::SCMP_NOT_GIVEN, c_count)) })
    }

    /// The backend that [`Backend::Auto`] became.
    pub fn backend(&self) -> Backend {
        // SAFETY: as above.
        Backend::from_c(unsafe { sys::scmp_ctx_backend(self.raw) })
    }

    /// The instruction set of the context's kernels.
    pub fn isa(&self) -> &'static str {
        // SAFETY: as above; names of instruction sets are static text.
        unsafe { static_text(sys::scmp_ctx_isa(self.raw)) }
    }

    /// Bytes that cached sequences and tables hold now.
    pub fn cache_bytes(&self) -> u64 {
        // SAFETY: as above.
        unsafe { sys::scmp_ctx_cache_bytes(self.raw) }
    }

    /// Number of table sets made so far.
    pub fn cache_misses(&self) -> u64 {
        // SAFETY: as above.
        unsafe { sys::scmp_ctx_cache_misses(self.raw) }
    }

    /// Drops every cached sequence and table; their memory is kept for the next ones. Results never depend on it.
    pub fn clear_cache(&mut self) {
        // SAFETY: as above.
        unsafe { sys::scmp_ctx_clear_cache(self.raw) }
    }

    /// Gives the working memory that was kept for the next calls back to the allocator.
    pub fn trim(&mut self) {
        // SAFETY: as above.
        unsafe { sys::scmp_ctx_trim(self.raw) }
    }

    /// Makes a C call with the context. A panic of a callback goes on here, once C has returned.
    pub(crate) fn call(&mut self, function: impl FnOnce(*mut sys::scmp_ctx) -> sys::scmp_status) -> Result<()> {
        let status = function(self.raw);
        // SAFETY: `callbacks` came from a box that only drop takes back, and C has returned, so nothing else uses it.
        if let Some(panic) = unsafe { (*self.callbacks).panic.take() } {
            resume_unwind(panic);
        }
        check(status)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: both are this context's own; after its destruction nobody calls the callbacks.
        unsafe {
            sys::scmp_ctx_destroy(&mut self.raw);
            drop(Box::from_raw(self.callbacks));
        }
    }
}

type Log = Box<dyn FnMut(LogLevel, &str) + Send>;
type Progress = Box<dyn FnMut(f64) + Send>;
type Cancelled = Box<dyn FnMut() -> bool + Send>;

/// What C calls back, and the panic that came out of it.
#[derive(Default)]
struct Callbacks {
    log: Option<Log>,
    progress: Option<Progress>,
    cancelled: Option<Cancelled>,
    panic: Option<Box<dyn Any + Send>>,
}

impl Callbacks {
    /// Runs a callback, unless one has panicked during this call: a panic must not go through C.
    fn run<R>(&mut self, otherwise: R, function: impl FnOnce(&mut Self) -> R) -> R {
        if self.panic.is_some() {
            return otherwise;
        }
        match catch_unwind(AssertUnwindSafe(|| function(self))) {
            Ok(result) => result,
            Err(panic) => {
                self.panic = Some(panic);
                otherwise
            }
        }
    }
}

unsafe extern "C" fn on_log(user: *mut c_void, level: sys::scmp_log_level, message: *const c_char) {
    // SAFETY: `user` is the context's callbacks, which nobody else uses during a call; `message` is text.
    let (callbacks, message) = unsafe { (&mut *user.cast::<Callbacks>(), CStr::from_ptr(message)) };
    callbacks.run((), |all| {
        if let Some(log) = &mut all.log {
            log(LogLevel::from_c(level), &message.to_string_lossy());
        }
    });
}

unsafe extern "C" fn on_progress(user: *mut c_void, fraction: f64) {
    // SAFETY: as in on_log.
    let callbacks = unsafe { &mut *user.cast::<Callbacks>() };
    callbacks.run((), |all| {
        if let Some(progress) = &mut all.progress {
            progress(fraction);
        }
    });
}

unsafe extern "C" fn on_cancelled(user: *mut c_void) -> i32 {
    // SAFETY: as in on_log.
    let callbacks = unsafe { &mut *user.cast::<Callbacks>() };
    i32::from(callbacks.run(true, |all| all.cancelled.as_mut().map_or(false, |cancelled| cancelled())))
}

/// What a context can be told when it is made.
///
/// ```
/// use scmp::{Context, LogLevel, MatmulOptions};
/// let (lines, received) = std::sync::mpsc::channel();
/// let mut context = Context::builder()
///     .log(LogLevel::Info, move |_, line| lines.send(line.to_owned()).unwrap())
///     .build()?;
/// context.matmul(&[[1.0_f32, 2.0]], &[[3.0_f32, 4.0]], &MatmulOptions::new())?;
/// assert_eq!(received.iter().take(1).count(), 1); // what ran, and for how long
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct ContextBuilder {
    backend: Backend,
    device: i32,
    threads: Option<u32>,
    cache_bytes: Option<u64>,
    log_level: Option<LogLevel>,
    callbacks: Callbacks,
}

impl ContextBuilder {
    /// Who computes; [`Backend::Auto`] unless said otherwise.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// CUDA device index for the CUDA backend; 0 unless said otherwise.
    pub fn device(mut self, device: i32) -> Self {
        self.device = device;
        self
    }

    /// Number of threads, 1 to 1024; as many as the process may run on unless said otherwise.
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Most memory that cached sequences and tables keep, and most that the working memory of calls keeps for the next
    /// ones; 256 MiB unless said otherwise.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = Some(bytes);
        self
    }

    /// Called with each line of the log up to `level`, by the thread that called the library.
    pub fn log(mut self, level: LogLevel, log: impl FnMut(LogLevel, &str) + Send + 'static) -> Self {
        self.log_level = Some(level);
        self.callbacks.log = Some(Box::new(log));
        self
    }

    /// Called with the share of the current call that is done, 0 to 1, never falling.
    pub fn progress(mut self, progress: impl FnMut(f64) + Send + 'static) -> Self {
        self.callbacks.progress = Some(Box::new(progress));
        self
    }

    /// Asked now and then; `true` ends the call with [`Status::Cancelled`](crate::Status). Products then hold one
    /// buffer of the output's size more.
    pub fn cancelled(mut self, cancelled: impl FnMut() -> bool + Send + 'static) -> Self {
        self.callbacks.cancelled = Some(Box::new(cancelled));
        self
    }

    /// Makes the context.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status) for the number of threads; `Unsupported` where the backend, or the
    /// instruction set that `SCMP_CPU` names, is not to be had here; `OutOfMemory`; `Device`.
    pub fn build(self) -> Result<Context> {
        // SAFETY: the struct and its own function.
        let mut options = unsafe { crate::init(sys::scmp_ctx_options_init_sized) };
        options.backend = self.backend.to_c();
        options.device = self.device;
        options.threads = self.threads.map_or(sys::SCMP_NOT_GIVEN, c_count);
        options.cache_bytes = self.cache_bytes.unwrap_or(options.cache_bytes);
        options.log_level = self.log_level.map_or(options.log_level, LogLevel::to_c);
        options.log = self.callbacks.log.as_ref().and(Some(on_log));
        options.progress = self.callbacks.progress.as_ref().and(Some(on_progress));
        options.cancelled = self.callbacks.cancelled.as_ref().and(Some(on_cancelled));
        let callbacks = Box::into_raw(Box::new(self.callbacks));
        options.log_user = callbacks.cast();
        options.progress_user = callbacks.cast();
        options.cancelled_user = callbacks.cast();
        let mut context = Context { raw: ptr::null_mut(), callbacks };
        // SAFETY: the options are initialised, and the callbacks live as long as the context.
        check(unsafe { sys::scmp_ctx_create(&options, &mut context.raw) })?;
        Ok(context)
    }
}

impl std::fmt::Debug for ContextBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContextBuilder").field("backend", &self.backend).field("threads", &self.threads).finish()
    }
}

/// Whether a context with this backend can be made here and now.
pub fn backend_available(backend: Backend) -> bool {
    // SAFETY: takes any number.
    unsafe { sys::scmp_backend_available(backend.to_c()) != 0 }
}

/// Number of CUDA devices that the library can use on this machine.
pub fn cuda_device_count() -> usize {
    // SAFETY: takes nothing.
    usize::try_from(unsafe { sys::scmp_cuda_device_count() }).unwrap_or(0)
}

/// An instruction set that the CPU backend has kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstructionSet {
    /// Its name, as the environment variable `SCMP_CPU` takes it.
    pub name: &'static str,
    /// Whether this machine and its operating system run it.
    pub available: bool,
}

/// The instruction sets that the CPU backend has kernels for, the portable one first.
pub fn instruction_sets() -> Vec<InstructionSet> {
    // SAFETY: these take any number; names are static text.
    let one = |index| unsafe {
        InstructionSet { name: static_text(sys::scmp_isa_name(index)), available: sys::scmp_isa_available(index) != 0 }
    };
    // SAFETY: takes nothing.
    (0..unsafe { sys::scmp_isa_count() }).map(one).collect()
}

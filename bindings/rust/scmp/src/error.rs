//! What went wrong: a status and a sentence.

use std::ffi::CStr;
use std::fmt;
use std::io;
use std::os::raw::c_char;
use std::sync::Arc;

use crate::enums::c_enum;
use crate::sys;

c_enum! {
    /// What kind of error a call ended with. Values are pinned: they never change.
    Status: sys::scmp_status, unknown Internal {
        /// An option, index or enumeration value out of its range.
        InvalidArgument = sys::SCMP_ERROR_INVALID_ARGUMENT,
        /// alpha outside \[0, 1\], or NaN.
        InvalidAlpha = sys::SCMP_ERROR_INVALID_ALPHA,
        /// Two things that must have the same D do not.
        DMismatch = sys::SCMP_ERROR_D_MISMATCH,
        /// Smoothing scales that are not one-dimensional.
        ScalesNot1d = sys::SCMP_ERROR_SCALES_NOT_1D,
        /// A rank, shape or stride that does not fit.
        InvalidShape = sys::SCMP_ERROR_INVALID_SHAPE,
        /// An element type that this argument cannot have.
        InvalidDtype = sys::SCMP_ERROR_INVALID_DTYPE,
        /// NaN or infinity in an operand, or an f64 beyond f32.
        NonFinite = sys::SCMP_ERROR_NON_FINITE,
        /// A configuration that breaks a rule.
        InvalidConfig = sys::SCMP_ERROR_INVALID_CONFIG,
        /// Options that do not combine, or a backend that is not to be had here.
        Unsupported = sys::SCMP_ERROR_UNSUPPORTED,
        /// No memory.
        OutOfMemory = sys::SCMP_ERROR_OUT_OF_MEMORY,
        /// A GPU or its driver failed.
        Device = sys::SCMP_ERROR_DEVICE,
        /// A file could not be opened, read or written.
        Io = sys::SCMP_ERROR_IO,
        /// A file or JSON text that is truncated, corrupt or of another kind.
        Format = sys::SCMP_ERROR_FORMAT,
        /// The `cancelled` callback said so.
        Cancelled = sys::SCMP_ERROR_CANCELLED,
        /// Smoothing scales that are not all positive and finite.
        InvalidScales = sys::SCMP_ERROR_INVALID_SCALES,
        /// An output that overlaps an input, or itself.
        Overlap = sys::SCMP_ERROR_OVERLAP,
        /// A defect in the library, or a status that this crate does not know.
        Internal = sys::SCMP_ERROR_INTERNAL,
    }
}

impl Status {
    /// The number that C has for it.
    pub fn code(self) -> i32 {
        self.to_c()
    }

    /// Its name in C, `SCMP_ERROR_D_MISMATCH`.
    pub fn name(self) -> &'static str {
        // SAFETY: takes any number, returns static text.
        unsafe { static_text(sys::scmp_status_string(self.to_c())) }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An error: which kind, and one sentence with the numbers in it.
///
/// Where the operating system refused a file, [`source`](std::error::Error::source) is its [`std::io::Error`].
///
/// ```
/// let (a, b) = ([[1.0_f32; 4]; 2], [[1.0_f32; 3]; 2]);
/// let error = scmp::Context::new()?.matmul(&a, &b, &scmp::MatmulOptions::new()).unwrap_err();
/// assert_eq!(error.status(), scmp::Status::DMismatch);
/// assert_eq!(error.to_string(), "D mismatch: b has D = 3, a has D = 4");
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    status: Status,
    sentence: String,
    system: Option<Arc<io::Error>>,
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let number = |error: &Self| error.system.as_ref().and_then(|system| system.raw_os_error());
        self.status == other.status && self.sentence == other.sentence && number(self) == number(other)
    }
}

impl Eq for Error {}

/// What every function here that can fail returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(status: Status, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into(), system: None }
    }

    /// Which kind.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The sentence: which argument, and with which numbers.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.system.as_deref().map(|system| system as _)
    }
}

/// The result of a C call that was just made by this thread.
pub(crate) fn check(status: sys::scmp_status) -> Result<()> {
    if status == sys::SCMP_OK {
        return Ok(());
    }
    // SAFETY: the text is valid until this thread's next error, and is copied here.
    let sentence = unsafe { CStr::from_ptr(sys::scmp_last_error()) }.to_string_lossy().into_owned();
    // SAFETY: takes nothing.
    let number = unsafe { sys::scmp_last_errno() };
    let system = (number != 0).then(|| Arc::new(io::Error::from_raw_os_error(number)));
    Err(Error { status: Status::from_c(status), sentence, system })
}

/// A text that the library keeps for as long as the program runs.
///
/// # Safety
/// `text` is NULL or such a text.
pub(crate) unsafe fn static_text(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "unknown";
    }
    // SAFETY: promised by the caller.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("unknown")
}

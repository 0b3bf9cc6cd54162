//! The product: options, outputs, packed right operands.

use std::ptr;

use crate::config::Config;
use crate::context::Context;
use crate::enums::{Backend, Granularity, Mode, Scramble};
use crate::error::{static_text, Result};
use crate::view::{View, ViewMut};
use crate::{c_count, c_size, sys, zeros};

/// The options of a product and of its stages. What is not said has its default.
///
/// ```
/// use scmp::{Granularity, MatmulOptions, Mode};
/// let options = MatmulOptions::new().granularity(Granularity::PerTensor).mode(Mode::Unipolar).stoc_len(128);
/// let (a, weight) = ([[1.0_f32, 0.5, 0.25]], [[0.5_f32, 1.0, 0.5], [0.25, 0.75, 0.0]]);
/// assert_eq!(scmp::Context::new()?.matmul(&a, &weight, &options)?.len(), 2);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct MatmulOptions<'a> {
    granularity: Granularity,
    mode: Mode,
    sc_prec: u32,
    stoc_len: Option<u32>,
    rng_levels: Option<u32>,
    halve: bool,
    chunk_d: usize,
    group_a: usize,
    group_b: usize,
    scramble: Scramble,
    config: Option<&'a Config>,
    smooth: Option<View<'a>>,
}

impl Default for MatmulOptions<'_> {
    fn default() -> Self {
        // SAFETY: the struct and its own function.
        let c = unsafe { crate::init(sys::scmp_matmul_options_init_sized) };
        let given = |number: i32| u32::try_from(number).ok(); // SCMP_NOT_GIVEN is negative
        let size = |size: i64| usize::try_from(size).unwrap_or(0);
        Self {
            granularity: Granularity::from_c(c.granularity),
            mode: Mode::from_c(c.mode),
            sc_prec: c.sc_prec.unsigned_abs(),
            stoc_len: given(c.stoc_len),
            rng_levels: given(c.rng_levels),
            halve: false,
            chunk_d: size(c.chunk_d),
            group_a: size(c.group_a),
            group_b: size(c.group_b),
            scramble: Scramble::from_c(c.scramble),
            config: None,
            smooth: None,
        }
    }
}

/// Functions that set one option each.
macro_rules! setters {
    ($($(#[$about:meta])* $name:ident: $type:ty $(=> $wrap:path)?;)+) => {
        impl<'a> MatmulOptions<'a> {$(
            $(#[$about])*
            pub fn $name(mut self, $name: $type) -> Self {
                self.$name = $($wrap)?($name);
                self
            }
        )+}
    };
}

setters! {
    /// What shares one quantization range; [`Granularity::PerRow`] unless said otherwise.
    granularity: Granularity;
    /// How signed numbers become streams; [`Mode::Bipolar`] unless said otherwise.
    mode: Mode;
    /// Precision p in bits; 8 unless said otherwise.
    sc_prec: u32;
    /// Stream length L in cycles, 1 to 2^p; 2^p unless said otherwise (see [`halve`](Self::halve)).
    stoc_len: u32 => Some;
    /// Grid size G, 1 to 2^14; 2^p unless said otherwise (see [`halve`](Self::halve)).
    rng_levels: u32 => Some;
    /// Bipolar: 2^(p-1) for each of L and G that is not given.
    halve: bool;
    /// Own scales for every that many inner indices (per row, bipolar, 2-D only); 0: none.
    chunk_d: usize;
    /// Per row: rows of a that share a scale; 1 unless said otherwise.
    group_a: usize;
    /// Per row: rows of b that share a scale; 1 unless said otherwise.
    group_b: usize;
    /// The scramble mode; the configuration's unless said otherwise.
    scramble: Scramble;
    /// The generators; `sobol_simple` unless said otherwise.
    config: &'a Config => Some;
}

impl<'a> MatmulOptions<'a> {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// SmoothQuant scales (D,): the product of a/s and b*s.
    pub fn smooth(mut self, scales: impl Into<View<'a>>) -> Self {
        self.smooth = Some(scales.into());
        self
    }

    /// As C has them. The pointers inside are good for as long as `self` is borrowed.
    pub(crate) fn raw(&self) -> sys::scmp_matmul_options {
        // SAFETY: the struct and its own function.
        let mut raw = unsafe { crate::init(sys::scmp_matmul_options_init_sized) };
        raw.granularity = self.granularity.to_c();
        raw.mode = self.mode.to_c();
        raw.sc_prec = c_count(self.sc_prec);
        let halved = self.halve && self.mode == Mode::Bipolar && (1..=16).contains(&self.sc_prec);
        let half = if halved { 1 << (self.sc_prec - 1) } else { sys::SCMP_NOT_GIVEN };
        raw.stoc_len = self.stoc_len.map_or(half, c_count);
        raw.rng_levels = self.rng_levels.map_or(half, c_count);
        raw.chunk_d = c_size(self.chunk_d);
        raw.group_a = c_size(self.group_a);
        raw.group_b = c_size(self.group_b);
        raw.scramble = self.scramble.to_c();
        raw.config = self.config.map_or(ptr::null(), Config::raw);
        raw.smooth = self.smooth.as_ref().map_or(ptr::null(), View::raw);
        raw
    }
}

/// What a product did.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// L as resolved.
    pub stoc_len: u32,
    /// G as resolved.
    pub rng_levels: u32,
    /// As resolved.
    pub scramble: Scramble,
    /// Whether the masks were applied at this L and G.
    pub scrambled: bool,
    /// Largest level.
    pub q_max: u32,
    /// Number of different count tables over the inner indices.
    pub tables: u32,
    /// Who counted.
    pub backend: Backend,
    /// Instruction set of its kernels.
    pub isa: &'static str,
    /// Name of the count kernel.
    pub kernel: &'static str,
    /// Threads that the product could use.
    pub threads: u32,
    /// Milliseconds: reading, smoothing, ranges and quantization of both operands.
    pub ms_quantize: f64,
    /// Sequences and count tables, 0 when cached.
    pub ms_tables: f64,
    /// Laying out the right operand.
    pub ms_pack: f64,
    /// Counting.
    pub ms_count: f64,
    /// From sums to values, and writing them; of what threads do side by side, their mean.
    pub ms_dequantize: f64,
    /// The whole call.
    pub ms_total: f64,
    /// Most memory held at once during the call, beyond operands and outputs, with what is kept from the last ones.
    pub bytes_peak: u64,
    /// Blocking: rows of b in a panel, the layout that the kernel reads.
    pub panel_columns: u32,
    /// Threads that had something to count.
    pub workers: u32,
    /// Rows of a in a task.
    pub task_rows: u64,
    /// Rows of b in a task: of one panel, or of several.
    pub task_columns: u64,
    /// Number of tasks.
    pub tasks: u64,
}

impl Report {
    fn from_c(raw: &sys::scmp_report) -> Self {
        Self {
            stoc_len: raw.stoc_len.unsigned_abs(),
            rng_levels: raw.rng_levels.unsigned_abs(),
            scramble: Scramble::from_c(raw.scramble),
            scrambled: raw.scrambled != 0,
            q_max: raw.q_max.unsigned_abs(),
            tables: raw.tables.unsigned_abs(),
            backend: Backend::from_c(raw.backend),
            // SAFETY: both are static text.
            isa: unsafe { static_text(raw.isa) },
            // SAFETY: likewise.
            kernel: unsafe { static_text(raw.kernel) },
            threads: raw.threads.unsigned_abs(),
            ms_quantize: raw.ms_quantize,
            ms_tables: raw.ms_tables,
            ms_pack: raw.ms_pack,
            ms_count: raw.ms_count,
            ms_dequantize: raw.ms_dequantize,
            ms_total: raw.ms_total,
            bytes_peak: raw.bytes_peak,
            panel_columns: raw.panel_columns.unsigned_abs(),
            workers: raw.workers.unsigned_abs(),
            task_rows: raw.task_rows.unsigned_abs(),
            task_columns: raw.task_columns.unsigned_abs(),
            tasks: raw.tasks.unsigned_abs(),
        }
    }
}

/// What a product shall write: y, the integer sums, a report, or several of them.
///
/// ```
/// use scmp::{Context, MatmulOptions, Outputs, Report};
/// let (a, b) = ([[1.0_f32, -1.0], [0.5, 0.25]], [[1.0_f32, 1.0]]);
/// let (mut y, mut sums, mut report) = ([[0.0_f32; 1]; 2], [[0_i32; 1]; 2], Report::default());
/// let outputs = Outputs::new().y(&mut y).counts(&mut sums).report(&mut report);
/// Context::new()?.matmul_into(&a, &b, &MatmulOptions::new().stoc_len(64), outputs)?;
/// assert_eq!(report.stoc_len, 64);
/// assert!(y[1][0] > 0.0 && sums[1][0] > 0);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Outputs<'a> {
    y: Option<ViewMut<'a>>,
    counts: Option<ViewMut<'a>>,
    report: Option<&'a mut Report>,
}

impl<'a> Outputs<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The product, f32, (N, M) or (BH, N, M).
    pub fn y(mut self, y: impl Into<ViewMut<'a>>) -> Self {
        self.y = Some(y.into());
        self
    }

    /// The integer sums, i32 or i64, of the shape of y. Not together with 0 < chunk_d < D.
    pub fn counts(mut self, counts: impl Into<ViewMut<'a>>) -> Self {
        self.counts = Some(counts.into());
        self
    }

    /// What the product did; filled on success only.
    pub fn report(mut self, report: &'a mut Report) -> Self {
        self.report = Some(report);
        self
    }

    /// Makes a C call with pointers to the call's further outputs and to y, NULL where it is not wanted.
    fn fill(
        self,
        context: &mut Context,
        function: impl FnOnce(*mut sys::scmp_ctx, *const sys::scmp_call, *const sys::scmp_tensor) -> sys::scmp_status,
    ) -> Result<()> {
        // SAFETY: the structs and their own functions.
        let (mut raw, mut call) =
            unsafe { (crate::init(sys::scmp_report_init_sized), crate::init(sys::scmp_call_init_sized)) };
        call.counts = self.counts.as_ref().map_or(ptr::null(), ViewMut::raw);
        call.report = if self.report.is_some() { &mut raw } else { ptr::null_mut() };
        let y = self.y.as_ref().map_or(ptr::null(), ViewMut::raw);
        context.call(|ctx| function(ctx, &call, y))?;
        if let Some(report) = self.report {
            *report = Report::from_c(&raw);
        }
        Ok(())
    }
}

/// The shape of a product. Where the operands do not fit each other the call says so, whatever is made here.
pub(crate) fn product_shape(a: &[usize], b: &[usize]) -> Vec<usize> {
    match (a, b) {
        ([n, _], [m, _]) => vec![*n, *m],
        ([batch, n, _], [_, m, _]) => vec![*batch, *n, *m],
        _ => vec![0],
    }
}

impl Context {
    /// Y ~ a @ b.T on the array, in C order: (N, M), or (BH, N, M).
    ///
    /// `a` is (N, D) or (BH, N, D), `b` is (M, D) or (BH, M, D): a weight that is stored (D, M) is passed
    /// [`transposed`](View::transposed). Both are f32, [`F16`](crate::F16), [`Bf16`](crate::Bf16) or f64, and finite.
    ///
    /// # Errors
    /// Everything that the options or operands can have wrong; see [`Status`](crate::Status).
    pub fn matmul<'a, 'b>(
        &mut self,
        a: impl Into<View<'a>>,
        b: impl Into<View<'b>>,
        options: &MatmulOptions<'_>,
    ) -> Result<Vec<f32>> {
        let (a, b) = (a.into(), b.into());
        let shape = product_shape(&a.shape(), &b.shape());
        let mut y = zeros(&shape)?;
        self.matmul_into(a, b, options, Outputs::new().y(ViewMut::new(&mut y, &shape)?))?;
        Ok(y)
    }

    /// The integer sums of a product, in C order.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul); [`Status::Unsupported`](crate::Status) with 0 < chunk_d < D.
    pub fn matmul_counts<'a, 'b>(
        &mut self,
        a: impl Into<View<'a>>,
        b: impl Into<View<'b>>,
        options: &MatmulOptions<'_>,
    ) -> Result<Vec<i32>> {
        let (a, b) = (a.into(), b.into());
        let shape = product_shape(&a.shape(), &b.shape());
        let mut counts = zeros(&shape)?;
        self.matmul_into(a, b, options, Outputs::new().counts(ViewMut::new(&mut counts, &shape)?))?;
        Ok(counts)
    }

    /// The product, into memory of the caller's.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul). The outputs are then as they were.
    pub fn matmul_into<'a, 'b>(
        &mut self,
        a: impl Into<View<'a>>,
        b: impl Into<View<'b>>,
        options: &MatmulOptions<'_>,
        outputs: Outputs<'_>,
    ) -> Result<()> {
        let (a, b, raw) = (a.into(), b.into(), options.raw());
        outputs.fill(self, |ctx, call, y| {
            // SAFETY: the views borrow what they describe, the outputs exclusively, until the call has returned.
            unsafe { sys::scmp_matmul(ctx, a.raw(), b.raw(), &raw, call, y) }
        })
    }

    /// The product with a packed right operand: exactly what [`matmul`](Self::matmul) gives with what was packed.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul); [`Status::InvalidArgument`](crate::Status) where it was packed for another backend
    /// or instruction set.
    pub fn matmul_packed<'a>(&mut self, a: impl Into<View<'a>>, packed: &PackedWeights) -> Result<Vec<f32>> {
        let a = a.into();
        let shape = product_shape(&a.shape(), &packed.shape());
        let mut y = zeros(&shape)?;
        self.matmul_packed_into(a, packed, Outputs::new().y(ViewMut::new(&mut y, &shape)?))?;
        Ok(y)
    }

    /// The product with a packed right operand, into memory of the caller's.
    ///
    /// # Errors
    /// As [`matmul_packed`](Self::matmul_packed). The outputs are then as they were.
    pub fn matmul_packed_into<'a>(
        &mut self,
        a: impl Into<View<'a>>,
        packed: &PackedWeights,
        outputs: Outputs<'_>,
    ) -> Result<()> {
        let a = a.into();
        outputs.fill(self, |ctx, call, y| {
            // SAFETY: as in matmul_into; `packed` is alive.
            unsafe { sys::scmp_matmul_packed(ctx, a.raw(), packed.raw, call, y) }
        })
    }
}

/// A right operand, smoothed, quantized and laid out once for many products.
///
/// It needs neither the context nor the configuration that it was made with, and any number of threads may use one at
/// the same time, each with a context of its own of the same backend and instruction set.
///
/// ```
/// use scmp::{Context, MatmulOptions, PackedWeights};
/// let (a, weight) = ([[1.0_f32, -2.0, 3.0]], [[3.0_f32, 1.0, 2.0], [-1.0, 4.0, 0.0]]);
/// let (mut context, options) = (Context::new()?, MatmulOptions::new().stoc_len(128));
/// let packed = PackedWeights::new(&mut context, &weight, &options)?;
/// assert_eq!(context.matmul_packed(&a, &packed)?, context.matmul(&a, &weight, &options)?);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Debug)]
pub struct PackedWeights {
    raw: *mut sys::scmp_packed,
}

// SAFETY: "immutable: any number of threads may use one at the same time" and "it does not need the context it was made
// with to live on" (scmp.h, section 6). Its memory comes from operator new, which any thread may give back.
unsafe impl Send for PackedWeights {}
// SAFETY: likewise.
unsafe impl Sync for PackedWeights {}

impl PackedWeights {
    /// Packs `b`, (M, D) or (BH, M, D), under options that every product with it then uses.
    ///
    /// # Errors
    /// As [`Context::matmul`].
    pub fn new<'b>(context: &mut Context, b: impl Into<View<'b>>, options: &MatmulOptions<'_>) -> Result<Self> {
        let (b, raw) = (b.into(), options.raw());
        let mut packed = Self { raw: ptr::null_mut() };
        // SAFETY: the view borrows what it describes until the call has returned.
        context.call(|ctx| unsafe { sys::scmp_packed_create(ctx, b.raw(), &raw, &mut packed.raw) })?;
        Ok(packed)
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> u64 {
        // SAFETY: `raw` is a packed operand.
        unsafe { sys::scmp_packed_bytes(self.raw) }
    }

    /// The shape of the operand that was packed.
    pub fn shape(&self) -> Vec<usize> {
        // SAFETY: `raw` is a packed operand, and only the view's shape is read.
        unsafe { View::from_raw(sys::scmp_packed_shape(self.raw)) }.shape()
    }
}

impl Drop for PackedWeights {
    fn drop(&mut self) {
        // SAFETY: it is this one's own; NULL is ignored.
        unsafe { sys::scmp_packed_destroy(&mut self.raw) }
    }
}

//! SmoothQuant: calibration, scales, applying them (Spec 6).

use std::path::Path;
use std::ptr;

use crate::config::c_text;
use crate::context::Context;
use crate::enums::DType;
use crate::error::{check, Result};
use crate::view::{Float, View, ViewMut};
use crate::{c_size, sys, zeros};

/// eps where a function takes none: the floor of maxima and scales.
pub const SMOOTH_EPS: f64 = sys::SCMP_SMOOTH_EPS;

/// Activation statistics: the absolute maximum of each inner index over everything observed.
///
/// ```
/// use scmp::{Calibration, Context, MatmulOptions, View};
/// let (a, weight) = ([[1.0_f32, -20.0], [0.5, 10.0]], [[3.0_f32, 1.0], [-1.0, 0.5], [2.0, 2.0]]);
/// let mut calibration = Calibration::new(2)?;
/// calibration.observe(&a)?;
/// let scales: Vec<f32> = calibration.smooth_scales(&[View::from(&weight)], 0.5)?;
/// let y = Context::new()?.matmul(&a, &weight, &MatmulOptions::new().smooth(&scales))?;
/// assert_eq!(y.len(), 6);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Debug)]
pub struct Calibration {
    raw: *mut sys::scmp_calib,
    /// Its own: statistics work in their context, and both belong to one thread at a time.
    context: Context,
}

// SAFETY: statistics "belong to one thread at a time, and to their context" (scmp.h, section 7), which moves with them,
// as nobody else has it. Not Sync, and whatever works takes `&mut`, for the context's sake.
unsafe impl Send for Calibration {}

impl Calibration {
    /// Empty statistics over `d` inner indices, kept in f32, in a context of their own with the defaults.
    ///
    /// # Errors
    /// [`Status::InvalidShape`](crate::Status), `OutOfMemory`.
    pub fn new(d: usize) -> Result<Self> {
        Self::with(Context::new()?, d, DType::F32)
    }

    /// Empty statistics that work in `context`, kept in `dtype`: f32, or f64, which keeps f64 observations exactly.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`Status::InvalidDtype`](crate::Status) for others.
    pub fn with(context: Context, d: usize, dtype: DType) -> Result<Self> {
        // SAFETY: the handle lives no longer than the context, see `make`.
        Self::make(context, |ctx, out| unsafe { sys::scmp_calib_create(ctx, c_size(d), dtype.to_c(), out) })
    }

    /// Statistics from a file; `d`: the D that they must have.
    ///
    /// # Errors
    /// [`Status::Io`](crate::Status); `Format` for a file that is truncated, corrupt or of another kind; `DMismatch`.
    pub fn load(context: Context, path: impl AsRef<Path>, d: Option<usize>) -> Result<Self> {
        let path = path_text(path.as_ref())?;
        let d = d.map_or(sys::SCMP_NOT_GIVEN.into(), c_size);
        // SAFETY: as above; the path is alive until the call has returned.
        Self::make(context, |ctx, out| unsafe { sys::scmp_calib_load(ctx, path.as_ptr(), d, out) })
    }

    /// Writes the statistics to a file (safetensors), all or nothing.
    ///
    /// # Errors
    /// [`Status::Io`](crate::Status)
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path_text(path.as_ref())?;
        // SAFETY: `raw` is this one's handle, this thread's for the time of the call, and the path is alive as long.
        check(unsafe { sys::scmp_calib_save(self.raw, path.as_ptr()) })
    }

    /// Takes in activations (..., D).
    ///
    /// # Errors
    /// [`Status::DMismatch`](crate::Status), `InvalidShape`, `InvalidDtype`, `NonFinite`, `Cancelled`.
    pub fn observe<'a>(&mut self, x: impl Into<View<'a>>) -> Result<()> {
        let x = x.into();
        // SAFETY: `calib` is this one's handle, the view borrows what it describes until the call has returned.
        self.call(|calib| unsafe { sys::scmp_calib_observe(calib, x.raw(), ptr::null()) })
    }

    /// Takes in those rows of activations whose entry in `row_mask` (u8 or i8, of x's leading shape) is not 0.
    ///
    /// # Errors
    /// As [`observe`](Self::observe).
    pub fn observe_rows<'a, 'b>(&mut self, x: impl Into<View<'a>>, row_mask: impl Into<View<'b>>) -> Result<()> {
        let (x, row_mask) = (x.into(), row_mask.into());
        // SAFETY: as above.
        self.call(|calib| unsafe { sys::scmp_calib_observe(calib, x.raw(), row_mask.raw()) })
    }

    /// Takes in other statistics of the same D.
    ///
    /// # Errors
    /// [`Status::DMismatch`](crate::Status), `NonFinite`.
    pub fn merge(&mut self, from: &Calibration) -> Result<()> {
        // SAFETY: both are handles; `from` is another one, and only read.
        self.call(|calib| unsafe { sys::scmp_calib_merge(calib, from.raw) })
    }

    /// The maxima, one rounding each.
    ///
    /// # Errors
    /// [`Status::OutOfMemory`](crate::Status)
    pub fn act_scales<T: Float>(&self) -> Result<Vec<T>> {
        let mut act = zeros(&[self.d()])?;
        let out = ViewMut::from(&mut act);
        // SAFETY: as above, and `out` borrows exclusively what it describes.
        check(unsafe { sys::scmp_calib_act_scales(self.raw, out.raw()) })?;
        Ok(act)
    }

    /// Smoothing scales for the weights (M, D) or (BH, M, D) that share this input.
    ///
    /// `alpha` says where outliers go: 0 leaves them in the activations, 1 moves them into the weights.
    ///
    /// # Errors
    /// [`Status::InvalidAlpha`](crate::Status), `DMismatch`, `InvalidShape`, `InvalidDtype`, `NonFinite`.
    pub fn smooth_scales<T: Float>(&mut self, weights: &[View<'_>], alpha: f64) -> Result<Vec<T>> {
        let mut scales = zeros(&[self.d()])?;
        let out = ViewMut::from(&mut scales);
        // SAFETY: as above; a View is a scmp_tensor (repr(transparent)), so a slice of them is an array of those.
        self.call(|calib| unsafe {
            sys::scmp_smooth_scales(calib, weights.as_ptr().cast(), weights.len(), alpha, out.raw())
        })?;
        Ok(scales)
    }

    /// Number of rows that counted so far.
    pub fn rows(&self) -> u64 {
        // SAFETY: `raw` is this one's handle, this thread's for the time of the call.
        unsafe { sys::scmp_calib_rows(self.raw) }
    }

    /// D of the statistics.
    pub fn d(&self) -> usize {
        // SAFETY: as above.
        usize::try_from(unsafe { sys::scmp_calib_d(self.raw) }).unwrap_or(0)
    }

    /// The type that they are kept in.
    pub fn dtype(&self) -> DType {
        // SAFETY: as above.
        DType::from_c(unsafe { sys::scmp_calib_dtype(self.raw) })
    }

    fn make(
        mut context: Context,
        function: impl FnOnce(*mut sys::scmp_ctx, *mut *mut sys::scmp_calib) -> sys::scmp_status,
    ) -> Result<Self> {
        let mut raw = ptr::null_mut();
        context.call(|ctx| function(ctx, &mut raw))?;
        Ok(Self { raw, context })
    }

    fn call(&mut self, function: impl FnOnce(*mut sys::scmp_calib) -> sys::scmp_status) -> Result<()> {
        let raw = self.raw;
        self.context.call(|_| function(raw))
    }
}

impl Drop for Calibration {
    fn drop(&mut self) {
        // SAFETY: it is this one's own; its context is dropped after it.
        unsafe { sys::scmp_calib_destroy(&mut self.raw) }
    }
}

#[cfg(unix)]
fn path_text(path: &Path) -> Result<std::ffi::CString> {
    use std::os::unix::ffi::OsStrExt;
    c_text("path", path.as_os_str().as_bytes())
}

#[cfg(not(unix))]
fn path_text(path: &Path) -> Result<std::ffi::CString> {
    c_text("path", path.to_string_lossy().as_bytes())
}

impl Context {
    /// Smoothing scales from activation maxima (D,), finite and not negative, and with eps > 0 given.
    ///
    /// # Errors
    /// As [`Calibration::smooth_scales`]; [`Status::InvalidArgument`](crate::Status) for eps.
    pub fn smooth_scales<'a, T: Float>(
        &mut self,
        act: impl Into<View<'a>>,
        weights: &[View<'_>],
        alpha: f64,
        eps: f64,
    ) -> Result<Vec<T>> {
        let act = act.into();
        let mut scales = zeros(&act.shape())?;
        let out = ViewMut::from(&mut scales);
        // SAFETY: the views borrow what they describe, the output exclusively, until the call has returned; a View is a
        // scmp_tensor (repr(transparent)).
        self.call(|ctx| unsafe {
            let first = weights.as_ptr().cast();
            sys::scmp_smooth_scales_from(ctx, act.raw(), first, weights.len(), alpha, eps, out.raw())
        })?;
        Ok(scales)
    }

    /// x / s along the last axis, the activation's half of smoothing, in C order.
    ///
    /// # Errors
    /// [`Status::DMismatch`](crate::Status), `ScalesNot1d`, `InvalidScales`, `InvalidShape`, `InvalidDtype`,
    /// `NonFinite`.
    pub fn smooth_activation<'a, 'b, T: Float>(
        &mut self,
        x: impl Into<View<'a>>,
        scales: impl Into<View<'b>>,
    ) -> Result<Vec<T>> {
        self.smoothed(sys::scmp_smooth_activation, x.into(), scales.into())
    }

    /// x * s along the last axis, the weight's half of smoothing, in C order.
    ///
    /// # Errors
    /// As [`smooth_activation`](Self::smooth_activation).
    pub fn smooth_weight<'a, 'b, T: Float>(
        &mut self,
        x: impl Into<View<'a>>,
        scales: impl Into<View<'b>>,
    ) -> Result<Vec<T>> {
        self.smoothed(sys::scmp_smooth_weight, x.into(), scales.into())
    }

    /// x / s in x's own place.
    ///
    /// # Errors
    /// As [`smooth_activation`](Self::smooth_activation). x is then as it was.
    pub fn smooth_activation_in_place<'a, 'b>(
        &mut self,
        x: impl Into<ViewMut<'a>>,
        scales: impl Into<View<'b>>,
    ) -> Result<()> {
        self.smooth_in_place(sys::scmp_smooth_activation, x.into(), scales.into())
    }

    /// x * s in x's own place.
    ///
    /// # Errors
    /// As [`smooth_activation`](Self::smooth_activation). x is then as it was.
    pub fn smooth_weight_in_place<'a, 'b>(
        &mut self,
        x: impl Into<ViewMut<'a>>,
        scales: impl Into<View<'b>>,
    ) -> Result<()> {
        self.smooth_in_place(sys::scmp_smooth_weight, x.into(), scales.into())
    }

    fn smoothed<T: Float>(&mut self, apply: Apply, x: View<'_>, scales: View<'_>) -> Result<Vec<T>> {
        let shape = x.shape();
        let mut values = zeros(&shape)?;
        let out = ViewMut::new(&mut values, &shape)?;
        // SAFETY: the views borrow what they describe, the output exclusively, until the call has returned.
        self.call(|ctx| unsafe { apply(ctx, x.raw(), scales.raw(), out.raw()) })?;
        Ok(values)
    }

    fn smooth_in_place(&mut self, apply: Apply, x: ViewMut<'_>, scales: View<'_>) -> Result<()> {
        // SAFETY: as above; "out may be x itself".
        self.call(|ctx| unsafe { apply(ctx, x.raw(), scales.raw(), x.raw()) })
    }
}

type Apply = unsafe extern "C" fn(
    *mut sys::scmp_ctx,
    *const sys::scmp_tensor,
    *const sys::scmp_tensor,
    *const sys::scmp_tensor,
) -> sys::scmp_status;

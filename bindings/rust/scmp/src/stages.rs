//! The stages of a product by themselves: ranges, quantize, count, dequantize.

use std::ptr;

use crate::context::Context;
use crate::enums::Side;
use crate::error::{check, Result};
use crate::product::MatmulOptions;
use crate::view::{View, ViewMut};
use crate::{c_size, sys, zeros};

/// A quantized operand: arrays in C order.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Quantized {
    /// The operand's shape, which `level`, `boundary` and `sign` have.
    pub shape: Vec<usize>,
    /// The shape of `scale` and `zero_point` (see [`scale_shape`]).
    pub scale_shape: Vec<usize>,
    /// |q| (bipolar) or q (unipolar), 0 to q_max.
    pub level: Vec<i32>,
    /// 0 to G.
    pub boundary: Vec<i16>,
    /// -1, 0 or 1; empty where unipolar.
    pub sign: Vec<i8>,
    /// One for each scope.
    pub scale: Vec<f64>,
    /// One for each scope; empty where bipolar.
    pub zero_point: Vec<f64>,
    /// Exact sum of q over each row; empty where bipolar.
    pub row_sum: Vec<i64>,
}

/// Views of a quantized operand's arrays, for [`Context::count`] and [`Context::dequantize`]: a [`Quantized`] that is
/// borrowed, or arrays from elsewhere (a simulator's).
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizedView<'a> {
    /// i16 or i32, of the operand's shape; to count.
    pub boundary: Option<View<'a>>,
    /// i8, of the operand's shape; to count, `None` where all are positive.
    pub sign: Option<View<'a>>,
    /// f32 or f64, of the scale shape; to dequantize.
    pub scale: Option<View<'a>>,
    /// Likewise; to dequantize where unipolar.
    pub zero_point: Option<View<'a>>,
    /// f32, i32 or i64, (rows,) or (BH, rows); to dequantize where unipolar.
    pub row_sum: Option<View<'a>>,
}

impl<'a> From<&'a Quantized> for QuantizedView<'a> {
    fn from(all: &'a Quantized) -> Self {
        let rows = &all.shape[..all.shape.len().saturating_sub(1)];
        Self {
            boundary: View::new(&all.boundary, &all.shape).ok(),
            sign: View::new(&all.sign, &all.shape).ok(),
            scale: View::new(&all.scale, &all.scale_shape).ok(),
            zero_point: View::new(&all.zero_point, &all.scale_shape).ok(),
            row_sum: View::new(&all.row_sum, rows).ok(),
        }
    }
}

fn pointer(view: Option<&View<'_>>) -> *const sys::scmp_tensor {
    view.map_or(ptr::null(), View::raw)
}

impl QuantizedView<'_> {
    /// As C has it. The pointers inside are good for as long as `self` is borrowed.
    fn raw(&self) -> sys::scmp_quantized {
        // SAFETY: the struct and its own function.
        let mut raw = unsafe { crate::init(sys::scmp_quantized_init_sized) };
        raw.boundary = pointer(self.boundary.as_ref());
        raw.sign = pointer(self.sign.as_ref());
        raw.scale = pointer(self.scale.as_ref());
        raw.zero_point = pointer(self.zero_point.as_ref());
        raw.row_sum = pointer(self.row_sum.as_ref());
        raw
    }

    /// Rows by rows and the inner dimension, after a batch where there is one.
    fn shape(&self) -> Vec<usize> {
        self.boundary.map(|view| view.shape()).unwrap_or_default()
    }
}

/// The shape of an operand's scales: () for per tensor, (rows,) or (BH, rows) for per row, (BH,) for per head,
/// (chunks, rows) where 0 < chunk_d < D.
///
/// # Errors
/// [`Status::InvalidArgument`](crate::Status), `InvalidShape`, `Unsupported`.
pub fn scale_shape<'a>(x: impl Into<View<'a>>, side: Side, options: &MatmulOptions<'_>) -> Result<Vec<usize>> {
    let (x, raw) = (x.into(), options.raw());
    // SAFETY: only shapes are read, and `out` is a struct of its own.
    let out = unsafe {
        let mut out = sys::scmp_tensor_0d(sys::SCMP_DTYPE_F32, ptr::null());
        check(sys::scmp_scale_shape(x.raw(), side.to_c(), &raw, &mut out))?;
        View::from_raw(out)
    };
    Ok(out.shape())
}

impl Context {
    /// Ranges of an operand's scopes: minimum and maximum of each, of the scale shape with one more axis of 2.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul).
    pub fn ranges<'a>(&mut self, x: impl Into<View<'a>>, side: Side, options: &MatmulOptions<'_>) -> Result<Vec<f32>> {
        let x = x.into();
        let mut shape = scale_shape(x, side, options)?;
        shape.push(2);
        let mut ranges = zeros(&shape)?;
        let out = ViewMut::new(&mut ranges, &shape)?;
        let raw = options.raw();
        // SAFETY: the views borrow what they describe, the output exclusively, until the call has returned.
        self.call(|ctx| unsafe { sys::scmp_ranges(ctx, x.raw(), side.to_c(), &raw, out.raw()) })?;
        Ok(ranges)
    }

    /// Quantizes an operand by its own ranges, or by given ones, as [`ranges`](Self::ranges) makes them.
    ///
    /// ```
    /// use scmp::{Context, MatmulOptions, Side};
    /// let (a, b) = ([[1.0_f32, -2.0, 3.0]], [[3.0_f32, 1.0, 2.0], [-1.0, 4.0, 0.0]]);
    /// let (mut context, options) = (Context::new()?, MatmulOptions::new());
    /// let left = context.quantize(&a, Side::Left, &options, None)?;
    /// let right = context.quantize(&b, Side::Right, &options, None)?;
    /// let sums = context.count(&left, &right, &options, 0)?;
    /// let y = context.dequantize(&sums, &left, &right, 3, &options)?;
    /// assert_eq!(y, context.matmul(&a, &b, &options)?);
    /// # Ok::<(), scmp::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul); [`Status::InvalidArgument`](crate::Status) for ranges that are none.
    pub fn quantize<'a>(
        &mut self,
        x: impl Into<View<'a>>,
        side: Side,
        options: &MatmulOptions<'_>,
        ranges: Option<View<'_>>,
    ) -> Result<Quantized> {
        let (x, raw) = (x.into(), options.raw());
        let (shape, scale_shape) = (x.shape(), scale_shape(x, side, options)?);
        let rows = &shape[..shape.len().saturating_sub(1)];
        let unipolar = raw.mode == sys::SCMP_MODE_UNIPOLAR;
        let mut made = Quantized { level: zeros(&shape)?, boundary: zeros(&shape)?, ..Quantized::default() };
        made.scale = zeros(&scale_shape)?;
        if unipolar {
            made.zero_point = zeros(&scale_shape)?;
            made.row_sum = zeros(rows)?;
        } else {
            made.sign = zeros(&shape)?;
        }
        let level = ViewMut::new(&mut made.level, &shape)?;
        let boundary = ViewMut::new(&mut made.boundary, &shape)?;
        let scale = ViewMut::new(&mut made.scale, &scale_shape)?;
        let sign = if unipolar { None } else { Some(ViewMut::new(&mut made.sign, &shape)?) };
        let zero_point = if unipolar { Some(ViewMut::new(&mut made.zero_point, &scale_shape)?) } else { None };
        let row_sum = if unipolar { Some(ViewMut::new(&mut made.row_sum, rows)?) } else { None };
        let wanted = |view: &Option<ViewMut<'_>>| view.as_ref().map_or(ptr::null(), ViewMut::raw);
        // SAFETY: the struct and its own function.
        let mut out = unsafe { crate::init(sys::scmp_quantized_init_sized) };
        out.level = level.raw();
        out.boundary = boundary.raw();
        out.scale = scale.raw();
        out.sign = wanted(&sign);
        out.zero_point = wanted(&zero_point);
        out.row_sum = wanted(&row_sum);
        // SAFETY: the views borrow what they describe, the outputs exclusively, until the call has returned.
        self.call(|ctx| unsafe {
            sys::scmp_quantize(ctx, x.raw(), side.to_c(), &raw, pointer(ranges.as_ref()), &out)
        })?;
        made.shape = shape;
        made.scale_shape = scale_shape;
        Ok(made)
    }

    /// Integer sums of quantized operands: (N, M) or (BH, N, M), or (chunks, N, M) where 0 < chunk_d < D.
    ///
    /// `d_offset`: inner index 0 of these operands is that of configuration and masks, so that a long D can be split
    /// into parts whose sums add up.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul); [`Status::InvalidArgument`](crate::Status) also for a sum that does not fit.
    pub fn count<'a, 'b>(
        &mut self,
        a: impl Into<QuantizedView<'a>>,
        b: impl Into<QuantizedView<'b>>,
        options: &MatmulOptions<'_>,
        d_offset: usize,
    ) -> Result<Vec<i32>> {
        let (a, b) = (a.into(), b.into());
        let shape = sum_shape(&a.shape(), &b.shape(), options);
        let mut sums = zeros(&shape)?;
        self.count_into(a, b, options, d_offset, false, ViewMut::new(&mut sums, &shape)?)?;
        Ok(sums)
    }

    /// As [`count`](Self::count), into an array of i32 or i64; with `accumulate`, on top of what it holds.
    ///
    /// # Errors
    /// As [`count`](Self::count). The sums are then as they were.
    pub fn count_into<'a, 'b, 'c>(
        &mut self,
        a: impl Into<QuantizedView<'a>>,
        b: impl Into<QuantizedView<'b>>,
        options: &MatmulOptions<'_>,
        d_offset: usize,
        accumulate: bool,
        sums: impl Into<ViewMut<'c>>,
    ) -> Result<()> {
        let (a, b, sums, raw) = (a.into(), b.into(), sums.into(), options.raw());
        let (left, right) = (a.raw(), b.raw());
        let add = i32::from(accumulate);
        // SAFETY: the views borrow what they describe, the output exclusively, until the call has returned.
        self.call(|ctx| unsafe { sys::scmp_count(ctx, &left, &right, &raw, c_size(d_offset), add, sums.raw()) })
    }

    /// From integer sums, as [`count`](Self::count) makes them, to values (N, M) or (BH, N, M); `d` is the whole D.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul).
    pub fn dequantize<'a, 'b>(
        &mut self,
        sums: &[i32],
        a: impl Into<QuantizedView<'a>>,
        b: impl Into<QuantizedView<'b>>,
        d: usize,
        options: &MatmulOptions<'_>,
    ) -> Result<Vec<f32>> {
        let (a, b) = (a.into(), b.into());
        let (left, right) = (a.shape(), b.shape());
        let shape = sum_shape(&left, &right, options);
        let sums = View::new(sums, &shape)?;
        let shape = crate::product::product_shape(&left, &right);
        let mut y = zeros(&shape)?;
        self.dequantize_into(sums, a, b, d, options, ViewMut::new(&mut y, &shape)?)?;
        Ok(y)
    }

    /// As [`dequantize`](Self::dequantize), from sums of i32 or i64 in a view.
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul). y is then as it was.
    pub fn dequantize_into<'a, 'b, 'c, 'd>(
        &mut self,
        sums: impl Into<View<'c>>,
        a: impl Into<QuantizedView<'a>>,
        b: impl Into<QuantizedView<'b>>,
        d: usize,
        options: &MatmulOptions<'_>,
        y: impl Into<ViewMut<'d>>,
    ) -> Result<()> {
        let (sums, a, b, y, raw) = (sums.into(), a.into(), b.into(), y.into(), options.raw());
        let (left, right) = (a.raw(), b.raw());
        // SAFETY: the views borrow what they describe, the output exclusively, until the call has returned.
        self.call(|ctx| unsafe { sys::scmp_dequantize(ctx, sums.raw(), &left, &right, c_size(d), &raw, y.raw()) })
    }
}

fn sum_shape(a: &[usize], b: &[usize], options: &MatmulOptions<'_>) -> Vec<usize> {
    let mut shape = crate::product::product_shape(a, b);
    let chunk = usize::try_from(options.raw().chunk_d).unwrap_or(0);
    match a {
        [_, d] if 0 < chunk && chunk < *d => shape.insert(0, (d + chunk - 1) / chunk),
        _ => (),
    }
    shape
}

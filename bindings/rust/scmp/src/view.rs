//! Views: slices with a shape and strides, of element types that are known when the program runs.

use std::marker::PhantomData;
use std::ops::Range;

use crate::enums::DType;
use crate::error::{Error, Result, Status};
use crate::{c_size, sys, MAX_RANK};

/// An IEEE binary16 number, by its bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct F16(pub u16);

/// A bfloat16 number, the upper half of an `f32`, by its bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Bf16(pub u16);

impl From<F16> for f32 {
    /// Exact.
    fn from(half: F16) -> f32 {
        let bits = u32::from(half.0);
        let (sign, exponent, fraction) = ((bits & 0x8000) << 16, bits >> 10 & 31, bits & 1023);
        let magnitude = match exponent {
            0 => fraction as f32 / 16_777_216.0, // 2^24
            31 => f32::from_bits(0x7f80_0000 | fraction << 13),
            _ => f32::from_bits((exponent + 112) << 23 | fraction << 13),
        };
        f32::from_bits(sign | magnitude.to_bits())
    }
}

impl From<F16> for f64 {
    /// Exact.
    fn from(half: F16) -> f64 {
        f64::from(f32::from(half))
    }
}

impl From<Bf16> for f32 {
    /// Exact.
    fn from(number: Bf16) -> f32 {
        f32::from_bits(u32::from(number.0) << 16)
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Types that a view may have elements of.
pub trait Number: sealed::Sealed + Copy + Default + Send + Sync + 'static {
    /// The type, as a view says it.
    const DTYPE: DType;
}

/// Numbers that operands and scales may be of.
pub trait Float: Number {}

macro_rules! numbers {
    ($($type:ty: $dtype:ident)+) => {$(
        impl sealed::Sealed for $type {}
        impl Number for $type {
            const DTYPE: DType = DType::$dtype;
        }
    )+};
}

numbers! { f32: F32 F16: F16 Bf16: Bf16 f64: F64 i8: I8 u8: U8 i16: I16 i32: I32 i64: I64 }
impl Float for f32 {}
impl Float for F16 {}
impl Float for Bf16 {}
impl Float for f64 {}

/// A view of numbers to read, of any rank and with any strides; a copy of it views the same numbers.
///
/// Slices and arrays of arrays are views by themselves (`&a` where a view is asked for); `new` gives a slice a shape
/// and `strided` also strides. Nothing is copied by any of them.
///
/// ```
/// # use scmp::{Context, MatmulOptions, View};
/// let weight = [1.0_f32, -1.0, 2.0, 0.5, 4.0, 0.0]; // stored (D, M) = (3, 2)
/// let b = View::new(&weight, &[3, 2])?.transposed(); // (M, D), as a product wants it
/// let y = Context::new()?.matmul(&[[1.0_f32, 2.0, 3.0]], b, &MatmulOptions::new())?;
/// assert_eq!(y, Context::new()?.matmul(&[[1.0_f32, 2.0, 3.0]], &[[1.0_f32, 2.0, 4.0], [-1.0, 0.5, 0.0]],
///                                      &MatmulOptions::new())?);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct View<'a> {
    raw: sys::scmp_tensor,
    memory: PhantomData<&'a [u8]>,
}

/// A view of numbers that a call writes.
///
/// Its elements must not overlap one another: the call that gets such a view says [`Status::Overlap`].
#[derive(Debug)]
#[repr(transparent)]
pub struct ViewMut<'a> {
    raw: sys::scmp_tensor,
    memory: PhantomData<&'a mut [u8]>,
}

// SAFETY: a View is a shared reference to plain numbers, which are Sync; nothing is written through it.
unsafe impl Send for View<'_> {}
// SAFETY: likewise.
unsafe impl Sync for View<'_> {}
// SAFETY: a ViewMut is an exclusive reference to plain numbers, which are Send; it is written through only by calls
// that own or borrow it mutably.
unsafe impl Send for ViewMut<'_> {}
// SAFETY: a shared reference to it gives nothing but reading.
unsafe impl Sync for ViewMut<'_> {}

impl<'a> View<'a> {
    /// All of a slice in C order (the last index runs fastest).
    ///
    /// # Errors
    /// [`Status::InvalidShape`] where the shape's size is not the slice's, or beyond [`MAX_RANK`].
    pub fn new<T: Number>(data: &'a [T], shape: &[usize]) -> Result<Self> {
        let raw = whole(T::DTYPE, data.as_ptr().cast(), data.len(), shape)?;
        Ok(Self { raw, memory: PhantomData })
    }

    /// Elements `[i, j, ...]` at `data[offset + i * strides[0] + j * strides[1] + ...]`. Strides may be 0 or negative.
    ///
    /// # Errors
    /// [`Status::InvalidShape`] where an element would lie outside the slice.
    pub fn strided<T: Number>(data: &'a [T], offset: usize, shape: &[usize], strides: &[isize]) -> Result<Self> {
        check_inside(data.len(), offset, shape, strides)?;
        let start = offset.min(data.len());
        // The pointer is made from the whole slice: elements before the offset may be meant, too.
        let raw = tensor(T::DTYPE, data.as_ptr().wrapping_add(start).cast(), shape, strides);
        Ok(Self { raw, memory: PhantomData })
    }

    /// A view as C has it, for memory that is not a slice (a CUDA device's).
    ///
    /// # Safety
    /// Every element that the view describes can be read, and is not written, for as long as `'a`.
    pub unsafe fn from_raw(raw: sys::scmp_tensor) -> Self {
        Self { raw, memory: PhantomData }
    }

    pub(crate) fn raw(&self) -> *const sys::scmp_tensor {
        &self.raw
    }
}

impl<'a> ViewMut<'a> {
    /// All of a slice in C order, as [`View::new`].
    ///
    /// # Errors
    /// As [`View::new`].
    pub fn new<T: Number>(data: &'a mut [T], shape: &[usize]) -> Result<Self> {
        let raw = whole(T::DTYPE, data.as_mut_ptr().cast(), data.len(), shape)?;
        Ok(Self { raw, memory: PhantomData })
    }

    /// A part of a slice, as [`View::strided`].
    ///
    /// # Errors
    /// As [`View::strided`].
    pub fn strided<T: Number>(data: &'a mut [T], offset: usize, shape: &[usize], strides: &[isize]) -> Result<Self> {
        check_inside(data.len(), offset, shape, strides)?;
        let start = offset.min(data.len());
        let raw = tensor(T::DTYPE, data.as_mut_ptr().wrapping_add(start).cast(), shape, strides);
        Ok(Self { raw, memory: PhantomData })
    }

    /// A view as C has it, for memory that is not a slice (a CUDA device's).
    ///
    /// # Safety
    /// Every element that the view describes can be written, and is not used by anything else, for as long as `'a`.
    pub unsafe fn from_raw(raw: sys::scmp_tensor) -> Self {
        Self { raw, memory: PhantomData }
    }

    /// The same elements, to read.
    pub fn as_view(&self) -> View<'_> {
        View { raw: self.raw, memory: PhantomData }
    }

    pub(crate) fn raw(&self) -> *const sys::scmp_tensor {
        &self.raw
    }
}

/// What both kinds of view have.
macro_rules! views {
    ($($view:ident)+) => {$(
        impl $view<'_> {
            /// Number of dimensions.
            pub fn rank(&self) -> usize {
                usize::try_from(self.raw.rank).unwrap_or(0).min(MAX_RANK)
            }

            /// Sizes, outermost first.
            pub fn shape(&self) -> Vec<usize> {
                self.raw.shape[..self.rank()].iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect()
            }

            /// Type of the elements.
            pub fn dtype(&self) -> DType {
                DType::from_c(self.raw.dtype)
            }

            /// The last two axes swapped: what is stored column by column, row by row. A view of fewer axes as it is.
            #[must_use]
            pub fn transposed(mut self) -> Self {
                if let last @ 1.. = self.rank().saturating_sub(1) {
                    self.raw.shape.swap(last - 1, last);
                    self.raw.strides.swap(last - 1, last);
                }
                self
            }

            /// A range of one axis: some rows, or some columns.
            ///
            /// # Errors
            /// [`Status::InvalidShape`] where there is no such axis or range.
            pub fn narrowed(mut self, axis: usize, range: Range<usize>) -> Result<Self> {
                let size = self.shape().get(axis).copied().unwrap_or(0);
                if axis >= self.rank() || range.start > range.end || range.end > size {
                    return Err(Error::new(
                        Status::InvalidShape,
                        format!("range {range:?} of axis {axis} is not inside shape {:?}", self.shape()),
                    ));
                }
                // Without elements, nothing may be said about the address.
                if self.shape().iter().all(|&size| size > 0) && !range.is_empty() {
                    let step = self.raw.strides[axis] * c_size(range.start) * self.element_bytes();
                    self.raw.data = self.raw.data.cast::<u8>().wrapping_offset(step as isize).cast();
                }
                self.raw.shape[axis] = c_size(range.len());
                Ok(self)
            }

            fn element_bytes(&self) -> i64 {
                // SAFETY: takes any number.
                c_size(unsafe { sys::scmp_dtype_size(self.raw.dtype) })
            }
        }
    )+};
}
views! { View ViewMut }

/// A tensor as C has it. Nothing is checked.
fn tensor(dtype: DType, data: *const u8, shape: &[usize], strides: &[isize]) -> sys::scmp_tensor {
    let mut raw = sys::scmp_tensor {
        data: data as *mut _,
        dtype: dtype.to_c(),
        device: sys::SCMP_DEVICE_CPU,
        rank: shape.len() as i32,
        reserved_flags: 0,
        shape: [0; MAX_RANK],
        strides: [0; MAX_RANK],
        reserved: [0; 2],
    };
    for (axis, (&size, &stride)) in shape.iter().zip(strides).enumerate() {
        raw.shape[axis] = c_size(size);
        raw.strides[axis] = stride as i64;
    }
    raw
}

/// The tensor of C order. Nothing is checked.
fn contiguous(dtype: DType, data: *const u8, shape: &[usize]) -> sys::scmp_tensor {
    let mut strides = [0; MAX_RANK];
    let mut stride = 1_isize;
    for (axis, &size) in shape.iter().enumerate().rev() {
        strides[axis] = stride;
        stride = stride.saturating_mul(isize::try_from(size.max(1)).unwrap_or(isize::MAX));
    }
    tensor(dtype, data, shape, &strides)
}

fn check_rank(shape: &[usize]) -> Result<()> {
    if shape.len() > MAX_RANK {
        let sentence = format!("a view of rank {}, the most is {MAX_RANK}", shape.len());
        return Err(Error::new(Status::InvalidShape, sentence));
    }
    Ok(())
}

fn whole(dtype: DType, data: *const u8, length: usize, shape: &[usize]) -> Result<sys::scmp_tensor> {
    check_rank(shape)?;
    // In 128 bits a product of two sizes cannot overflow, and a zero makes everything fit.
    let product = |product: u128, &size: &usize| product.checked_mul(size as u128);
    let wanted = if shape.contains(&0) { Some(0) } else { shape.iter().try_fold(1, product) };
    if wanted != Some(length as u128) {
        let sentence = format!("a slice of {length} elements for a view of shape {shape:?}");
        return Err(Error::new(Status::InvalidShape, sentence));
    }
    Ok(contiguous(dtype, data, shape))
}

fn check_inside(length: usize, offset: usize, shape: &[usize], strides: &[isize]) -> Result<()> {
    check_rank(shape)?;
    let fail = |why: String| Err(Error::new(Status::InvalidShape, why));
    if shape.len() != strides.len() {
        return fail(format!("{} strides for a view of shape {shape:?}", strides.len()));
    }
    if shape.contains(&0) {
        return Ok(()); // no element is anywhere
    }
    let outside =
        || format!("shape {shape:?} with strides {strides:?} from {offset} leaves a slice of {length} elements");
    let (mut least, mut most) = (offset as i128, offset as i128);
    for (&size, &stride) in shape.iter().zip(strides) {
        let reach = (size as i128 - 1) * stride as i128;
        // Left as soon as it is outside, so that nothing can overflow.
        if reach < 0 {
            least += reach;
        } else {
            most += reach;
        }
        if least < 0 || most >= length as i128 {
            return fail(outside());
        }
    }
    if most >= length as i128 {
        return fail(outside());
    }
    Ok(())
}

/// Slices and arrays, as views of one, two or three dimensions.
macro_rules! from_slices {
    ($([$($size:ident)*] $type:ty, $length:ident => [$($shape:expr),+];)+) => {$(
        impl<'a, T: Number $(, const $size: usize)*> From<&'a $type> for View<'a> {
            fn from(data: &'a $type) -> Self {
                let $length = data.len();
                let raw = contiguous(T::DTYPE, data.as_ptr().cast(), &[$($shape),+]);
                Self { raw, memory: PhantomData }
            }
        }

        impl<'a, T: Number $(, const $size: usize)*> From<&'a mut $type> for ViewMut<'a> {
            fn from(data: &'a mut $type) -> Self {
                let $length = data.len();
                let raw = contiguous(T::DTYPE, data.as_mut_ptr().cast(), &[$($shape),+]);
                Self { raw, memory: PhantomData }
            }
        }
    )+};
}

from_slices! {
    [] [T], n => [n];
    [] Vec<T>, n => [n];
    [N] [T; N], n => [n];
    [D] [[T; D]], n => [n, D];
    [D] Vec<[T; D]>, n => [n, D];
    [D N] [[T; D]; N], n => [n, D];
    [D N] [[[T; D]; N]], n => [n, N, D];
    [D N] Vec<[[T; D]; N]>, n => [n, N, D];
    [D N B] [[[T; D]; N]; B], n => [n, N, D];
}

impl<'a> From<&View<'a>> for View<'a> {
    fn from(view: &View<'a>) -> Self {
        *view
    }
}

impl<'a> From<&'a ViewMut<'_>> for View<'a> {
    fn from(view: &'a ViewMut<'_>) -> Self {
        view.as_view()
    }
}

impl<'a> From<&'a mut ViewMut<'_>> for ViewMut<'a> {
    fn from(view: &'a mut ViewMut<'_>) -> Self {
        Self { raw: view.raw, memory: PhantomData }
    }
}

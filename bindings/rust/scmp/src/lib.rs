#![doc = include_str!("../README.md")]
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod config;
mod context;
mod enums;
mod error;
mod product;
mod sequences;
mod smooth;
mod stages;
mod view;

pub use config::{lfsr_tap_sets, named_configs, sobol_seeds, Config, ConfigDesc, Element, Generator};
pub use context::{backend_available, cuda_device_count, instruction_sets, Context, ContextBuilder, InstructionSet};
pub use enums::{Backend, DType, Granularity, LogLevel, Mode, Scramble, Side};
pub use error::{Error, Result, Status};
pub use product::{MatmulOptions, Outputs, PackedWeights, Report};
pub use sequences::{level_boundaries, rescale, scramble_applies, scramble_mask};
pub use smooth::{Calibration, SMOOTH_EPS};
pub use stages::{scale_shape, Quantized, QuantizedView};
pub use view::{Bf16, Float, Number, View, ViewMut, F16};

/// The C interface below, for what this crate leaves out (allocators, tensors on a device).
pub use scmp_sys as sys;

/// Dimensions of a view, at most.
pub const MAX_RANK: usize = sys::SCMP_MAX_RANK as usize;
/// Bits of precision, at most.
pub const SC_PREC_MAX: u32 = sys::SCMP_SC_PREC_MAX as u32;
/// Size of the grid, at most.
pub const RNG_LEVELS_MAX: u32 = sys::SCMP_RNG_LEVELS_MAX as u32;

/// Version of the library that is linked, "major.minor.patch".
pub fn version() -> &'static str {
    // SAFETY: the function takes nothing and returns static text.
    unsafe { error::static_text(sys::scmp_version()) }
}

/// Version of the arithmetic specification that the library follows.
pub fn spec_version() -> i32 {
    // SAFETY: takes nothing.
    unsafe { sys::scmp_spec_version() }
}

/// A size as C has it. What does not fit is beyond every limit, so the largest number stands for it.
pub(crate) fn c_size(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Likewise for the small options.
pub(crate) fn c_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A struct of the C interface with its defaults, as large as this crate knows it.
///
/// # Safety
/// `Struct` is a struct of `scmp_sys` that starts with its size, and `init` its `_init_sized` function.
pub(crate) unsafe fn init<Struct: Copy>(init: unsafe extern "C" fn(*mut Struct, usize)) -> Struct {
    let mut made = std::mem::MaybeUninit::<Struct>::zeroed();
    // SAFETY: `init` writes as many bytes as it is told, and all the structs may be zero in every byte.
    unsafe {
        init(made.as_mut_ptr(), std::mem::size_of::<Struct>());
        made.assume_init()
    }
}

/// A vector of zeros, or an error where there is not that much memory.
pub(crate) fn zeros<T: Number>(shape: &[usize]) -> Result<Vec<T>> {
    let wanted = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
    let too_large = || Error::new(Status::OutOfMemory, format!("no memory for a result of shape {shape:?}"));
    let wanted = wanted.ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(wanted).map_err(|_| too_large())?;
    values.resize(wanted, T::default());
    Ok(values)
}

//! The enumerations of the C interface.

use std::fmt;

use crate::error::static_text;
use crate::sys;

/// An enumeration with C's values. `unknown` is what a value means that C may give back and this crate does not know.
macro_rules! c_enum {
    ($(#[$about:meta])* $name:ident: $c:ty, unknown $unknown:ident {
        $($(#[$doc:meta])* $variant:ident = $value:path,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            pub(crate) fn to_c(self) -> $c {
                match self {
                    $(Self::$variant => $value,)+
                }
            }

            #[allow(dead_code)] // some are never given back
            pub(crate) fn from_c(value: $c) -> Self {
                match value {
                    $($value => Self::$variant,)+
                    _ => Self::$unknown,
                }
            }
        }
    };
}
pub(crate) use c_enum;

/// Names as the command line spells them.
macro_rules! named {
    ($($name:ident by $function:ident)+) => {$(
        impl $name {
            /// The name that files and the command line use.
            pub fn name(self) -> &'static str {
                // SAFETY: takes any number, returns static text.
                unsafe { static_text(sys::$function(self.to_c())) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    )+};
}

named! {
    DType by scmp_dtype_name
    Backend by scmp_backend_name
    Granularity by scmp_granularity_name
    Mode by scmp_mode_name
    Scramble by scmp_scramble_name
}

c_enum! {
    /// Element types. Operands are `F32`, `F16`, `Bf16` or `F64`; others where a function names them.
    DType: sys::scmp_dtype, unknown F32 {
        /// `f32`
        F32 = sys::SCMP_DTYPE_F32,
        /// [`F16`](crate::F16), IEEE binary16
        F16 = sys::SCMP_DTYPE_F16,
        /// [`Bf16`](crate::Bf16), the upper half of an f32
        Bf16 = sys::SCMP_DTYPE_BF16,
        /// `f64`
        F64 = sys::SCMP_DTYPE_F64,
        /// `i8`
        I8 = sys::SCMP_DTYPE_I8,
        /// `u8`
        U8 = sys::SCMP_DTYPE_U8,
        /// `i16`
        I16 = sys::SCMP_DTYPE_I16,
        /// `i32`
        I32 = sys::SCMP_DTYPE_I32,
        /// `i64`
        I64 = sys::SCMP_DTYPE_I64,
    }
}

c_enum! {
    /// Who computes. All give the same bits.
    #[derive(Default)]
    Backend: sys::scmp_backend, unknown Auto {
        /// The fastest that this machine has.
        #[default]
        Auto = sys::SCMP_BACKEND_AUTO,
        /// The circuit, cycle by cycle, on one thread: slow and obviously right.
        Reference = sys::SCMP_BACKEND_REFERENCE,
        /// Count tables and vector code, threaded.
        Cpu = sys::SCMP_BACKEND_CPU,
        /// An NVIDIA GPU.
        Cuda = sys::SCMP_BACKEND_CUDA,
    }
}

c_enum! {
    /// Severity of a log line.
    #[derive(PartialOrd, Ord)]
    LogLevel: sys::scmp_log_level, unknown Debug {
        /// Something the caller probably did not mean.
        Warning = sys::SCMP_LOG_WARNING,
        /// One line for each product: what ran, and for how long.
        Info = sys::SCMP_LOG_INFO,
        /// Caches, blocking, work items.
        Debug = sys::SCMP_LOG_DEBUG,
    }
}

c_enum! {
    /// Sides of the product. Left (`q` in configuration files) enables right (`k`).
    Side: sys::scmp_side, unknown Left {
        /// a, the activations
        Left = sys::SCMP_SIDE_LEFT,
        /// b, the weights
        Right = sys::SCMP_SIDE_RIGHT,
    }
}

c_enum! {
    /// What shares one quantization range (Spec 4, "Scopes").
    #[derive(Default)]
    Granularity: sys::scmp_granularity, unknown PerRow {
        /// Each row, or group of rows, of each batch entry.
        #[default]
        PerRow = sys::SCMP_GRANULARITY_PER_ROW,
        /// The whole operand, batches included.
        PerTensor = sys::SCMP_GRANULARITY_PER_TENSOR,
        /// Each batch entry; bipolar and 3-D only.
        PerHead = sys::SCMP_GRANULARITY_PER_HEAD,
    }
}

c_enum! {
    /// How signed numbers become streams.
    #[derive(Default)]
    Mode: sys::scmp_mode, unknown Bipolar {
        /// Sign and magnitude.
        #[default]
        Bipolar = sys::SCMP_MODE_BIPOLAR,
        /// Zero point.
        Unipolar = sys::SCMP_MODE_UNIPOLAR,
    }
}

c_enum! {
    /// The mask that is xored into the draws of each inner index, the same on both sides (Spec 3, "Scramble").
    #[derive(Default)]
    Scramble: sys::scmp_scramble, unknown NotGiven {
        /// The configuration's mode, or `Bitrev` where it has none.
        #[default]
        NotGiven = sys::SCMP_SCRAMBLE_NOT_GIVEN,
        /// Bit reversal of d mod 2^p; not on a full stream on the full grid.
        Bitrev = sys::SCMP_SCRAMBLE_BITREV,
        /// d mod 2^p; not on a full stream on the full grid.
        Counter = sys::SCMP_SCRAMBLE_COUNTER,
        /// No mask.
        Off = sys::SCMP_SCRAMBLE_OFF,
        /// As `Bitrev`, in every case.
        AlwaysBitrev = sys::SCMP_SCRAMBLE_ALWAYS_BITREV,
        /// As `Counter`, in every case.
        AlwaysCounter = sys::SCMP_SCRAMBLE_ALWAYS_COUNTER,
    }
}

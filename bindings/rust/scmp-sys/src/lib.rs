//! The C interface of libscmp, as it stands in `scmp.h`: constants, structs and functions, nothing safe.
//!
//! Enumerations are `i32` with constants, since C may hand in any value.
#![allow(non_camel_case_types)]
#![deny(missing_docs)]

#[rustfmt::skip]
mod generated;

pub use generated::*;

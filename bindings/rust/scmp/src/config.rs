//! Configurations: which generator, permutation and complement each inner index uses on each side (Spec 3 and 7).

use std::ffi::{CStr, CString};
use std::ptr;

use crate::context::Context;
use crate::enums::{Scramble, Side};
use crate::error::{check, static_text, Error, Result, Status};
use crate::{c_count, c_size, sys};

/// A configuration of generators.
///
/// It does not need the context it was made with, and any number of threads and contexts may use one at the same time.
///
/// ```
/// use scmp::{Config, Context, MatmulOptions};
/// let mut context = Context::new()?;
/// let tuned = Config::named(&mut context, "sobol_tuned", 8)?;
/// let y = context.matmul(&[[1.0_f32, -2.0]], &[[0.5_f32, 3.0]], &MatmulOptions::new().config(&tuned))?;
/// assert_eq!(y.len(), 1);
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Debug)]
pub struct Config {
    raw: *mut sys::scmp_config,
}

// SAFETY: "immutable: any number of threads and contexts may use one at the same time. It does not need the context it
// was made with to live on" (scmp.h, section 5). Its memory comes from operator new, which any thread may give back.
unsafe impl Send for Config {}
// SAFETY: likewise.
unsafe impl Sync for Config {}

impl Config {
    /// A configuration by name (see [`named_configs`]). It serves any D.
    ///
    /// # Errors
    /// [`Status::InvalidConfig`] for an unknown name, or one that is not defined at this precision.
    pub fn named(context: &mut Context, name: &str, sc_prec: u32) -> Result<Self> {
        let text = c_text("name", name.as_bytes())?;
        // SAFETY: the text is alive until the call has returned.
        Self::make(context, |ctx, out| unsafe {
            sys::scmp_config_create_named(ctx, text.as_ptr(), c_count(sc_prec), out)
        })
    }

    /// A configuration from JSON text: the dictionary of Spec 3, or an object that has it under "config".
    ///
    /// # Errors
    /// [`Status::Format`] where it is not JSON; [`Status::InvalidConfig`] where it breaks a rule.
    pub fn from_json(context: &mut Context, text: &str, sc_prec: u32) -> Result<Self> {
        // SAFETY: as above; the text has its length and needs no terminator.
        Self::make(context, |ctx, out| unsafe {
            sys::scmp_config_create_json(ctx, text.as_ptr().cast(), text.len(), c_count(sc_prec), out)
        })
    }

    /// A configuration from data.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] or [`Status::InvalidConfig`], naming the entry.
    pub fn from_desc(context: &mut Context, desc: &ConfigDesc) -> Result<Self> {
        let pool: Vec<_> = desc.generators.iter().map(Generator::raw).collect();
        let left: Vec<_> = desc.left.iter().map(Element::raw).collect();
        let right: Vec<_> = desc.right.iter().map(Element::raw).collect();
        for element in desc.left.iter().chain(&desc.right) {
            element.check(desc.sc_prec)?;
        }
        // SAFETY: the struct and its own function.
        let mut raw = unsafe { crate::init(sys::scmp_config_desc_init_sized) };
        raw.sc_prec = c_count(desc.sc_prec);
        raw.generators = pool.as_ptr();
        raw.generator_count = pool.len();
        raw.left = left.as_ptr();
        raw.left_count = left.len();
        raw.right = right.as_ptr();
        raw.right_count = right.len();
        raw.uniform = i32::from(desc.uniform);
        raw.scramble = desc.scramble.to_c();
        // SAFETY: the arrays, and what they point at in `desc`, are alive until the call has returned.
        Self::make(context, |ctx, out| unsafe { sys::scmp_config_create(ctx, &raw, out) })
    }

    /// The configuration as JSON for the first `d` inner indices, such that [`from_json`](Self::from_json) reads it
    /// back.
    ///
    /// # Errors
    /// [`Status::InvalidConfig`] where it has fewer entries.
    pub fn to_json(&self, context: &mut Context, d: usize) -> Result<String> {
        let (d, mut needed) = (c_size(d), 0);
        // SAFETY: with a capacity of 0 nothing but `needed` is written.
        context.call(|ctx| unsafe { sys::scmp_config_to_json(ctx, self.raw, d, ptr::null_mut(), 0, &mut needed) })?;
        let mut text = vec![0_u8; needed];
        let start = text.as_mut_ptr().cast();
        // SAFETY: `start` has room for `needed` bytes.
        context.call(|ctx| unsafe { sys::scmp_config_to_json(ctx, self.raw, d, start, needed, &mut needed) })?;
        text.truncate(needed.saturating_sub(1)); // the terminating 0
        String::from_utf8(text).map_err(|error| Error::new(Status::Internal, error.to_string()))
    }

    /// The precision that it is for.
    pub fn sc_prec(&self) -> u32 {
        // SAFETY: `raw` is a configuration.
        unsafe { sys::scmp_config_sc_prec(self.raw) }.unsigned_abs()
    }

    /// Number of inner indices that it serves; `None`: any.
    pub fn d_max(&self) -> Option<usize> {
        // SAFETY: as above.
        let most = unsafe { sys::scmp_config_d_max(self.raw) };
        if most == i64::MAX {
            None
        } else {
            usize::try_from(most).ok()
        }
    }

    /// What was probably not meant, in one sentence: a generator in use that repeats before its type must, with its
    /// period. A context with a log says it, too, when it makes the configuration or first uses it.
    pub fn warning(&self) -> Option<String> {
        // SAFETY: as above; the text lives as long as the configuration.
        let text = unsafe { CStr::from_ptr(sys::scmp_config_warning(self.raw)) };
        (!text.to_bytes().is_empty()).then(|| text.to_string_lossy().into_owned())
    }

    pub(crate) fn raw(&self) -> *const sys::scmp_config {
        self.raw
    }

    fn make(
        context: &mut Context,
        function: impl FnOnce(*mut sys::scmp_ctx, *mut *mut sys::scmp_config) -> sys::scmp_status,
    ) -> Result<Self> {
        let mut config = Self { raw: ptr::null_mut() };
        context.call(|ctx| function(ctx, &mut config.raw))?;
        Ok(config)
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: it is this one's own; NULL is ignored.
        unsafe { sys::scmp_config_destroy(&mut self.raw) }
    }
}

/// Text with the terminating 0 that C wants.
pub(crate) fn c_text(name: &str, text: &[u8]) -> Result<CString> {
    CString::new(text).map_err(|_| Error::new(Status::InvalidArgument, format!("{name} has a zero byte in it")))
}

/// One generator of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generator {
    /// One Sobol dimension in Gray-code order.
    Sobol {
        /// Whose default seeds, where there are no `seeds`.
        side: Side,
        /// p odd numbers m_i < 2^(i+1), m_0 = 1; `None`: the side's.
        seeds: Option<Vec<u32>>,
        /// State before the first draw, 0 to 2^p - 1.
        start: u32,
    },
    /// A Fibonacci LFSR, right-shifting.
    Lfsr {
        /// 1 to 2^p - 1, or from 0 with `zero_state`.
        seed: u64,
        /// Distinct bit positions from the least significant bit; `None`: the width's.
        taps: Option<Vec<i32>>,
        /// Whether state 0 is inserted between 1 and 2^(p-1), which makes the period 2^p.
        zero_state: bool,
    },
    /// CPython's `random.Random(seed).randint(0, 2^p - 1)`.
    TrueRandom {
        /// Absolute value of the seed.
        seed: u64,
    },
}

impl Generator {
    /// The default Sobol generator of a side.
    pub fn sobol(side: Side) -> Self {
        Self::Sobol { side, seeds: None, start: 0 }
    }

    /// As C has it. The pointers inside are good for as long as `self` is borrowed.
    pub(crate) fn raw(&self) -> sys::scmp_generator {
        // SAFETY: the struct and its own function.
        let mut raw = unsafe { crate::init(sys::scmp_generator_init_sized) };
        match self {
            Self::Sobol { side, seeds, start } => {
                raw.r#type = sys::SCMP_GENERATOR_SOBOL;
                raw.sobol_side = side.to_c();
                raw.sobol_start = *start;
                if let Some(seeds) = seeds {
                    raw.sobol_seeds = seeds.as_ptr();
                    raw.sobol_seed_count = i32::try_from(seeds.len()).unwrap_or(i32::MAX);
                }
            }
            Self::Lfsr { seed, taps, zero_state } => {
                raw.r#type = sys::SCMP_GENERATOR_LFSR;
                raw.seed = *seed;
                raw.lfsr_zero_state = i32::from(*zero_state);
                if let Some(taps) = taps {
                    raw.lfsr_taps = taps.as_ptr();
                    raw.lfsr_tap_count = i32::try_from(taps.len()).unwrap_or(i32::MAX);
                }
            }
            Self::TrueRandom { seed } => {
                raw.r#type = sys::SCMP_GENERATOR_MT19937;
                raw.seed = *seed;
            }
        }
        raw
    }
}

/// Which generator of the pool one inner index uses on one side, and how: permutation first, then complement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Index into the pool.
    pub generator: usize,
    /// Whether r becomes 2^p - 1 - r.
    pub complement: bool,
    /// p numbers: out bit i = in bit `permutation[i]`.
    pub permutation: Option<Vec<i32>>,
}

impl Element {
    /// The draws of a generator as they are.
    pub fn new(generator: usize) -> Self {
        Self { generator, ..Self::default() }
    }

    /// C takes it on trust that there are p numbers.
    fn check(&self, sc_prec: u32) -> Result<()> {
        match &self.permutation {
            Some(permutation) if permutation.len() as u64 != u64::from(sc_prec) => {
                let sentence = format!("a permutation has {} entries, sc_prec is {sc_prec}", permutation.len());
                Err(Error::new(Status::InvalidConfig, sentence))
            }
            _ => Ok(()),
        }
    }

    fn raw(&self) -> sys::scmp_element {
        sys::scmp_element {
            generator: i32::try_from(self.generator).unwrap_or(i32::MAX),
            complement: i32::from(self.complement),
            permutation: self.permutation.as_ref().map_or(ptr::null(), |numbers| numbers.as_ptr()),
            reserved: [0; 2],
        }
    }
}

/// A configuration as data.
///
/// ```
/// use scmp::{Config, ConfigDesc, Context, Element, Generator};
/// let desc = ConfigDesc {
///     generators: vec![Generator::Lfsr { seed: 5, taps: None, zero_state: false }],
///     left: vec![Element::new(0)],
///     right: vec![Element { permutation: Some((0..8).rev().collect()), ..Element::new(0) }],
///     uniform: true,
///     ..ConfigDesc::default()
/// };
/// let config = Config::from_desc(&mut Context::new()?, &desc)?;
/// assert_eq!((config.sc_prec(), config.d_max()), (8, None));
/// # Ok::<(), scmp::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigDesc {
    /// The p that it is for; 8 unless said otherwise.
    pub sc_prec: u32,
    /// The pool.
    pub generators: Vec<Generator>,
    /// One element for each inner index of the left side.
    pub left: Vec<Element>,
    /// Likewise, right side.
    pub right: Vec<Element>,
    /// Whether the first element of each side serves every inner index.
    pub uniform: bool,
    /// The mode where a call gives none.
    pub scramble: Scramble,
}

impl Default for ConfigDesc {
    fn default() -> Self {
        // SAFETY: the struct and its own function.
        let c = unsafe { crate::init(sys::scmp_config_desc_init_sized) };
        Self {
            sc_prec: c.sc_prec.unsigned_abs(),
            generators: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            uniform: c.uniform != 0,
            scramble: Scramble::from_c(c.scramble),
        }
    }
}

/// Names that [`Config::named`] takes, the default of every call first.
pub fn named_configs() -> Vec<&'static str> {
    // SAFETY: takes nothing.
    let count = unsafe { sys::scmp_config_name_count() };
    // SAFETY: takes any number; names are static text.
    (0..count).map(|index| unsafe { static_text(sys::scmp_config_name(index)) }).collect()
}

/// The default Sobol seeds of a side.
///
/// # Errors
/// [`Status::InvalidArgument`]
pub fn sobol_seeds(side: Side, sc_prec: u32) -> Result<Vec<u32>> {
    let mut seeds = [0; crate::SC_PREC_MAX as usize];
    // SAFETY: writes sc_prec numbers, which are at most as many as there is room for.
    check(unsafe { sys::scmp_sobol_seeds(side.to_c(), c_count(sc_prec), seeds.as_mut_ptr()) })?;
    Ok(seeds[..sc_prec as usize].to_vec())
}

/// The maximal-length tap sets of an LFSR of this width, the default first; none for a width out of range.
///
/// # Errors
/// None that a caller can bring about.
pub fn lfsr_tap_sets(sc_prec: u32) -> Result<Vec<Vec<i32>>> {
    // SAFETY: takes any number.
    let count = unsafe { sys::scmp_lfsr_tap_set_count(c_count(sc_prec)) };
    let one = |index| {
        let (mut taps, mut length) = ([0; crate::SC_PREC_MAX as usize], 0);
        // SAFETY: writes at most sc_prec positions, and their number.
        check(unsafe { sys::scmp_lfsr_tap_set(c_count(sc_prec), index, taps.as_mut_ptr(), &mut length) })?;
        Ok(taps.iter().copied().take(length.unsigned_abs() as usize).collect())
    };
    (0..count).map(one).collect()
}

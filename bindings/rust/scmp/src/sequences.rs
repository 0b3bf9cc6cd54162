//! Sequences and count tables, to look at.

use std::ptr;

use crate::config::Generator;
use crate::context::Context;
use crate::enums::{Scramble, Side};
use crate::error::{check, Result};
use crate::product::MatmulOptions;
use crate::view::{View, ViewMut};
use crate::{c_count, c_size, sys, zeros};

impl Context {
    /// The first draws of one generator, without permutation, complement, scramble or rescale.
    ///
    /// ```
    /// use scmp::{Context, Generator, Side};
    /// let draws = Context::new()?.generator_draws(&Generator::sobol(Side::Left), 3, 8)?;
    /// assert_eq!(draws, [0, 4, 6, 2, 3, 7, 5, 1]);
    /// # Ok::<(), scmp::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status), `InvalidConfig`; `InvalidShape` for more than 2^p.
    pub fn generator_draws(&mut self, generator: &Generator, sc_prec: u32, count: usize) -> Result<Vec<i32>> {
        let mut draws = zeros(&[count])?;
        let (out, raw) = (ViewMut::from(&mut draws), generator.raw());
        // SAFETY: generator and output are borrowed, the output exclusively, until the call has returned.
        self.call(|ctx| unsafe { sys::scmp_generator_draws(ctx, &raw, c_count(sc_prec), out.raw()) })?;
        Ok(draws)
    }

    /// What the circuit of inner index `d` sees on one side, into `out` of L entries: the draws after permutation,
    /// complement, scramble and rescale.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status), `InvalidConfig`; `InvalidShape` where there are not L entries.
    pub fn sequence(&mut self, options: &MatmulOptions<'_>, side: Side, d: usize, out: &mut [i32]) -> Result<()> {
        let (out, raw) = (ViewMut::from(out), options.raw());
        // SAFETY: as above.
        self.call(|ctx| unsafe { sys::scmp_sequence(ctx, &raw, side.to_c(), c_size(d), out.raw()) })
    }

    /// The count table of inner index `d`: (X, Y) counts in C order of the boundaries in `x` and `y`.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status), `InvalidConfig`.
    pub fn count_table(&mut self, options: &MatmulOptions<'_>, d: usize, x: &[i32], y: &[i32]) -> Result<Vec<i32>> {
        let shape = [x.len(), y.len()];
        let mut table = zeros(&shape)?;
        let (x, y, out) = (View::from(x), View::from(y), ViewMut::new(&mut table, &shape)?);
        let raw = options.raw();
        // SAFETY: as above.
        self.call(|ctx| unsafe { sys::scmp_count_table(ctx, &raw, c_size(d), x.raw(), y.raw(), out.raw()) })?;
        Ok(table)
    }

    /// Which of the different count tables each of `d` inner indices has; the tables are numbered from 0.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status), `InvalidConfig`.
    pub fn table_index(&mut self, options: &MatmulOptions<'_>, d: usize) -> Result<Vec<i32>> {
        let mut index = zeros(&[d])?;
        let (out, raw, mut count) = (ViewMut::from(&mut index), options.raw(), 0);
        // SAFETY: as above.
        self.call(|ctx| unsafe { sys::scmp_table_index(ctx, &raw, c_size(d), out.raw(), &mut count) })?;
        Ok(index)
    }

    /// Number of different count tables over `d` inner indices.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status), `InvalidConfig`.
    pub fn table_count(&mut self, options: &MatmulOptions<'_>, d: usize) -> Result<usize> {
        let (raw, mut count) = (options.raw(), 0);
        // SAFETY: as above.
        self.call(|ctx| unsafe { sys::scmp_table_index(ctx, &raw, c_size(d), ptr::null(), &mut count) })?;
        Ok(count.unsigned_abs() as usize)
    }
}

/// What is xored into the draws of inner index `d` where the mode applies its masks.
pub fn scramble_mask(scramble: Scramble, d: usize, sc_prec: u32) -> u32 {
    // SAFETY: takes any numbers.
    unsafe { sys::scmp_scramble_mask(scramble.to_c(), c_size(d), c_count(sc_prec)) }
}

/// Whether the mode applies its masks at this stream length and grid.
pub fn scramble_applies(scramble: Scramble, sc_prec: u32, stoc_len: u32, rng_levels: u32) -> bool {
    // SAFETY: takes any numbers.
    unsafe {
        sys::scmp_scramble_applies(scramble.to_c(), c_count(sc_prec), c_count(stoc_len), c_count(rng_levels)) != 0
    }
}

/// floor(draw * rng_levels / 2^sc_prec).
pub fn rescale(draw: u32, sc_prec: u32, rng_levels: u32) -> u32 {
    // SAFETY: takes any numbers.
    unsafe { sys::scmp_rescale(draw, c_count(sc_prec), c_count(rng_levels)) }
}

/// The boundaries of the levels 0 to q_max, into `out` of q_max + 1 entries.
///
/// # Errors
/// [`Status::InvalidArgument`](crate::Status); `InvalidShape` where there are not as many entries.
pub fn level_boundaries(options: &MatmulOptions<'_>, out: &mut [i32]) -> Result<()> {
    let (out, raw) = (ViewMut::from(out), options.raw());
    // SAFETY: as above.
    check(unsafe { sys::scmp_level_boundaries(&raw, out.raw()) })
}

//! The worked example in Rust (bindings/example/README.md): calibrate, smooth, multiply, compare with float.

use std::error::Error;
use std::io::{stdout, Write};
use std::path::Path;

use scmp::{Calibration, Config, Context, MatmulOptions, PackedWeights, View, F16};

const FIRST: usize = 100; // calibration rows of the first statistics
const N: usize = 128;
const M: usize = 384;
const D: usize = 384;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "tests/data/minilm".to_owned());
    run(Path::new(&directory), &mut stdout().lock())
}

/// A float16 matrix of D columns.
fn read_npy(directory: &Path, name: &str) -> Result<Vec<F16>, Box<dyn Error>> {
    let file = std::fs::read(directory.join(name).with_extension("npy"))?;
    let data = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    Ok(file[data..].chunks_exact(2).map(|two| F16(u16::from_le_bytes([two[0], two[1]]))).collect())
}

fn float_product(a: &[F16], b: &[F16]) -> Vec<f64> {
    let wide = |x: &[F16]| x.iter().map(|&half| f64::from(half)).collect::<Vec<_>>();
    let (a, b) = (wide(a), wide(b));
    let mut r = Vec::with_capacity(N * M);
    for row in a.chunks_exact(D) {
        for column in b.chunks_exact(D) {
            r.push(row.iter().zip(column).fold(0.0, |sum, (x, y)| sum + x * y));
        }
    }
    r
}

fn bits<const BYTES: usize>(elements: impl Iterator<Item = [u8; BYTES]>) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
    elements.flatten().fold(14_695_981_039_346_656_037, hash)
}

fn float_bits(v: &[f32]) -> u64 {
    bits(v.iter().map(|x| x.to_le_bytes()))
}

fn db(v: &[f32], r: &[f64]) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for (&v, &r) in v.iter().zip(r) {
        let error = f64::from(v) - r;
        signal += r * r;
        noise += error * error;
    }
    10.0 * f64::log10(signal / noise)
}

fn smoothing_scales(calib: &[F16], b: View<'_>, out: &mut impl Write) -> Result<Vec<f32>, Box<dyn Error>> {
    let calib = View::new(calib, &[calib.len() / D, D])?;
    let (mut all, mut rest) = (Calibration::new(D)?, Calibration::new(D)?);
    all.observe(calib.narrowed(0, 0..FIRST)?)?;
    rest.observe(calib.narrowed(0, FIRST..calib.shape()[0])?)?;
    all.merge(&rest)?;
    let act: Vec<f32> = all.act_scales()?;
    let s: Vec<f32> = all.smooth_scales(&[b], 0.5)?;

    let channel = (0..D).fold(0, |best, d| if act[d] > act[best] { d } else { best });
    let (least, largest) = s.iter().fold((s[0], s[0]), |(least, largest), &x| (least.min(x), largest.max(x)));
    writeln!(out, "a ({N}, {D}), b ({M}, {D}), calibrated on {} rows", all.rows())?;
    writeln!(out, "largest activation {:.6} in channel {channel}", act[channel])?;
    writeln!(out, "scales {least:.6} to {largest:.6}, bits {:016x}", float_bits(&s))?;
    Ok(s)
}

/// Prints the example's lines.
pub fn run(directory: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let calib = read_npy(directory, "calib_0_mlp_up")?;
    let (a, b) = (read_npy(directory, "eval_0_mlp_up")?, read_npy(directory, "weight_0_mlp_up")?);
    let r = float_product(&a, &b);
    let (a, b) = (View::new(&a, &[N, D])?, View::new(&b, &[M, D])?);
    let s = smoothing_scales(&calib, b, out)?;

    let mut context = Context::new()?;
    let tuned = Config::named(&mut context, "sobol_tuned", 8)?;
    let (mut z, mut same) = (Vec::new(), false);
    for length in [64, 128, 256] {
        let options = MatmulOptions::new().config(&tuned).stoc_len(length);
        let smooth = options.clone().smooth(&s);
        let y = context.matmul(a, b, &options)?;
        z = context.matmul(a, b, &smooth)?;
        let (bits_y, bits_z) = (float_bits(&y), float_bits(&z));
        write!(out, "stoc_len {length:3}: {:.4} dB, bits {bits_y:016x}; ", db(&y, &r))?;
        writeln!(out, "smoothed {:.4} dB, bits {bits_z:016x}", db(&z, &r))?;
        if length == 128 {
            let packed = PackedWeights::new(&mut context, b, &smooth)?;
            let packed_z = context.matmul_packed(a, &packed)?;
            same = packed_z.iter().map(|x| x.to_bits()).eq(z.iter().map(|x| x.to_bits()));
        }
    }
    writeln!(out, "packed: {} bits", if same { "same" } else { "other" })?;
    writeln!(out, "y[0][0..3] {:.6} {:.6} {:.6} {:.6}", z[0], z[1], z[2], z[3])?;
    writeln!(out, "r[0][0..3] {:.6} {:.6} {:.6} {:.6}", r[0], r[1], r[2], r[3])?;

    let counts = context.matmul_counts(a, b, &MatmulOptions::new())?;
    let (least, largest) = (counts.iter().min().unwrap_or(&0), counts.iter().max().unwrap_or(&0));
    writeln!(out, "counts {least} to {largest}, bits {:016x}", bits(counts.iter().map(|x| x.to_le_bytes())))?;

    let error = context.matmul(a, b.narrowed(1, 0..D - 1)?, &MatmulOptions::new()).unwrap_err();
    writeln!(out, "error {}: {error}", error.status())?;
    Ok(())
}

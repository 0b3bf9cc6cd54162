"""The worked example in Python (bindings/example/README.md): calibrate, smooth, multiply, compare with float."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

import scmp

Array = npt.NDArray[np.float64]


def float_product(a: Array, b: Array) -> Array:
    """Sums in ascending order of d, one rounding for each operation."""
    r = np.zeros((a.shape[0], b.shape[0]))
    for d in range(a.shape[1]):
        r += np.multiply.outer(a[:, d], b[:, d])
    return r


def in_order(values: Array) -> float:
    """The sum, one value after the other."""
    return float(np.cumsum(values.ravel())[-1])


def db(v: Array, r: Array) -> float:
    """Signal to noise."""
    return float(10 * np.log10(in_order(r * r) / in_order((v - r) ** 2)))


def bits(array: npt.NDArray[np.generic]) -> str:
    """64-bit FNV-1a of the bytes."""
    hashed = 14695981039346656037
    for byte in array.tobytes():
        hashed = (hashed ^ byte) * 1099511628211 % 2**64
    return f"{hashed:016x}"


def main(directory: str = "tests/data/minilm") -> None:
    """Prints the example's output."""
    calib, a, b = (np.load(Path(directory) / f"{name}_0_mlp_up.npy") for name in ("calib", "eval", "weight"))
    r = float_product(a.astype(np.float64), b.astype(np.float64))

    with scmp.Calibration(d=a.shape[1]) as statistics, scmp.Calibration(d=a.shape[1]) as rest:
        statistics.observe(calib[:100])
        rest.observe(calib[100:])
        statistics.merge(rest)
    act = statistics.act_scales()
    s = statistics.smooth_scales(b, alpha=0.5, dtype="float32")
    print(f"a {a.shape}, b {b.shape}, calibrated on {statistics.rows} rows")
    print(f"largest activation {act.max():.6f} in channel {act.argmax()}")
    print(f"scales {s.min():.6f} to {s.max():.6f}, bits {bits(s)}")

    smoothed = {}
    for length in (64, 128, 256):
        y = scmp.sc_matmul(a, b, stoc_len=length, config="sobol_tuned")
        z = scmp.sc_matmul(a, b, stoc_len=length, config="sobol_tuned", smooth_scales=s)
        smoothed[length] = z
        print(f"stoc_len {length:3d}: {db(y, r):.4f} dB, bits {bits(y)}; smoothed {db(z, r):.4f} dB, bits {bits(z)}")
    packed = scmp.PackedWeights(b, stoc_len=128, config="sobol_tuned", smooth_scales=s)
    print("packed:", "same" if packed.matmul(a).tobytes() == smoothed[128].tobytes() else "other", "bits")
    print("y[0][0..3]", *(f"{value:.6f}" for value in smoothed[256][0, :4]))
    print("r[0][0..3]", *(f"{value:.6f}" for value in r[0, :4]))

    _, counts = scmp.sc_matmul(a, b, return_counts=True)
    print(f"counts {counts.min()} to {counts.max()}, bits {bits(counts)}")
    try:
        scmp.sc_matmul(a, b[:, :383])
    except scmp.Error as error:
        print(f"error {error.status.name}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a small product costs from Python beyond the C call: `call_overhead.py [--json FILE]` adds a row to FILE."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from ctypes import byref, pointer, sizeof
from pathlib import Path

import numpy as np

import scmp
from scmp._library import lib
from scmp._options import Options
from scmp._tensor import operand
from scmp.generated import _c

N, M, D = 16, 16, 64


def best(call: Callable[[], object], rounds: int = 30, calls: int = 200) -> float:
    """Microseconds of one call, in the best round."""
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        least = min(least, (time.perf_counter() - start) / calls)
    return least * 1e6


def c_call(context: scmp.Context, a: object, b: object, calls: int = 5000) -> float:
    """Microseconds of the fastest call as the library itself measures it, without ctypes."""
    options, report, call = Options(context), _c.scmp_report(), _c.scmp_call()
    lib.scmp_report_init_sized(byref(report), sizeof(report))
    lib.scmp_call_init_sized(byref(call), sizeof(call))
    call.report = pointer(report)
    left, right = operand(a, "a"), operand(b, "b")
    y = left.new((N, M), _c.scmp_dtype.SCMP_DTYPE_F32)
    least = float("inf")
    for _ in range(calls):
        context.call(
            lib.scmp_matmul,
            context.handle,
            byref(left.tensor),
            byref(right.tensor),
            byref(options.struct),
            byref(call),
            byref(y.tensor),
        )
        least = min(least, report.ms_total)
    return least * 1e3


def main() -> None:
    """Measures, prints, and adds the row to the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rng = np.random.default_rng(1)
    a, b = (rng.standard_normal((rows, D)).astype(np.float32) for rows in (N, M))
    context = scmp.Context("cpu", threads=1)
    python, c = best(lambda: scmp.sc_matmul(a, b, context=context)), c_call(context, a, b)
    row = {
        "bench": "call_overhead",
        "language": "python",
        "shape": [N, M, D],
        "isa": context.isa,
        "us_python": round(python, 2),
        "us_c": round(c, 2),
        "overhead_us": round(python - c, 2),
    }
    print(
        f"{N}x{D} by {M}x{D} from Python: {python:.1f} us, {c:.1f} us of it in the library: {python - c:.1f} us over it"
    )
    if arguments.json is not None:
        rows = json.loads(arguments.json.read_text()) if arguments.json.exists() else []
        arguments.json.write_text(json.dumps([*rows, row], indent=1) + "\n")


if __name__ == "__main__":
    main()

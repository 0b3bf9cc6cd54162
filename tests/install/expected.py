#!/usr/bin/env python3
"""The numbers that program.c expects: its product, step by step as docs/semantics.md has it, without the library.

Every f32 operation is done in f64 and rounded once, which gives the correctly rounded f32 (53 >= 2 * 24 + 2).
"""

import struct

P, L, G, Q_MAX = 8, 256, 256, 127
A = [[1.0, -2.0, 3.0, 0.5], [0.25, 4.0, -1.5, 2.0]]
B = [[2.0, 1.0, -1.0, 3.0], [0.5, -0.75, 1.25, 1.0], [-3.0, 0.125, 2.5, -1.0]]


def fl(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def sobol(seeds):
    """Spec 3: Gray-code order."""
    state, draws = 0, []
    for t in range(2**P):
        draws.append(state)
        zero = next(i for i in range(P + 1) if not t >> i & 1)
        if zero < P:
            state ^= seeds[zero] << (P - 1 - zero)
    return draws


RA, RB = sobol([1] * 8), sobol([1, 1, 1, 1, 9, 1, 41, 255])


def count(x, y):
    """Spec 2: the circuit, cycle by cycle. Full streams on the full grid are neither scrambled nor rescaled."""
    ones = step = 0
    for t in range(L):
        if RA[t] < x:
            ones += RB[step] < y
            step += 1
    return ones


def quantize(row):
    """Spec 4, rule B3; Python's round is to nearest even."""
    scale = fl(max(fl(max(map(abs, row))), fl(1e-5)) / Q_MAX)
    q = [max(-Q_MAX, min(Q_MAX, round(fl(x / scale)))) for x in row]
    return scale, [(round(fl(fl(abs(v) * G) / Q_MAX)), (v > 0) - (v < 0)) for v in q]


def main():
    c = fl(fl(Q_MAX**2) / fl(L))
    words = []
    for scale_a, row_a in map(quantize, A):
        for scale_b, row_b in map(quantize, B):
            total = sum(sa * sb * count(xa, xb) for (xa, sa), (xb, sb) in zip(row_a, row_b))
            y = fl(fl(fl(total) * c) * fl(scale_a * scale_b))
            words.append("0x%08xu" % struct.unpack("I", struct.pack("f", y + 0.0))[0])
    print("{" + ", ".join(words) + "}")


main()

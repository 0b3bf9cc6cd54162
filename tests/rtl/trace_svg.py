#!/usr/bin/env python3
"""Draws docs/trace.svg: one multiplier's wires in every cycle, as scmp_trace_csv gives them.

`PYTHONPATH=bindings/python SCMP_LIBRARY=build/src/libscmp.so tests/rtl/trace_svg.py > docs/trace.svg`
"""

import csv
import ctypes
import os
import sys

from scmp.generated import _c

P, A, B = 4, 10, 7  # precision, boundaries of a and b
CELL, LEFT, TOP, ROW = 42, 130, 60, 36
BITS = ("left_bit", "right_bit", "and_bit")
SIGNALS = ("left_draw", "left_bit", "right_position", "right_draw", "right_bit", "and_bit", "partial")


def trace():
    """The lines of the CSV as dictionaries."""
    lib = _c.Functions(ctypes.CDLL(os.environ["SCMP_LIBRARY"]))
    ctx, config = ctypes.POINTER(_c.scmp_ctx)(), ctypes.POINTER(_c.scmp_config)()
    options, quantized, tensors = _c.scmp_matmul_options(), [], []
    lib.scmp_matmul_options_init_sized(ctypes.byref(options), ctypes.sizeof(options))
    for boundary in (A, B):
        value = ctypes.c_int32(boundary)
        tensor = lib.scmp_tensor_2d(_c.scmp_dtype.SCMP_DTYPE_I32, ctypes.addressof(value), 1, 1)
        operand = _c.scmp_quantized()
        lib.scmp_quantized_init_sized(ctypes.byref(operand), ctypes.sizeof(operand))
        operand.boundary = ctypes.pointer(tensor)
        tensors.append((value, tensor))
        quantized.append(operand)
    pieces = []

    def write(_user, text, length):
        pieces.append(ctypes.string_at(text, length).decode())
        return 0

    def check(status):
        if status:
            raise SystemExit(lib.scmp_last_error().decode())

    callback = _c.scmp_write_fn(write)
    check(lib.scmp_ctx_create(None, ctypes.byref(ctx)))
    check(lib.scmp_config_create_named(ctx, b"sobol_tuned", P, ctypes.byref(config)))
    options.config = config
    options.sc_prec = P
    a, b = map(ctypes.byref, quantized)
    check(lib.scmp_trace_csv(ctx, a, b, ctypes.byref(options), 0, callback, None))
    lib.scmp_config_destroy(ctypes.byref(config))
    lib.scmp_ctx_destroy(ctypes.byref(ctx))
    return list(csv.DictReader(line for line in "".join(pieces).splitlines() if not line.startswith("#")))


def bit_row(values, y):
    """A wave: high where the bit is 1."""
    low, high = y + 24, y + 6
    points = []
    for t, value in enumerate(values):
        level = high if value == 1 else low
        points += [f"{LEFT + t * CELL},{level}", f"{LEFT + (t + 1) * CELL},{level}"]
    return f'<polyline class="wave" points="{" ".join(points)}"/>'


def number_row(values, y):
    """A bus: a box for each stretch of equal numbers."""
    out, start = [], 0
    for t in range(1, len(values) + 1):
        if t < len(values) and values[t] == values[start]:
            continue
        x, width = LEFT + start * CELL, (t - start) * CELL
        out.append(f'<rect class="bus" x="{x + 1.5}" y="{y + 4}" width="{width - 3}" height="22" rx="4"/>')
        out.append(f'<text class="number" x="{x + width / 2}" y="{y + 20}">{values[start]}</text>')
        start = t
    return "\n".join(out)


def main():
    rows = trace()
    cycles = len(rows)
    width, height = LEFT + cycles * CELL + 20, TOP + len(SIGNALS) * ROW + 20
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="13" role="img">',
        "<title>A trace of the enable-signal multiplier</title>",
        f"<desc>Every wire in cycles 0 to {cycles - 1}; the product counts {rows[-1]['partial']} ones.</desc>",
        "<style>",
        "text { fill: #111111; } text.number { text-anchor: middle; } text.signal { text-anchor: end; }",
        "text.cycle { text-anchor: middle; fill: #666666; font-size: 12px; }",
        "rect.bus { fill: #e8eef7; stroke: #5b6b82; } rect.enabled { fill: #fbe9e7; }",
        "polyline.wave { fill: none; stroke: #222222; stroke-width: 1.8; }",
        "</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="14" y="22">sobol_tuned, p = {P}, boundaries {A} and {B}; at the end of a shaded cycle, '
        "whose left bit is 1, the right generator moves</text>",
        f'<text class="signal cycle" x="{LEFT - 12}" y="{TOP - 8}" style="text-anchor: end">cycle</text>',
    ]
    for t, row in enumerate(rows):
        if row["left_bit"] == "1":
            x, tall = LEFT + t * CELL, len(SIGNALS) * ROW
            out.append(f'<rect class="enabled" x="{x}" y="{TOP - 2}" width="{CELL}" height="{tall}"/>')
        out.append(f'<text class="cycle" x="{LEFT + (t + 0.5) * CELL}" y="{TOP - 8}">{t}</text>')
    for i, signal in enumerate(SIGNALS):
        y, values = TOP + i * ROW, [int(row[signal]) for row in rows]
        out.append(f'<text class="signal" x="{LEFT - 12}" y="{y + 20}">{signal}</text>')
        out.append(bit_row(values, y) if signal in BITS else number_row(values, y))
    sys.stdout.write("\n".join([*out, "</svg>", ""]))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What ./run bench measured, as a bar plot and as the README's table.

    report.py bench.json --svg bench.svg     ratios to sgemm for each instruction set
    report.py bench.json --readme README.md  rewrites what stands between the two marker comments
"""

import argparse
import json
import math
import sys
from xml.sax.saxutils import escape

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"

# The products that the README's table and the plot show: (what the row is called, shape, L, packed).
SHOWN = [
    ("1024 × 1024 × 1024", [1024, 1024, 1024], 256, False),
    ("1024 × 1024 × 1024, L = 128", [1024, 1024, 1024], 128, False),
    ("128 × 128 × 128", [128, 128, 128], 256, False),
    ("128 × 128 × 128, L = 128", [128, 128, 128], 128, False),
    ("8 × 4096 × 4096, packed", [8, 4096, 4096], 256, True),
    ("1 × 4096 × 4096, packed", [1, 4096, 4096], 256, True),
]

# One colour for each instruction set, told apart in both themes and in grey.
COLOURS = ["#9aa5b1", "#4c9be8", "#2f6fb7", "#e08a2e", "#7a5bb5", "#4aa564"]


def plain(row):
    """Whether a row is of the default options, halved or not."""
    return (
        row["bench"] == "matmul"
        and row["granularity"] == "per_row"
        and row["mode"] == "bipolar"
        and row["config"] == "sobol_simple"
        and row["rng_levels"] == max(row["stoc_len"], 128)
        and row["scramble"] == "bitrev"
    )


def find(rows, *key):
    """The row of an instruction set, a shape, a stream length, packed before or not."""
    for row in rows:
        if plain(row) and (row["isa"], row["shape"], row["stoc_len"], row["prepacked"]) == key:
            return row
    return None


def isas(rows):
    return list(dict.fromkeys(row["isa"] for row in rows if row["bench"] == "matmul"))


# --- The plot ---------------------------------------------------------------------------------------------------------

STYLE = """
    .ground { fill: #ffffff } text { fill: #24292f; font: 12px system-ui, sans-serif }
    .title { font-size: 15px; font-weight: 600 } .small { font-size: 11px; fill: #57606a }
    .grid { stroke: #d0d7de } .base { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 3 } .red { fill: #cf222e }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117 } text { fill: #e6edf3 } .small { fill: #9198a1 }
      .grid { stroke: #30363d } .base { stroke: #ff7b72 } .red { fill: #ff7b72 }
    }"""


def svg(rows):
    sets = isas(rows)
    shown = [entry for entry in SHOWN if any(find(rows, isa, *entry[1:]) for isa in sets)]
    left, right, top, bar, gap = 214, 50, 88, 14, 18
    plot = 540
    group = len(sets) * bar + gap
    width, height = left + plot + right, top + len(shown) * group + 58
    found = [row for row in (find(rows, isa, *entry[1:]) for entry in shown for isa in sets) if row]
    most = max(1.5, math.ceil(2 * max(row["ratio_sgemm"] for row in found)) / 2)
    x = lambda value: left + plot * value / most

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img">',
        "  <title>SC products per second over float sgemm's, by instruction set</title>",
        f"  <style>{STYLE}\n  </style>",
        f'  <rect class="ground" width="{width}" height="{height}"/>',
        f'  <text class="title" x="16" y="26">SC products per second, as a multiple of float sgemm\'s</text>',
        f'  <text class="small" x="16" y="44">one core of {escape(rows[0]["cpu"])}; {escape(find_sgemm(rows))}'
        " limited to each row's instruction set</text>",
    ]
    at = 16
    for colour, isa in zip(COLOURS, sets):
        out.append(f'  <rect x="{at}" y="56" width="12" height="12" rx="2" fill="{colour}"/>')
        out.append(f'  <text x="{at + 18}" y="66">{escape(isa)}</text>')
        at += 36 + 8 * len(isa)
    bottom = top + len(shown) * group
    step = 0.5 if most <= 5 else 1.0
    for i in range(int(most / step) + 1):
        value = i * step
        out.append(f'  <line class="grid" x1="{x(value):.1f}" y1="{top - 8}" x2="{x(value):.1f}" y2="{bottom}"/>')
        out.append(f'  <text class="small" x="{x(value):.1f}" y="{bottom + 16}" text-anchor="middle">{value:g}</text>')
    values = []
    for g, (label, *key) in enumerate(shown):
        y0 = top + g * group
        middle = y0 + len(sets) * bar / 2 + 4
        out.append(f'  <text x="{left - 10}" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>')
        for s, isa in enumerate(sets):
            row = find(rows, isa, *key)
            if row is None:
                continue
            y = y0 + s * bar
            ratio = row["ratio_sgemm"]
            out.append(
                f'  <rect x="{left}" y="{y + 1}" width="{x(ratio) - left:.1f}" height="{bar - 2}" rx="2"'
                f' fill="{COLOURS[s % len(COLOURS)]}"><title>{escape(label)}, {escape(isa)}:'
                f' {row["gmacs"]:.1f} G products/s, sgemm {row["sgemm_gmacs"]:.1f}</title></rect>'
            )
            values.append(f'  <rect class="ground" x="{x(ratio) + 3:.1f}" y="{y + 1}" width="26" height="{bar - 2}"/>')
            values.append(f'  <text class="small" x="{x(ratio) + 5:.1f}" y="{y + 11}">{ratio:.2f}</text>')
    out.append(f'  <line class="base" x1="{x(1):.1f}" y1="{top - 8}" x2="{x(1):.1f}" y2="{bottom}"/>')
    where = f'x="{x(1):.1f}" y="{bottom + 32}"'
    out.append(f'  <text class="small red" {where} text-anchor="middle">as fast as sgemm</text>')
    return "\n".join([*out, *values, "</svg>\n"])


def find_sgemm(rows):
    """oneDNN and its version, without the instruction set."""
    return " ".join(next(row["sgemm"] for row in rows if row["bench"] == "matmul").split()[:2])


# --- The README -------------------------------------------------------------------------------------------------------


def table(rows):
    first = rows[0]
    out = [
        f"On one core of {first['cpu']} with {first['compiler']}, against {find_sgemm(rows)}; 8 bits, per row,"
        " bipolar,",
        "default streams of 256 cycles, or 128 where it says so; in G products/s, in brackets as a multiple of"
        " `sgemm`'s:",
        "",
        "| N × M × D | " + " | ".join(isas(rows)) + " |",
        "| --- |" + " --- |" * len(isas(rows)),
    ]
    for label, *key in SHOWN:
        found = [find(rows, isa, *key) for isa in isas(rows)]
        if any(found):
            cells = [f"{row['gmacs']:.1f} ({row['ratio_sgemm']:.2f})" if row else "" for row in found]
            out.append(f"| {label} | " + " | ".join(cells) + " |")
    gather = [find(rows, isa, *SHOWN[0][1:]) for isa in isas(rows)]
    if all(gather):
        cells = [f"{row['ratio_gather']:.0f} ×" for row in gather]
        out.append("| first row over the lookup loop | " + " | ".join(cells) + " |")
    return "\n".join(out)


def rewrite(path, text):
    with open(path, encoding="utf-8") as file:
        whole = file.read()
    if whole.count(BEGIN) != 1 or whole.count(END) != 1:
        sys.exit(f"report.py: {path} must have {BEGIN} and {END} once each")
    head, rest = whole.split(BEGIN)
    tail = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n{text}\n{END}{tail}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json")
    parser.add_argument("--svg")
    parser.add_argument("--readme")
    arguments = parser.parse_args()
    with open(arguments.json, encoding="utf-8") as file:
        rows = json.load(file)
    if arguments.svg:
        with open(arguments.svg, "w", encoding="utf-8") as file:
            file.write(svg(rows))
    if arguments.readme:
        rewrite(arguments.readme, table(rows))


if __name__ == "__main__":
    main()

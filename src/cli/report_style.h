// The style sheet of the sweep's HTML report. Colours keep apart for most kinds of colour blindness (after Okabe and
// Ito) and have enough contrast on both backgrounds; dashes and marker shapes say the same once more.
#pragma once

namespace cli {

constexpr int report_colours = 6;

inline constexpr char report_style[] = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d1d9e0; --paper: #ffffff; --band: #f6f8fa;
  --c0: #0060a8; --c1: #c24a00; --c2: #00795a; --c3: #93407c; --c4: #7a5c00; --c5: #3d4a99; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --band: #161b22;
    --c0: #6cb6ff; --c1: #ff9d5c; --c2: #3fd0a4; --c3: #e08cc4; --c4: #e2c044; --c5: #a5b4fc; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 84rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .35rem 0; max-width: 60rem; }
.facts, footer, figcaption { color: var(--soft); font-size: .9rem; }
.conclusion { margin: 1rem 0; padding: .6rem .9rem; background: var(--band); border-left: 4px solid var(--c0); }
figure { margin: 1rem 0; }
.plots { display: grid; gap: .5rem 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr)); }
.plots svg { width: 100%; height: auto; display: block; }
.plots.one svg { max-width: 56rem; }
ul.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: .75rem 0; padding: 0; }
ul.legend li { display: flex; align-items: center; gap: .5rem; }
ul.legend svg { width: 44px; height: 16px; flex: none; }
svg text { fill: var(--ink); font-family: inherit; font-size: 12px; }
svg .name { font-size: 14px; font-weight: 600; }
svg .axis { fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .frame { fill: none; stroke: var(--soft); stroke-width: 1; }
svg .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
svg .dot { fill: currentColor; stroke: var(--paper); stroke-width: 1.25; }
svg .hollow { fill: var(--paper); stroke: currentColor; stroke-width: 2; }
svg .smoothed .curve { stroke-dasharray: 7 4; }
svg .exact { stroke: var(--soft); stroke-width: 1.75; stroke-dasharray: 1.5 4; stroke-linecap: round; }
svg .exact.smoothed { stroke-dasharray: 9 4 1.5 4; }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); }
.c3 { color: var(--c3); } .c4 { color: var(--c4); } .c5 { color: var(--c5); }
.curve { stroke: currentColor; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .2rem .7rem; text-align: right; }
th.word, td.word { text-align: left; }
thead th { border-bottom: 1px solid var(--soft); vertical-align: bottom; font-weight: 600; }
thead tr:first-child th { border-bottom: 0; text-align: center; }
tbody td.first, thead th.first { border-left: 1px solid var(--line); }
tbody tr.group td, tbody tr.group th { border-top: 1px solid var(--line); }
tbody tr.granularity td, tbody tr.granularity th { border-top: 2px solid var(--soft); }
tbody td.top { vertical-align: top; }
tbody th { font-weight: 600; vertical-align: top; }
tbody tr:hover td.cell { background: var(--band); }
)css";

} // namespace cli

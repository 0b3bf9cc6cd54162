#!/usr/bin/env python3
"""Writes every binding's lowest layer from the public headers: `generate.py [--check] [--root DIRECTORY] [--api FILE]`.

The headers become one description, and from that come the C layout test, the ctypes layer, the declarations of the Rust
crate scmp-sys, the Julia module LibSCMP and the SystemVerilog package scmp_dpi, with the documentation. All of it lies
in folders called `generated` and is committed. --check writes nothing and fails where a file is another, or where a
function of the header is missing in one. Needs PyPI's libclang.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from pathlib import Path
from typing import Any

import c
import header
import julia
import python
import rust
import sv


def outputs(root: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The description, and every file's text by its path."""
    api = header.read(root / "include")
    files: dict[str, str] = {}
    for language in (c, python, rust, julia):
        files.update(language.emit(api))
    template = Path(__file__).with_name("scmp_dpi.c.in").read_text(encoding="utf-8")
    files.update(sv.emit(api, template))
    return api, files


def lacking(api: dict[str, Any], files: dict[str, str]) -> list[str]:
    """Functions of the header that a layer does not have."""
    layers = [path for path in files if path.endswith(("_c.py", "mod.rs", "LibSCMP.jl", ".svh"))]
    return [
        f"{path} lacks {entry['name']}"
        for path in layers
        for entry in api["functions"]
        if f"{entry['name']}(" not in files[path]
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="top of the repository")
    parser.add_argument("--api", type=Path, help="write the description there, as JSON")
    arguments = parser.parse_args()
    api, files = outputs(arguments.root)
    problems = lacking(api, files)
    if arguments.api:
        arguments.api.write_text(json.dumps(api, indent=1) + "\n", encoding="utf-8")
    for name, text in files.items():
        path = arguments.root / name
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != text:
            diff = difflib.unified_diff(old.splitlines(), text.splitlines(), name, "regenerated", lineterm="", n=1)
            problems += [f"{name} is not what the headers give: run bindings/generator/generate.py", *list(diff)[:40]]
    print("\n".join(problems) or f"{len(api['functions'])} functions in {len(files)} files")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the emitters share: C types taken apart, and comments as lines of documentation."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

NOTICE = "Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again."


@dataclass(frozen=True)
class Type:
    """A C type: `const base *...[count]`."""

    base: str
    const: bool
    pointers: int
    count: int  # 0: no array

    @staticmethod
    def parse(text: str) -> Type:
        match = re.fullmatch(r"(const )?(\w+) ?(\**)(?:\[(\d+)\])?", text)
        if not match:
            raise SystemExit(f"the bindings do not know the type {text!r}")
        const, base, stars, count = match.groups()
        return Type(base, bool(const), len(stars), int(count or 0))


# What Markdown would take for the start of a list, a quote or a heading.
MARKER = re.compile(r"^(\s*)([-+*>#]|\d+[.)])(?=\s)")


def wrap(text: str, width: int, indent: str = "", markdown: bool = False) -> list[str]:
    """Lines of at most `width`; paragraphs stay apart and tables stay as they are."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [""] if lines else []
        if paragraph.startswith("|"):
            lines += paragraph.splitlines()
        else:
            plain = textwrap.wrap(paragraph, width, subsequent_indent=indent, break_on_hyphens=False)
            lines += [MARKER.sub(r"\1\\\2", line) for line in plain] if markdown else plain
    return lines


def documentation(entry: dict[str, Any], width: int, markdown: bool = True) -> list[str]:
    """The whole comment of an entry, in Markdown or plain."""
    heading, bullet = ("# {}", "* `{}`: ") if markdown else ("{}:", "* {}: ")
    lines = wrap(entry["text"], width, markdown=markdown)
    described = [param for param in entry.get("params", []) if param["text"]]
    if described:
        lines += ["", heading.format("Parameters"), ""]
        for param in described:
            lines += item(bullet.format(param["name"]), param["text"], width, markdown)
    if entry.get("returns"):
        lines += ["", heading.format("Returns"), "", *wrap(entry["returns"], width, markdown=markdown)]
    lines += ["", f"Since {entry['since']}."]
    return lines


def item(bullet: str, text: str, width: int, markdown: bool = True) -> list[str]:
    """One entry of a list."""
    lines = wrap(bullet.strip("* ") + " " + text, width - 2, markdown=markdown)
    return [f"{'  ' if index else '* '}{line}" for index, line in enumerate(lines)]


def short(text: str) -> str:
    """A field's or value's comment as one line."""
    return " ".join(text.split())

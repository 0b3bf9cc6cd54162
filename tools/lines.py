#!/usr/bin/env python3
"""Whether every line of the sources has at most 120 characters; names those that are longer.

Looks at what git tracks. Not looked at: what a program wrote (generated/), data that tests read (golden vectors,
corpora, pictures), and texts of others (licences). Free are a row of a Markdown table, which cannot be wrapped, and a
line that is one address.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST = 120
ROOT = Path(__file__).resolve().parents[1]
NOT_LOOKED_AT = re.compile(
    r"(^|/)generated/"
    r"|^tests/(data|golden|fuzz/corpus)/.*(?<!meson\.build)(?<!\.py)(?<!\.cpp)(?<!\.h)(?<!\.md)$"
    r"|\.svg$"
    r"|(^|/)(LICENSE|NOTICE)"
)
ADDRESS = re.compile(r"\W*https?://\S+$")


def tracked() -> list[str]:
    """The files of the repository; none where git does not say."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.split("\0") if name and not NOT_LOOKED_AT.search(name)]


def too_long(name: str) -> Iterator[str]:
    """The lines of a file that are too long, with their place."""
    path = ROOT / name
    if not path.is_file() or path.is_symlink():
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # no text
    for number, line in enumerate(text.split("\n"), 1):
        free = ADDRESS.match(line) or (name.endswith(".md") and line.startswith("|"))
        if len(line) > LONGEST and not free:
            yield f"{name}:{number}: {len(line)} characters"


def main() -> int:
    """The exit status: 77 is a skip."""
    names = tracked()
    if not names:
        print("skipped: git does not say which files are the repository's")
        return 77
    found = [place for name in names for place in too_long(name)]
    print("\n".join(found) if found else f"{len(names)} files, no line of more than {LONGEST} characters")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

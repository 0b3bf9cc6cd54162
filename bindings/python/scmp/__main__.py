"""`python -m scmp`: the scmp program, which comes with the package or from the build folder or the PATH."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import NoReturn

from ._library import installed

# The files that this command has started so far to become the program, in case one of them starts it again.
_TRIED = "SCMP_PROGRAMS_TRIED"


def _is_script(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def _candidates() -> Iterator[str]:
    """Where the program may be: SCMP_PROGRAM, then where the library is looked for, then the PATH."""
    named = os.environ.get("SCMP_PROGRAM")
    if named:
        yield named
        return
    for path in installed("scmp-program"):
        yield str(path)
        yield str(path.with_name("scmp"))  # the build folder's own name for it
    for folder in os.get_exec_path():
        found = os.path.join(folder, "scmp")
        # The command that pip makes of this module is called scmp, too, and others may stand before it.
        if os.path.isfile(found) and os.access(found, os.R_OK) and not _is_script(found):
            yield found


def _identity(path: str) -> str:
    found = os.stat(path)
    return f"{found.st_dev}:{found.st_ino}"


def program() -> str | None:
    """The program's path, never one that this command has started already."""
    tried = os.environ.get(_TRIED, "").split()
    for path in _candidates():
        if os.path.isfile(path) and os.access(path, os.X_OK) and _identity(path) not in tried:
            return path
    return None


def main() -> NoReturn:
    """Runs the program in this process's place."""
    path = program()
    if path is None:
        named = os.environ.get("SCMP_PROGRAM")
        sys.exit(
            f"scmp: SCMP_PROGRAM = {named} is no scmp program"
            if named
            else "scmp: the scmp program was not built with this package: it needs CLI11 (libcli11-dev)"
        )
    environment = {name: value for name, value in os.environ.items() if name != "SCMP_PROGRAM"}
    environment[_TRIED] = f"{environment.get(_TRIED, '')} {_identity(path)}"
    try:
        os.execve(path, ["scmp", *sys.argv[1:]], environment)
    except OSError as error:
        sys.exit(f"scmp: {path} cannot be run: {error.strerror}")


if __name__ == "__main__":
    main()

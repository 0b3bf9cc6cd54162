"""`python -m scmp`: the scmp program, which comes with the package or from the build folder or the PATH."""

from __future__ import annotations

import os
import shutil
import sys
from typing import NoReturn

from ._library import installed


def program() -> str | None:
    """The program's path: SCMP_PROGRAM, then where the library is looked for, then the PATH."""
    named = os.environ.get("SCMP_PROGRAM")
    if named:
        return named
    for path in installed("scmp-program"):
        if path.is_file():
            return str(path)
        if path.with_name("scmp").is_file():  # the build folder's own name for it
            return str(path.with_name("scmp"))
    found = shutil.which("scmp")
    # The command that pip makes of this module is called scmp, too.
    return None if found is None or os.path.samefile(os.path.dirname(found), os.path.dirname(sys.executable)) else found


def main() -> NoReturn:
    """Runs the program in this process's place."""
    path = program()
    if path is None:
        sys.exit("scmp: the scmp program was not built with this package: it needs CLI11 (libcli11-dev)")
    os.execv(path, ["scmp", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""Finds the shared library and loads it."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.resources
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .generated import _c

_SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
_NAME = f"libscmp{_SUFFIX}"


def installed(name: str) -> Iterator[Path]:
    """Where a file that was built with this package may be: in the wheel, in an editable build, in the build folder."""
    here = Path(__file__).resolve().parent
    yield here / name
    yield Path(str(importlib.resources.files(__package__) / name))  # an editable install maps this to its build
    checkout = here.parents[2]
    if (checkout / "include" / "scmp" / "scmp.h").exists():
        for folder in ("build", "build/src", "build/src/cli"):
            yield checkout / folder / name


def _candidates() -> Iterator[str]:
    for path in installed(_NAME):
        if path.is_file():
            yield str(path)
    found = ctypes.util.find_library("scmp")
    if found:
        yield found


def _load() -> tuple[_c.Functions, str]:
    named = os.environ.get("SCMP_LIBRARY")
    path = named or next(_candidates(), None)
    if path is None:
        raise ImportError(
            f"{_NAME} was found neither in the package, nor in a build folder, nor in the system: "
            "run `./run build` or `pip install .`, or name it with SCMP_LIBRARY"
        )
    try:
        functions = _c.Functions(ctypes.CDLL(path))
    except (OSError, AttributeError) as error:  # AttributeError: a function is missing
        raise ImportError(f"{path} is no libscmp that fits this package ({_c.HEADER_VERSION}): {error}") from error
    number = functions.scmp_version_number()
    if number // 10000 != _c.SCMP_VERSION_MAJOR:
        raise ImportError(f"{path} is libscmp {number // 10000}, this package needs {_c.SCMP_VERSION_MAJOR}")
    return functions, path


#: The functions of the C interface, and the file that they are in.
lib, path = _load()

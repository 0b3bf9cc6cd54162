"""What the library has to say of a configuration, as a Python warning at the caller's line."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from ._errors import ScmpWarning

_package = str(Path(__file__).parent / "_")[:-1]
_said: dict[int, object] = {}  # what, under which filters


def warn_once(sentence: str, source: bytes) -> None:
    """Warns once of what `source` makes: a dictionary that is given to every call is the same configuration.

    Who changes the filters in `warnings.catch_warnings` hears of it again, as Python's own registries have it.
    """
    key = hash((sentence, source))
    if not sentence or _said.get(key) is warnings.filters:
        return
    warnings.warn(sentence, ScmpWarning, stacklevel=caller())
    _said[key] = warnings.filters  # not where the warning is an exception, which may have been caught


def caller() -> int:
    """The level of the first frame outside of this package, for `warnings.warn` in the function that asks."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_package):
        level, frame = level + 1, frame.f_back
    return level

"""Environment variables with which other implementations change numbers. None is read here; where one would have made
this very product another one, that is said once.

Of a variable that is set, "would have made it another one" is:

* SC_SCRAMBLE_MASKS, SC_HW_MAX_MASKS: fewer masks than inner indices and than 2^sc_prec, which is what there is here, in
  a product that has masks; or what is no number of masks.
* SC_SCRAMBLE_RESCALE=0: a product with masks whose grid is not 2^sc_prec.
* SC_DISABLE_OWEN, other than 0: a product with masks.

A variable that is blank counts as not set.
"""

from __future__ import annotations

import os
import warnings
from ctypes import byref, sizeof
from typing import Any

from ._errors import ScmpWarning
from ._library import lib
from ._warnings import caller
from .generated import _c

_MASKS, _CAP, _RESCALE, _OWEN = "SC_SCRAMBLE_MASKS", "SC_HW_MAX_MASKS", "SC_SCRAMBLE_RESCALE", "SC_DISABLE_OWEN"
_NAMES = (_MASKS, _CAP, _RESCALE, _OWEN)
_BITREV = (_c.scmp_scramble.SCMP_SCRAMBLE_BITREV, _c.scmp_scramble.SCMP_SCRAMBLE_ALWAYS_BITREV)

# Every product looks for the variables, so it looks into the dictionary below os.environ, where a name that is not
# there takes some 20 nanoseconds, not a thousand.
_variables: Any = getattr(os.environ, "_data", os.environ)
_keys = [os.environ.encodekey(name) if _variables is not os.environ else name for name in _NAMES]
_masks_key, _cap_key, _rescale_key, _owen_key = _keys

_said: dict[tuple[str, str], object] = {}


class Watch:
    """A product that is computed while some of the variables are set."""

    def __init__(self, found: dict[str, str], sc_prec: int, d: int, chunk_d: int) -> None:
        self._found = found
        self._sc_prec = sc_prec
        self._d = min(d, chunk_d) if chunk_d > 0 else d
        self.report = _c.scmp_report()
        lib.scmp_report_init_sized(byref(self.report), sizeof(self.report))

    def say(self) -> None:
        """After the product: warns of what would have changed its numbers."""
        if not self.report.scrambled:
            return
        if self.report.scramble in _BITREV:
            for name in (_MASKS, _CAP):
                self._say(name, self._masks(name))
        if self._found.get(_RESCALE) == "0" and self.report.rng_levels != 2**self._sc_prec:
            text = f"this product has masks on a grid of {self.report.rng_levels}: pass scramble='off' for none"
            self._say(_RESCALE, text)
        if self._found.get(_OWEN, "0") != "0":
            self._say(_OWEN, "this product has masks: pass scramble='off' for none")

    def _masks(self, name: str) -> str:
        """What there is to say about a number of masks."""
        if name not in self._found:
            return ""
        number = _power_of_two(self._found[name])
        if number is None:
            return "and is no number of masks (1, 2, 4, ...)"
        if number >= min(2**self._sc_prec, self._d):
            return ""
        return (
            f"this product has {2**self._sc_prec} masks: for {number} pass config=scmp.sc.config_helpers."
            f"make_sobol_masks_config({self._d}, {self._d}, {self._sc_prec}, masks={number}) and no scramble"
        )

    def _say(self, name: str, text: str) -> None:
        key, mine = (name, self._found.get(name, "")), object()
        if not text or _said.setdefault(key, mine) is not mine:
            return
        try:
            warnings.warn(f"{name}={key[1]} is not read, {text}", ScmpWarning, stacklevel=caller())
        except ScmpWarning:
            del _said[key]  # warnings are errors, and this one was not heard
            raise


def watch(sc_prec: int, d: int, chunk_d: int) -> Watch | None:
    """None where nothing is set that nothing has been said of."""
    variables = _variables
    if not (_masks_key in variables or _cap_key in variables or _rescale_key in variables or _owen_key in variables):
        return None
    values = ((name, os.environ.get(name, "").strip()) for name in _NAMES)
    found = {name: value for name, value in values if value and (name, value) not in _said}
    return Watch(found, sc_prec, d, chunk_d) if found else None


def _power_of_two(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if number > 0 and number & (number - 1) == 0 else None

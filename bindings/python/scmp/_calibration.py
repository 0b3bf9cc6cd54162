"""Activation statistics for SmoothQuant."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Sequence
from ctypes import POINTER, byref
from pathlib import Path
from typing import Any

import numpy as np

from ._context import Context, context_of, int64
from ._errors import file_error_of, invalid
from ._library import lib
from ._tensor import DTYPES, NUMPY, Operand, operand
from .generated import _c
from .generated._c import scmp_dtype as DType

_EMPTY = np.empty(0, np.float32)
_FLOATS = {name: code for name, code in DTYPES.items() if "float" in name}
_KEPT = {"float32": DType.SCMP_DTYPE_F32, "float64": DType.SCMP_DTYPE_F64}


class Calibration:
    """The absolute maximum of each inner index over everything observed.

        with scmp.Calibration(d=768) as calib:
            for x in batches:
                calib.observe(x)
        s = calib.smooth_scales(weight, alpha=0.5)

    The `with` ends the observing: afterwards the statistics can be read, merged into others and saved. It may be used
    from several threads, which take turns. A copy has statistics of its own; it can be pickled.

    Args:
        d: number of inner indices.
        dtype: "float32", or "float64", which keeps float64 observations exactly.
        context: where to run; None: the calling thread's own context. That of "cuda" takes arrays on its GPU as well.
    """

    def __init__(self, d: int, *, dtype: str = "float32", context: Context | None = None) -> None:
        self._start(context)
        if dtype not in _KEPT:
            raise invalid(f"dtype = {dtype!r} is not one of {', '.join(_KEPT)}")
        self._context.call(
            lib.scmp_calib_create,
            self._context.handle,
            int64("d", d),
            _KEPT[dtype],
            byref(self._handle),
        )
        self._context.adopt(self._handle)

    def _start(self, context: Context | None) -> None:
        self._context = context_of(context, None)
        self._handle = POINTER(_c.scmp_calib)()
        self._ended = False
        self._like: Operand | None = None  # results are of the kind of what was observed first

    @classmethod
    def load(cls, path: str | os.PathLike[str], d: int | None = None, *, context: Context | None = None) -> Calibration:
        """Statistics from a file; `d`: the D that they must have."""
        made = cls.__new__(cls)
        made._start(context)
        size = _c.SCMP_NOT_GIVEN if d is None else int64("d", d)
        if d is not None and size < 0:
            raise invalid(f"d = {size} is negative")
        made._load(path, size)
        return made

    def _load(self, path: str | os.PathLike[str], d: int) -> None:
        with file_error_of(path) as name:
            self._context.call(lib.scmp_calib_load, self._context.handle, name, d, byref(self._handle))
        self._context.adopt(self._handle)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the statistics to a safetensors file, all or nothing."""
        with file_error_of(path) as name:
            self._context.call(lib.scmp_calib_save, self._open(), name)

    def __copy__(self) -> Calibration:
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update({name: value for name, value in self.__dict__.items() if name != "_handle"})
        made._take(self)
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Calibration:
        made = self.__class__.__new__(self.__class__)
        memo[id(self)] = made
        for name, value in self.__dict__.items():
            if name != "_handle":
                made.__dict__[name] = value if name == "_like" else copy.deepcopy(value, memo)
        made._take(self)
        return made

    def _take(self, other: Calibration) -> None:
        """Makes statistics of its own, which are the other's."""
        handle = self._handle = POINTER(_c.scmp_calib)()
        kind = lib.scmp_calib_dtype(other._open())
        self._context.call(lib.scmp_calib_create, self._context.handle, other.d, kind, byref(handle))
        self._context.adopt(handle)
        self._merge(other)

    def __getstate__(self) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "statistics")
            self.save(path)
            statistics = path.read_bytes()
        context = None if self._context._default else self._context
        like = None if self._like is None else self._like.result()
        return {**self.__dict__, "_handle": statistics, "_context": context, "_like": like}

    def __setstate__(self, state: dict[str, Any]) -> None:
        statistics, context, like = state["_handle"], state["_context"], state["_like"]
        self.__dict__.update({**state, "_handle": None, "_context": context_of(context, None)})
        self._like = None if like is None else operand(like, "like")
        self._handle = POINTER(_c.scmp_calib)()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "statistics")
            path.write_bytes(statistics)
            self._load(path, _c.SCMP_NOT_GIVEN)

    def observe(self, x: Any, mask: Any = None) -> Calibration:
        """Takes in activations (..., D); rows whose `mask` (bool or 8 bits, the leading shape) is 0 do not count."""
        if self._ended:
            raise invalid("the calibration has ended: observe inside its `with`")
        view = operand(x, "x")
        rows = None if mask is None else operand(mask, "mask")
        self._context.call(
            lib.scmp_calib_observe, self._open(), byref(view.tensor), byref(rows.tensor) if rows is not None else None
        )
        if self._like is None:
            self._like = view.new((0,), DType.SCMP_DTYPE_F32)
        return self

    def merge(self, other: Calibration) -> Calibration:
        """Takes in other statistics of the same D."""
        if not isinstance(other, Calibration):
            raise TypeError(f"other is a {type(other).__name__}, it must be a Calibration")
        self._merge(other)
        if self._like is None:
            self._like = other._like
        return self

    def _merge(self, other: Calibration) -> None:
        # Always in the same order, since somebody may merge the other way round.
        first, second = sorted([self._context, other._context], key=id)
        with first._lock, second._lock:
            other._context._check_idle()
            self._context.call(lib.scmp_calib_merge, self._open(), other._open())

    def act_scales(self, dtype: str | None = None, *, like: Any = None) -> Any:
        """The maxima, (D,): as `dtype` (None: as they are kept), of the kind of `like` or of what was observed."""
        kept = DType(lib.scmp_calib_dtype(self._open()))
        if dtype is not None and dtype not in _FLOATS:
            raise invalid(f"dtype = {dtype!r} is not one of {', '.join(_FLOATS)}")
        out = self._new(like, kept if dtype is None else _FLOATS[dtype])
        self._context.call(lib.scmp_calib_act_scales, self._handle, byref(out.tensor))
        return out.result()

    def smooth_scales(self, weights: Any, alpha: float = 0.5, *, dtype: str | None = None) -> Any:
        """Smoothing scales (D,) for one weight (M, D), or a list of weights that share this input.

        Of the (first) weight's kind and dtype unless `dtype` names another. The floor of maxima and scales is 1e-5.
        """
        views = [operand(w, "weight") for w in (weights if isinstance(weights, (list, tuple)) else [weights])]
        if not views:
            raise invalid("weights is empty, there must be at least one weight")
        if dtype is not None and dtype not in _FLOATS:
            raise invalid(f"dtype = {dtype!r} is not one of {', '.join(_FLOATS)}")
        out = views[0].new((self.d,), views[0].dtype if dtype is None else _FLOATS[dtype])
        self._context.call(
            lib.scmp_smooth_scales,
            self._open(),
            tensors(views),
            len(views),
            float(alpha),
            byref(out.tensor),
        )
        return out.result()

    def _new(self, like: Any, dtype: DType) -> Operand:
        if like is not None:
            return operand(like, "like").new((self.d,), dtype)
        return (self._like or NUMPY.read(_EMPTY, "empty")).new((self.d,), dtype)

    @property
    def d(self) -> int:
        """Number of inner indices."""
        return lib.scmp_calib_d(self._open())

    @property
    def rows(self) -> int:
        """Number of rows that counted so far."""
        return lib.scmp_calib_rows(self._open())

    def _open(self) -> Any:
        if not self._handle:
            raise invalid("the calibration is closed")
        self._context._open()
        return self._handle

    def close(self) -> None:
        """Frees the statistics. A second call does nothing."""
        self._context.forget(self._handle)

    def __enter__(self) -> Calibration:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True

    def __del__(self) -> None:
        # Not here: this may run at any moment, in any thread. The context frees it before its next call.
        if getattr(self, "_handle", None):
            self._context._trash.append(self._handle)

    def __repr__(self) -> str:
        return f"<scmp.Calibration d = {self.d}, {self.rows} rows>" if self._handle else "<scmp.Calibration, closed>"


def tensors(views: Sequence[Operand]) -> Any:
    """A C array of views."""
    return (_c.scmp_tensor * len(views))(*(view.tensor for view in views))

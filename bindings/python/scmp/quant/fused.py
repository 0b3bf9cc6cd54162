"""Quantization by itself: from values to boundaries on the generators' grid (docs/semantics.md, section 4)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import byref, pointer, sizeof
from typing import Any

import numpy as np
import numpy.typing as npt

from .._calibration import Calibration
from .._context import context_at
from .._errors import InvalidInputError, check, invalid
from .._library import lib
from .._options import Options
from .._tensor import NUMPY, Operand, operand
from ..generated import _c
from ..generated._c import SCMP_SMOOTH_EPS as FLOOR
from ..generated._c import scmp_dtype as DType
from ..generated._c import scmp_status as Status

Values = npt.NDArray[np.float32]


def fused_quantize_bipolar(x: Any, abs_max: Any, sc_prec: int, rng_levels: int | None = None) -> tuple[Any, Any, float]:
    """Rule B1 with the given maximum: one scale for all of `x`.

    Returns:
        (boundary int16, sign int8, both of `x`'s shape and kind; scale).
    """
    stage = _Stage(x, "per_tensor", "bipolar", sc_prec, rng_levels)
    boundary, sign = stage.new(DType.SCMP_DTYPE_I16), stage.new(DType.SCMP_DTYPE_I8)
    largest = abs(_number("abs_max", abs_max))
    scale = max(largest, FLOOR) / stage.q_max
    if _is_f32(largest):
        stage.quantize((-largest, largest), boundary=boundary, sign=sign)
    else:
        q = np.rint(stage.values() * np.float32(1 / scale)).clip(-stage.q_max, stage.q_max)
        _host(boundary)[...] = stage.level_boundaries()[np.abs(q).astype(int)]
        _host(sign)[...] = np.sign(q)
    return stage.shaped(boundary), stage.shaped(sign), scale


def fused_quantize_bipolar_perrow(x: Any, sc_prec: int, rng_levels: int | None = None) -> tuple[Any, Any, Any]:
    """Rule B2 for each row of `x`.

    Returns:
        (boundary int16, sign int8, both of `x`'s shape and kind; scale float32, (rows,)).
    """
    stage = _Stage(x, "per_head", "bipolar", sc_prec, rng_levels)
    boundary, sign = stage.new(DType.SCMP_DTYPE_I16), stage.new(DType.SCMP_DTYPE_I8)
    scale = stage.view.new(stage.flat.shape[:1], DType.SCMP_DTYPE_F32)
    stage.quantize(None, boundary=boundary, sign=sign, scale=scale)
    return stage.shaped(boundary), stage.shaped(sign), scale.reshaped(stage.view.shape[:-1], "scale").result()


def fused_quantize_unipolar(
    x: Any, fp_max: Any, fp_min: Any, sc_prec: int, compute_sum: bool = False, rng_levels: int | None = None
) -> tuple[Any, float, float, Any]:
    """Rule U1 with the given range: one scale and zero point for all of `x`.

    Returns:
        (boundary int32 of `x`'s shape and kind; scale; zero point; sums of the levels of each row, float32 (rows,), or
        None without `compute_sum`).
    """
    stage = _Stage(x, "per_tensor", "unipolar", sc_prec, rng_levels)
    largest, least = _number("fp_max", fp_max), _number("fp_min", fp_min)
    if largest < least:
        raise invalid(f"fp_max = {largest} is below fp_min = {least}")
    boundary = stage.new(DType.SCMP_DTYPE_I32)
    sums = stage.view.new(stage.flat.shape[:1], DType.SCMP_DTYPE_F32) if compute_sum else None
    scale = max(largest - least, FLOOR) / stage.q_max
    zero_point = float(np.rint(-least / scale).clip(0, stage.q_max)) + 0.0
    if _is_f32(largest) and _is_f32(least):
        stage.quantize((least, largest), boundary=boundary, row_sum=sums)
    else:
        q = np.rint(stage.values() * np.float32(1 / scale) + np.float32(zero_point)).clip(0, stage.q_max).astype(int)
        _host(boundary)[...] = stage.level_boundaries()[q]
        if sums is not None:
            _host(sums)[...] = q.sum(-1)
    row_sum = None if sums is None else sums.reshaped(stage.view.shape[:-1], "row_sum").result()
    return stage.shaped(boundary), scale, zero_point, row_sum


class _Stage:
    """One operand and the options that it is quantized under."""

    def __init__(self, x: Any, granularity: str, mode: str, sc_prec: int, rng_levels: int | None) -> None:
        self.view = operand(x, "x")
        self.context = context_at(self.view)
        self.options = Options(self.context, granularity, mode=mode, sc_prec=sc_prec, rng_levels=rng_levels)
        shape = self.view.shape
        d = shape[-1] if shape else 1
        rows = int(np.prod(shape[:-1]))
        # per_head on a batch of one-row entries is rule B2 for each row.
        self.flat = self.view.reshaped((rows, 1, d) if granularity == "per_head" else (rows, d), "x")
        levels = 2**self.options.struct.sc_prec
        self.q_max = levels // 2 - 1 if mode == "bipolar" else levels - 1
        self.level_boundaries()  # says what is wrong with sc_prec and rng_levels

    def new(self, dtype: DType) -> Operand:
        return self.view.new(self.flat.shape, dtype)

    def shaped(self, made: Operand) -> Any:
        return made.reshaped(self.view.shape, "result").result()

    def quantize(self, ranges: tuple[float, float] | None, **wanted: Operand | None) -> None:
        out = _c.scmp_quantized()
        lib.scmp_quantized_init_sized(byref(out), sizeof(out))
        for name, made in wanted.items():
            if made is not None:
                setattr(out, name, pointer(made.tensor))
        given = None if ranges is None else NUMPY.read(np.array(ranges, np.float32), "ranges")
        self.call(
            lib.scmp_quantize,
            self.context.handle,
            byref(self.flat.tensor),
            _c.scmp_side.SCMP_SIDE_LEFT,
            byref(self.options.struct),
            None if given is None else byref(given.tensor),
            byref(out),
        )

    def call(self, function: Callable[..., int], *arguments: Any) -> None:
        """Calls a C function on `flat`; the place of what is not finite is that in the caller's array."""
        try:
            self.context.call(function, *arguments)
            return
        except InvalidInputError as error:
            refused = error
        if refused.status == Status.SCMP_ERROR_NON_FINITE:
            self.require_finite()
        raise refused

    def require_finite(self) -> None:
        """Refuses what is not finite in float32, by its place."""
        if self.view.shape:
            Calibration(self.view.shape[-1], context=self.context).observe(self.view)

    def level_boundaries(self) -> npt.NDArray[np.int32]:
        """The boundary of each level."""
        out = NUMPY.read(np.empty(max(self.q_max, 0) + 1, np.int32), "levels")
        check(lib.scmp_level_boundaries(byref(self.options.struct), byref(out.tensor)))
        made: npt.NDArray[np.int32] = out.array
        return made

    def values(self) -> Values:
        """The operand as float32: times one, which is exact, and refuses what is not finite."""
        out = NUMPY.read(np.empty(self.flat.shape, np.float32), "values")
        one = NUMPY.read(np.ones(self.flat.shape[-1:], np.float32), "one")
        self.call(
            lib.scmp_smooth_weight,
            self.context.handle,
            byref(self.flat.tensor),
            byref(one.tensor),
            byref(out.tensor),
        )
        made: Values = out.array
        if not np.isfinite(made).all():
            self.require_finite()
        return made


def _host(made: Operand) -> npt.NDArray[Any]:
    """A contiguous result in host memory as a NumPy array, to write to."""
    kind = {
        DType.SCMP_DTYPE_I8: "int8",
        DType.SCMP_DTYPE_I16: "int16",
        DType.SCMP_DTYPE_I32: "int32",
        DType.SCMP_DTYPE_F32: "float32",
    }
    if made.tensor.device != _c.SCMP_DEVICE_CPU:
        raise invalid("on CUDA a range must be of float32 values", Status.SCMP_ERROR_UNSUPPORTED)
    dtype = np.dtype(kind[made.dtype])
    size = int(np.prod(made.shape)) * dtype.itemsize
    if size == 0:
        return np.empty(made.shape, dtype)
    memory = (ctypes.c_char * size).from_address(made.tensor.data)
    return np.frombuffer(memoryview(memory), dtype).reshape(made.shape)


def _number(name: str, value: Any) -> float:
    """A finite number, also from an array with one element."""
    number = float(value)
    if not np.isfinite(number):
        raise invalid(f"{name} = {number} is not finite", Status.SCMP_ERROR_NON_FINITE)
    return number


def _is_f32(number: float) -> bool:
    """Whether the library, whose ranges are float32, can take a number as it is."""
    with np.errstate(over="ignore"):
        return float(np.float32(number)) == number


__all__ = ["fused_quantize_bipolar", "fused_quantize_bipolar_perrow", "fused_quantize_unipolar"]

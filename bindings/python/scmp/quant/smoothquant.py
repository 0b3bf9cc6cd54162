"""SmoothQuant as functions on arrays: statistics, scales, applying them. Arrays on a GPU are worked on there."""

from __future__ import annotations

from ctypes import byref
from typing import Any

from .._calibration import Calibration, tensors
from .._context import Context, context_at
from .._library import lib
from .._tensor import Operand, operand
from ..generated._c import scmp_dtype as DType


def accumulate_act_scales(x: Any, running: Any = None) -> Any:
    """The absolute maximum of each inner index over all leading axes of `x` (..., D), and over `running` (D,).

    Returns:
        (D,), of `x`'s kind, dtype and device.
    """
    view = operand(x, "x")
    before = None if running is None else operand(running, "running")
    wide = DType.SCMP_DTYPE_F64 in (view.dtype, before.dtype if before else None)
    d = view.shape[-1] if view.shape else 0
    context = context_at(*[view] if before is None else [view, before])
    statistics = Calibration(d, dtype="float64" if wide else "float32", context=context)
    statistics.observe(view)
    if before is not None:
        statistics.observe(before)
    maxima = view.new((d,), view.dtype)
    statistics._context.call(lib.scmp_calib_act_scales, statistics._handle, byref(maxima.tensor))
    statistics.close()
    return maxima.result()


def compute_smooth_scales(act_scales: Any, weight: Any, alpha: float = 0.5, eps: float = 1e-5) -> Any:
    """`max(act, eps)^alpha / max(wmax, eps)^(1 - alpha)`, at least eps, with the maxima of `weight` (M, D) by column.

    Returns:
        (D,), of `weight`'s kind, dtype and device.
    """
    act, w = operand(act_scales, "act_scales"), operand(weight, "weight")
    scales = w.new(w.shape[-1:], w.dtype)
    context = context_at(act, w)
    context.call(
        lib.scmp_smooth_scales_from,
        context.handle,
        byref(act.tensor),
        tensors([w]),
        1,
        float(alpha),
        float(eps),
        byref(scales.tensor),
    )
    return scales.result()


def apply_smoothing(a: Any, b: Any, smooth_scales: Any) -> tuple[Any, Any]:
    """`(a / s, b * s)` along the last axis, each in its operand's dtype."""
    return _apply(a, "a", smooth_scales, lib.scmp_smooth_activation), apply_smoothing_offline(b, smooth_scales)


def apply_smoothing_offline(weight: Any, smooth_scales: Any) -> Any:
    """`weight * s` along the last axis, in the weight's dtype."""
    return _apply(weight, "weight", smooth_scales, lib.scmp_smooth_weight)


def _apply(x: Any, name: str, smooth_scales: Any, function: Any) -> Any:
    view, scales = operand(x, name), operand(smooth_scales, "smooth_scales")
    out: Operand = view.new(view.shape, view.dtype)
    context: Context = context_at(view, scales)
    context.call(function, context.handle, byref(view.tensor), byref(scales.tensor), byref(out.tensor))
    return out.result()


__all__ = ["accumulate_act_scales", "apply_smoothing", "apply_smoothing_offline", "compute_smooth_scales"]

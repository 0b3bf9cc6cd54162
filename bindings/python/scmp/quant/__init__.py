"""SmoothQuant, and quantization by itself."""

from __future__ import annotations

from . import fused, smoothquant
from .fused import fused_quantize_bipolar, fused_quantize_bipolar_perrow, fused_quantize_unipolar
from .smoothquant import accumulate_act_scales, apply_smoothing, apply_smoothing_offline, compute_smooth_scales


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "accumulate_act_scales",
    "apply_smoothing",
    "apply_smoothing_offline",
    "compute_smooth_scales",
    "fused",
    "fused_quantize_bipolar",
    "fused_quantize_bipolar_perrow",
    "fused_quantize_unipolar",
    "smoothquant",
]

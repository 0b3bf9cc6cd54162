"""The stochastic-computing product, and configurations of generators."""

from __future__ import annotations

from . import config_helpers, matmul
from .matmul import PackedWeights, clear_rng_cache, det_kernel_tuning, sc_matmul


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = ["PackedWeights", "clear_rng_cache", "config_helpers", "det_kernel_tuning", "matmul", "sc_matmul"]

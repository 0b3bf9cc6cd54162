"""Matrix products exactly as a stochastic-computing array would compute them, to the bit.

    y = scmp.sc_matmul(a, b)            # a (N, D), b (M, D): about a @ b.T, float32

NumPy arrays, PyTorch tensors and anything with `__dlpack__`, in float16, bfloat16, float32 or float64, with any
strides; the result is of the same kind. PyTorch is never imported here: `SCLinear` and `convert`, which need it, import
it when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import quant, sc
from ._calibration import Calibration
from ._context import Context
from ._errors import (
    CancelledError,
    DeviceError,
    Error,
    FileError,
    InternalError,
    InvalidInputError,
    OutOfMemoryError,
    ScmpWarning,
    Status,
)
from ._library import lib as _lib
from ._options import Config, preset_names
from .sc.matmul import PackedWeights, sc_matmul

if TYPE_CHECKING:
    from .nn import SCLinear, convert

#: Version of the library that is loaded.
__version__: str = _lib.scmp_version().decode()
#: Version of the arithmetic specification that the numbers follow.
spec_version: int = _lib.scmp_spec_version()


def __getattr__(name: str) -> Any:
    if name in ("SCLinear", "convert"):
        from . import nn

        return getattr(nn, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Calibration",
    "CancelledError",
    "Config",
    "Context",
    "DeviceError",
    "Error",
    "FileError",
    "InternalError",
    "InvalidInputError",
    "OutOfMemoryError",
    "PackedWeights",
    "SCLinear",
    "ScmpWarning",
    "Status",
    "convert",
    "preset_names",
    "quant",
    "sc",
    "sc_matmul",
    "spec_version",
]

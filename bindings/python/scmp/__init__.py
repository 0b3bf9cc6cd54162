"""Matrix products exactly as a stochastic-computing array would compute them, to the bit.

    y = scmp.sc_matmul(a, b)            # a (N, D), b (M, D): about a @ b.T, float32

NumPy arrays, PyTorch tensors and anything with `__dlpack__`, in float16, bfloat16, float32 or float64, with any
strides; the result is of the same kind. PyTorch is never imported here: `SCLinear` and `convert`, which need it, import
it when they are first asked for.
"""

from __future__ import annotations

import sys as _sys
from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

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

if _TYPE_CHECKING:
    from .nn import SCLinear, convert

#: Version of the library that is loaded.
__version__: str = _lib.scmp_version().decode()
#: Version of the arithmetic specification that the numbers follow.
spec_version: int = _lib.scmp_spec_version()


def __getattr__(name: str) -> _Any:
    if name in ("SCLinear", "convert"):
        try:
            from . import nn
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            raise ImportError(f"scmp.{name} needs PyTorch: pip install 'scmp[torch]'", name="torch") from error
        return getattr(nn, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


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
    "ScmpWarning",
    "Status",
    "preset_names",
    "quant",
    "sc",
    "sc_matmul",
    "spec_version",
]

# Without PyTorch they are an ImportError that says what to install; `import *` and help(), which ask for every name
# that there is, would end with it.
if _sys.modules["torch"] is not None if "torch" in _sys.modules else _find_spec("torch") is not None:
    __all__ += ["SCLinear", "convert"]

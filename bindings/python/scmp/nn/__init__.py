"""PyTorch modules: a linear layer on the stochastic-computing array, and the conversion of whole models."""

from __future__ import annotations

try:
    import torch as _torch  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise  # PyTorch is there, and lacks something itself
    raise ModuleNotFoundError("scmp.nn needs PyTorch: pip install 'scmp[torch]'", name="torch") from None

from .conversion import convert
from .layer import SCLinear
from .products import FloatProductsWarning

__all__ = ["FloatProductsWarning", "SCLinear", "convert"]

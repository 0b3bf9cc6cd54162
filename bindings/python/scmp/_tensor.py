"""Arrays of other libraries as views that the C interface understands, and results of the same kind."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _dlpack
from ._errors import invalid
from .generated._c import SCMP_DEVICE_CPU, SCMP_DEVICE_CUDA_0, SCMP_MAX_RANK
from .generated._c import scmp_dtype as DType
from .generated._c import scmp_status as Status
from .generated._c import scmp_tensor as Tensor

DTYPES = {
    "float32": DType.SCMP_DTYPE_F32,
    "float16": DType.SCMP_DTYPE_F16,
    "bfloat16": DType.SCMP_DTYPE_BF16,
    "float64": DType.SCMP_DTYPE_F64,
    "int8": DType.SCMP_DTYPE_I8,
    "uint8": DType.SCMP_DTYPE_U8,
    "int16": DType.SCMP_DTYPE_I16,
    "int32": DType.SCMP_DTYPE_I32,
    "int64": DType.SCMP_DTYPE_I64,
    "bool": DType.SCMP_DTYPE_U8,
}
NAMES = {
    DType.SCMP_DTYPE_F32: "float32",
    DType.SCMP_DTYPE_F16: "float16",
    DType.SCMP_DTYPE_BF16: "bfloat16",
    DType.SCMP_DTYPE_F64: "float64",
    DType.SCMP_DTYPE_I8: "int8",
    DType.SCMP_DTYPE_U8: "uint8",
    DType.SCMP_DTYPE_I16: "int16",
    DType.SCMP_DTYPE_I32: "int32",
    DType.SCMP_DTYPE_I64: "int64",
}


class Operand:
    """An array of any library, as a view for the C interface, with what it takes to make another one like it."""

    __slots__ = ("array", "dtype", "keep", "kind", "shape", "tensor")

    def __init__(self, kind: Kind, array: Any, keep: Any, dtype: DType, device: int) -> None:
        self.kind = kind
        self.array = array
        self.keep = keep  # whatever owns the memory
        self.dtype = dtype
        self.shape: tuple[int, ...] = ()
        self.tensor = Tensor()
        self.tensor.dtype = dtype
        self.tensor.device = device

    def at(self, data: int, shape: tuple[int, ...], strides: Sequence[int], name: str) -> Operand:
        rank = len(shape)
        if rank > SCMP_MAX_RANK:
            raise invalid(f"{name} has rank {rank}, the most is {SCMP_MAX_RANK}", Status.SCMP_ERROR_INVALID_SHAPE)
        self.shape = shape
        tensor = self.tensor
        tensor.data = data
        tensor.rank = rank
        tensor.shape[:rank] = list(shape)
        tensor.strides[:rank] = list(strides)
        return self

    def reshaped(self, shape: tuple[int, ...], name: str) -> Operand:
        """A view of another shape; a copy only where the strides allow no view."""
        if hasattr(self.array, "reshape"):
            made = operand(self.array.reshape(shape), name)
            if isinstance(self.array, np.ndarray):  # which may be a result for another library
                made.kind, made.keep = self.kind, self.keep
            return made
        # DLPack is all that it has.
        if list(self.tensor.strides[: len(self.shape)]) != _c_order(self.shape):
            raise invalid(
                f"{name} is a {type(self.array).__name__} without reshape(), it must be contiguous",
                Status.SCMP_ERROR_UNSUPPORTED,
            )
        made = Operand(self.kind, self.array, self.keep, self.dtype, self.tensor.device)
        return made.at(self.tensor.data or 0, shape, _c_order(shape), name)

    def new(self, shape: tuple[int, ...], dtype: DType, name: str = "result") -> Operand:
        """An uninitialised array of the same kind and on the same device."""
        return self.kind.empty(self, shape, NAMES[dtype], name)

    def result(self) -> Any:
        return self.kind.result(self)


def refuse_masked(value: Any, name: str) -> None:
    """A mask cannot be honoured here, and must not be forgotten."""
    if isinstance(value, np.ma.MaskedArray):
        raise invalid(
            f"{name} is a masked array: pass {name}.filled(...), or {name}.data where the mask does not matter",
            Status.SCMP_ERROR_UNSUPPORTED,
        )


def _c_order(shape: tuple[int, ...]) -> list[int]:
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def dtype_code(dtype: str, name: str) -> DType:
    """The C interface's type by NumPy's name."""
    code = DTYPES.get(dtype)
    if code is None:
        raise invalid(
            f"{name} has dtype {dtype}, it must be one of f32, f16, bf16, f64", Status.SCMP_ERROR_INVALID_DTYPE
        )
    return code


class Kind:
    """How one library's arrays are read and made."""

    def read(self, array: Any, name: str) -> Operand:
        raise NotImplementedError

    def empty(self, like: Operand, shape: tuple[int, ...], dtype: str, name: str) -> Operand:
        raise NotImplementedError

    def result(self, operand: Operand) -> Any:
        return operand.array


class _NumPy(Kind):
    def __init__(self) -> None:
        self.codes: dict[Any, DType] = {}  # by dtype, of those in this machine's byte order

    def read(self, array: Any, name: str) -> Operand:
        if type(array) is not np.ndarray:
            refuse_masked(array, name)
            array = array.view(np.ndarray)  # what a subclass makes of indexing and shapes is its own
        code = self.codes.get(array.dtype)
        if code is None:
            if not array.dtype.isnative:
                array = array.astype(array.dtype.newbyteorder("="))
            code = self.codes[array.dtype] = dtype_code(array.dtype.name, name)
        size = array.itemsize
        strides = array.strides
        if any([stride % size for stride in strides]):
            array = array.copy()  # a field of records whose size is no multiple of its own: there is no view of that
            strides = array.strides
        made = Operand(self, array, None, code, SCMP_DEVICE_CPU)
        data = array.__array_interface__["data"][0]
        return made.at(data, array.shape, [stride // size for stride in strides], name)

    def empty(self, like: Operand, shape: tuple[int, ...], dtype: str, name: str) -> Operand:
        # bfloat16 is a type of another package, which the operand brings.
        return self.read(np.empty(shape, like.array.dtype if dtype == "bfloat16" else dtype), name)


class _Torch(Kind):
    def read(self, array: Any, name: str) -> Operand:
        torch = sys.modules["torch"]
        if array.layout != torch.strided or array.is_nested:
            layout = "nested" if array.is_nested else array.layout
            raise invalid(f"{name} is a {layout} tensor, it must be strided", Status.SCMP_ERROR_UNSUPPORTED)
        if type(array).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
            raise invalid(
                f"{name} is a {type(array).__name__}, whose memory alone is not its values: make it a plain tensor",
                Status.SCMP_ERROR_UNSUPPORTED,
            )
        if array.is_neg():  # a view whose signs are still to be turned
            array = array.resolve_neg()
        kind = array.device.type
        if kind == "cpu":
            device = SCMP_DEVICE_CPU
        elif kind == "cuda":
            device = SCMP_DEVICE_CUDA_0 + array.device.index
            torch.cuda.current_stream(array.device).synchronize()  # what computes it comes before
        else:
            raise invalid(f"{name} is on {array.device}, it must be on a CPU or on CUDA", Status.SCMP_ERROR_UNSUPPORTED)
        made = Operand(self, array, None, dtype_code(str(array.dtype)[6:], name), device)
        return made.at(array.data_ptr(), tuple(array.shape), array.stride(), name)

    def empty(self, like: Operand, shape: tuple[int, ...], dtype: str, name: str) -> Operand:
        torch = sys.modules["torch"]
        return self.read(torch.empty(shape, dtype=getattr(torch, dtype), device=like.array.device), name)


class _DLPack(Kind):
    def read(self, array: Any, name: str) -> Operand:
        view = _dlpack.view(array, name)
        if view.device_type in (_dlpack.CPU, _dlpack.CUDA_HOST):
            device = SCMP_DEVICE_CPU
        elif view.device_type in (_dlpack.CUDA, _dlpack.CUDA_MANAGED):
            device = SCMP_DEVICE_CUDA_0 + view.device_id
        else:
            raise invalid(
                f"{name} is on DLPack device type {view.device_type}, it must be on a CPU or on CUDA",
                Status.SCMP_ERROR_UNSUPPORTED,
            )
        made = Operand(self, array, view.owner, dtype_code(view.dtype, name), device)
        return made.at(view.data, view.shape, view.strides, name)

    def empty(self, like: Operand, shape: tuple[int, ...], dtype: str, name: str) -> Operand:
        module = _module(like.array)
        if like.tensor.device != SCMP_DEVICE_CPU or dtype == "bfloat16":
            made = self.read(module.empty(shape, dtype=getattr(module, dtype)), name)
            if made.keep.readonly:
                raise invalid(
                    f"{name} cannot be made: new arrays of {module.__name__} are read-only",
                    Status.SCMP_ERROR_UNSUPPORTED,
                )
            return made
        # Arrays of some libraries (JAX) must not be written to: the memory is NumPy's, and becomes theirs at the end.
        made = NUMPY.read(np.empty(shape, dtype), name)
        made.kind, made.keep = self, module
        return made

    def result(self, operand: Operand) -> Any:
        array, module = operand.array, operand.keep
        return module.from_dlpack(array) if hasattr(module, "from_dlpack") else array


def _module(array: Any) -> Any:
    """The module that makes arrays of this kind."""
    if hasattr(array, "__array_namespace__"):
        return array.__array_namespace__()
    return sys.modules[type(array).__module__.partition(".")[0]]


NUMPY, TORCH, DLPACK = _NumPy(), _Torch(), _DLPack()


def operand(array: Any, name: str) -> Operand:
    """The view of an argument. PyTorch is looked for only among what the caller has imported already."""
    if isinstance(array, Operand):
        return array
    if isinstance(array, np.ndarray):
        return NUMPY.read(array, name)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        return TORCH.read(array, name)
    if hasattr(array, "__dlpack__"):
        return DLPACK.read(array, name)
    raise TypeError(
        f"{name} is a {type(array).__name__}, it must be a NumPy array, a PyTorch tensor or have __dlpack__"
    )

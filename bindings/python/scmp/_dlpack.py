"""Reads any array through the DLPack protocol, without importing the library that it is of."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

CPU, CUDA, CUDA_HOST, CUDA_MANAGED = 1, 2, 3, 13
_KINDS = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 6: "bool"}


class _Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


class View(NamedTuple):
    """A borrowed array; valid while `owner` lives."""

    owner: Any
    data: int
    dtype: str
    device_type: int
    device_id: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in elements


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = (ctypes.py_object, ctypes.c_char_p)


def view(array: Any) -> View:
    """What `array.__dlpack__()` hands out. The capsule is not consumed: its owner frees it with the capsule."""
    capsule = array.__dlpack__()
    tensor = _Tensor.from_address(_pointer(capsule, b"dltensor"))
    shape = tuple(tensor.shape[: tensor.ndim])
    if tensor.strides:
        strides = tuple(tensor.strides[: tensor.ndim])
    else:
        strides, step = (), 1
        for size in reversed(shape):
            strides, step = (step, *strides), step * size
    kind = _KINDS.get(tensor.code, f"code{tensor.code}_")
    dtype = "bool" if kind == "bool" else f"{kind}{tensor.bits}"
    dtype += "" if tensor.lanes == 1 else f"x{tensor.lanes}"
    data = (tensor.data or 0) + tensor.byte_offset
    return View((array, capsule), data, dtype, tensor.device_type, tensor.device_id, shape, strides)

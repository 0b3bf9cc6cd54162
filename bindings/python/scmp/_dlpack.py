"""Reads any array through the DLPack protocol, versions 0 and 1, without importing the library that it is of."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

from ._errors import invalid
from .generated._c import scmp_status as Status

CPU, CUDA, CUDA_HOST, CUDA_MANAGED = 1, 2, 3, 13
_KINDS = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 5: "complex", 6: "bool"}
_VERSION = (1, 0)  # the newest that is understood; its minor versions add nothing that changes what is read here
_READ_ONLY = 1  # in flags

_Deleter = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)


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


class _Managed(ctypes.Structure):
    """What a capsule named dltensor holds."""

    _fields_ = (("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p))


class _Versioned(ctypes.Structure):
    """What a capsule named dltensor_versioned holds. Of a later major version all but flags and tensor is the same."""

    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", _Tensor),
    )


# The names, old and new, are kept: a capsule refers to its name.
_LAYOUTS: dict[bytes, tuple[bytes, Any]] = {
    b"dltensor": (b"used_dltensor", _Managed),
    b"dltensor_versioned": (b"used_dltensor_versioned", _Versioned),
}


def _function(name: str, result: Any, *arguments: Any) -> Any:
    found = getattr(ctypes.pythonapi, name)
    found.restype, found.argtypes = result, arguments
    return found


_valid = _function("PyCapsule_IsValid", ctypes.c_int, ctypes.py_object, ctypes.c_char_p)
_pointer = _function("PyCapsule_GetPointer", ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)
_rename = _function("PyCapsule_SetName", ctypes.c_int, ctypes.py_object, ctypes.c_char_p)


class Owner:
    """Gives an array that was taken over back to who made it, once."""

    def __init__(self, managed: Any, address: int) -> None:
        self.readonly = bool(getattr(managed, "flags", 0) & _READ_ONLY)
        self._address = address
        self._deleter: Callable[[int], None] | None = _Deleter(managed.deleter) if managed.deleter else None

    def __del__(self) -> None:
        deleter, self._deleter = self._deleter, None
        if deleter is not None:
            deleter(self._address)


class View(NamedTuple):
    """A borrowed array; valid while `owner` lives."""

    owner: Owner
    data: int
    dtype: str
    device_type: int
    device_id: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in elements


def view(array: Any, name: str) -> View:
    """What `array.__dlpack__()` hands out, taken over; `name` is what errors call it."""
    try:
        capsule = array.__dlpack__(max_version=_VERSION)
    except TypeError:  # of before version 1
        capsule = array.__dlpack__()
    label = next((label for label in _LAYOUTS if _valid(capsule, label)), None)
    if label is None:
        raise invalid(
            f"the __dlpack__() of {name} gave {capsule!r}, it must be a capsule named dltensor or dltensor_versioned",
            Status.SCMP_ERROR_UNSUPPORTED,
        )
    used, layout = _LAYOUTS[label]
    address = _pointer(capsule, label)
    managed = layout.from_address(address)
    _rename(capsule, used)
    owner = Owner(managed, address)
    if layout is _Versioned and managed.major > _VERSION[0]:
        version = f"{managed.major}.{managed.minor}"
        raise invalid(
            f"{name} comes as DLPack {version}, at most {_VERSION[0]} is understood", Status.SCMP_ERROR_UNSUPPORTED
        )
    tensor = managed.tensor
    shape = tuple(tensor.shape[: tensor.ndim]) if tensor.ndim > 0 else ()
    if tensor.strides:
        strides = tuple(tensor.strides[: len(shape)])
    else:
        strides, step = (), 1
        for size in reversed(shape):
            strides, step = (step, *strides), step * size
    kind = _KINDS.get(tensor.code, f"code{tensor.code}_")
    dtype = "bool" if (kind, tensor.bits) == ("bool", 8) else f"{kind}{tensor.bits}"
    dtype += "" if tensor.lanes == 1 else f"x{tensor.lanes}"
    data = (tensor.data or 0) + tensor.byte_offset
    return View(owner, data, dtype, tensor.device_type, tensor.device_id, shape, strides)

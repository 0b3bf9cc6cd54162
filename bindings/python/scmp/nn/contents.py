"""What a packed weight was made of, in a form that is the same only where the contents are."""

from __future__ import annotations

import ctypes
import json
import marshal
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch

from .._context import Context, context_of
from .._library import lib
from .._options import Config, _plain
from .._tensor import operand

# Elements that are taken at once on a GPU: 8 bytes each, twice.
_PIECE = 1 << 20


def fingerprint(tensor: Any, options: Mapping[str, Any]) -> tuple[Any, ...]:
    """Shape, dtype, place and a 128-bit hash of a tensor; `options` say which context hashes.

    PyTorch's own counter of changes (`_version`) and addresses prove nothing: fused optimizers, `inference_mode` and
    `.data` do not count, and another tensor comes to lie where one has been.
    """
    if tensor is None:
        return ()
    layout = (tensor.shape, tensor.stride(), tensor.dtype, tensor.device)
    view = operand(tensor, "weight")
    if tensor.device.type != "cpu":
        return (*layout, *device_sums(tensor))
    shape, strides = view.shape, tensor.stride()
    if len(shape) == 2 and strides[0] < strides[1]:
        view.at(view.tensor.data, shape[::-1], view.tensor.strides[1::-1], "weight")  # as it lies in memory
    context = context_of(options.get("context"), options.get("backend"))
    hashed = (ctypes.c_uint64 * 2)()
    context.call(lib.scmp_tensor_hash, context.handle, ctypes.byref(view.tensor), hashed)
    return (*layout, *hashed)


def device_sums(tensor: Any) -> tuple[int, ...]:
    """Two sums modulo 2^64 of each piece of a tensor, its words of at most 32 bits times fixed odd numbers.

    Of any device, where it is: only the sums come from there. A word is half as wide as its factor, so that a change of
    its highest bit alone changes every bit of the sum above it: two such changes cancel by chance only.
    """
    flat = tensor.detach().resolve_neg()
    if flat.dim() == 2 and flat.stride(0) < flat.stride(1):
        flat = flat.t()
    flat = flat.reshape(-1)
    words = flat.view({1: torch.int8, 2: torch.int16}.get(flat.element_size(), torch.int32))
    sums = []
    for piece in words.split(_PIECE):
        wide = piece.to(torch.int64)
        sums += [(wide * factors[: len(piece)]).sum() for factors in _factors(tensor.device)]
    return tuple(torch.stack(sums).tolist()) if sums else ()


@cache
def _factors(device: Any) -> tuple[Any, Any]:
    """The odd numbers of both sums: the same on every device."""
    made = torch.Generator("cpu").manual_seed(1)
    numbers = torch.randint(-(2**63), 2**63 - 1, (2, _PIECE), dtype=torch.int64, device="cpu", generator=made) | 1
    first, second = numbers.to(device)
    return first, second


def settings(options: Mapping[str, Any]) -> tuple[Any, ...]:
    """The options of a product as they are now: what is changed in place later leaves this as it is."""
    return tuple([(name, *_setting(value)) for name, value in options.items()])


def _setting(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Config):
        return (value, ctypes.addressof(value.handle.contents) if value.handle else None)
    if isinstance(value, Mapping):
        return (dict, _snapshot(value))
    if value is None or isinstance(value, (bool, int, float, str, Context)):
        return (type(value), value)
    return (type(value), repr(value))  # numbers of other libraries, and what no call takes


def _snapshot(config: Any) -> bytes | str:
    """A configuration as bytes; as the JSON that the library reads where it holds what Python cannot marshal.

    Every call of a layer makes it, and with an element for each inner index JSON takes five times as long.
    """
    try:
        return marshal.dumps(config, 2)
    except ValueError:
        return json.dumps(config, default=_plain)


__all__ = ["device_sums", "fingerprint", "settings"]

"""The library's status codes as Python exceptions."""

from __future__ import annotations

from . import _c
from ._library import lib

#: The C interface's status codes.
Status = _c.scmp_status


class Error(Exception):
    """What every exception of the library is; `status` is the C status, and the text the library's sentence."""

    status: Status = Status.SCMP_ERROR_INTERNAL


class InvalidInputError(Error, ValueError):
    """An argument or a combination of arguments that the library refuses; the text names it."""


class OutOfMemoryError(Error, MemoryError):
    """The library got no memory."""


class DeviceError(Error, RuntimeError):
    """A GPU or its driver failed."""


class FileError(Error, OSError):
    """A file could not be opened, read or written."""


class CancelledError(Error, RuntimeError):
    """A cancel callback said so."""


class InternalError(Error, RuntimeError):
    """A defect in the library: please report it."""


class ScmpWarning(UserWarning):
    """What every warning of the package is: numbers that may be others than the caller meant."""


_TYPES: dict[int, type[Error]] = {
    Status.SCMP_ERROR_OUT_OF_MEMORY: OutOfMemoryError,
    Status.SCMP_ERROR_DEVICE: DeviceError,
    Status.SCMP_ERROR_IO: FileError,
    Status.SCMP_ERROR_CANCELLED: CancelledError,
    Status.SCMP_ERROR_INTERNAL: InternalError,
}
# What callers look for in a sentence of that status.
_WORDS: dict[int, str] = {
    Status.SCMP_ERROR_D_MISMATCH: "D mismatch",
    Status.SCMP_ERROR_SCALES_NOT_1D: "smooth_scales must be 1D",
    Status.SCMP_ERROR_INVALID_ALPHA: "alpha",
}


def make(status: int, sentence: str) -> Error:
    """The exception of a status."""
    word = _WORDS.get(status, "")
    error = _TYPES.get(status, InvalidInputError)(sentence if word in sentence else f"{word}: {sentence}")
    error.status = Status(status) if status in Status._value2member_map_ else Status.SCMP_ERROR_INTERNAL
    return error


def check(status: int) -> None:
    """Raises where a call of this thread failed."""
    if status:
        raise make(status, lib.scmp_last_error().decode("utf-8", "replace"))


def invalid(sentence: str, status: Status = Status.SCMP_ERROR_INVALID_ARGUMENT) -> Error:
    """An error that Python sees before the library would."""
    return make(status, sentence)

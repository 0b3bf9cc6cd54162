"""The library's status codes as Python exceptions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from ._library import lib
from .generated import _c

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
    """A file could not be opened, read or written.

    It is what Python calls such an error, too (`FileNotFoundError`, `PermissionError`, ...), with `errno`, `strerror`
    and `filename`.
    """

    sentence: str = ""

    def __str__(self) -> str:
        return self.sentence or super().__str__()

    def __reduce__(self) -> Any:
        return file_error, (self.sentence, self.errno, self.filename)


class CancelledError(Error, RuntimeError):
    """A cancel callback said so."""


class InternalError(Error, RuntimeError):
    """A defect in the library: please report it."""


class ScmpWarning(UserWarning):
    """What every warning of the package is: numbers that may be others than the caller meant."""


_TYPES: dict[int, type[Error]] = {
    Status.SCMP_ERROR_OUT_OF_MEMORY: OutOfMemoryError,
    Status.SCMP_ERROR_DEVICE: DeviceError,
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
    if status == Status.SCMP_ERROR_IO:
        return file_error(sentence, lib.scmp_last_errno(), None)
    word = _WORDS.get(status, "")
    error = _TYPES.get(status, InvalidInputError)(sentence if word in sentence else f"{word}: {sentence}")
    error.status = Status(status) if status in Status._value2member_map_ else Status.SCMP_ERROR_INTERNAL
    return error


@cache
def _file_error_type(python: type[OSError]) -> type[FileError]:
    """FileError where Python knows no better, or what it knows as a FileError."""
    return FileError if python is OSError else type(python.__name__, (FileError, python), {"__module__": __name__})


def file_error(sentence: str, number: int | None, filename: Any) -> FileError:
    """A FileError as Python would make one of the error number."""
    if not number:
        number = None  # not of the system's
    strerror = sentence if number is None else os.strerror(number)
    error = _file_error_type(OSError if number is None else type(OSError(number, strerror)))(number, strerror, filename)
    error.sentence, error.status = sentence, Status.SCMP_ERROR_IO
    return error


@contextmanager
def file_error_of(path: str | bytes | os.PathLike[Any]) -> Iterator[bytes]:
    """The path as C takes it; what goes wrong with the file names it as Python does."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise invalid(f"the path {os.fspath(path)!r} has a zero byte in it")
    try:
        yield name
    except FileError as error:
        error.filename = os.fspath(path)
        raise


def check(status: int) -> None:
    """Raises where a call of this thread failed."""
    if status:
        raise make(status, lib.scmp_last_error().decode("utf-8", "replace"))


def invalid(sentence: str, status: Status = Status.SCMP_ERROR_INVALID_ARGUMENT) -> Error:
    """An error that Python sees before the library would."""
    return make(status, sentence)

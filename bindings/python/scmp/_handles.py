"""C handles of what never changes: copies share one, and the last of them destroys it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from ctypes import POINTER, byref
from typing import Any

from ._errors import invalid


class Handle:
    """The owner of a C handle."""

    def __init__(self, kind: Any, destroy: Callable[[Any], None]) -> None:
        self.pointer = POINTER(kind)()
        self._destroy = destroy

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Handle:
        return self

    def __del__(self) -> None:
        if getattr(self, "pointer", None):
            self._destroy(byref(self.pointer))


class Shared:
    """An object around such a handle. Its copies are objects of their own, with whatever a subclass has put into it."""

    _owner: Handle

    @property
    def _handle(self) -> Any:
        """The C handle. NULL would mean the default to the library, so it is never handed out."""
        if not self._owner.pointer:
            raise invalid(f"the {type(self).__name__} is closed")
        return self._owner.pointer

    def __copy__(self) -> Any:
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update(self.__dict__)
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = self.__class__.__new__(self.__class__)
        memo[id(self)] = made
        made.__dict__.update({name: copy.deepcopy(value, memo) for name, value in self.__dict__.items()})
        return made

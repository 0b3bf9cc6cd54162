"""Contexts: where work runs and what it may use; one for each thread where the caller names none."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Generator
from ctypes import byref
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ._errors import check, invalid
from ._library import lib
from .generated import _c
from .generated._c import SCMP_NOT_GIVEN

if TYPE_CHECKING:
    from ._tensor import Operand

BACKENDS = {
    "auto": _c.scmp_backend.SCMP_BACKEND_AUTO,
    "reference": _c.scmp_backend.SCMP_BACKEND_REFERENCE,
    "cpu": _c.scmp_backend.SCMP_BACKEND_CPU,
    "cuda": _c.scmp_backend.SCMP_BACKEND_CUDA,
}
LOG_LEVELS = {
    "warning": _c.scmp_log_level.SCMP_LOG_WARNING,
    "info": _c.scmp_log_level.SCMP_LOG_INFO,
    "debug": _c.scmp_log_level.SCMP_LOG_DEBUG,
}

_T = TypeVar("_T")


def named(name: str, value: object, names: dict[str, _T]) -> _T:
    """What a name of an enumeration stands for."""
    if not isinstance(value, str) or value not in names:
        raise invalid(f"{name} = {value!r} is not one of {', '.join(names)}")
    return names[value]


class Context:
    """Where products run and what they may use: backend, threads, caches, callbacks.

    Every function takes the calling thread's own context where it is given none, so a program needs one only to choose.
    A context may be used from several threads; they take turns.

    Args:
        backend: "auto" (the fastest here), "reference" (the circuit, cycle by cycle), "cpu" or "cuda".
        device: CUDA device index.
        threads: 1 to 1024; None: as many as the process may run on.
        cache_bytes: most memory that cached sequences and count tables keep; None: 256 MiB.
        progress: called with the share of the current call that is done, 0 to 1.
        cancelled: asked now and then; a true result ends the call with CancelledError.
        log: called with a level ("warning", "info", "debug") and a line of text, up to `log_level`.
    """

    def __init__(
        self,
        backend: str = "auto",
        *,
        device: int = 0,
        threads: int | None = None,
        cache_bytes: int | None = None,
        progress: Callable[[float], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        log: Callable[[str, str], object] | None = None,
        log_level: str = "warning",
    ) -> None:
        self._options: dict[str, Any] = {
            "backend": backend,
            "device": device,
            "threads": threads,
            "cache_bytes": cache_bytes,
            "progress": progress,
            "cancelled": cancelled,
            "log": log,
            "log_level": log_level,
        }
        self._start()

    _default = False  # one of a thread's own, which are made where a caller names none

    def _start(self) -> None:
        """Makes everything that a context is from its options."""
        self._lock = threading.RLock()
        self._lost = False
        self._calibrations: dict[int, Any] = {}  # handles of the statistics that live in this context
        self._trash: deque[Any] = deque()  # those among them that nobody refers to any more
        self._configs: dict[tuple[str, int], Any] = {}
        self._create()
        #: The backend that "auto" became.
        self.backend: str = lib.scmp_backend_name(lib.scmp_ctx_backend(self._handle)).decode()
        _alive[id(self)] = self

    def _create(self) -> None:
        """Makes the C handle, and what the calls with it need."""
        self._handle = ctypes.POINTER(_c.scmp_ctx)()
        self._busy = False
        self._raised: BaseException | None = None
        self._share: dict[None, float] = {}
        given_options = self._options
        options = _c.scmp_ctx_options()
        lib.scmp_ctx_options_init_sized(byref(options), ctypes.sizeof(options))
        options.backend = named("backend", given_options["backend"], BACKENDS)
        options.device = int32("device", given_options["device"])
        threads, cache_bytes = given_options["threads"], given_options["cache_bytes"]
        options.threads = SCMP_NOT_GIVEN if threads is None else given("threads", threads)
        if cache_bytes is not None:
            if not 0 <= cache_bytes < 2**64:
                raise invalid(f"cache_bytes = {cache_bytes} is not in 0 .. 2^64 - 1")
            options.cache_bytes = cache_bytes
        progress, cancelled, log = given_options["progress"], given_options["cancelled"], given_options["log"]
        # The library's questions go to a generator: the exception of a signal (Ctrl-C) comes up where Python code next
        # runs, which is before the first line of a function, where nothing could catch it, or at a generator's yield.
        self._watch = _watch(weakref.ref(self), cancelled, progress)
        next(self._watch)
        self._callbacks = [_c.scmp_cancel_fn(self._watch.send)]
        options.cancelled = self._callbacks[0]
        if progress is not None:
            options.progress = _c.scmp_progress_fn(self._share.__setitem__)
            self._callbacks.append(options.progress)
        if log is not None:
            levels = list(LOG_LEVELS)
            options.log_level = named("log_level", given_options["log_level"], LOG_LEVELS)
            options.log = _c.scmp_log_fn(lambda _, level, text: log(levels[level], text.decode("utf-8", "replace")))
            self._callbacks.append(options.log)
        check(lib.scmp_ctx_create(byref(options), byref(self._handle)))

    def _open(self) -> Any:
        """The C handle, which is there unless the context is closed."""
        if not self._handle:
            with self._lock:
                if not self._lost:
                    raise invalid("the context is closed")
                self._replace()
        return self._handle

    # A fork copies what another thread has just been doing with a context, but not the thread. What it holds it will
    # never give back, and what it was changing stays half changed. So in the child such a context is made anew. Nobody
    # can wait for the thread before the fork instead: it may be waiting for the one that forks.

    def _lose(self) -> None:
        """In a child: leaves the C context to the other thread, where one has it, and never looks at it again."""
        if self._lock.acquire(blocking=False):  # nobody has it, or this thread, in a callback that forks
            self._lock.release()
            return
        self._lock = threading.RLock()
        self._handle = ctypes.POINTER(_c.scmp_ctx)()
        self._busy = False
        self._lost = True

    def _replace(self) -> None:
        """Makes a lost context anew, and the statistics that lived in it."""
        self._create()
        while self._trash:
            self._calibrations.pop(id(self._trash.popleft()), None)
        for there in self._calibrations.values():
            here = ctypes.POINTER(_c.scmp_calib)()
            kind = lib.scmp_calib_dtype(there)
            check(lib.scmp_calib_create(self._handle, lib.scmp_calib_d(there), kind, byref(here)))
            check(lib.scmp_calib_merge(here, there))
            ctypes.pointer(there)[0] = here
        self._lost = False

    # A copy is another context with the same options.

    def __copy__(self) -> Context:
        made = self.__class__.__new__(self.__class__)
        made.__setstate__(self.__getstate__())
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Context:
        if self._default:
            return self  # whoever has it did not choose it
        made = memo[id(self)] = self.__copy__()
        return made

    def __getstate__(self) -> dict[str, Any]:
        self._open()
        return {name: value for name, value in self.__dict__.items() if name not in _MADE}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._options = dict(self._options)
        self._start()

    def call(self, function: Callable[..., int], *arguments: Any) -> None:
        """Calls a C function that uses this context, and raises what went wrong."""
        with self._lock:
            self._check_idle()
            self._open()
            self._sweep()
            self._raised = None
            self._share.clear()
            self._busy = True
            try:
                status = function(*arguments)
                if self._share and self._raised is None:
                    next(self._watch)  # the last share
            finally:
                self._busy = False
            raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        if status:
            check(status)

    def _check_idle(self) -> None:
        if self._busy:
            raise invalid("the context is in use: a callback may not use the context that calls it")

    def _sweep(self) -> None:
        """Destroys the statistics that nobody refers to any more."""
        while self._trash:
            self.forget(self._trash.popleft())

    def adopt(self, calibration: Any) -> None:
        """Takes note of the handle of statistics that live in this context, to destroy them before it."""
        self._calibrations[id(calibration)] = calibration

    def forget(self, calibration: Any) -> None:
        """Destroys statistics of this context; their handle becomes NULL."""
        with self._lock:
            self._check_idle()
            self._calibrations.pop(id(calibration), None)
            if self._lost:
                ctypes.pointer(calibration)[0] = type(calibration)()
            else:
                lib.scmp_calib_destroy(byref(calibration))

    @property
    def handle(self) -> Any:
        """The C handle, `scmp_ctx *`."""
        return self._open()

    @property
    def isa(self) -> str:
        """Instruction set of the kernels."""
        return lib.scmp_ctx_isa(self._open()).decode()

    @property
    def threads(self) -> int:
        """Number of threads that products use."""
        return lib.scmp_ctx_threads(self._open())

    @threads.setter
    def threads(self, threads: int | None) -> None:
        number = SCMP_NOT_GIVEN if threads is None else given("threads", threads)
        self.call(lib.scmp_ctx_set_threads, self._open(), number)
        self._options["threads"] = threads

    @property
    def cache_bytes(self) -> int:
        """Bytes that cached sequences and tables hold now."""
        return lib.scmp_ctx_cache_bytes(self._open())

    @property
    def cache_misses(self) -> int:
        """Number of table sets made so far."""
        return lib.scmp_ctx_cache_misses(self._open())

    def clear_cache(self) -> None:
        """Drops every cached sequence and table; results never depend on it."""
        with self._lock:
            self._check_idle()
            lib.scmp_ctx_clear_cache(self._open())

    def trim(self) -> None:
        """Gives the working memory that was kept for the next calls back."""
        with self._lock:
            self._check_idle()
            lib.scmp_ctx_trim(self._open())

    def close(self) -> None:
        """Frees everything, the statistics that were made with this context too. A second call does nothing."""
        with self._lock:
            self._check_idle()
            self._configs.clear()
            self._trash.clear()
            for calibration in list(self._calibrations.values()):
                self.forget(calibration)
            self._lost = False
            lib.scmp_ctx_destroy(byref(self._handle))

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # In a child even the lock of an object that nobody refers to any more may be held, by a thread of the parent.
        if hasattr(self, "_callbacks") and self._lock.acquire(blocking=False):
            self.close()

    def __repr__(self) -> str:
        if not (self._handle or self._lost):
            return "<scmp.Context, closed>"
        return f"<scmp.Context, backend {self.backend}, isa {self.isa}, threads {self.threads}>"


def _watch(
    context: weakref.ref[Context], cancelled: Callable[[], object] | None, progress: Callable[[float], object] | None
) -> Generator[int, None, None]:
    """Answers whether to end the call; before that runs signal handlers and the caller's functions.

    What they raise ends the call and is raised there.
    """
    answer = 0
    while True:
        try:
            yield answer
            owner = context()
            if owner is None:
                return
            share = owner._share.pop(None, None)
            if progress is not None and share is not None:
                progress(share)
            answer = int(cancelled is not None and bool(cancelled()))
        except GeneratorExit:
            return
        except BaseException as error:  # noqa: BLE001, it goes on where the call ends
            owner, answer = context(), 1
            if owner is not None:
                owner._raised = error
            del owner, error


# What _start makes; the rest is options, and what a subclass adds.
_MADE = frozenset(
    {"_busy", "_calibrations", "_callbacks", "_configs", "_default", "_handle", "_lock", "_lost", "_raised", "_share"}
    | {"_trash", "_watch", "backend"}
)
_alive: weakref.WeakValueDictionary[int, Context] = weakref.WeakValueDictionary()


def _in_child() -> None:
    for context in list(_alive.values()):
        context._lose()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class _ThreadContexts(threading.local):
    def __init__(self) -> None:
        self.by_backend: dict[str, Context] = {}


_contexts = _ThreadContexts()


def default_context(backend: str | None = None) -> Context:
    """The calling thread's own context of a backend."""
    name = "auto" if backend is None else backend
    contexts = _contexts.by_backend
    context = contexts.get(name) if isinstance(name, str) else None
    if context is None:
        auto = contexts.get("auto")
        context = auto if auto is not None and auto.backend == name else Context(name)
        context._default = True
        contexts[name] = context
    return context


def context_at(*operands: Operand) -> Context:
    """The calling thread's own context for operands: that of the GPU that one of them is on, else the default."""
    for each in operands:
        index = each.tensor.device - _c.SCMP_DEVICE_CUDA_0
        if index == 0:
            return default_context("cuda")
        if index > 0:
            name = f"cuda:{index}"
            if name not in _contexts.by_backend:
                context = _contexts.by_backend[name] = Context("cuda", device=index)
                context._default = True
            return _contexts.by_backend[name]
    return default_context()


def context_of(context: Context | None, backend: str | None) -> Context:
    """The context that a call runs in."""
    if context is None:
        return default_context(backend)
    if backend is not None and backend != context.backend:
        raise invalid(f"backend = {backend!r} and a context with backend {context.backend!r}: give one of them")
    return context


def clear_caches() -> None:
    """Drops the cached sequences and tables of the calling thread's contexts."""
    for context in _contexts.by_backend.values():
        context.clear_cache()


def int32(name: str, value: Any) -> int:
    """An int that fits the C type."""
    number = integer(name, value)
    if not -(2**31) <= number < 2**31:
        raise invalid(f"{name} = {number} does not fit 32 bits")
    return number


def given(name: str, value: Any) -> int:
    """An int for an option that has SCMP_NOT_GIVEN, which no caller may mean."""
    number = int32(name, value)
    if number < 0:
        raise invalid(f"{name} = {number} is negative")
    return number


def int64(name: str, value: Any) -> int:
    """An int that fits the C type."""
    number = integer(name, value)
    if not -(2**63) <= number < 2**63:
        raise invalid(f"{name} = {number} does not fit 64 bits")
    return number


def integer(name: str, value: Any) -> int:
    """An int, or what stands for one (NumPy's integers)."""
    if type(value) is int:
        return value
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is masked, it must be an int")
    try:
        return int(value.__index__())
    except AttributeError:
        raise TypeError(f"{name} is a {type(value).__name__}, it must be an int") from None

"""The product: `sc_matmul`, and weights that are packed once for many products."""

from __future__ import annotations

from contextlib import contextmanager
from ctypes import byref, pointer, sizeof
from typing import TYPE_CHECKING, Any, NoReturn

from .._context import Context, clear_caches, context_of
from .._environment import Watch, watch
from .._handles import Handle, Shared
from .._library import lib
from .._options import Options
from .._tensor import Operand, operand
from ..generated import _c
from ..generated._c import SCMP_DEVICE_CPU
from ..generated._c import scmp_dtype as DType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._options import Config


def sc_matmul(
    a: Any,
    b: Any,
    granularity: str = "per_row",
    *,
    mode: str = "bipolar",
    sc_prec: int = 8,
    stoc_len: int | None = None,
    chunk_d: int = 0,
    group_a: int = 1,
    group_b: int = 1,
    rng_levels: int | None = None,
    config: str | Mapping[str, Any] | Config | None = None,
    halve_bipolar_stoc_len: bool = False,
    smooth_scales: Any = None,
    scramble: str | None = None,
    backend: str | None = None,
    return_counts: bool = False,
    context: Context | None = None,
) -> Any:
    """`a @ b.T` as a stochastic-computing array computes it, to the bit.

    Args:
        a: activations, (N, D) or (BH, N, D), float16, bfloat16, float32 or float64: a NumPy array, a PyTorch tensor or
            anything with `__dlpack__`, with any strides.
        b: weights, (M, D) or (BH, M, D), likewise.
        granularity: what shares a quantization range: "per_row", "per_tensor" or "per_head" (3-D, bipolar).
        mode: "bipolar" (sign and magnitude) or "unipolar" (zero point).
        sc_prec: precision in bits.
        stoc_len: stream length in cycles, 1 to 2^sc_prec; None: 2^sc_prec.
        chunk_d: above 0: own scales for every so many inner indices (per_row, bipolar, 2-D).
        group_a: rows of `a` that share a scale (per_row).
        group_b: rows of `b` that share a scale (per_row).
        rng_levels: grid size, 1 to 2^14; None: 2^sc_prec.
        config: generators: a preset's name, a dictionary or a `Config`; None: "sobol_simple".
        halve_bipolar_stoc_len: bipolar: half of 2^sc_prec for each of `stoc_len` and `rng_levels` that is None.
        smooth_scales: SmoothQuant scales (D,): the product of a/s and b*s.
        scramble: "bitrev", "counter", "off", "always_bitrev", "always_counter"; None: the configuration's, else bitrev.
        backend: "reference", "cpu" or "cuda"; None: the fastest.
        return_counts: also the integer sums, int32, of the result's shape.
        context: where to run; None: the calling thread's own context.

    Returns:
        float32, (N, M) or (BH, N, M), of `a`'s kind and on its device; no gradient flows. With `return_counts` a pair.

    Raises:
        ValueError: naming the argument, for anything that the library refuses.
    """
    context = context_of(context, backend)
    left, right = operand(a, "a"), operand(b, "b")
    options = Options(
        context,
        granularity,
        mode=mode,
        sc_prec=sc_prec,
        stoc_len=stoc_len,
        chunk_d=chunk_d,
        group_a=group_a,
        group_b=group_b,
        rng_levels=rng_levels,
        config=config,
        halve_bipolar_stoc_len=halve_bipolar_stoc_len,
        smooth_scales=smooth_scales,
        scramble=scramble,
    )
    shape = _result_shape(left.shape, right.shape)
    y = left.new(shape, DType.SCMP_DTYPE_F32)
    counts = left.new(shape, DType.SCMP_DTYPE_I32) if return_counts else None
    watched = watch(options.struct.sc_prec, left.shape[-1] if left.shape else 0, options.struct.chunk_d)
    context.call(
        lib.scmp_matmul,
        context.handle,
        byref(left.tensor),
        byref(right.tensor),
        byref(options.struct),
        _further_outputs(counts, watched),
        byref(y.tensor),
    )
    _wait(context, left)
    if watched is not None:
        watched.say()
    return y.result() if counts is None else (y.result(), counts.result())


def _further_outputs(counts: Operand | None, watched: Watch | None) -> Any:
    """A pointer to the call's struct; None where nothing but y is wanted."""
    if counts is None and watched is None:
        return None
    call = _c.scmp_call()
    lib.scmp_call_init_sized(byref(call), sizeof(call))
    if counts is not None:
        call.counts = pointer(counts.tensor)
    if watched is not None:
        call.report = pointer(watched.report)
    return byref(call)


def _wait(context: Context, left: Operand) -> None:
    """A product on a GPU has only been started: what is wrong with its values shows once it is done."""
    if left.tensor.device != SCMP_DEVICE_CPU:
        context.call(lib.scmp_ctx_synchronize, context.handle)


def _result_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """(..., N, M); of operands that do not go together some shape, the library says what is wrong with them."""
    if len(a) < 2 or len(a) != len(b) or a[-1] != b[-1]:
        return (0, 0)
    return (*a[:-1], b[-2])


class PackedWeights(Shared):
    """A right operand that is smoothed, quantized and laid out once for many products.

    Immutable: any number of threads may use one, and copies share what was laid out. It cannot be pickled: what it
    holds is for this processor. Options are those of `sc_matmul`, fixed here.

    Args:
        b: weights, (M, D) or (BH, M, D).
        granularity: as for `sc_matmul`, like every further option.
        backend: "reference", "cpu" or "cuda"; None: the fastest.
        context: where to pack; None: the calling thread's own context.
    """

    def __init__(
        self,
        b: Any,
        granularity: str = "per_row",
        *,
        backend: str | None = None,
        context: Context | None = None,
        **options: Any,
    ) -> None:
        context = context_of(context, backend)
        self._owner = Handle(_c.scmp_packed, lib.scmp_packed_destroy)
        self._backend = context.backend
        right = operand(b, "b")
        self.shape: tuple[int, ...] = right.shape
        all_options = Options(context, granularity, **options)
        self._sc_prec, self._chunk_d = all_options.struct.sc_prec, all_options.struct.chunk_d
        context.call(
            lib.scmp_packed_create,
            context.handle,
            byref(right.tensor),
            byref(all_options.struct),
            byref(self._owner.pointer),
        )

    @property
    def nbytes(self) -> int:
        """Bytes that it holds."""
        return lib.scmp_packed_bytes(self._handle)

    def matmul(self, a: Any, *, return_counts: bool = False, context: Context | None = None) -> Any:
        """`sc_matmul(a, b, ...)` with the operand and the options that were packed."""
        context = context_of(context, None if context else self._backend)
        left = operand(a, "a")
        shape = _result_shape(left.shape, self.shape)
        y = left.new(shape, DType.SCMP_DTYPE_F32)
        counts: Operand | None = left.new(shape, DType.SCMP_DTYPE_I32) if return_counts else None
        watched = watch(self._sc_prec, self.shape[-1] if self.shape else 0, self._chunk_d)
        context.call(
            lib.scmp_matmul_packed,
            context.handle,
            byref(left.tensor),
            self._handle,
            _further_outputs(counts, watched),
            byref(y.tensor),
        )
        _wait(context, left)
        if watched is not None:
            watched.say()
        return y.result() if counts is None else (y.result(), counts.result())

    def __rmatmul__(self, a: Any) -> Any:
        """`a @ packed`: the product a @ b.T."""
        return self.matmul(a)

    # NumPy would try its own product for `array @ packed`.
    __array_ufunc__ = None

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            "PackedWeights cannot be pickled, they are laid out for this processor: pickle the weight and the options"
        )

    def __repr__(self) -> str:
        return f"<scmp.PackedWeights {self.shape}, {self.nbytes} bytes>"


def clear_rng_cache() -> None:
    """Drops cached sequences and count tables of the calling thread; results never depend on it."""
    clear_caches()


@contextmanager
def det_kernel_tuning() -> Iterator[None]:
    """Changes nothing: results are the same bits whatever the kernel."""
    yield

"""The linear layer whose product a stochastic-computing array computes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.utils import parametrize

from .._calibration import Calibration
from .._errors import InvalidInputError, invalid
from ..generated._c import scmp_status as Status
from ..sc.matmul import PackedWeights
from .contents import fingerprint, settings

_SCALES = "smooth_scales"


class _StraightThrough(torch.autograd.Function):
    """The array's product forwards, the float product's gradient backwards."""

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, product: Callable[[Any], Any]) -> Any:
        ctx.save_for_backward(x, weight)
        return product(x)

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> tuple[Any, Any, None]:
        x, weight = ctx.saved_tensors
        flat = gradient.reshape(-1, gradient.shape[-1])
        to_x = gradient @ weight if ctx.needs_input_grad[0] else None
        to_weight = flat.t() @ x.reshape(-1, x.shape[-1]) if ctx.needs_input_grad[1] else None
        return to_x, to_weight, None


class _Made(NamedTuple):
    """A packed weight and what it was made of."""

    packed: PackedWeights
    contents: tuple[Any, ...]  # of weight and scales
    settings: tuple[Any, ...]
    promised: tuple[Any, ...]  # the tensors of a frozen layer and what is known of them without looking inside
    held: tuple[Any, ...]  # keeps their memory, so that no other contents come to lie at the same address


class _Kept:
    """The packed weight of one layer. A layer's copies and pickles have an empty one, and pack their own."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: _Made | None = None  # replaced as a whole: threads may share a layer

    def __deepcopy__(self, _: Any) -> _Kept:
        return _Kept()

    def __reduce__(self) -> tuple[type[_Kept], tuple[()]]:
        return _Kept, ()


class SCLinear(torch.nn.Linear):
    """`nn.Linear` whose product a stochastic-computing array computes.

    The weight is smoothed, quantized and laid out once, and again after weight, scales or options have changed, whoever
    changed them: every call compares the contents, by a 128-bit hash. That is a pass over the weight's bytes, little
    beside a product of 32 rows and more; `freeze()` saves it. Inputs may have any leading shape, as in `nn.Linear`; the
    result has the input's dtype. The state is that of `nn.Linear` and, where there is smoothing, `smooth_scales`; a
    state without it loads, too, and leaves the scales as they are. Scales keep their dtype when the model's changes
    (`half()`, `to(dtype)`): they may be beyond what a shorter type can hold.

    PyTorch's fused encoder layers go round the modules in them: `scmp.convert` turns that off where it converts. Where
    you put an SCLinear into an `nn.TransformerEncoderLayer` yourself, set that layer's `activation_relu_or_gelu` to 0.

    Args:
        in_features, out_features, bias, device, dtype: as for `nn.Linear`.
        smooth_scales: SmoothQuant scales (in_features,), or None.
        straight_through: let the gradient of the float product flow; otherwise none does but the bias's.
        options: those of `scmp.sc_matmul`; they may be changed later, in the layer's dictionary `options`.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        smooth_scales: Any = None,
        straight_through: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(in_features, out_features, bias, device, dtype)
        self._set_up(smooth_scales, straight_through, options)

    def _set_up(self, smooth_scales: Any, straight_through: bool, options: dict[str, Any]) -> None:
        check_options(self.in_features, options)
        self.straight_through = straight_through
        self.options = options
        self.register_buffer(_SCALES, None if smooth_scales is None else torch.as_tensor(smooth_scales).detach())
        self.smooth_scales: Any
        self._kept = _Kept()
        self._frozen = False

    @classmethod
    def from_linear(
        cls, linear: Any, *, smooth_scales: Any = None, straight_through: bool = False, **options: Any
    ) -> SCLinear:
        """A layer with an `nn.Linear`'s parameters, which they share, its hooks, parametrizations and attributes."""
        return cls.take_over(
            _shallow(linear), smooth_scales=smooth_scales, straight_through=straight_through, **options
        )

    @classmethod
    def take_over(
        cls, linear: Any, *, smooth_scales: Any = None, straight_through: bool = False, **options: Any
    ) -> SCLinear:
        """Makes an `nn.Linear` itself such a layer: whoever refers to it has the converted one, and loses nothing."""
        if isinstance(linear, LazyModuleMixin):
            raise invalid(f"a {type(linear).__name__} has no weight yet: run it once before it is converted")
        if not isinstance(linear, torch.nn.Linear):
            raise TypeError(f"linear is a {type(linear).__name__}, it must be an nn.Linear")
        check_options(linear.in_features, options)
        linear.__class__ = _with_parametrizations(cls, linear)
        made: Any = linear
        made._set_up(smooth_scales, straight_through, options)
        return made  # type: ignore[no-any-return]

    def to_linear(self) -> Any:
        """An `nn.Linear` with the same parameters, which they share, hooks, parametrizations and attributes."""
        made = _shallow(self)
        for name in ("straight_through", "options", "_kept", "_frozen"):
            del made.__dict__[name]
        del made._buffers[_SCALES]
        made._non_persistent_buffers_set.discard(_SCALES)
        made.__class__ = _with_parametrizations(torch.nn.Linear, self)
        return made

    def packed(self) -> PackedWeights:
        """The weight as the array has it, made anew where weight, scales or options have changed."""
        return self._packed_of(self.weight)

    def _packed_of(self, weight: Any) -> PackedWeights:
        made, scales, now = self._kept.made, self.smooth_scales, settings(self.options)
        promised: tuple[Any, ...] = ()
        if self._frozen:
            promised = (_Same(weight), _Same(scales), _outside(weight), _outside(scales))
            if made is not None and made.promised == promised and made.settings == now:
                return made.packed
        contents = (fingerprint(weight, self.options), fingerprint(scales, self.options))
        if made is None or made.contents != contents or made.settings != now:
            packed = PackedWeights(weight, smooth_scales=scales, **self.options)
        else:
            packed = made.packed
        held = tuple(tensor.detach() for tensor in (weight, scales) if tensor is not None) if promised else ()
        self._kept.made = _Made(packed, contents, now, promised, held)
        return packed

    def freeze(self) -> SCLinear:
        """Promises that the contents of weight and scales stay: calls look at them no more.

        Another tensor in their place, another dtype, device or option, and changes that PyTorch counts (`copy_`,
        `load_state_dict`) are still seen; what writes without being counted is not (fused optimizers, `inference_mode`,
        `.data`, NumPy's view of the memory). `unfreeze()` ends it, and so does `train()`; `eval()` does not.

        Returns:
            The layer.
        """
        self._frozen = True
        self.packed()
        return self

    def unfreeze(self) -> SCLinear:
        """Ends the promise of `freeze()`.

        Returns:
            The layer.
        """
        self._frozen = False
        return self

    def train(self, mode: bool = True) -> SCLinear:
        """As for every module; training changes weights, so it ends `freeze()`."""
        if mode:
            self._frozen = False
        super().train(mode)
        return self

    def repack(self) -> None:
        """Forgets the packed weight: the next call packs it, of a frozen layer too."""
        self._kept.made = None

    def forward(self, input: Any) -> Any:
        """The layer's output (..., out_features)."""
        if torch.jit.is_tracing():  # the program would have a constant of any value for the product
            raise invalid("the array's product cannot be traced by torch.jit", Status.SCMP_ERROR_UNSUPPORTED)
        weight = self.weight  # once: a parametrization computes it whenever it is read
        packed = self._packed_of(weight)

        def product(x: Any) -> Any:
            try:
                y = packed.matmul(x.reshape(-1, x.shape[-1]))
            except InvalidInputError as error:
                if error.status == Status.SCMP_ERROR_NON_FINITE:
                    Calibration(x.shape[-1]).observe(x)  # names the place in the caller's shape
                raise
            return y.to(x.dtype).reshape(*x.shape[:-1], y.shape[-1])

        y = _StraightThrough.apply(input, weight, product) if self.straight_through else product(input)
        return y if self.bias is None else y + self.bias.to(y.dtype)

    def extra_repr(self) -> str:
        """Features, options and whether there is smoothing."""
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"{super().extra_repr()}{options}, smoothing={self.smooth_scales is not None}"

    def _apply(self, fn: Callable[[Any], Any], *arguments: Any, **keywords: Any) -> SCLinear:
        scales = self._buffers[_SCALES]
        super()._apply(fn, *arguments, **keywords)
        moved = self._buffers[_SCALES]
        if scales is not None and moved is not None and moved.dtype != scales.dtype:
            empty = scales.is_meta  # to_empty(): there are no values to take along
            self._buffers[_SCALES] = (torch.empty_like if empty else torch.as_tensor)(scales, device=moved.device)
        return self

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: Any,
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        scales = state_dict.get(prefix + _SCALES)
        if scales is not None and (self.smooth_scales is None or self.smooth_scales.shape != scales.shape):
            # A shorter type in the file is no reason to compute with one.
            dtype = torch.float64 if scales.dtype == torch.float64 else torch.float32
            self.smooth_scales = torch.empty(scales.shape, dtype=dtype, device=_device(self))
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )
        if prefix + _SCALES in missing_keys:
            missing_keys.remove(prefix + _SCALES)
        self.repack()


class _Same:
    """Equal only to another one of the same object, which it keeps alive: no other can be taken for it."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.tensor is other.tensor

    __hash__ = None  # type: ignore[assignment]


def _outside(tensor: Any) -> tuple[Any, ...]:
    """What is known of a tensor without looking at its elements."""
    if tensor is None:
        return ()
    version = 0 if tensor.is_inference() else tensor._version
    return (tensor.data_ptr(), version, tensor.shape, tensor.stride(), tensor.dtype, tensor.device)


def _device(layer: Any) -> Any:
    """Where a layer's tensors are, without computing a parametrized weight."""
    return next(layer.parameters()).device


def _shallow(module: Any) -> Any:
    """A module of the same class with the same tensors and hooks in dictionaries of its own."""
    made = object.__new__(type(module))
    made.__dict__ = {
        name: copy.copy(value) if isinstance(value, (dict, set)) else value for name, value in vars(module).items()
    }
    return made


def _with_parametrizations(cls: Any, module: Any) -> Any:
    """`cls`, or where a module has parametrizations, what PyTorch would derive from `cls` for them."""
    if not parametrize.is_parametrized(module):
        return cls
    own = {
        name: value
        for name, value in vars(type(module)).items()
        if name not in ("__dict__", "__weakref__", "__doc__", "__module__")
    }
    return type(f"Parametrized{cls.__name__}", (cls,), own)


def check_options(in_features: int, options: dict[str, Any]) -> None:
    """Raises what the first product of so many inner indices would raise about the options."""
    for name in ("a", "b", "smooth_scales", "return_counts"):
        if name in options:
            raise TypeError(f"{name} is no option of a layer")
    PackedWeights(np.zeros((1, in_features), np.float32), **options)


__all__ = ["SCLinear", "check_options"]

"""PyTorch modules: a linear layer on the stochastic-computing array, and the conversion of whole models."""

from __future__ import annotations

import copy
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any

import torch

from ._calibration import Calibration
from .sc.matmul import PackedWeights

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


class SCLinear(torch.nn.Linear):
    """`nn.Linear` whose product a stochastic-computing array computes.

    The weight is smoothed, quantized and laid out once, and again after it has changed. Inputs may have any leading
    shape, as in `nn.Linear`; the result has the input's dtype. The state is that of `nn.Linear` and, where there is
    smoothing, `smooth_scales`; a state without it loads, too, and leaves the scales as they are.

    Args:
        in_features, out_features, bias, device, dtype: as for `nn.Linear`.
        smooth_scales: SmoothQuant scales (in_features,), or None.
        straight_through: let the gradient of the float product flow; otherwise none does but the bias's.
        options: those of `scmp.sc_matmul`.
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
        self.straight_through = straight_through
        self.options = options
        self.register_buffer(_SCALES, None if smooth_scales is None else torch.as_tensor(smooth_scales).detach())
        self.smooth_scales: Any
        self._packed: PackedWeights | None = None
        self._packed_from: tuple[Any, ...] = ()

    @classmethod
    def from_linear(
        cls, linear: Any, *, smooth_scales: Any = None, straight_through: bool = False, **options: Any
    ) -> SCLinear:
        """A layer with the parameters of an `nn.Linear`, which they share."""
        made = cls.__new__(cls)
        torch.nn.Module.__init__(made)
        made.in_features, made.out_features = linear.in_features, linear.out_features
        made.weight, made.bias = linear.weight, linear.bias
        made._set_up(smooth_scales, straight_through, options)
        made.train(linear.training)
        return made

    def to_linear(self) -> Any:
        """An `nn.Linear` with the same parameters, which they share."""
        made = torch.nn.Linear.__new__(torch.nn.Linear)
        torch.nn.Module.__init__(made)
        made.in_features, made.out_features = self.in_features, self.out_features
        made.weight, made.bias = self.weight, self.bias
        made.train(self.training)
        return made

    def packed(self) -> PackedWeights:
        """The weight as the array has it, made anew where weight or scales have changed."""
        now = (_identity(self.weight), _identity(self.smooth_scales))
        if self._packed is None or now != self._packed_from:
            self._packed = PackedWeights(self.weight, smooth_scales=self.smooth_scales, **self.options)
            self._packed_from = now
        return self._packed

    def repack(self) -> None:
        """Forgets the packed weight: for changes that PyTorch does not count (`weight.data[...] = ...`)."""
        self._packed = None

    def _product(self, x: Any) -> Any:
        flat = x.reshape(-1, x.shape[-1])
        y = self.packed().matmul(flat)
        return y.to(x.dtype).reshape(*x.shape[:-1], self.out_features)

    def forward(self, input: Any) -> Any:
        """The layer's output (..., out_features)."""
        through = self.straight_through
        y = _StraightThrough.apply(input, self.weight, self._product) if through else self._product(input)
        return y if self.bias is None else y + self.bias.to(y.dtype)

    def extra_repr(self) -> str:
        """Features, options and whether there is smoothing."""
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"{super().extra_repr()}{options}, smoothing={self.smooth_scales is not None}"

    def __getstate__(self) -> dict[str, Any]:
        # Copies and pickles pack their weights themselves.
        return {**self.__dict__, "_packed": None, "_packed_from": ()}

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
            self.smooth_scales = torch.empty_like(scales, device=self.weight.device)
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )
        if prefix + _SCALES in missing_keys:
            missing_keys.remove(prefix + _SCALES)


def _identity(tensor: Any) -> tuple[Any, ...]:
    """What changes when a tensor does."""
    if tensor is None:
        return ()
    version = 0 if tensor.is_inference() else tensor._version
    return (tensor.data_ptr(), version, tensor.dtype, tensor.device)


def convert(
    model: Any,
    *,
    calibrate: Iterable[Any] | None = None,
    alpha: float = 0.5,
    select: Callable[[str, Any], bool] | None = None,
    forward: Callable[[Any, Any], Any] | None = None,
    inplace: bool = False,
    progress: bool = True,
    straight_through: bool = False,
    **options: Any,
) -> Any:
    """A model whose `nn.Linear` layers are `SCLinear`, smoothed by what they saw on the calibration data.

    Args:
        model: a PyTorch model; subclasses of `nn.Linear` in it stay (their owners may use the weight directly).
        calibrate: batches to run the model on: a tensor, a tuple or list of arguments, or a dictionary of keywords
            each; None: no smoothing.
        alpha: 0 (everything stays in the activations) to 1 (everything moves into the weights).
        select: called with a layer's name and the layer; a false result leaves it as it is.
        forward: called with the model and a batch instead of the above.
        inplace: change the model itself; otherwise a copy.
        progress: show a bar while calibrating (tqdm's where it is there).
        straight_through: see `SCLinear`.
        options: those of `scmp.sc_matmul`.

    Returns:
        The converted model.
    """
    if not inplace:
        model = copy.deepcopy(model)
    layers = {
        name: layer
        for name, layer in model.named_modules()
        if type(layer) is torch.nn.Linear and (select is None or select(name, layer))
    }
    scales = {} if calibrate is None else _calibrate(model, layers, calibrate, alpha, forward, progress)
    made = {
        id(layer): SCLinear.from_linear(
            layer, smooth_scales=scales.get(name), straight_through=straight_through, **options
        )
        for name, layer in layers.items()
    }
    if id(model) in made:
        return made[id(model)]
    # The same layer may be in several places, of which named_children() would show one.
    for owner in list(model.modules()):
        for name, child in owner._modules.items():
            if id(child) in made:
                owner._modules[name] = made[id(child)]
    return model


def _calibrate(
    model: Any,
    layers: Mapping[str, Any],
    batches: Iterable[Any],
    alpha: float,
    forward: Callable[[Any, Any], Any] | None,
    progress: bool,
) -> dict[str, Any]:
    """Smoothing scales by layer."""
    statistics = {name: Calibration(layer.in_features) for name, layer in layers.items()}

    def watch(name: str) -> Callable[[Any, Any], None]:
        def hook(_: Any, inputs: Any) -> None:
            if inputs:  # not handed over by keyword
                statistics[name].observe(inputs[0])

        return hook

    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers.items()]
    training = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            for batch in _shown(batches) if progress else batches:
                _run(model, batch, forward)
    finally:
        for module, mode in training.items():
            module.training = mode
        for hook in hooks:
            hook.remove()
    unseen = [name for name in layers if statistics[name].rows == 0]
    if unseen:
        warnings.warn(f"no calibration data reached {', '.join(unseen)}: not smoothed", stacklevel=3)
    return {
        name: statistics[name].smooth_scales(layer.weight, alpha, dtype="float32")
        for name, layer in layers.items()
        if statistics[name].rows
    }


def _run(model: Any, batch: Any, forward: Callable[[Any, Any], Any] | None) -> None:
    if forward is not None:
        forward(model, batch)
    elif isinstance(batch, Mapping):
        model(**batch)
    elif isinstance(batch, (tuple, list)):
        model(*batch)
    else:
        model(batch)


def _shown(batches: Iterable[Any]) -> Iterator[Any]:
    """The batches, with a bar: tqdm's, or a line on a terminal."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        pass
    else:
        yield from tqdm(batches, desc="calibrate", unit="batch")
        return
    total = f" of {len(batches)}" if isinstance(batches, Sized) else ""
    terminal = sys.stderr.isatty()
    for done, batch in enumerate(batches, 1):
        yield batch
        if terminal:
            print(f"\rcalibrate: {done}{total}", end="", file=sys.stderr, flush=True)
    if terminal:
        print(file=sys.stderr)


__all__ = ["SCLinear", "convert"]

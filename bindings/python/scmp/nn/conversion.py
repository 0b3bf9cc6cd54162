"""The conversion of whole models: which layers, with which scales, and what is said about the rest."""

from __future__ import annotations

import copy
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.utils import parametrize

from .._calibration import Calibration
from .._errors import ScmpWarning, invalid
from ..generated._c import scmp_status as Status
from .layer import SCLinear, check_options
from .products import FloatProductsWarning, Products, float_share, listed, owners, watch_first_call

# What PyTorch decides by whether to take the fused path, and the answers that say no.
_DECISIONS = {"activation_relu_or_gelu": 0, "use_nested_tensor": False, "enable_nested_tensor": False}


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

    The layers become `SCLinear` where they are: ties, hooks, parametrizations and references to them hold. PyTorch's
    fused path through encoder layers, which goes round the modules in them, is off where a converted layer lives.

    What stays in float is named in a `scmp.nn.FloatProductsWarning`, with its shares of the multiply-accumulates that
    the calibration executed. Without calibration it names the modules that have weights, and the shares in another one
    when the converted model is first called. Element-wise products, and what PyTorch does not compute, are not in it.

    Args:
        model: a PyTorch model; subclasses of `nn.Linear` in it stay (their owners may use the weight directly).
        calibrate: batches to run the model on: a tensor, a tuple or list of arguments, or a dictionary of keywords
            each; None: no smoothing.
        alpha: 0 (everything stays in the activations) to 1 (everything moves into the weights).
        select: called with a layer's name and the layer; a false result leaves it as it is, and no warning names it.
        forward: called with the model and a batch instead of the above.
        inplace: change the model itself; otherwise a copy.
        progress: show a bar while calibrating (tqdm's where it is there).
        straight_through: see `SCLinear`.
        options: those of `scmp.sc_matmul`.

    Returns:
        The converted model.

    Raises:
        ValueError: for what the library refuses, and where there is no layer to convert. The model is then as it was.
    """
    if not 0 <= alpha <= 1:
        raise invalid(f"alpha = {alpha} is not in 0 .. 1", Status.SCMP_ERROR_INVALID_ALPHA)
    if not inplace:
        model = copy.deepcopy(model)
    candidates = _candidates(model)
    layers = {name: layer for name, layer in candidates.items() if select is None or select(name, layer)}
    wanted = [name for name in candidates if name not in layers]
    left = owners(model, {id(layer) for layer in candidates.values()})
    if not layers:
        raise invalid(f"{type(model).__name__} has no nn.Linear to convert{_instead(model, left, wanted)}")
    for d in {layer.in_features for layer in layers.values()}:
        check_options(d, options)
    unfused = _turn_off_fused_path(model, {id(layer) for layer in layers.values()})
    scales: dict[str, Any] = {}
    text = ""
    try:
        if calibrate is not None:
            with _called(model, left) as called, Products(model) as products:
                scales = _calibrate(model, layers, calibrate, alpha, forward, progress)
            if any(products.macs.values()):
                text = float_share(model, products, layers, wanted, left, "the calibration")
                idle = {name: what for name, what in left.items() if name not in called}
                if idle:
                    text += f"{'; ' if text else ''}not called by the calibration, and not converted: {listed(idle)}"
                left = {}
    except BaseException:
        for module, name, value in unfused:
            setattr(module, name, value)
        raise
    for name, layer in layers.items():
        SCLinear.take_over(layer, smooth_scales=scales.get(name), straight_through=straight_through, **options)
    if left:
        text = f"these are not converted and stay in float: {listed(left)}"
    if text:
        warnings.warn(text, FloatProductsWarning, stacklevel=2)
    if (calibrate is None or left) and not isinstance(model, SCLinear):
        watch_first_call(model, wanted)
    return model


def _candidates(model: Any) -> dict[str, Any]:
    """The layers that can be converted, by name: those whose owners call them."""
    attentions = [module for module in model.modules() if isinstance(module, torch.nn.MultiheadAttention)]
    used_by_owner = {id(child) for attention in attentions for child in attention.children()}
    return {
        name: layer
        for name, layer in model.named_modules()
        if id(layer) not in used_by_owner and _plain_class(layer) is torch.nn.Linear
    }


def _plain_class(layer: Any) -> Any:
    """A layer's class without what PyTorch derives from it for parametrizations."""
    return type(layer).__bases__[0] if parametrize.is_parametrized(layer) else type(layer)


def _instead(model: Any, left: Mapping[str, str], wanted: Iterable[str]) -> str:
    """What a model without layers to convert has instead."""
    converted = [name for name, layer in model.named_modules() if isinstance(layer, SCLinear)]
    parts = []
    if wanted:
        parts.append(f"select left out {', '.join(name or 'the model itself' for name in wanted)}")
    if converted:
        parts.append(f"already SCLinear: {', '.join(name or 'the model itself' for name in converted)}")
    if left:
        parts.append(f"it has {listed(left)}")
    return f"; {'; '.join(parts)}" if parts else ""


def _turn_off_fused_path(model: Any, converted: set[int]) -> list[tuple[Any, str, Any]]:
    """Makes encoder layers that hold converted ones call them: what was changed, and what it was before.

    PyTorch decides by these attributes in each call, 1.13 by the encoder layer's for the encoder, too; nothing but the
    decision reads them, and copies and pickles have them.
    """
    before = []
    for module in model.modules():
        if not isinstance(module, (torch.nn.TransformerEncoderLayer, torch.nn.TransformerEncoder)):
            continue
        if not any(id(inner) in converted or isinstance(inner, SCLinear) for inner in module.modules()):
            continue
        for name, off in _DECISIONS.items():
            if name in vars(module):
                before.append((module, name, getattr(module, name)))
                setattr(module, name, off)
    return before


@contextmanager
def _called(model: Any, names: Mapping[str, str]) -> Iterator[set[str]]:
    """Which of some modules are called."""
    called: set[str] = set()

    def watch(name: str) -> Callable[[Any, Any], None]:
        return lambda *_: called.add(name)

    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in model.named_modules() if name in names]
    try:
        yield called
    finally:
        for hook in hooks:
            hook.remove()


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
        warnings.warn(f"no calibration data reached {', '.join(unseen)}: not smoothed", ScmpWarning, stacklevel=3)
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


__all__ = ["convert"]

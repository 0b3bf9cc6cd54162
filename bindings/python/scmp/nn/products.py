"""Which products of a model PyTorch computes in float: counted while they are executed, and named by their module."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import torch
from torch.nn.utils import parametrize
from torch.utils._python_dispatch import TorchDispatchMode

from .._errors import ScmpWarning
from .layer import SCLinear


class FloatProductsWarning(ScmpWarning):
    """Products of a converted model stay in float; the text names the modules."""


# --- Multiply-accumulates of an operation -----------------------------------------------------------------------------

_Count = Callable[[Any, Any], int]  # of the arguments and the result


def _inner(index: int) -> _Count:
    """Each element of the result is a sum over the last axis of an argument."""
    return lambda arguments, result: result.numel() * arguments[index].shape[-1]


def _batched_sum(arguments: Any, result: Any) -> int:  # addbmm: one sum over batches, too
    return int(result.numel() * arguments[1].shape[-1] * arguments[1].shape[0])


def _outer(_: Any, result: Any) -> int:
    return int(result.numel())


def _convolution(arguments: Any, result: Any) -> int:
    weight = arguments[1]
    transposed = len(arguments) > 6 and isinstance(arguments[6], bool) and arguments[6]
    return int((arguments[0] if transposed else result).numel() * weight[0].numel())


def _attention(arguments: Any, _: Any) -> int:
    query, key, value = arguments[:3]
    return int(query.numel() // query.shape[-1] * key.shape[-2] * (query.shape[-1] + value.shape[-1]))


def _fused(*matrices: int, features: int) -> _Count:
    """Projections and attention of (batch, rows, features), given the places of matrices and features."""

    def count(arguments: Any, _: Any) -> int:
        batch, rows = arguments[0].shape[:2]
        every_row = sum(arguments[index].numel() for index in matrices)
        return int(batch * rows * (every_row + 2 * rows * arguments[features]))

    return count


def _recurrent(arguments: Any, _: Any) -> int:
    weights = arguments[1] if isinstance(arguments[1], (list, tuple)) else arguments[1:3]
    matrices = sum(weight.numel() for weight in weights if weight.dim() == 2)
    return int(arguments[0].numel() // arguments[0].shape[-1] * matrices)


def _trilinear(arguments: Any, _: Any) -> int:
    return int(arguments[0].shape[0] * arguments[1].numel())


_MACS: dict[str, _Count] = {
    **dict.fromkeys(("mm", "bmm", "mv", "dot", "vdot", "inner", "matmul", "linear", "mkldnn_linear"), _inner(0)),
    **dict.fromkeys(("_int_mm", "_scaled_mm", "_grouped_mm", "_scaled_grouped_mm", "_sparse_mm"), _inner(0)),
    **dict.fromkeys(("_weight_int4pack_mm", "_weight_int8pack_mm", "_dyn_quant_matmul_4bit"), _inner(0)),
    **dict.fromkeys(("addmm", "addmv", "baddbmm", "_addmm_activation", "_sparse_addmm", "sparse_addmm"), _inner(1)),
    "addbmm": _batched_sum,
    **dict.fromkeys(("addr", "ger", "outer"), _outer),
    **dict.fromkeys(("convolution", "_convolution", "convolution_overrideable", "mkldnn_convolution"), _convolution),
    **dict.fromkeys(("cudnn_convolution", "cudnn_convolution_relu", "miopen_convolution"), _convolution),
    **dict.fromkeys(("_conv_depthwise2d", "conv_depthwise3d", "conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(
        (
            "scaled_dot_product_attention",
            "_scaled_dot_product_attention",
            "_scaled_dot_product_attention_math",
            "_scaled_dot_product_flash_attention",
            "_scaled_dot_product_flash_attention_for_cpu",
            "_scaled_dot_product_efficient_attention",
            "_scaled_dot_product_cudnn_attention",
            "_scaled_dot_product_fused_attention_overrideable",
        ),
        _attention,
    ),
    "_native_multi_head_attention": _fused(5, 7, features=3),
    "_transformer_encoder_layer_fwd": _fused(3, 5, 14, 16, features=1),
    **dict.fromkeys(("mkldnn_rnn_layer", "_cudnn_rnn", "miopen_rnn"), _recurrent),
    "_trilinear": _trilinear,
}
# Operations of other libraries may multiply without anyone's knowing how much.
_OWN_NAMESPACES = frozenset(("aten", "prim", "prims", "profiler", "c10d", "_c10d_functional", "inductor"))


class Products(TorchDispatchMode):
    """While it is entered, counts the multiply-accumulates that PyTorch executes, by module.

    A product belongs to the innermost module of the model that is being called when it is executed: attention's q k^T
    and `F.linear` on parameters to the module whose `forward` has them.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._names: dict[int, str] = {}
        for name, module in model.named_modules():
            self._names.setdefault(id(module), name)
        self.macs: dict[str, int] = {}
        self.unknown: dict[str, set[str]] = {}  # operations of which nobody knows, by module

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        namespace, _, name = func._schema.name.partition("::")
        count = _MACS.get(name) if namespace == "aten" else None
        if count is None and namespace == "aten" and torch.is_inference_mode_enabled():
            with self:  # elsewhere PyTorch has taken such operations apart before they come here
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        result = func(*args, **kwargs)
        if count is not None or namespace not in _OWN_NAMESPACES:
            self._note(func._schema.name, count, args, kwargs, result)
        return result

    def _note(self, operation: str, count: _Count | None, args: Any, kwargs: Any, result: Any) -> None:
        module = self._caller()
        try:
            if count is None:
                raise LookupError
            macs = int(count((*args, *kwargs.values()), result))
        except Exception:  # noqa: BLE001, whatever it is: the model's call goes on
            self.unknown.setdefault(module, set()).add(operation)
        else:
            self.macs[module] = self.macs.get(module, 0) + macs

    def _caller(self) -> str:
        frame: Any = sys._getframe(3)
        while frame is not None:
            code = frame.f_code
            if code.co_argcount > 0 and code.co_varnames[0] == "self":
                name = self._names.get(id(frame.f_locals.get("self")))
                if name is not None:
                    return name
            frame = frame.f_back
        return ""

    def add(self, name: str, macs: int) -> None:
        """Counts multiply-accumulates that PyTorch does not execute: the array's."""
        self.macs[name] = self.macs.get(name, 0) + macs


# --- What to say ------------------------------------------------------------------------------------------------------

_OWNERS = (
    torch.nn.Linear,
    torch.nn.Bilinear,
    torch.nn.MultiheadAttention,
    torch.nn.RNNBase,
    torch.nn.RNNCellBase,
    torch.nn.modules.conv._ConvNd,
)


def owners(model: Any, apart_from: Collection[int]) -> dict[str, str]:
    """The modules that have weights of products and are not converted: what each is, by name.

    A module of a class that PyTorch has not is one of them where it has parameters of two dimensions and more.
    """
    found = {}
    skipped = set(apart_from)
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.MultiheadAttention):
            skipped |= {id(child) for child in module.children()}  # it uses their weights, and is named itself
        if id(module) in skipped or isinstance(module, (SCLinear, parametrize.ParametrizationList)):
            continue
        if isinstance(module, _OWNERS):
            found[name] = _class(module)
        elif not type(module).__module__.startswith("torch.nn.modules.") or isinstance(
            module, (torch.nn.ParameterList, torch.nn.ParameterDict)
        ):
            matrices = [
                own
                for own, parameter in module.named_parameters(recurse=False)
                if torch.nn.parameter.is_lazy(parameter) or parameter.dim() >= 2
            ]
            if matrices:
                found[name] = f"{_class(module)}: parameter{'s' * (len(matrices) > 1)} {', '.join(matrices)}"
    return found


def _class(module: Any) -> str:
    return type(module).__name__


def listed(found: Mapping[str, str]) -> str:
    """Names, and what each is."""
    return ", ".join(f"{name or 'the model itself'} ({what})" for name, what in found.items())


def float_share(
    model: Any, products: Products, array: Collection[str], wanted: Collection[str], what: Mapping[str, str], when: str
) -> str:
    """What to say of the executed products that stay in float; "" where all are the array's or `wanted` so."""
    total = sum(products.macs.values())
    left = {name: macs for name, macs in products.macs.items() if macs and name not in array and name not in wanted}
    unknown = {name: ops for name, ops in products.unknown.items() if name not in wanted}
    modules = dict(model.named_modules())

    def named(name: str, more: str = "") -> str:
        return f"{name or 'the model itself'}{more} ({what.get(name) or _class(modules[name])})"

    parts = []
    if left:
        most_first = sorted(left, key=lambda name: -left[name])
        shares = ", ".join(named(name, f" {_percent(left[name], total)}") for name in most_first)
        all_left = _percent(sum(left.values()), total)
        parts.append(f"{all_left} of the multiply-accumulates of {when} stay in float: {shares}")
    if unknown:
        names = ", ".join(f"{named(name)}: {', '.join(sorted(ops))}" for name, ops in unknown.items())
        parts.append(f"operations of which it is not known whether they multiply stay as they are: {names}")
    return "; ".join(parts)


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{share:.1f} %" if share >= 0.1 else "below 0.1 %"


# --- The first call of a converted model ------------------------------------------------------------------------------


class _Pending:
    """That a model's first call is to be looked at; replicas of the model share it, copies have their own."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.wanted = frozenset(wanted)  # layers that were left in float on purpose
        self.done = False


_PENDING = "_scmp_first_call"
_watched: dict[type, type] = {}


def watch_first_call(model: Any, wanted: Iterable[str]) -> None:
    """Has the next call of a model warn of the products that it executes in float; calls after it are as ever.

    Until then the model is of a class derived from its own, of the same name. An attribute instead would belong to the
    one object: the forward of a copy or a replica would be that of the original.
    """
    try:
        if "forward" in vars(model):
            raise TypeError("its forward is the object's own")
        model.__class__ = _watching(type(model))
    except TypeError as error:  # slots, metaclasses
        text = f"what {_class(model)} executes in float is not watched: {error}"
        warnings.warn(text, FloatProductsWarning, stacklevel=3)
    else:
        model.__dict__[_PENDING] = _Pending(wanted)


class _Unregistered:
    """Keeps a class derived from others out of the lists that their `__init_subclass__` makes."""

    def __init_subclass__(cls) -> None:
        pass


def _watching(cls: Any) -> Any:
    made = _watched.get(cls)
    if made is not None:
        return made

    def forward(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if _traced():
            return cls.forward(self, *arguments, **keywords)
        pending = self.__dict__.pop(_PENDING, None)
        if type(self) is _watching(cls):  # PyTorch derives classes for single modules itself: those stay
            self.__class__ = cls
        if pending is None or pending.done:
            return cls.forward(self, *arguments, **keywords)
        pending.done = True
        return _first_call(self, lambda: cls.forward(self, *arguments, **keywords), pending.wanted)

    def reduce(self: Any, protocol: Any) -> Any:
        made, arguments, *rest = super(_watching(cls), self).__reduce_ex__(protocol)
        if arguments and arguments[0] is _watching(cls):
            made, arguments = _remade, (made, cls, *arguments[1:])
        return (made, arguments, *rest)

    own = {
        "forward": forward,
        "__reduce_ex__": reduce,
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }
    _watched[cls] = type(cls)(cls.__name__, (_Unregistered, cls), own)
    return _watched[cls]


def _remade(make: Any, cls: Any, *arguments: Any) -> Any:
    return make(_watching(cls), *arguments)


def _traced() -> bool:
    """Whether PyTorch is recording a program: the call to look at is another one."""
    compiler = getattr(torch, "compiler", None)
    compiling = getattr(compiler, "is_compiling", None)
    return bool(torch.jit.is_tracing() or (compiling is not None and compiling()))


def _first_call(model: Any, forward: Callable[[], Any], wanted: Collection[str]) -> Any:
    products = Products(model)
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, SCLinear)}

    def watch(name: str) -> Callable[[Any, Any, Any], None]:
        def hook(layer: Any, _: Any, result: Any) -> None:
            products.add(name, result.numel() * layer.in_features)

        return hook

    hooks = [layer.register_forward_hook(watch(name)) for name, layer in layers.items()]
    try:
        with products:
            result = forward()
    finally:
        for hook in hooks:
            hook.remove()
    text = float_share(model, products, layers, wanted, owners(model, ()), "the first call")
    if text:
        warnings.warn(text, FloatProductsWarning, stacklevel=_callers_level())
    return result


def _callers_level() -> int:
    """The stack level, seen from who asks, of the code that called the model."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(("torch.", "scmp.nn")):
        frame, level = frame.f_back, level + 1
    return level


__all__ = ["FloatProductsWarning", "Products", "float_share", "listed", "owners", "watch_first_call"]

"""The options of a product, from Python's values to the C struct, and configurations of generators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ctypes import byref, c_size_t, create_string_buffer, pointer, sizeof
from typing import Any

from ._context import Context, default_context, given, int32, int64, named
from ._errors import invalid
from ._handles import Handle, Shared
from ._library import lib
from ._tensor import Operand, operand, refuse_masked
from ._warnings import warn_once
from .generated import _c
from .generated._c import SCMP_NOT_GIVEN, SCMP_SC_PREC_MAX

GRANULARITIES = {
    "per_row": _c.scmp_granularity.SCMP_GRANULARITY_PER_ROW,
    "per_tensor": _c.scmp_granularity.SCMP_GRANULARITY_PER_TENSOR,
    "per_head": _c.scmp_granularity.SCMP_GRANULARITY_PER_HEAD,
}
MODES = {"bipolar": _c.scmp_mode.SCMP_MODE_BIPOLAR, "unipolar": _c.scmp_mode.SCMP_MODE_UNIPOLAR}
SCRAMBLES = {
    "bitrev": _c.scmp_scramble.SCMP_SCRAMBLE_BITREV,
    "counter": _c.scmp_scramble.SCMP_SCRAMBLE_COUNTER,
    "off": _c.scmp_scramble.SCMP_SCRAMBLE_OFF,
    "always_bitrev": _c.scmp_scramble.SCMP_SCRAMBLE_ALWAYS_BITREV,
    "always_counter": _c.scmp_scramble.SCMP_SCRAMBLE_ALWAYS_COUNTER,
}


class Config(Shared):
    """Which generator, permutation and complement each inner index uses: made once, used by any number of calls.

    Immutable. It can be copied and pickled.

    Args:
        config: a preset's name ("sobol_simple", "sobol_tuned", ...) or a dictionary (docs/semantics.md, section 3).
            Generators in it that repeat before their type must are an `ScmpWarning`, once for each configuration.
        sc_prec: the precision that it is for.
    """

    def __init__(
        self, config: str | Mapping[str, Any] = "sobol_simple", sc_prec: int = 8, *, context: Context | None = None
    ) -> None:
        if isinstance(config, str):
            source: str | bytes = config
        elif isinstance(config, Mapping):
            source = json.dumps(config, default=_plain).encode()
        else:
            raise TypeError(f"config is a {type(config).__name__}, it must be a preset's name, a dict or a Config")
        self._make(source, int32("sc_prec", sc_prec), context)

    def _make(self, source: str | bytes, sc_prec: int, context: Context | None) -> None:
        """From a preset's name, or JSON; a pickle has one of them, since JSON of a preset would end at some D."""
        context = context or default_context()
        owner = Handle(_c.scmp_config, lib.scmp_config_destroy)
        out = byref(owner.pointer)
        if isinstance(source, bytes):
            context.call(lib.scmp_config_create_json, context.handle, source, len(source), sc_prec, out)
            warn_once(lib.scmp_config_warning(owner.pointer).decode(), source)
        else:
            if source not in preset_names():
                names = ", ".join(preset_names())
                raise invalid(
                    f'no configuration is named "{source}", there are {names}', _c.scmp_status.SCMP_ERROR_INVALID_CONFIG
                )
            context.call(lib.scmp_config_create_named, context.handle, source.encode(), sc_prec, out)
        self._source, self._owner = source, owner

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_owner": self.sc_prec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make(state["_source"], state["_owner"], None)

    @property
    def handle(self) -> Any:
        """The C handle, `scmp_config *`."""
        return self._handle

    @property
    def sc_prec(self) -> int:
        """The precision that it is for."""
        return lib.scmp_config_sc_prec(self._handle)

    @property
    def d_max(self) -> int:
        """Number of inner indices that it serves; 2^63 - 1 for one that serves any."""
        return lib.scmp_config_d_max(self._handle)

    def to_dict(self, d: int, *, context: Context | None = None) -> dict[str, Any]:
        """The dictionary for the first `d` inner indices."""
        context = context or default_context()
        needed = c_size_t()
        size = int64("d", d)
        context.call(lib.scmp_config_to_json, context.handle, self._handle, size, None, 0, byref(needed))
        text = create_string_buffer(needed.value)
        context.call(lib.scmp_config_to_json, context.handle, self._handle, size, text, needed.value, byref(needed))
        made: dict[str, Any] = json.loads(text.value)
        return made


def _plain(value: Any) -> Any:
    """NumPy's and PyTorch's numbers and arrays as JSON has them."""
    refuse_masked(value, "a value of config")
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"config has a {type(value).__name__}, which JSON has not")


def preset_names() -> list[str]:
    """The named configurations."""
    return [lib.scmp_config_name(index).decode() for index in range(lib.scmp_config_name_count())]


def config_of(config: Any, sc_prec: int, context: Context) -> Config | None:
    """The configuration of a call; presets are made once a context."""
    if config is None or isinstance(config, Config):
        return config
    if not isinstance(config, str):
        return Config(config, sc_prec, context=context)
    key = (config, sc_prec)
    made: Config | None = context._configs.get(key)
    if made is None:
        made = context._configs[key] = Config(config, sc_prec, context=context)
    return made


class Options:
    """The C struct, and what its pointers refer to."""

    __slots__ = ("config", "smooth", "struct")

    def __init__(
        self,
        context: Context,
        granularity: str = "per_row",
        *,
        mode: str = "bipolar",
        sc_prec: int = 8,
        stoc_len: int | None = None,
        chunk_d: int | None = 0,
        group_a: int = 1,
        group_b: int = 1,
        rng_levels: int | None = None,
        config: Any = None,
        halve_bipolar_stoc_len: bool = False,
        smooth_scales: Any = None,
        scramble: str | None = None,
    ) -> None:
        struct = _c.scmp_matmul_options()
        lib.scmp_matmul_options_init_sized(byref(struct), sizeof(struct))
        struct.granularity = named("granularity", granularity, GRANULARITIES)
        struct.mode = named("mode", mode, MODES)
        struct.sc_prec = int32("sc_prec", sc_prec)
        struct.stoc_len = SCMP_NOT_GIVEN if stoc_len is None else given("stoc_len", stoc_len)
        struct.rng_levels = SCMP_NOT_GIVEN if rng_levels is None else given("rng_levels", rng_levels)
        if halve_bipolar_stoc_len and mode == "bipolar" and 0 < struct.sc_prec <= SCMP_SC_PREC_MAX:
            half = 2 ** (struct.sc_prec - 1)
            struct.stoc_len = half if stoc_len is None else struct.stoc_len
            struct.rng_levels = half if rng_levels is None else struct.rng_levels
        struct.chunk_d = 0 if chunk_d is None else int64("chunk_d", chunk_d)
        struct.group_a = int64("group_a", group_a)
        struct.group_b = int64("group_b", group_b)
        if scramble is not None:
            struct.scramble = named("scramble", scramble, SCRAMBLES)
        self.config = config_of(config, struct.sc_prec, context)
        if self.config is not None:
            struct.config = self.config.handle
        self.smooth: Operand | None = None
        if smooth_scales is not None:
            self.smooth = operand(smooth_scales, "smooth_scales")
            struct.smooth = pointer(self.smooth.tensor)
        self.struct = struct

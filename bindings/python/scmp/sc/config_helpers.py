"""Configurations of generators as dictionaries, for `config=` (docs/semantics.md, section 3).

`q_e` and `k_e` are the numbers of entries of the left and the right list: at least D each. What is random comes from
Python's `random`, so `random.seed` fixes it.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Mapping, Sequence
from ctypes import byref, c_int32
from pathlib import Path
from typing import Any

from .._context import int32
from .._errors import check, invalid
from .._library import lib
from ..generated import _c
from ..generated._c import scmp_status as Status

Config = dict[str, Any]
Entry = dict[str, Any]


def get_taps_choices(sc_prec: int) -> list[list[int]]:
    """Every maximal-length tap set of an LFSR of this width, in the specification's order."""
    width = _width(sc_prec)
    sets = []
    for index in range(lib.scmp_lfsr_tap_set_count(width)):
        taps, count = (c_int32 * width)(), c_int32()
        check(lib.scmp_lfsr_tap_set(width, index, taps, byref(count)))
        sets.append(list(taps[: count.value]))
    return sets


def get_default_taps(sc_prec: int) -> list[int]:
    """The first of the maximal-length tap sets."""
    choices = get_taps_choices(sc_prec)
    if not choices:
        raise invalid(f"sc_prec = {sc_prec} has no maximal-length taps")
    return choices[0]


def make_sobol_simple_config(q_e: int, k_e: int, sc_prec: int = 8) -> Config:
    """The default: each side its own Sobol sequence."""
    return make_sobol_custom_seed_config(q_e, k_e, sc_prec)


def make_sobol_antithetic_config(q_e: int, k_e: int, sc_prec: int = 8) -> Config:
    """As `make_sobol_simple_config`, the right side complemented."""
    config = make_sobol_simple_config(q_e, k_e, sc_prec)
    for entry in config["sng"]["k"]:
        entry["complement"] = True
    return config


def make_sobol_altseed_config(q_e: int, k_e: int, sc_prec: int = 8, k_seed: Sequence[int] | None = None) -> Config:
    """The default on the left; on the right Sobol with seeds 2^(i+1) - 1, or the given ones."""
    seed = [2 ** (i + 1) - 1 for i in range(_width(sc_prec))] if k_seed is None else k_seed
    return make_sobol_custom_seed_config(q_e, k_e, sc_prec, k_seed=seed)


def make_sobol_custom_seed_config(
    q_e: int,
    k_e: int,
    sc_prec: int,
    q_seed: Sequence[int] | None = None,
    k_seed: Sequence[int] | None = None,
    use_scrambling: bool = False,
) -> Config:
    """Sobol with given seeds on each side, a missing one being that side's default.

    With `use_scrambling` every entry has a random bit permutation of its own.
    """
    width = _width(sc_prec)
    pool = [_sobol("q", q_seed), _sobol("k", k_seed)]
    return _config(pool, _entries(q_e, 0), _entries(k_e, 1), use_scrambling, width)


def make_sobol_masks_config(q_e: int, k_e: int, sc_prec: int = 8, *, masks: int) -> Config:
    """The default with so many masks, a power of two up to 2^sc_prec, for an array whose selector is narrower.

    Inner index d has the mask that is d mod `masks` with its sc_prec bits reversed; the default has 2^sc_prec masks.
    Where the default has none, in a full stream on the full grid, this has some all the same.
    """
    width = _width(sc_prec)
    number = int32("masks", masks)
    if not 1 <= number <= 2**width or number & (number - 1):
        raise invalid(f"masks = {number} is no power of two in 1 .. {2**width}")
    # A Sobol generator that starts at a state has its draws xor that state.
    starts = [int(f"{index:0{width}b}"[::-1], 2) for index in range(number)]
    pool = [{"type": "sobol", "seed_type": side, "start": start} for side in "qk" for start in starts]
    q, k = ([_entry(first + d % number) for d in range(_count("entries", e))] for first, e in ((0, q_e), (number, k_e)))
    return {**_config(pool, q, k), "scramble_mode": "off"}


def make_sobol_dse_config(q_e: int, k_e: int, sc_prec: int, use_scrambling: bool = True) -> Config:
    """Sobol with random seeds on each side, to explore: m_0 = 1 and each m_i odd and below 2^(i+1)."""
    width = _width(sc_prec)
    q_seed, k_seed = ([random.randrange(1, 2 ** (i + 1), 2) for i in range(width)] for _ in range(2))
    return make_sobol_custom_seed_config(q_e, k_e, sc_prec, q_seed, k_seed, use_scrambling)


def make_default_config(q_e: int, k_e: int, sc_prec: int, taps: Sequence[int] | None = None, seed: int = 125) -> Config:
    """One LFSR for both sides, the right one with the bits in reverse order."""
    width = _width(sc_prec)
    reverse = list(range(width))[::-1]
    return _config([_lfsr(taps, _fitting(seed, width))], _entries(q_e, 0), _entries(k_e, 0, reverse))


def make_independent_config(
    q_e: int,
    k_e: int,
    sc_prec: int,
    q_taps: Sequence[int] | None,
    k_taps: Sequence[int] | None,
    q_seed: int,
    k_seed: int,
    q_scramble: Sequence[int] | None = None,
    k_scramble: Sequence[int] | None = None,
) -> Config:
    """One LFSR for each side, with its own taps, seed and, where given, bit permutation."""
    _width(sc_prec)
    pool = [_lfsr(q_taps, q_seed), _lfsr(k_taps, k_seed)]
    return _config(pool, _entries(q_e, 0, q_scramble), _entries(k_e, 1, k_scramble))


def make_per_element_scramble_config(
    q_e: int,
    k_e: int,
    sc_prec: int,
    taps: Sequence[int] | None = None,
    seed: int = 125,
    k_reverse_of_q: bool = True,
) -> Config:
    """One LFSR, every entry with a random bit permutation; the right one's is the left one's in reverse, or its own."""
    width = _width(sc_prec)
    config = _config([_lfsr(taps, _fitting(seed, width))], _entries(q_e, 0), _entries(k_e, 0))
    _permute(config["sng"], width, k_reverse_of_q)
    return config


def make_fully_independent_config(
    q_e: int, k_e: int, sc_prec: int, taps_choices: Sequence[Sequence[int]] | None = None
) -> Config:
    """An LFSR of its own for every entry of each side, with random taps and seed."""
    width = _width(sc_prec)
    choices = _choices(taps_choices, width)
    pool = [_random_lfsr(choices, width) for _ in range(_count("q_e", q_e) + _count("k_e", k_e))]
    q = [_entry(index) for index in range(q_e)]
    return _config(pool, q, [_entry(q_e + index) for index in range(k_e)])


def make_separated_random_config(
    q_e: int, k_e: int, sc_prec: int, taps_choices: Sequence[Sequence[int]] | None = None
) -> Config:
    """As `make_fully_independent_config`."""
    return make_fully_independent_config(q_e, k_e, sc_prec, taps_choices)


def make_random_config(
    q_e: int,
    k_e: int,
    sc_prec: int,
    taps_choices: Sequence[Sequence[int]] | None = None,
    use_scrambling: bool = True,
) -> Config:
    """One LFSR for each side with random taps and seed, and a random bit permutation for every entry."""
    width = _width(sc_prec)
    choices = _choices(taps_choices, width)
    pool = [_random_lfsr(choices, width) for _ in range(2)]
    return _config(pool, _entries(q_e, 0), _entries(k_e, 1), use_scrambling, width)


def make_single_rng_reverse_config(
    q_e: int,
    k_e: int,
    sc_prec: int,
    taps_choices: Sequence[Sequence[int]] | None = None,
    use_per_element_scrambling: bool = True,
) -> Config:
    """One LFSR with random taps and seed for both sides; a right entry has its left one's bits in reverse order."""
    width = _width(sc_prec)
    pool = [_random_lfsr(_choices(taps_choices, width), width)]
    config = _config(pool, _entries(q_e, 0), _entries(k_e, 0, list(range(width))[::-1]))
    if use_per_element_scrambling:
        _permute(config["sng"], width, True)
    return config


def save_config(
    config: Mapping[str, Any],
    filepath: str | os.PathLike[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    **more: Any,
) -> str:
    """Writes `{"metadata": ..., "config": ...}` as JSON; further keywords go into the metadata.

    Returns:
        The path; without `filepath` a new name with the time in it, in the current directory.
    """
    path = Path(os.fsdecode(filepath)) if filepath is not None else Path(time.strftime("sc_config_%Y%m%d_%H%M%S.json"))
    about = {"library_version": lib.scmp_version().decode(), "spec_version": lib.scmp_spec_version()}
    about.update(metadata or {}, **more)
    path.write_text(json.dumps({"metadata": about, "config": dict(config)}, indent=1) + "\n", encoding="utf-8")
    return str(path)


def load_config(path: str | os.PathLike[str]) -> tuple[Config, dict[str, Any]]:
    """`(config, metadata)` of a file; of one that is a bare configuration the metadata is empty."""
    text = Path(os.fsdecode(path)).read_text(encoding="utf-8")
    data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    if not isinstance(data, dict):
        raise invalid(f"{os.fsdecode(path)} holds a {type(data).__name__}, no configuration")
    return (data["config"], data.get("metadata") or {}) if "config" in data else (data, {})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which no key may be twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise invalid(f"the key {json.dumps(twice)} is there twice", Status.SCMP_ERROR_FORMAT)
    return made


def _no_number(text: str) -> float:
    raise invalid(f"{text} is no number of JSON", Status.SCMP_ERROR_FORMAT)


def _width(sc_prec: Any) -> int:
    width = int32("sc_prec", sc_prec)
    if not 1 <= width <= _c.SCMP_SC_PREC_MAX:
        raise invalid(f"sc_prec = {width} is not in 1 .. {_c.SCMP_SC_PREC_MAX}")
    return width


def _count(name: str, value: Any) -> int:
    count = int32(name, value)
    if count < 0:
        raise invalid(f"{name} = {count} is negative")
    return count


def _sobol(side: str, seed: Sequence[int] | None) -> Entry:
    return {"type": "sobol", "seed_type": side} if seed is None else {"type": "sobol", "seed": list(seed)}


def _lfsr(taps: Sequence[int] | None, seed: int) -> Entry:
    generator: Entry = {"type": "lfsr", "seed": seed}
    if taps is not None:
        generator["taps"] = list(taps)
    return generator


def _fitting(seed: int, width: int) -> int:
    """The default seed, or 1 where that is too wide."""
    return 1 if seed == 125 and seed >= 2**width else seed


def _choices(taps_choices: Sequence[Sequence[int]] | None, width: int) -> Sequence[Sequence[int]]:
    choices = get_taps_choices(width) if taps_choices is None else taps_choices
    if not choices:
        raise invalid(f"taps_choices is empty (sc_prec = {width})")
    return choices


def _random_lfsr(choices: Sequence[Sequence[int]], width: int) -> Entry:
    return _lfsr(random.choice(choices), random.randrange(1, 2**width))


def _entry(rng_id: int, scramble: Sequence[int] | None = None) -> Entry:
    return {"rng_id": rng_id, "scramble": None if scramble is None else list(scramble), "complement": False}


def _entries(count: int, rng_id: int, scramble: Sequence[int] | None = None) -> list[Entry]:
    return [_entry(rng_id, scramble) for _ in range(_count("entries", count))]


def _permutation(width: int) -> list[int]:
    return random.sample(range(width), width)


def _permute(sng: dict[str, list[Entry]], width: int, k_reverse_of_q: bool) -> None:
    """A random bit permutation for every entry."""
    for entry in sng["q"]:
        entry["scramble"] = _permutation(width)
    for index, entry in enumerate(sng["k"]):
        paired = k_reverse_of_q and index < len(sng["q"])
        entry["scramble"] = sng["q"][index]["scramble"][::-1] if paired else _permutation(width)


def _config(pool: list[Entry], q: list[Entry], k: list[Entry], use_scrambling: bool = False, width: int = 0) -> Config:
    sng = {"q": q, "k": k}
    if use_scrambling:
        _permute(sng, width, False)
    return {"rng_pool": pool, "sng": sng}

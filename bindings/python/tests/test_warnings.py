"""Configurations whose generators repeat before their type must are warned of, once, at the caller's line."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import numpy as np
import pytest

import scmp
from scmp.sc import config_helpers

A = np.array([[1.0, -2, 3], [0.5, 0.25, -1]], np.float32)
B = np.array([[3.0, 1, 2], [-1, 4, 0]], np.float32)


def lfsr(taps: list[int] | None, **more: Any) -> dict[str, Any]:
    generator = {"type": "lfsr", "seed": 5, **more}
    if taps is not None:
        generator["taps"] = taps
    return {"rng_pool": [generator], "sng": {"q": [{"rng_id": 0}] * 3, "k": [{"rng_id": 0}] * 3}}


def said(body: Any) -> list[warnings.WarningMessage]:
    """The warnings of a call, with every filter off."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        body()
    return caught


def test_the_sentence_has_the_numbers() -> None:
    sentence = (
        "rng_pool[0], an LFSR with taps 1 and seed 5, repeats after 8 draws (period 7 from draw 1 on), "
        "maximal taps of 8 bits after 255; bit 0, which is shifted out, is not tapped"
    )
    for body in (
        lambda: scmp.Config(lfsr([1])),
        lambda: scmp.sc_matmul(A, B, config=lfsr([1])),
        lambda: scmp.PackedWeights(B, config=lfsr([1])),
        lambda: scmp.sc_matmul(A, B, config=config_helpers.make_default_config(3, 3, 8, taps=[1], seed=5)),
    ):
        (warning,) = said(body)
        assert warning.category is scmp.ScmpWarning
        assert str(warning.message) == sentence
        assert warning.filename == __file__
    assert issubclass(scmp.ScmpWarning, UserWarning)


def test_a_configuration_is_warned_of_once() -> None:
    def products() -> None:
        for _ in range(10):
            scmp.sc_matmul(A, B, config=lfsr([1]))
        config = scmp.Config(lfsr([1]))
        for _ in range(10):
            scmp.sc_matmul(A, B, config=config)
        other = threading.Thread(target=lambda: scmp.sc_matmul(A, B, config=lfsr([1])))
        other.start()
        other.join()

    assert len(said(products)) == 1
    assert len(said(products)) == 1  # other filters: somebody else listens

    def several() -> None:
        for seed in (5, 6, 5, 6):
            scmp.sc_matmul(A, B, config=lfsr([1], seed=seed))

    assert len(said(several)) == 2


def test_warnings_may_be_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(scmp.ScmpWarning, match="repeats after 8 draws"):
                scmp.sc_matmul(A, B, config=lfsr([1]))
        scmp.sc_matmul(A, B, config=lfsr(None))


def test_what_repeats_as_its_type_must_is_silent() -> None:
    def body() -> None:
        configs: list[Any] = [
            lfsr(None),
            lfsr([4, 3, 2, 0]),
            lfsr(None, zero_state=True),
            lfsr(None, seed=0, zero_state=True),
            config_helpers.make_default_config(3, 3, 8),
            config_helpers.make_fully_independent_config(3, 3, 8),
            config_helpers.make_sobol_dse_config(3, 3, 8),
            *scmp.preset_names(),
        ]
        for config in configs:
            scmp.sc_matmul(A, B, config=config)
            scmp.sc_matmul(A, B, config=config, stoc_len=64)
        random = {"type": "true_random", "seed": 1}
        scmp.sc_matmul(A, B, config={**lfsr(None), "rng_pool": [random]})

    assert said(body) == []


def test_a_context_s_log_has_it_too() -> None:
    lines: list[tuple[str, str]] = []
    config = lfsr([7, 0], seed=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with scmp.Context(log=lambda level, text: lines.append((level, text))) as context:
            for _ in range(3):
                made = scmp.Config(config, context=context)
                scmp.sc_matmul(A, B, config=made, context=context)
        assert [level for level, _ in lines] == ["warning"]
        assert "repeats after 63 draws (period 63), maximal taps of 8 bits after 255" in lines[0][1]


def test_taps_of_data_books_are_converted() -> None:
    with pytest.raises(ValueError, match=r"here, 0,2,3,4; XNOR feedback is the complement"):
        scmp.Config(lfsr([8, 6, 5, 4]))


def test_text_behind_a_zero_byte_is_not_cut_off() -> None:
    with pytest.raises(ValueError, match="sobol"):
        scmp.Config("sobol_simple\0")
    with pytest.raises(ValueError, match="type must be"):
        scmp.Config(lfsr(None, type="lfsr\0"))
    with pytest.raises(ValueError, match="unknown key"):
        scmp.Config({**lfsr(None), "sng\0": 1})
    with pytest.raises(ValueError, match="scramble_mode"):
        scmp.Config({**lfsr(None), "scramble_mode": "off\0"})
    with pytest.raises(ValueError, match="JSON"):
        scmp.Config(lfsr(None, seed=float("nan")))

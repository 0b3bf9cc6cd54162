"""Environment variables with which other implementations change numbers are never read, and said once."""

import copy
import threading
import warnings

import numpy as np
import pytest
from conftest import python, same_bits

import scmp
from scmp import _environment
from scmp.sc import config_helpers as helpers

RNG = np.random.default_rng(5)
A, B = RNG.standard_normal((5, 300)).astype(np.float32), RNG.standard_normal((7, 300)).astype(np.float32)
NAMES = ["SC_SCRAMBLE_MASKS", "SC_HW_MAX_MASKS", "SC_SCRAMBLE_RESCALE", "SC_DISABLE_OWEN"]


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_environment, "_said", {})


def said(call, variables, monkeypatch):
    """What a call warns of."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert all(issubclass(one.category, scmp.ScmpWarning) for one in caught)
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


def half(**options):
    return scmp.sc_matmul(A, B, stoc_len=128, **options)


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"SC_SCRAMBLE_MASKS": "64"}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": " 64 "}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "1"}, {"rng_levels": 128}),
        ({"SC_SCRAMBLE_MASKS": "128"}, {"halve_bipolar_stoc_len": True}),
        ({"SC_SCRAMBLE_MASKS": "256"}, {"stoc_len": 400, "sc_prec": 9}),
        ({"SC_HW_MAX_MASKS": "64"}, {"stoc_len": 128}),
        ({"SC_HW_MAX_MASKS": "64"}, {"config": "lfsr_default", "stoc_len": 128}),
        ({"SC_HW_MAX_MASKS": "64"}, {"config": "sobol_unbiased"}),
        ({"SC_SCRAMBLE_MASKS": "64"}, {"chunk_d": 100, "stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "64"}, {"mode": "unipolar", "stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "0"}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "-64"}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "100"}, {"stoc_len": 128}),
        ({"SC_HW_MAX_MASKS": "many"}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_RESCALE": "0"}, {"rng_levels": 128}),
        ({"SC_DISABLE_OWEN": "1"}, {"stoc_len": 128}),
        ({"SC_DISABLE_OWEN": "true"}, {"rng_levels": 100, "scramble": "counter"}),
    ],
)
def test_a_variable_that_would_have_changed_the_numbers_is_said_once(variables, options, monkeypatch):
    [(name, value)] = variables.items()
    expected = scmp.sc_matmul(A, B, **options)
    [text] = said(lambda: scmp.sc_matmul(A, B, **options), variables, monkeypatch)
    assert text.startswith(f"{name}={value.strip()} is not read, ")
    assert said(lambda: scmp.sc_matmul(A, B, **options), {}, monkeypatch) == []
    assert said(lambda: scmp.PackedWeights(B, **options).matmul(A), {}, monkeypatch) == []
    _environment._said.clear()
    packed = scmp.PackedWeights(B, **options)
    assert said(lambda: packed.matmul(A), {}, monkeypatch) == [text]
    _environment._said.clear()
    assert said(lambda: copy.copy(packed).matmul(A), {}, monkeypatch) == [text]
    _environment._said.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert same_bits(scmp.sc_matmul(A, B, **options), expected)


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "", "SC_HW_MAX_MASKS": " ", "SC_DISABLE_OWEN": ""}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "256", "SC_HW_MAX_MASKS": "1024"}, {"stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "64"}, {"sc_prec": 6, "stoc_len": 32}),
        ({"SC_SCRAMBLE_MASKS": "64", "SC_HW_MAX_MASKS": "4", "SC_DISABLE_OWEN": "1"}, {}),  # a full stream on the grid
        ({"SC_SCRAMBLE_MASKS": "64"}, {"chunk_d": 50, "stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "64", "SC_DISABLE_OWEN": "1"}, {"scramble": "off", "stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "64", "SC_DISABLE_OWEN": "1"}, {"config": "sobol_tuned", "stoc_len": 128}),
        ({"SC_SCRAMBLE_MASKS": "64"}, {"scramble": "counter", "stoc_len": 128}),
        ({"SC_SCRAMBLE_RESCALE": "1"}, {"rng_levels": 128}),
        ({"SC_SCRAMBLE_RESCALE": "0"}, {"stoc_len": 128}),
        ({"SC_DISABLE_OWEN": "0"}, {"stoc_len": 128}),
        ({"SC_MP_TRACE": "somewhere"}, {"stoc_len": 128}),
    ],
)
def test_a_variable_that_would_have_changed_nothing_is_not(variables, options, monkeypatch):
    assert said(lambda: scmp.sc_matmul(A, B, **options), variables, monkeypatch) == []
    assert said(lambda: scmp.PackedWeights(B, **options).matmul(A), {}, monkeypatch) == []


def test_few_inner_indices_have_as_many_masks(monkeypatch):
    monkeypatch.setenv("SC_SCRAMBLE_MASKS", "64")
    assert said(lambda: scmp.sc_matmul(A[:, :64], B[:, :64], stoc_len=128), {}, monkeypatch) == []
    assert len(said(lambda: scmp.sc_matmul(A[:, :65], B[:, :65], stoc_len=128), {}, monkeypatch)) == 1


def test_each_value_and_variable_is_said_by_itself(monkeypatch):
    texts = said(half, {"SC_SCRAMBLE_MASKS": "64", "SC_HW_MAX_MASKS": "16", "SC_DISABLE_OWEN": "1"}, monkeypatch)
    assert [text.partition("=")[0] for text in texts] == ["SC_SCRAMBLE_MASKS", "SC_HW_MAX_MASKS", "SC_DISABLE_OWEN"]
    assert said(half, {}, monkeypatch) == []
    assert len(said(half, {"SC_HW_MAX_MASKS": "32"}, monkeypatch)) == 1
    assert said(half, {"SC_HW_MAX_MASKS": "16"}, monkeypatch) == []


def test_other_threads_do_not_say_it_again(monkeypatch):
    def all_at_once():
        threads = [threading.Thread(target=half) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    monkeypatch.setenv("SC_DISABLE_OWEN", "1")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        all_at_once()
    assert len(caught) == 1


def test_warnings_that_are_errors_are_raised_each_time(monkeypatch):
    monkeypatch.setenv("SC_DISABLE_OWEN", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(scmp.ScmpWarning, match="pass scramble='off'"):
                half()


def test_what_to_pass_instead_gives_those_numbers(monkeypatch):
    [text] = said(half, {"SC_DISABLE_OWEN": "1"}, monkeypatch)
    assert text.endswith("pass scramble='off' for none")
    monkeypatch.delenv("SC_DISABLE_OWEN")
    [text] = said(lambda: scmp.sc_matmul(A, B, rng_levels=128), {"SC_SCRAMBLE_RESCALE": "0"}, monkeypatch)
    assert text.endswith("on a grid of 128: pass scramble='off' for none")
    [text] = said(half, {"SC_SCRAMBLE_MASKS": "64"}, monkeypatch)
    instead = text.partition("pass config=")[2].partition(" and no")[0]
    assert instead == "scmp.sc.config_helpers.make_sobol_masks_config(300, 300, 8, masks=64)"
    y, counts = half(config=eval(instead), return_counts=True)
    assert same_bits(counts, counts_with_masks(64))
    assert not same_bits(y, half())
    assert said(lambda: half(config=eval(instead)), {"SC_SCRAMBLE_MASKS": "64"}, monkeypatch) == []


def counts_with_masks(number):
    """The sums of `half` with so many masks: inner indices with the same mask have the same d mod 256."""
    q, k = (np.round(x / np.maximum(np.abs(x).max(1, keepdims=True), 1e-5) * 127) for x in (A, B))
    total = np.zeros((5, 7), np.int64)
    for d in range(300):
        at = d % number  # an inner index at which the default has this mask
        one, other = np.zeros((5, at + 2), np.float32), np.zeros((7, at + 2), np.float32)
        one[:, at], other[:, at] = q[:, d], k[:, d]
        one[:, -1], other[:, -1] = 0, 0
        # The largest level keeps the scale at 1; it meets only zeros.
        one = np.concatenate([one, np.full((5, 1), 127, np.float32), np.zeros((5, 1), np.float32)], 1)
        other = np.concatenate([other, np.zeros((7, 1), np.float32), np.full((7, 1), 127, np.float32)], 1)
        total += scmp.sc_matmul(one, other, stoc_len=128, return_counts=True)[1]
    return total.astype(np.int32)


@pytest.mark.parametrize("precision", [1, 4, 8, 10])
def test_as_many_masks_as_there_are_is_the_default(precision):
    mode = "unipolar" if precision == 1 else "bipolar"
    config = helpers.make_sobol_masks_config(300, 300, precision, masks=2**precision)
    options = {"sc_prec": precision, "mode": mode, "stoc_len": 2**precision // 2}
    assert same_bits(scmp.sc_matmul(A, B, config=config, **options), scmp.sc_matmul(A, B, **options))
    for masks in (0, -1, 3, 2 ** (precision + 1)):
        with pytest.raises(ValueError, match=f"masks = {masks} is no power of two in 1"):
            helpers.make_sobol_masks_config(8, 8, precision, masks=masks)


def test_one_mask_is_none():
    config = helpers.make_sobol_masks_config(300, 300, masks=1)
    assert same_bits(half(config=config), half(scramble="off"))


def test_a_process_says_it_on_stderr_once():
    code = """
import numpy as np, scmp
x = np.ones((3, 300), np.float32)
for _ in range(3):
    for length in (128, 64):
        scmp.sc_matmul(x, x, stoc_len=length)
"""
    done = python(code, SC_SCRAMBLE_MASKS="64")
    assert done.stderr.count("ScmpWarning: SC_SCRAMBLE_MASKS=64 is not read, this product has 256 masks") == 1
    assert python(code, SC_SCRAMBLE_MASKS="256").stderr == ""


def test_where_none_is_set_nothing_else_is_done(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(_environment, "os", None)
        assert _environment.watch(8, 300, 0) is None

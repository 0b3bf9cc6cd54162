"""Names, defaults and behaviour that existing clients rely on, and what is beyond them."""

import importlib
import inspect
import json
import random

import numpy as np
import pytest
from conftest import same_bits

import scmp
from scmp import quant
from scmp.sc import config_helpers as helpers

X = np.linspace(-2, 2, 24, dtype=np.float32).reshape(3, 8)


def test_signatures():
    assert str(inspect.signature(scmp.sc_matmul)).startswith(
        "(a: 'Any', b: 'Any', granularity: 'str' = 'per_row', *, mode: 'str' = 'bipolar', sc_prec: 'int' = 8, "
        "stoc_len: 'int | None' = None, chunk_d: 'int' = 0, group_a: 'int' = 1, group_b: 'int' = 1, "
        "rng_levels: 'int | None' = None, "
    )
    names = list(inspect.signature(scmp.sc_matmul).parameters)
    assert names[10:13] == ["config", "halve_bipolar_stoc_len", "smooth_scales"]
    for function, parameters in {
        quant.accumulate_act_scales: {"x": ..., "running": None},
        quant.compute_smooth_scales: {"act_scales": ..., "weight": ..., "alpha": 0.5, "eps": 1e-5},
        quant.apply_smoothing: {"a": ..., "b": ..., "smooth_scales": ...},
        quant.apply_smoothing_offline: {"weight": ..., "smooth_scales": ...},
        quant.fused_quantize_bipolar: {"x": ..., "abs_max": ..., "sc_prec": ..., "rng_levels": None},
        quant.fused_quantize_bipolar_perrow: {"x": ..., "sc_prec": ..., "rng_levels": None},
        quant.fused_quantize_unipolar: {
            "x": ..., "fp_max": ..., "fp_min": ..., "sc_prec": ..., "compute_sum": False, "rng_levels": None,
        },
        helpers.make_sobol_simple_config: {"q_e": ..., "k_e": ..., "sc_prec": 8},
        helpers.make_sobol_antithetic_config: {"q_e": ..., "k_e": ..., "sc_prec": 8},
        helpers.make_sobol_altseed_config: {"q_e": ..., "k_e": ..., "sc_prec": 8, "k_seed": None},
        helpers.make_sobol_custom_seed_config: {
            "q_e": ..., "k_e": ..., "sc_prec": ..., "q_seed": None, "k_seed": None, "use_scrambling": False,
        },
        helpers.make_sobol_dse_config: {"q_e": ..., "k_e": ..., "sc_prec": ..., "use_scrambling": True},
        helpers.make_default_config: {"q_e": ..., "k_e": ..., "sc_prec": ..., "taps": None, "seed": 125},
        helpers.make_independent_config: {
            "q_e": ..., "k_e": ..., "sc_prec": ..., "q_taps": ..., "k_taps": ..., "q_seed": ..., "k_seed": ...,
            "q_scramble": None, "k_scramble": None,
        },
        helpers.make_per_element_scramble_config: {
            "q_e": ..., "k_e": ..., "sc_prec": ..., "taps": None, "seed": 125, "k_reverse_of_q": True,
        },
        helpers.make_fully_independent_config: {"q_e": ..., "k_e": ..., "sc_prec": ..., "taps_choices": None},
        helpers.make_separated_random_config: {"q_e": ..., "k_e": ..., "sc_prec": ..., "taps_choices": None},
        helpers.make_random_config: {
            "q_e": ..., "k_e": ..., "sc_prec": ..., "taps_choices": None, "use_scrambling": True,
        },
        helpers.make_single_rng_reverse_config: {
            "q_e": ..., "k_e": ..., "sc_prec": ..., "taps_choices": None, "use_per_element_scrambling": True,
        },
    }.items():  # fmt: skip
        found = {
            name: ... if parameter.default is inspect.Parameter.empty else parameter.default
            for name, parameter in inspect.signature(function).parameters.items()
        }
        assert found == parameters, function.__name__


def test_module_paths():
    for name, inside in {
        "scmp.quant.smoothquant": "compute_smooth_scales",
        "scmp.quant.fused": "fused_quantize_unipolar",
        "scmp.sc.matmul": "sc_matmul",
        "scmp.sc.config_helpers": "get_taps_choices",
    }.items():
        assert callable(getattr(importlib.import_module(name), inside))
    assert scmp.sc.sc_matmul is scmp.sc_matmul
    for name in scmp.__all__:
        if name not in ("SCLinear", "convert"):
            assert hasattr(scmp, name)


def test_caches_and_tuning_change_nothing():
    y = scmp.sc_matmul(X, X, stoc_len=32)
    scmp.sc.clear_rng_cache()
    with scmp.sc.det_kernel_tuning():
        assert same_bits(scmp.sc_matmul(X, X, stoc_len=32), y)


def test_shapes_and_types_of_the_quantizers():
    x = X.reshape(3, 2, 4)
    boundary, sign, scale = quant.fused_quantize_bipolar(X, 2, 8)
    assert (boundary.shape, boundary.dtype, sign.shape, sign.dtype) == (X.shape, np.int16, X.shape, np.int8)
    assert type(scale) is float
    boundary, sign, scale = quant.fused_quantize_bipolar_perrow(X, 8)
    assert (scale.shape, scale.dtype) == ((3,), np.float32)
    assert quant.fused_quantize_bipolar_perrow(x, 8)[2].shape == (3, 2)
    boundary, scale, zero_point, row_sum = quant.fused_quantize_unipolar(X, 2, -2, 8)
    assert (boundary.dtype, row_sum, type(scale), type(zero_point)) == (np.int32, None, float, float)
    assert quant.fused_quantize_unipolar(X, 2, -2, 8, compute_sum=True)[3].shape == (3,)
    assert quant.fused_quantize_unipolar(X[:0], 2, -2, 8)[0].shape == (0, 8)


def test_quantizers_of_tensors(torch):
    x = torch.from_numpy(X).requires_grad_()
    for made, expected in (
        (quant.fused_quantize_bipolar(x, x.abs().max(), 8), quant.fused_quantize_bipolar(X, 2, 8)),
        (quant.fused_quantize_bipolar(x, 1.7, 8), quant.fused_quantize_bipolar(X, 1.7, 8)),
        (quant.fused_quantize_bipolar_perrow(x, 6, 100), quant.fused_quantize_bipolar_perrow(X, 6, 100)),
        (quant.fused_quantize_unipolar(x, 2, -2, 8, True), quant.fused_quantize_unipolar(X, 2, -2, 8, True)),
    ):
        for one, other in zip(made, expected):
            if isinstance(one, torch.Tensor):
                assert np.array_equal(one.numpy(), other)
            else:
                assert one == other


@pytest.mark.parametrize("scales", [None, np.linspace(0.5, 2, 8, dtype=np.float32)])
@pytest.mark.parametrize(
    "options", [{}, {"config": "sobol_tuned", "stoc_len": 64}, {"mode": "unipolar"}, {"granularity": "per_tensor"}]
)
def test_packed_weights(options, scales):
    y = scmp.sc_matmul(X, X[::-1], smooth_scales=scales, **options)
    packed = scmp.PackedWeights(X[::-1], smooth_scales=scales, **options)
    assert same_bits(packed.matmul(X), y)
    assert same_bits(X @ packed, y)
    assert packed.nbytes > 0
    assert packed.shape == X.shape


def test_contexts():
    y = scmp.sc_matmul(X, X)
    shares, lines = [], []
    with scmp.Context(
        "cpu", threads=2, progress=shares.append, log=lambda *line: lines.append(line), log_level="info"
    ) as c:
        assert same_bits(scmp.sc_matmul(X, X, context=c), y)
        assert (c.backend, c.threads) == ("cpu", 2)
        c.threads = 1
        assert c.threads == 1
        assert shares == sorted(shares)
        assert shares[-1] == 1
        shares.clear()
        scmp.sc_matmul(X, X, context=c)
        assert shares[-1] == 1
        assert lines[0][0] == "info"
        assert c.cache_misses == 1
        c.clear_cache()
        c.trim()
        assert c.cache_bytes == 0
        assert c.isa in repr(c)
    with pytest.raises(ValueError, match="closed"):
        scmp.sc_matmul(X, X, context=c)
    assert same_bits(scmp.sc_matmul(X, X, backend="reference"), y)


def test_what_a_callback_raises_is_raised_by_the_call():
    def fail(share):
        raise KeyError(share)

    with pytest.raises(KeyError):
        scmp.sc_matmul(X, X, context=scmp.Context(progress=fail))


def test_calibration(tmp_path):
    with scmp.Calibration(d=8) as calib:
        calib.observe(X).observe(3 * X, mask=np.array([0, 1, 0], bool))
    assert calib.rows == 4
    expected = np.maximum(np.abs(X).max(0), np.abs(3 * X[1]))
    assert same_bits(calib.act_scales(), expected)
    with pytest.raises(ValueError, match="ended"):
        calib.observe(X)
    other = scmp.Calibration(8).observe(10 * X)
    calib.merge(other)
    assert same_bits(calib.act_scales(), np.abs(10 * X).max(0))
    calib.save(tmp_path / "stats.safetensors")
    again = scmp.Calibration.load(tmp_path / "stats.safetensors", d=8)
    assert again.rows == 7
    assert same_bits(again.act_scales("float64"), np.abs(10 * X).max(0).astype(np.float64))
    weight = X[::-1].astype(np.float16)
    scales = again.smooth_scales([weight, 2 * weight], alpha=0.25)
    assert scales.dtype == np.float16
    assert same_bits(scales, quant.compute_smooth_scales(again.act_scales(), 2 * weight, alpha=0.25))
    with pytest.raises(ValueError, match="D mismatch"):
        scmp.Calibration.load(tmp_path / "stats.safetensors", d=9)
    again.close()
    with pytest.raises(ValueError, match="closed"):
        again.act_scales()


def test_calibration_keeps_float64():
    x = np.full((1, 2), 1 / 3)
    assert scmp.Calibration(2, dtype="float64").observe(x).act_scales()[0] == 1 / 3
    assert scmp.Calibration(2).observe(x).act_scales()[0] == np.float32(1 / 3)


def test_named_configs_are_the_dictionaries():
    for name, made in {
        "sobol_simple": helpers.make_sobol_simple_config(8, 8),
        "sobol_antithetic": helpers.make_sobol_antithetic_config(8, 8),
        "sobol_altseed": helpers.make_sobol_altseed_config(8, 8),
        "lfsr_default": helpers.make_default_config(8, 8, 8),
    }.items():
        named = scmp.sc_matmul(X, X, stoc_len=64, config=name)
        assert same_bits(scmp.sc_matmul(X, X, stoc_len=64, config=made), named)
        assert same_bits(scmp.sc_matmul(X, X, stoc_len=64, config=scmp.Config(made)), named)
        assert same_bits(scmp.sc_matmul(X, X, stoc_len=64, config=scmp.Config(name).to_dict(8)), named)
    assert set(scmp.preset_names()) >= {"sobol_simple", "sobol_tuned", "sobol_unbiased"}


MAKERS = [
    lambda p: helpers.make_sobol_simple_config(9, 8, p),
    lambda p: helpers.make_sobol_antithetic_config(9, 8, p),
    lambda p: helpers.make_sobol_altseed_config(9, 8, p),
    lambda p: helpers.make_sobol_custom_seed_config(9, 8, p, k_seed=[1] * p, use_scrambling=True),
    lambda p: helpers.make_sobol_dse_config(9, 8, p),
    lambda p: helpers.make_sobol_dse_config(9, 8, p, use_scrambling=False),
    lambda p: helpers.make_default_config(9, 8, p),
    lambda p: helpers.make_independent_config(9, 8, p, None, helpers.get_default_taps(p), 1, 2, k_scramble=range(p)),
    lambda p: helpers.make_per_element_scramble_config(9, 8, p),
    lambda p: helpers.make_per_element_scramble_config(9, 8, p, k_reverse_of_q=False),
    lambda p: helpers.make_fully_independent_config(9, 8, p),
    lambda p: helpers.make_separated_random_config(9, 8, p),
    lambda p: helpers.make_random_config(9, 8, p),
    lambda p: helpers.make_single_rng_reverse_config(9, 8, p, helpers.get_taps_choices(p)[:1]),
]


@pytest.mark.parametrize("precision", [4, 8, 10])
@pytest.mark.parametrize("maker", range(len(MAKERS)))
def test_config_helpers(maker, precision):
    random.seed(7)
    config = MAKERS[maker](precision)
    random.seed(7)
    assert MAKERS[maker](precision) == config
    assert [len(config["sng"][side]) for side in "qk"] == [9, 8]
    y = scmp.sc_matmul(X, X, sc_prec=precision, config=config)
    assert np.isfinite(y).all()
    assert same_bits(scmp.sc_matmul(X, X, sc_prec=precision, config=config, backend="reference"), y)
    assert json.loads(json.dumps(config)) == config


def test_config_files(tmp_path, monkeypatch):
    config = helpers.make_default_config(8, 8, 8)
    path = helpers.save_config(config, tmp_path / "config.json", {"purpose": "test"}, run=3)
    loaded, metadata = helpers.load_config(path)
    assert loaded == config
    assert (metadata["purpose"], metadata["run"]) == ("test", 3)
    assert same_bits(scmp.sc_matmul(X, X, config=json.loads((tmp_path / "config.json").read_text())),
                     scmp.sc_matmul(X, X, config=config))  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert helpers.load_config(helpers.save_config(config))[0] == config


def test_numbers_of_numpy_and_null_seeds_in_configs():
    config = {
        "rng_pool": [{"type": "sobol", "seed": None, "seed_type": "k"}, {"type": "lfsr", "seed": np.int64(9)}],
        "sng": {"q": [{"rng_id": 0, "scramble": np.arange(8)}] * 8, "k": [{"rng_id": 1}] * 8},
    }
    assert scmp.sc_matmul(X, X, config=config).shape == (3, 3)


def test_lfsr_with_zero_state():
    pool = [{"type": "lfsr", "seed": 0, "zero_state": True}, {"type": "sobol", "seed_type": "k"}]
    config = {"rng_pool": pool, "sng": {"q": [{"rng_id": 0}] * 8, "k": [{"rng_id": 1}] * 8}}
    y = scmp.sc_matmul(X, X, config=config)
    # A full period has each number once: a left stream has as many ones as its boundary, 256 and 129 of 127 and 64.
    _, counts = scmp.sc_matmul(np.float32([[127, 64]]), np.float32([[127, 127]]), config=config, return_counts=True)
    assert counts[0, 0] == 256 + 129
    pool[0] = {"type": "lfsr", "seed": 200}  # drawn twice in a full stream
    assert not same_bits(scmp.sc_matmul(X, X, config=config), y)
    for wrong in ({"type": "lfsr", "seed": 0}, {"type": "lfsr", "seed": 1, "zero_state": 1}):
        pool[0] = wrong
        with pytest.raises(ValueError, match=r"rng_pool\[0\]"):
            scmp.sc_matmul(X, X, config=config)

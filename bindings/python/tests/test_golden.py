"""The reference vectors of the specification, bit for bit, through the Python interface."""

import json

import numpy as np
import pytest
from conftest import by_name, golden, load, same_bits

import scmp
from scmp import quant

STORAGE = {"f32": np.float32, "f16": np.float16, "f64": np.float64}


def product_of(entry, **more):
    params = dict(entry["params"])
    if "config" in entry["arrays"]:
        params["config"] = json.loads(entry["arrays"]["config"].read_text())
    if "s" in entry["arrays"]:
        params["smooth_scales"] = load(entry, "s")
    return params | more


@pytest.mark.parametrize("entry", golden(), ids=by_name)
def test_product(entry):
    a, b = load(entry, "a"), load(entry, "b")
    assert same_bits(scmp.sc_matmul(a, b, **product_of(entry)), load(entry, "y"))


@pytest.mark.parametrize("entry", [e for e in golden() if "chunk_d" not in e["params"]], ids=by_name)
def test_counts_and_packed(entry):
    a, b = load(entry, "a"), load(entry, "b")
    params = product_of(entry)
    _, counts = scmp.sc_matmul(a, b, return_counts=True, **params)
    assert counts.dtype == np.int32
    assert np.array_equal(counts, load(entry, "sum"))
    y, counts = scmp.PackedWeights(b, **params).matmul(a, return_counts=True)
    assert same_bits(y, load(entry, "y"))
    assert np.array_equal(counts, load(entry, "sum"))


@pytest.mark.parametrize("entry", golden()[::9], ids=by_name)
def test_product_of_tensors(entry, torch):
    a, b = torch.from_numpy(load(entry, "a")), torch.from_numpy(load(entry, "b"))
    y = scmp.sc_matmul(a.requires_grad_(), b, **product_of(entry))
    assert isinstance(y, torch.Tensor)
    assert not y.requires_grad
    assert same_bits(y.numpy(), load(entry, "y"))


# The other rules are no functions of the Python interface; the products above go through them.
QUANTIZERS = [
    e for e in golden("quantize/index.json") if e["rule"] in ("B1", "U1") or (e["rule"], e["scope"]) == ("B2", "row")
]


@pytest.mark.parametrize("entry", QUANTIZERS, ids=by_name)
def test_quantizer(entry):
    x, p, grid = load(entry, "x"), entry["p"], entry["G"]
    rule, boundary = entry["rule"], load(entry, "boundary")
    largest, least = (float(x.max()), float(x.min())) if x.size else (0.0, 0.0)
    if rule == "B1":
        made, sign, scale = quant.fused_quantize_bipolar(x, float(np.abs(x).max()), p, grid)
        assert made.dtype == np.int16
        assert isinstance(scale, float)
        assert scale == load(entry, "scale")
        assert np.array_equal(sign, load(entry, "sign"))
    elif rule == "B2":
        made, sign, scale = quant.fused_quantize_bipolar_perrow(x, p, grid)
        assert same_bits(scale.ravel(), load(entry, "scale").astype(np.float32).ravel())
        assert np.array_equal(sign, load(entry, "sign"))
    else:
        made, scale, zero_point, row_sum = quant.fused_quantize_unipolar(x, largest, least, p, True, grid)
        assert made.dtype == np.int32
        assert scale == load(entry, "scale")
        assert zero_point == load(entry, "zp")
        assert same_bits(row_sum.ravel(), load(entry, "row_sum").astype(np.float32).ravel())
    assert np.array_equal(made, boundary)


# NumPy has no bfloat16; the tensors below have.
@pytest.mark.parametrize("entry", [e for e in golden("smoothquant/index.json") if e["storage"] in STORAGE], ids=by_name)
def test_smoothquant(entry):
    dtype = STORAGE[entry["storage"]]
    a, a2, b = (load(entry, key).astype(dtype) for key in ("a", "a2", "b"))
    act = quant.accumulate_act_scales(a2, quant.accumulate_act_scales(a))
    check_smoothquant(entry, act, quant.compute_smooth_scales(act, b, entry["alpha"], entry["eps"]), a, b, dtype)


def check_smoothquant(entry, act, scales, a, b, dtype):
    assert act.dtype == scales.dtype == dtype
    assert same_bits(act, load(entry, "act").astype(dtype))
    expected = load(entry, "s_rounded").astype(dtype)
    if dtype == np.float64 and entry["alpha"] not in (0, 0.5, 1):
        assert np.abs(scales.view(np.int64) - expected.view(np.int64)).max() <= 2
    else:
        assert same_bits(scales, expected)
    smooth_a, smooth_b = quant.apply_smoothing(a, b, load(entry, "s"))
    assert same_bits(smooth_a, load(entry, "a_over_s").astype(dtype))
    assert same_bits(smooth_b, load(entry, "b_times_s").astype(dtype))
    assert same_bits(quant.apply_smoothing_offline(b, load(entry, "s")), smooth_b)


@pytest.mark.parametrize("entry", golden("smoothquant/index.json"), ids=by_name)
def test_smoothquant_of_tensors(entry, torch):
    dtype = {"f32": torch.float32, "f16": torch.float16, "f64": torch.float64, "bf16": torch.bfloat16}[entry["storage"]]
    a, a2, b = (torch.from_numpy(load(entry, key)).to(dtype) for key in ("a", "a2", "b"))
    act = quant.accumulate_act_scales(a2, quant.accumulate_act_scales(a))
    scales = quant.compute_smooth_scales(act, b, entry["alpha"], entry["eps"])
    assert act.dtype == scales.dtype == dtype
    smooth_a, smooth_b = quant.apply_smoothing(a, b, torch.from_numpy(load(entry, "s")))
    for made, key in ((act, "act"), (smooth_a, "a_over_s"), (smooth_b, "b_times_s")):
        assert made.dtype == dtype
        assert same_bits(made.double().numpy(), load(entry, key).astype(np.float64))


def test_range_beyond_float32_is_taken_as_it_is(rng):
    """A maximum that is no float32 goes another way through the package: same rule, same levels."""
    x = rng.standard_normal((5, 9)).astype(np.float32)
    for largest in (3.7, 2.5):
        boundary, sign, scale = quant.fused_quantize_bipolar(x, largest, 8, 100)
        assert scale == largest / 127
        q = np.rint(x * np.float32(1 / scale)).clip(-127, 127)
        assert np.array_equal(sign, np.sign(q))
        assert np.array_equal(boundary, np.rint(np.abs(q) * (np.float32(100) / np.float32(127))))
    for largest, least in ((2.7, -1.3), (2.5, -1.25)):
        boundary, scale, zero_point, row_sum = quant.fused_quantize_unipolar(x, largest, least, 8, compute_sum=True)
        assert scale == (largest - least) / 255
        assert zero_point == np.rint(-least / scale)
        q = np.rint(x * np.float32(1 / scale) + np.float32(zero_point)).clip(0, 255)
        assert np.array_equal(boundary, np.rint(q * (np.float32(256) / np.float32(255))))
        assert np.array_equal(row_sum, q.sum(1))

"""A layer follows its weight, its scales and its options, whoever changed them and however."""

import copy
import pickle
import threading

import numpy as np
import pytest

import scmp

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from torch import nn  # noqa: E402
from torch.nn.utils import parametrize  # noqa: E402

from scmp.nn.contents import device_sums, fingerprint  # noqa: E402


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(5)


@pytest.fixture
def x():
    return torch.randn(3, 16)


def follows(layer, x):
    """Whether the layer computes what the product without a layer does with its weight as it is now."""
    with torch.no_grad():
        y = layer(x)
        expected = scmp.sc_matmul(x, layer.weight, smooth_scales=layer.smooth_scales, **layer.options)
        expected = expected.to(x.dtype)
        return torch.equal(y, expected if layer.bias is None else expected + layer.bias.to(expected.dtype))


# Each changes the contents of a layer's weight.
def in_place(layer):
    with torch.no_grad():
        layer.weight.mul_(torch.linspace(1, 2, 16))


def one_element(layer):
    with torch.no_grad():
        layer.weight[2, 3] = 4


def signs(layer):
    with torch.no_grad():
        layer.weight.neg_()


def through_data(layer):
    layer.weight.data[0] = 0


def data_replaced(layer):
    layer.weight.data = torch.randn(8, 16)


def through_numpy(layer):
    layer.weight.detach().numpy()[...] = np.linspace(-1, 1, 16, dtype=np.float32)


def copied_into(layer):
    with torch.no_grad():
        layer.weight.copy_(torch.randn(8, 16))


def in_inference_mode(layer):
    with torch.inference_mode():
        layer.weight.data.mul_(torch.linspace(1, 2, 16))


def swapped_rows(layer):
    with torch.no_grad():
        layer.weight[[0, 1]] = layer.weight[[1, 0]].clone()


def another_parameter(layer):
    layer.weight = nn.Parameter(torch.randn(8, 16))


def parameter_that_is_freed(layer):
    # Likely to come back at the address of the one before.
    layer.weight = None
    layer.weight = nn.Parameter(torch.randn(8, 16))


def another_shape(layer):
    layer.weight = nn.Parameter(torch.randn(5, 16))
    layer.bias = None


def transposed_storage(layer):
    layer.weight = nn.Parameter(torch.randn(16, 8).t())


def loaded(layer):
    layer.load_state_dict({**layer.state_dict(), "weight": torch.randn(8, 16)})


def half(layer):
    layer.half()


def double(layer):
    layer.to(torch.float64)


def bfloat16_and_back(layer):
    layer.bfloat16().float()


def merged_adapter(layer):
    layer.weight.data += torch.randn(8, 2) @ torch.randn(2, 16)


def optimizer(layer):
    layer.straight_through = True
    chosen = torch.optim.SGD(layer.parameters(), lr=0.5)
    layer(torch.randn(4, 16)).sum().backward()
    chosen.step()


def optimizer_of_lists(layer):
    layer.straight_through = True
    chosen = torch.optim.Adam(layer.parameters(), lr=0.5, foreach=True)
    layer(torch.randn(4, 16)).sum().backward()
    chosen.step()


def fused_optimizer(layer):
    layer.straight_through = True
    try:
        chosen = torch.optim.SGD(layer.parameters(), lr=0.5, fused=True)
    except (TypeError, RuntimeError):
        pytest.skip("this PyTorch has no fused SGD")
    layer(torch.randn(4, 16)).sum().backward()
    chosen.step()


CHANGES = [
    in_place,
    one_element,
    signs,
    through_data,
    data_replaced,
    through_numpy,
    copied_into,
    in_inference_mode,
    swapped_rows,
    another_parameter,
    parameter_that_is_freed,
    another_shape,
    transposed_storage,
    loaded,
    half,
    double,
    bfloat16_and_back,
    merged_adapter,
    optimizer,
    optimizer_of_lists,
    fused_optimizer,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("smooth", [False, True])
def test_a_layer_follows_its_weight(change, smooth, x):
    scales = torch.linspace(0.5, 2, 16) if smooth else None
    layer = scmp.SCLinear(16, 8, smooth_scales=scales, stoc_len=64)
    assert follows(layer, x)
    before = layer.weight.detach().clone()
    change(layer)
    assert layer.weight.dtype != before.dtype or not torch.equal(layer.weight, before)
    assert follows(layer, x.to(layer.weight.dtype))
    assert follows(layer, x)


def test_inference_tensors_are_followed_in_inference_mode(x):
    with torch.inference_mode():
        layer = scmp.SCLinear(16, 8)
        for _ in range(3):
            layer(x)
            layer.weight.mul_(-1)
            layer.weight[1, 1] += 1
            assert follows(layer, x)


def functional_call(layer, weights, x):
    try:
        from torch.func import functional_call as call
    except ImportError:
        from torch.nn.utils.stateless import functional_call as call
    return call(layer, weights, (x,))


def test_weights_of_one_call(x):
    layer = scmp.SCLinear(16, 8)
    own = layer(x).detach()
    for _ in range(20):
        weight = torch.randn(8, 16)
        y = functional_call(layer, {"weight": weight}, x)
        assert torch.equal(y, scmp.sc_matmul(x, weight) + layer.bias)
        del weight
    assert torch.equal(layer(x), own)


class Twice(nn.Module):
    """Counts how often a weight is computed."""

    calls = 0

    def forward(self, weight):
        self.calls += 1
        return 2 * weight


def test_a_parametrization_is_computed_once_a_call_and_followed(x):
    layer = scmp.SCLinear(16, 8, straight_through=True)
    twice = Twice()
    parametrize.register_parametrization(layer, "weight", twice)
    assert follows(layer, x)
    twice.calls = 0
    y = layer(x)
    assert twice.calls == 1
    with torch.no_grad():
        layer.parametrizations.weight.original[0, 0] = 9
    assert follows(layer, x)
    y = layer(x)
    y.sum().backward()
    assert torch.equal(layer.parametrizations.weight.original.grad, 2 * x.sum(0).expand(8, 16))
    assert follows(copy.deepcopy(layer), x)
    parametrize.remove_parametrizations(layer, "weight")
    assert type(layer) is scmp.SCLinear
    assert follows(layer, x)


@pytest.mark.parametrize("normalize", [nn.utils.weight_norm, nn.utils.spectral_norm])
def test_weights_of_hooks_are_followed(normalize, x):
    layer = normalize(scmp.SCLinear(16, 8)).eval()
    assert follows(layer, x)
    name = "weight_v" if normalize is nn.utils.weight_norm else "weight_orig"
    getattr(layer, name).data[0, :4] += 1
    layer(x)  # the hook computes the weight
    assert follows(layer, x)


def test_tied_weights(x):
    first, second = scmp.SCLinear(16, 16), scmp.SCLinear(16, 16)
    second.weight = first.weight
    assert follows(second, x)
    first.weight.data[3] = 0
    assert follows(first, x)
    assert follows(second, x)


@pytest.mark.parametrize(
    "change",
    [
        lambda layer: layer.smooth_scales.mul_(torch.linspace(1, 3, 16)),
        lambda layer: layer.smooth_scales.numpy().__setitem__(2, 7.0),
        lambda layer: setattr(layer, "smooth_scales", torch.linspace(1, 3, 16)),
        lambda layer: setattr(layer, "smooth_scales", None),
        lambda layer: layer.load_state_dict({**layer.state_dict(), "smooth_scales": torch.linspace(1, 3, 16)}),
        lambda layer: layer.options.update(stoc_len=64),
        lambda layer: layer.options.update(mode="unipolar"),
        lambda layer: layer.options.pop("sc_prec"),
        lambda layer: setattr(layer, "options", {"granularity": "per_tensor"}),
        lambda layer: layer.options.update(config="sobol_tuned"),
        lambda layer: layer.options.update(config=scmp.Config("sobol_tuned", 7)),
    ],
)
def test_scales_and_options_are_followed(change, x):
    layer = scmp.SCLinear(16, 8, smooth_scales=torch.linspace(0.5, 2, 16), sc_prec=7, stoc_len=32)
    before = layer(x)
    change(layer)
    assert layer.options.get("config") is None or layer.options.setdefault("sc_prec", 7) == 7
    assert follows(layer, x)
    assert not torch.equal(layer(x), before)


def test_a_configuration_that_is_changed_in_place(x):
    config = scmp.Config("sobol_tuned").to_dict(16)
    other = scmp.Config("sobol_simple").to_dict(16)
    layer = scmp.SCLinear(16, 8, config=config, stoc_len=32)
    before = layer(x)
    assert follows(layer, x)
    for key in list(config):
        config[key] = other[key] if key in other else config[key]
    config.update(other)
    for key in set(config) - set(other):
        del config[key]
    assert follows(layer, x)
    assert not torch.equal(layer(x), before)
    config["right"] = "no generator"
    with pytest.raises(ValueError, match="right"):
        layer(x)


def test_an_option_that_becomes_wrong_is_an_error_and_goes_away(x):
    layer = scmp.SCLinear(16, 8)
    layer(x)
    layer.options["stoc_len"] = 999
    for _ in range(2):
        with pytest.raises(ValueError, match="999"):
            layer(x)
    del layer.options["stoc_len"]
    assert follows(layer, x)


def test_options_are_checked_when_a_layer_is_made():
    with pytest.raises(ValueError, match="999"):
        scmp.SCLinear(16, 8, stoc_len=999)
    with pytest.raises(ValueError, match="no_preset"):
        scmp.SCLinear.from_linear(nn.Linear(16, 8), config="no_preset")
    with pytest.raises(TypeError, match="stoc_length"):
        scmp.SCLinear(16, 8, stoc_length=8)
    with pytest.raises(TypeError, match="return_counts is no option of a layer"):
        scmp.SCLinear(16, 8, return_counts=True)


def test_layers_without_values_yet(x):
    layer = scmp.SCLinear(16, 8, device="meta", stoc_len=64)
    with pytest.raises(ValueError, match="meta"):
        layer(x.to("meta"))
    layer.to_empty(device="cpu").load_state_dict(nn.Linear(16, 8).state_dict())
    assert follows(layer, x)
    empty = scmp.SCLinear.from_linear(nn.Linear(16, 0))
    assert empty(x).shape == (3, 0)


def test_the_packed_weight_is_kept_while_nothing_changes(x):
    layer = scmp.SCLinear(16, 8, smooth_scales=torch.ones(16), config={**scmp.Config().to_dict(16)})
    packed = layer.packed()
    layer(x)
    layer.weight.data = layer.weight.data.clone()  # the same values elsewhere
    layer.options = copy.copy(layer.options)
    assert layer.packed() is packed


# --- freeze -----------------------------------------------------------------------------------------------------------


def test_a_frozen_layer_does_not_look_at_contents(x, monkeypatch):
    layer = scmp.SCLinear(16, 8)
    assert layer.freeze() is layer
    y = layer(x)
    looked = []
    monkeypatch.setattr("scmp.nn.layer.fingerprint", lambda *_: looked.append(1))
    assert torch.equal(layer(x), y)
    assert not looked
    layer.weight.data[0] = 0  # which nobody counts
    assert torch.equal(layer(x), y)
    monkeypatch.undo()
    assert layer.unfreeze() is layer
    assert follows(layer, x)


@pytest.mark.parametrize(
    "change",
    [
        in_place,
        data_replaced,
        another_parameter,
        parameter_that_is_freed,
        another_shape,
        transposed_storage,
        loaded,
        half,
        double,
        lambda layer: setattr(layer, "smooth_scales", torch.linspace(1, 3, 16)),
        lambda layer: layer.options.update(stoc_len=64),
        lambda layer: layer.load_state_dict({**layer.state_dict(), "smooth_scales": torch.linspace(1, 3, 16)}),
    ],
)
def test_a_frozen_layer_sees_what_is_replaced_or_counted(change, x):
    layer = scmp.SCLinear(16, 8).freeze()
    for _ in range(2):
        change(layer)
        assert follows(layer, x)


def test_a_frozen_layer_takes_no_memory_for_the_one_it_has_seen(x):
    layer = scmp.SCLinear(16, 8).freeze()
    for _ in range(20):
        layer.weight.data = torch.randn(8, 16)
        layer.weight.data = torch.randn(8, 16)  # may lie where the weight of the last call was
        assert follows(layer, x)


def test_a_configuration_that_is_no_plain_data_is_followed_too(x):
    config = scmp.sc.config_helpers.make_sobol_simple_config(16, 16)
    config["rng_pool"][0]["start"] = np.int64(3)
    layer = scmp.SCLinear(16, 8, config=config)
    assert follows(layer, x)
    config["rng_pool"][0]["start"] = np.int64(5)
    assert follows(layer, x)


def test_a_state_is_seen_by_a_frozen_layer_even_in_inference_mode(x):
    with torch.inference_mode():
        layer = scmp.SCLinear(16, 8).freeze()
        layer.load_state_dict({**layer.state_dict(), "weight": torch.randn(8, 16)})
        assert follows(layer, x)


def test_repack_of_a_frozen_layer(x):
    layer = scmp.SCLinear(16, 8).freeze()
    layer.weight.data[0] = 0
    layer.repack()
    assert follows(layer, x)


def test_weights_of_one_call_of_a_frozen_layer(x):
    layer = scmp.SCLinear(16, 8).freeze()
    for _ in range(5):
        weight = torch.randn(8, 16)
        assert torch.equal(functional_call(layer, {"weight": weight}, x), scmp.sc_matmul(x, weight) + layer.bias)
        del weight
    assert follows(layer, x)


def test_training_ends_freezing_and_evaluation_does_not(x):
    layer = scmp.SCLinear(16, 8).freeze()
    layer.eval()
    y = layer(x)
    layer.weight.data[0] = 0
    assert torch.equal(layer(x), y)
    nn.Sequential(layer).train()
    assert follows(layer, x)


def test_copies_of_a_frozen_layer_are_frozen_and_pack_their_own(x):
    layer = scmp.SCLinear(16, 8).freeze()
    for made in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert made._frozen
        assert made._kept.made is None
        made.weight.data[0] = 0
        assert follows(made, x)
    assert follows(layer, x)


# --- Types of scales --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "move",
    [
        lambda layer: layer.half(),
        lambda layer: layer.bfloat16(),
        lambda layer: layer.double(),
        lambda layer: layer.to(torch.float16),
        lambda layer: layer.to("cpu", torch.bfloat16),
        lambda layer: layer.type(torch.float16),
        lambda layer: nn.Sequential(layer).half()[0],
        lambda layer: layer.half().float(),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scales_keep_their_type(move, dtype, x):
    scales = torch.tensor([1e5, 1e-9, *range(1, 15)], dtype=dtype)
    layer = move(scmp.SCLinear(16, 8, smooth_scales=scales))
    assert layer.smooth_scales.dtype == dtype
    assert torch.equal(layer.smooth_scales, scales)
    small = (x * 0.001).to(layer.weight.dtype)
    assert follows(layer, small)
    assert layer(small).dtype == layer.weight.dtype


def test_scales_move_with_the_layer():
    layer = scmp.SCLinear(16, 8, smooth_scales=torch.ones(16)).half().to("meta")
    assert layer.smooth_scales.device.type == layer.weight.device.type == "meta"
    assert layer.smooth_scales.dtype == torch.float32
    layer.to_empty(device="cpu").half()
    assert layer.smooth_scales.device.type == "cpu"
    assert layer.smooth_scales.dtype == torch.float32


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_scales_of_a_state_in_another_type(dtype, x):
    scales = torch.linspace(1, 2, 16).to(dtype)
    there = scmp.SCLinear(16, 8, smooth_scales=torch.ones(16))
    state = {**there.state_dict(), "smooth_scales": scales}
    there.load_state_dict(state)
    assert there.smooth_scales.dtype == torch.float32
    absent = scmp.SCLinear(16, 8)
    absent.load_state_dict(state)
    assert absent.smooth_scales.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    for layer in (there, absent):
        assert torch.equal(layer.smooth_scales.double(), scales.double()) or dtype == torch.float64
        assert follows(layer, x)


# --- The check itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("check", [lambda tensor: fingerprint(tensor, {}), device_sums])
def test_any_bit_of_a_weight_changes_what_is_compared(dtype, check):
    weight = torch.randn(3, 5).to(dtype)
    bits = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[weight.element_size()]
    seen = {check(weight)}
    for element in range(15):
        for bit in range(8 * weight.element_size()):
            turned = weight.clone()
            one = 1 << bit if bit < 8 * weight.element_size() - 1 else -(1 << bit)
            turned.view(-1).view(bits)[element] ^= one
            assert check(turned) not in seen
            seen.add(check(turned))
    assert check(-weight) not in seen
    assert check(weight.flip(0)) not in seen
    assert check(weight.clone()) in seen
    assert check(torch.empty(0, 5)) == check(torch.empty(0, 5))


def test_sums_of_many_pieces():
    weight = torch.randn(1500, 1500)  # three pieces
    before = device_sums(weight)
    assert len(before) == 6
    assert device_sums(weight.clone()) == before
    assert device_sums(weight.t()) == before  # as it lies in memory: strides are compared beside it
    assert device_sums(-weight) != before
    for place in ((0, 0), (700, 3), (1499, 1499)):
        other = weight.clone()
        other[place] = -other[place]
        assert device_sums(other) != before
    every_second = torch.randn(40, 80)[:, ::2]
    assert device_sums(every_second) == device_sums(every_second.contiguous())


def test_threads_share_a_layer(x):
    layer = scmp.SCLinear(16, 8)
    bad = []

    def work(number):
        generator = torch.Generator().manual_seed(number)
        for _ in range(50):
            weight = torch.randn(8, 16, generator=generator)
            packed = layer._packed_of(weight)
            if not torch.equal(packed.matmul(x), scmp.sc_matmul(x, weight)):
                bad.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not bad

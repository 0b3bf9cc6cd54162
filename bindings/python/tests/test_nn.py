"""The PyTorch layers: SCLinear and convert."""

import copy
import pickle
import sys

import numpy as np
import pytest
from conftest import MINILM, python, same_bits

import scmp

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


@pytest.mark.parametrize("lead", [(), (1,), (5,), (2, 3), (2, 1, 3), (0,)])
@pytest.mark.parametrize("bias", [True, False])
def test_any_leading_shape_with_and_without_bias(lead, bias):
    layer = scmp.SCLinear(8, 6, bias, stoc_len=64)
    x = torch.randn(*lead, 8)
    y = layer(x)
    assert y.shape == (*lead, 6)
    expected = scmp.sc_matmul(x.reshape(-1, 8), layer.weight, stoc_len=64).reshape(*lead, 6)
    assert torch.equal(y, expected + layer.bias if bias else expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_result_has_the_inputs_dtype(dtype):
    layer = scmp.SCLinear(8, 6, dtype=dtype)
    assert layer(torch.randn(3, 8).to(dtype)).dtype == dtype


def test_smoothing():
    scales = torch.linspace(0.5, 2, 8)
    layer = scmp.SCLinear(8, 6, bias=False, smooth_scales=scales)
    x = torch.randn(4, 8)
    assert torch.equal(layer(x), scmp.sc_matmul(x, layer.weight, smooth_scales=scales))


def test_weights_are_packed_once_and_again_after_a_change():
    layer = scmp.SCLinear(8, 6, bias=False)
    x = torch.randn(4, 8)
    layer(x)
    packed = layer.packed()
    layer(x)
    assert layer.packed() is packed
    with torch.no_grad():
        layer.weight.mul_(torch.linspace(1, 2, 8))
    assert torch.equal(layer(x), scmp.sc_matmul(x, layer.weight))
    assert layer.packed() is not packed
    layer.weight.data[0] = 0  # which PyTorch does not count
    layer.repack()
    assert torch.equal(layer(x), scmp.sc_matmul(x, layer.weight))


def test_state_there_and_back():
    x = torch.randn(4, 8)
    linear = torch.nn.Linear(8, 6)
    layer = scmp.SCLinear(8, 6)
    layer.load_state_dict(linear.state_dict())
    assert torch.equal(layer(x), scmp.SCLinear.from_linear(linear)(x))
    linear.load_state_dict(layer.state_dict())
    smooth = scmp.SCLinear(8, 6, smooth_scales=torch.linspace(0.5, 2, 8))
    assert set(smooth.state_dict()) == {"weight", "bias", "smooth_scales"}
    other = scmp.SCLinear(8, 6)
    other(x)
    other.load_state_dict(smooth.state_dict())
    assert torch.equal(other(x), smooth(x))
    other.load_state_dict(linear.state_dict())  # without scales: they stay
    assert torch.equal(other.smooth_scales, smooth.smooth_scales)
    back = smooth.to_linear()
    assert type(back) is torch.nn.Linear
    assert back.weight is smooth.weight
    with pytest.raises(RuntimeError, match="unknown"):
        other.load_state_dict({**linear.state_dict(), "unknown": x})


def test_copies_and_pickles():
    x = torch.randn(4, 8)
    layer = scmp.SCLinear(8, 6, smooth_scales=torch.linspace(0.5, 2, 8), stoc_len=64)
    y = layer(x)
    assert torch.equal(copy.deepcopy(layer)(x), y)
    assert torch.equal(pickle.loads(pickle.dumps(layer))(x), y)
    assert "stoc_len=64" in repr(layer)


def test_gradients():
    x = torch.randn(2, 3, 8, requires_grad=True)
    plain = scmp.SCLinear(8, 6)
    y = plain(x)
    y.sum().backward()
    assert x.grad is None
    assert plain.weight.grad is None
    assert torch.equal(plain.bias.grad, torch.full((6,), 6.0))
    through = scmp.SCLinear(8, 6, straight_through=True)
    gradient = torch.randn(2, 3, 6)
    through(x).backward(gradient)
    reference = x.detach().clone().requires_grad_()
    linear = through.to_linear()
    expected = torch.autograd.grad(linear(reference), (reference, linear.weight), gradient)
    assert torch.allclose(x.grad, expected[0], atol=1e-6)
    assert torch.allclose(through.weight.grad, expected[1], atol=1e-6)


def test_training_repacks():
    layer = scmp.SCLinear(8, 6, straight_through=True)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    x, target = torch.randn(16, 8), torch.randn(16, 6)
    losses = []
    for _ in range(20):
        loss = ((layer(x) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < losses[0]


class Shared(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(8, 8)
        self.again = self.first
        self.drop = torch.nn.Dropout(0.5)
        self.rest = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(8, 4), torch.nn.Linear(4, 4))
        self.unused = torch.nn.Linear(3, 3)

    def forward(self, x, scale=1.0):
        return self.rest(self.drop(self.again(self.first(x)))) * scale


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: (x,), lambda x: [x, 2.0], lambda x: {"x": x, "scale": 2.0}])
def test_convert(wrap):
    model = Shared()
    model.rest.eval()
    batches = [wrap(torch.randn(5, 8) * torch.tensor([1.0, 1, 1, 1, 1, 1, 1, 30])) for _ in range(3)]
    with pytest.warns(UserWarning, match="unused"):
        made = scmp.convert(model, calibrate=batches, progress=False, stoc_len=128)
    kinds = [type(layer) for layer in made.modules() if isinstance(layer, torch.nn.Linear)]
    assert kinds == [scmp.SCLinear] * 4
    assert made.first is made.again
    assert type(model.first) is torch.nn.Linear
    assert [module.training for module in made.modules()] == [module.training for module in model.modules()]
    assert not made.first._forward_pre_hooks
    assert made.unused.smooth_scales is None
    x = (
        batches[0]["x"]
        if isinstance(batches[0], dict)
        else batches[0][0]
        if type(batches[0]) is not torch.Tensor
        else batches[0]
    )
    calib = scmp.Calibration(8)
    for batch in batches:
        inputs = batch["x"] if isinstance(batch, dict) else batch[0] if type(batch) is not torch.Tensor else batch
        calib.observe(inputs).observe(model.first(inputs))
    scales = calib.smooth_scales(model.first.weight, dtype="float32")
    assert torch.equal(made.first.smooth_scales, scales)
    expected = scmp.sc_matmul(x, model.first.weight, stoc_len=128, smooth_scales=scales) + model.first.bias
    assert torch.equal(made.first(x), expected)


def test_without_pytorch_the_error_says_what_to_install():
    code = """
import sys
sys.modules["torch"] = None
import scmp
for use in (lambda: scmp.convert, lambda: scmp.SCLinear, lambda: __import__("scmp.nn")):
    try:
        use()
    except ImportError as error:
        print(type(error).__name__, error.name, error)
"""
    lines = python(code).stdout.splitlines()
    assert len(lines) == 3
    assert all("torch scmp." in line and " PyTorch: pip install 'scmp[torch]'" in line for line in lines)


def test_convert_chooses_and_works_in_place():
    model = Shared()
    assert scmp.convert(model, select=lambda name, layer: name.startswith("rest"), inplace=True) is model
    assert type(model.first) is torch.nn.Linear
    assert type(model.rest[1]) is scmp.SCLinear
    assert type(scmp.convert(torch.nn.Linear(3, 2))) is scmp.SCLinear


def test_convert_shows_progress(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    scmp.convert(torch.nn.Linear(4, 4), calibrate=[torch.ones(2, 4)] * 3, forward=lambda model, x: model(x))
    assert "calibrate: 3 of 3" in capsys.readouterr().err


def test_smoothing_helps_a_real_layer():
    calib, a, w = (
        torch.from_numpy(np.load(MINILM / f"{name}_0_mlp_up.npy")).float() for name in ("calib", "eval", "weight")
    )
    linear = torch.nn.Linear(384, 384, bias=False)
    linear.weight.data = w
    exact = a.double() @ w.double().t()

    def noise(**options):
        y = scmp.convert(linear, granularity="per_tensor", config="sobol_tuned", progress=False, **options)(a)
        return float(((y.detach() - exact) ** 2).sum())

    assert noise(calibrate=calib.split(64)) < 0.5 * noise()


def test_same_bits_as_numpy():
    a, w = (np.load(MINILM / f"{name}_0_mlp_up.npy") for name in ("eval", "weight"))
    y = scmp.sc_matmul(torch.from_numpy(a), torch.from_numpy(w))
    assert same_bits(y.numpy(), scmp.sc_matmul(a, w))


@pytest.mark.parametrize("place", [(3,), (1, 3), (1, 0, 3), (1, 0, 1, 3)])
def test_the_place_of_a_bad_value_has_the_rank_of_the_input(place):
    x = torch.zeros([index + 2 for index in place])
    x[place] = float("nan")
    where = ",".join(str(index) for index in place)
    with pytest.raises(scmp.InvalidInputError, match=rf"not finite, the first is -?nan at \[{where}\]"):
        scmp.SCLinear(5, 2)(x)

"""Conversion of models: the array is what computes, and what stays in float is named, with its share."""

import copy
import pickle
import warnings

import pytest

import scmp

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from torch import nn  # noqa: E402
from torch.nn.utils import parametrize, prune  # noqa: E402

from scmp.nn import FloatProductsWarning, SCLinear  # noqa: E402
from scmp.nn.products import Products  # noqa: E402

F = nn.functional


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(7)


def convert(model, **options):
    """The converted model and what was said."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = scmp.convert(model, progress=False, **options)
    return made, texts(told)


def call(model, *inputs, **keywords):
    """The result of a call and what was said."""
    with warnings.catch_warnings(record=True) as told, torch.no_grad():
        warnings.simplefilter("always")
        result = model(*inputs, **keywords)
    return result, texts(told)


def texts(told):
    return [str(each.message) for each in told if issubclass(each.category, FloatProductsWarning)]


def quiet(model, **options):
    return convert(model, **options)[0]


def count_calls(model):
    """How often each SCLinear is called from now on, by name."""
    calls = {name: 0 for name, layer in model.named_modules() if isinstance(layer, SCLinear)}
    for name in calls:

        def hook(*_, name=name):
            calls[name] += 1

        model.get_submodule(name).register_forward_hook(hook)
    return calls


# --- PyTorch's fused path ---------------------------------------------------------------------------------------------


def encoder(layers=2, **options):
    layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True, **options)
    return nn.TransformerEncoder(layer, layers).eval()


def by_hand(made, x):
    """What an encoder whose feed-forward layers are converted computes, without its modules' own forward."""
    for layer in made.layers:
        attended = layer.self_attn(x, x, x, need_weights=False)[0]
        x = layer.norm1(x + attended)
        hidden = scmp.sc_matmul(x.reshape(-1, 64), layer.linear1.weight, stoc_len=32) + layer.linear1.bias
        hidden = torch.relu(hidden)
        inner = scmp.sc_matmul(hidden, layer.linear2.weight, stoc_len=32) + layer.linear2.bias
        x = layer.norm2(x + inner.reshape(x.shape))
    return x


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_a_converted_encoder_calls_its_layers(mode):
    model, x = encoder(), torch.randn(2, 10, 64)
    made = quiet(model, stoc_len=32)
    for each in (made, copy.deepcopy(made), pickle.loads(pickle.dumps(made)), made.train().eval()):
        calls = count_calls(each)
        with mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            y = each(x)
        assert calls == {f"layers.{i}.linear{k}": 1 for i in (0, 1) for k in (1, 2)}
        assert torch.allclose(y, by_hand(made, x), atol=1e-5)
    assert model.layers[0].activation_relu_or_gelu == 1  # the model itself is as it was
    assert made.layers[0].activation_relu_or_gelu == 0


def test_layers_are_called_with_padding_too():
    # Without the change the encoder would go over to nested tensors, in which no module is called.
    model, x = encoder(), torch.randn(2, 10, 64)
    padding = torch.zeros(2, 10, dtype=torch.bool)
    padding[1, 6:] = True
    made = quiet(model, stoc_len=32)
    calls = count_calls(made)
    call(made, x, src_key_padding_mask=padding)
    assert set(calls.values()) == {1}


@pytest.mark.parametrize("inplace", [False, True])
def test_one_converted_layer_of_an_encoder_is_called(inplace):
    model = encoder(3)
    made = quiet(model, select=lambda name, _: name == "layers.1.linear2", inplace=inplace)
    calls = count_calls(made)
    call(made, torch.randn(2, 10, 64), src_key_padding_mask=torch.zeros(2, 10, dtype=torch.bool))
    assert calls == {"layers.1.linear2": 1}
    assert [layer.activation_relu_or_gelu for layer in made.layers] == [1, 0, 1]


def test_calibration_reaches_the_layers_of_an_encoder():
    x = torch.randn(2, 10, 64)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", FloatProductsWarning)
        made = scmp.convert(encoder(), calibrate=[x], progress=False)
    assert all(layer.smooth_scales is not None for layer in made.modules() if isinstance(layer, SCLinear))


@pytest.mark.parametrize("layer", [nn.TransformerEncoderLayer, nn.TransformerDecoderLayer])
def test_single_layers_of_transformers(layer):
    made = quiet(layer(64, 4, 128, batch_first=True).eval(), stoc_len=32)
    calls = count_calls(made)
    inputs = [torch.randn(2, 10, 64)] * (2 if layer is nn.TransformerDecoderLayer else 1)
    call(made, *inputs)
    assert calls == {"linear1": 1, "linear2": 1}


def test_a_conversion_that_fails_leaves_the_model_as_it_was():
    model = encoder()
    before = {name: (type(module), dict(vars(module))) for name, module in model.named_modules()}
    keys = list(model.state_dict())
    for options in (
        {"stoc_len": 999},
        {"calibrate": ["no tensor"]},
        {"calibrate": [torch.randn(2, 10, 3)]},
        {"alpha": 1.5},
        {"select": lambda *_: False},
        {"config": "no_preset"},
    ):
        with pytest.raises((ValueError, TypeError, RuntimeError, AttributeError, AssertionError)):
            scmp.convert(model, inplace=True, progress=False, **options)
        for name, module in model.named_modules():
            assert type(module) is before[name][0]
            assert vars(module) == before[name][1], name
    assert list(model.state_dict()) == keys


# --- What is refused at once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: nn.LSTM(64, 16), "LSTM has no nn.Linear to convert; it has the model itself .LSTM."),
        (lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()), "0 .Conv2d."),
        (lambda: nn.MultiheadAttention(64, 4), "MultiheadAttention"),
        (lambda: nn.Sequential(nn.ReLU()), "Sequential has no nn.Linear to convert$"),
        (lambda: nn.Sequential(nn.LazyLinear(4)), "0 .LazyLinear."),
        (lambda: quiet(nn.Sequential(nn.Linear(4, 4))), "already SCLinear: 0"),
    ],
)
def test_nothing_to_convert_is_an_error_that_says_what_there_is(model, words):
    with pytest.raises(ValueError, match=words):
        scmp.convert(model())


def test_nothing_selected_is_an_error_that_names_what_was_left_out():
    with pytest.raises(ValueError, match="select left out 0, 1"):
        scmp.convert(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)), select=lambda *_: False)


@pytest.mark.parametrize(
    "options",
    [{"stoc_len": 999}, {"granularity": "per_column"}, {"config": "none"}, {"chunk_d": 2, "mode": "unipolar"}],
)
def test_options_are_checked_when_a_model_is_converted(options):
    with pytest.raises(ValueError, match=str(next(iter(options.values())))):
        scmp.convert(nn.Sequential(nn.Linear(4, 4)), **options)


def test_a_root_that_is_a_layer():
    linear = nn.Linear(8, 4)
    made, told = convert(linear)
    assert type(made) is SCLinear
    assert type(linear) is nn.Linear
    assert told == []
    assert scmp.convert(linear, inplace=True) is linear
    assert type(linear) is SCLinear


# --- What is said: names ----------------------------------------------------------------------------------------------


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.w = nn.Parameter(torch.randn(4, 8))
        self.gain = nn.Parameter(torch.ones(8))

    def forward(self, x):
        return F.linear(self.fc(x) * self.gain, self.w)


class MyLinear(nn.Linear):
    pass


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (lambda: nn.Conv1d(8, 8, 1), "1 (Conv1d)"),
        (lambda: nn.ConvTranspose2d(8, 8, 1), "1 (ConvTranspose2d)"),
        (lambda: nn.LSTM(8, 8), "1 (LSTM)"),
        (lambda: nn.GRUCell(8, 8), "1 (GRUCell)"),
        (lambda: nn.Bilinear(8, 8, 8), "1 (Bilinear)"),
        (lambda: nn.MultiheadAttention(8, 2), "1 (MultiheadAttention)"),
        (lambda: MyLinear(8, 8), "1 (MyLinear)"),
        (lambda: nn.LazyLinear(8), "1 (LazyLinear)"),
        (Own, "1 (Own: parameter w)"),
        (lambda: nn.ParameterList([nn.Parameter(torch.ones(2, 2))]), "1 (ParameterList: parameter 0)"),
    ],
)
def test_what_is_not_converted_is_named(module, words):
    _, told = convert(nn.Sequential(nn.Linear(8, 8), module()))
    assert told == [f"these are not converted and stay in float: {words}"]


def test_what_multiplies_no_weights_is_not_named():
    rest = [nn.Embedding(4, 8), nn.LayerNorm(8), nn.BatchNorm1d(8), nn.PReLU(8), nn.Dropout(), nn.Softmax(-1)]
    model = nn.Sequential(nn.Linear(8, 8), *rest)
    assert convert(model)[1] == []
    assert convert(model, select=lambda name, _: name == "0")[1] == []


def test_layers_that_select_leaves_out_are_not_named():
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
    made, told = convert(model, select=lambda name, _: name == "0")
    assert told == []
    assert call(made, torch.randn(2, 8))[1] == []


def test_a_linear_whose_owner_uses_only_its_weight_stays_and_is_named():
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    attention.out_proj = nn.Linear(8, 8)
    made, told = convert(nn.ModuleList([attention, nn.Linear(8, 8)]))
    assert type(made[0].out_proj) is nn.Linear
    assert "0 (MultiheadAttention)" in told[0]


# --- What is said: shares ---------------------------------------------------------------------------------------------


def test_shares_of_the_calibration():
    # 5 rows: the layer has 5 * 64, the product on a parameter 5 * 32 multiply-accumulates.
    made, told = convert(Own(), calibrate=[torch.randn(2, 8), torch.randn(3, 8)])
    assert told == [
        "33.3 % of the multiply-accumulates of the calibration stay in float: "
        "the model itself 33.3 % (Own: parameter w)"
    ]
    assert call(made, torch.randn(2, 8))[1] == []  # it has been said


def test_shares_of_the_first_call():
    made, told = convert(Own())
    assert told == ["these are not converted and stay in float: the model itself (Own: parameter w)"]
    x = torch.randn(5, 8)
    y, told = call(made, x)
    assert told == [
        "33.3 % of the multiply-accumulates of the first call stay in float: the model itself 33.3 % (Own: parameter w)"
    ]
    hidden = scmp.sc_matmul(x, made.fc.weight) + made.fc.bias
    assert torch.equal(y, F.linear(hidden * made.gain, made.w))
    again, told = call(made, x)
    assert told == []
    assert torch.equal(again, y)
    assert type(made) is Own
    assert not made.fc._forward_hooks


class Attention(nn.Module):
    """A layer and attention without any weight: nothing of it can be seen before it runs."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(8, 24)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        return torch.softmax(q @ k.transpose(-1, -2), -1) @ v


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_products_of_activations_are_named(mode):
    model = nn.Sequential(Attention(), nn.Linear(8, 8))
    x = torch.randn(2, 4, 8)
    made, told = convert(model)
    assert told == []
    with warnings.catch_warnings(record=True) as warned, mode():
        warnings.simplefilter("always")
        made(x)
    # Layers 8 * (8 * 24 + 8 * 8) = 2048, attention 2 * 2 * 4 * 4 * 8 = 512.
    want = "20.0 % of the multiply-accumulates of the first call stay in float: 0 20.0 % (Attention)"
    assert texts(warned) == [want]
    assert convert(model, calibrate=[x])[1] == [want.replace("first call", "calibration")]


def test_layers_left_out_count_in_shares():
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 16), nn.Conv1d(4, 8, 1))
    made, _ = convert(model, select=lambda name, _: name == "0")
    _, told = call(made, torch.randn(4, 8))  # 4 * 64 + 4 * 128 + 16 * 4 * 8
    assert told == ["40.0 % of the multiply-accumulates of the first call stay in float: 2 40.0 % (Conv1d)"]


def test_modules_that_the_calibration_does_not_call_are_named():
    class Branch(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc, self.conv = nn.Linear(8, 8), nn.Conv1d(8, 8, 1)
            self.positions = Own.__new__(Own)
            nn.Module.__init__(self.positions)
            self.positions.table = nn.Parameter(torch.zeros(3, 8))
            self.positions.forward = lambda x: x + self.positions.table

        def forward(self, x, conv=False):
            x = self.fc(self.positions(x))
            return self.conv(x[..., None]) if conv else x

    _, told = convert(Branch(), calibrate=[torch.randn(3, 8)])
    assert told == ["not called by the calibration, and not converted: conv (Conv1d)"]


def test_calibration_without_batches():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = scmp.convert(Own(), calibrate=[], progress=False)
    assert [str(each.message) for each in told] == [
        "no calibration data reached fc: not smoothed",
        "these are not converted and stay in float: the model itself (Own: parameter w)",
    ]
    assert told[1].category is FloatProductsWarning
    assert {each.filename for each in told} == {__file__}
    assert len(call(made, torch.randn(2, 8))[1]) == 1


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
@pytest.mark.parametrize(
    ("make", "inputs", "macs"),
    [
        (lambda: nn.Linear(8, 6), [(5, 8)], 5 * 48),
        (lambda: nn.Linear(8, 6, bias=False), [(2, 5, 8)], 10 * 48),
        (lambda: nn.Linear(8, 6), [(8,)], 48),
        (lambda: nn.Conv1d(4, 6, 3), [(2, 4, 10)], 2 * 8 * 6 * 12),
        (lambda: nn.Conv2d(4, 6, 3, groups=2, padding=1), [(2, 4, 7, 7)], 2 * 49 * 6 * 2 * 9),
        (lambda: nn.Conv2d(4, 4, 3, groups=4, dilation=2), [(1, 4, 7, 7)], 9 * 4 * 9),
        (lambda: nn.Conv3d(2, 3, 2), [(1, 2, 4, 4, 4)], 27 * 3 * 2 * 8),
        (lambda: nn.ConvTranspose2d(4, 6, 3), [(2, 4, 7, 7)], 2 * 49 * 4 * 6 * 9),
        (lambda: nn.Bilinear(3, 4, 5), [(2, 3), (2, 4)], 2 * 60),
        (lambda: nn.LSTM(8, 4, 2), [(7, 3, 8)], 7 * 3 * (16 * (8 + 4) + 16 * (4 + 4))),
        (lambda: nn.GRU(8, 4, bidirectional=True), [(7, 3, 8)], 7 * 3 * 2 * 12 * 12),
        (lambda: nn.RNNCell(8, 4), [(3, 8)], 3 * 4 * 12),
        (lambda: Call(lambda a, b: a @ b), [(2, 3, 4), (4, 5)], 6 * 20),
        (lambda: Call(lambda a, b: torch.einsum("bik,bjk->bij", a, b)), [(2, 3, 4), (2, 5, 4)], 2 * 3 * 5 * 4),
        (lambda: Call(lambda a, b: torch.einsum("ik,jk->ij", a, b)), [(3, 4), (5, 4)], 3 * 5 * 4),
        (lambda: Call(torch.mv), [(3, 4), (4,)], 12),
        (lambda: Call(torch.dot), [(4,), (4,)], 4),
        (lambda: Call(torch.outer), [(4,), (3,)], None),  # element-wise
        (lambda: Call(lambda a, b: torch.tensordot(a, b, 2)), [(2, 3, 4), (3, 4, 5)], 2 * 12 * 5),
        (lambda: Call(torch.addmm), [(3,), (2, 4), (4, 3)], 24),
        (lambda: Call(torch.baddbmm), [(2, 2, 3), (2, 2, 4), (2, 4, 3)], 48),
        (lambda: Call(torch.addbmm), [(2, 3), (5, 2, 4), (5, 4, 3)], 5 * 24),
        (lambda: Call(lambda a, b: F.conv1d(input=a, weight=b)), [(2, 4, 10), (6, 4, 3)], 2 * 8 * 6 * 12),
        (lambda: Call(lambda a, b: torch.matmul(input=a, other=b)), [(3, 4), (4, 5)], 60),
    ],
)
def test_multiply_accumulates_of_operations(mode, make, inputs, macs):
    model = nn.ModuleList([make()])
    with mode(), Products(model) as products:
        model[0](*[torch.randn(shape) for shape in inputs])
    assert not products.unknown
    if macs is not None:
        assert products.macs == {"0": macs}


class Call(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


@pytest.mark.skipif(not hasattr(F, "scaled_dot_product_attention"), reason="PyTorch before 2.0")
@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_multiply_accumulates_of_attention(mode):
    model = Call(F.scaled_dot_product_attention)
    with mode(), Products(model) as products:
        model(torch.randn(2, 4, 5, 8), torch.randn(2, 4, 7, 8), torch.randn(2, 4, 7, 8))
    assert products.macs == {"": 2 * 2 * 4 * 5 * 7 * 8}


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize("make", [lambda: nn.MultiheadAttention(64, 4, batch_first=True), lambda: encoder(1).layers[0]])
def test_multiply_accumulates_are_the_same_on_the_fused_path(make, grad):
    model, x = make().eval(), torch.randn(2, 10, 64)
    attention = 20 * 4 * 64 * 64 + 2 * 2 * 10 * 10 * 64
    rest = 0 if isinstance(model, nn.MultiheadAttention) else 20 * 2 * 64 * 128
    with torch.set_grad_enabled(grad), Products(model) as products:
        model(x, x, x) if rest == 0 else model(x)
    assert sum(products.macs.values()) == attention + rest
    assert not products.unknown


def test_a_converted_encoder_says_what_its_attention_costs():
    # Each layer: attention 20 * 4 * 64 * 64 + 2 * 2 * 10 * 10 * 64 = 353280, the rest 20 * 2 * 64 * 128 = 327680.
    x = torch.randn(2, 10, 64)
    made, told = convert(encoder())
    assert told == [
        "these are not converted and stay in float: "
        "layers.0.self_attn (MultiheadAttention), layers.1.self_attn (MultiheadAttention)"
    ]
    share = (
        "51.9 % of the multiply-accumulates of the first call stay in float: "
        "layers.0.self_attn 25.9 % (MultiheadAttention), layers.1.self_attn 25.9 % (MultiheadAttention)"
    )
    assert call(made, x)[1] == [share]
    assert convert(encoder(), calibrate=[x])[1] == [share.replace("first call", "calibration")]


def test_operations_of_others_are_named_without_a_share():
    library = torch.library.Library("scmp_test", "DEF")
    library.define("triple(Tensor x) -> Tensor")
    library.impl("triple", lambda x: x * 3, "CPU")
    model = nn.Sequential(nn.Linear(8, 8), Call(torch.ops.scmp_test.triple))
    made, told = convert(model)
    assert told == []
    assert call(made, torch.randn(2, 8))[1] == [
        "operations of which it is not known whether they multiply stay as they are: 1 (Call): scmp_test::triple"
    ]


# --- The first call is looked at once, and harms nothing --------------------------------------------------------------


def test_warnings_are_where_the_caller_is():
    with pytest.warns(FloatProductsWarning, match="these are not") as told:
        made = scmp.convert(Own())
    with pytest.warns(FloatProductsWarning, match="first call") as first:
        made(torch.randn(2, 8))
    with pytest.warns(FloatProductsWarning, match="first call") as inside:
        nn.Sequential(quiet(Own()), nn.ReLU())(torch.randn(2, 8))
    assert {each.filename for each in (*told, *first, *inside)} == {__file__}


def test_copies_and_pickles_before_the_first_call():
    made = quiet(Own())
    x = torch.randn(5, 8)
    assert set(made.state_dict()) == {"w", "gain", "fc.weight", "fc.bias"}
    assert isinstance(made, Own)
    assert type(made).__name__ == "Own"
    copies = [copy.deepcopy(made), copy.copy(made), pickle.loads(pickle.dumps(made))]
    copies[1]._parameters = dict(made._parameters, w=nn.Parameter(torch.zeros(4, 8)))
    wanted, told = call(made, x)
    assert len(told) == 1
    assert torch.equal(call(copies[0], x)[0], wanted)
    assert torch.equal(call(copies[1], x)[0], torch.zeros(5, 4))
    y, told = call(copies[2], x)
    assert torch.equal(y, wanted)
    assert len(told) == 1
    assert [type(each) for each in copies] == [Own, Own, Own]


def test_a_first_call_that_fails_is_the_models_error_and_nothing_is_left_behind():
    made = quiet(Own())
    with pytest.raises(ValueError, match="D"):
        made(torch.randn(2, 5))
    assert type(made) is Own
    assert not made.fc._forward_hooks
    counted = Products(made)
    with counted:
        torch.randn(2, 3) @ torch.randn(3, 2)
    assert counted.macs == {"": 12}


def expected_of(made, x):
    with torch.no_grad():
        return F.linear((scmp.sc_matmul(x, made.fc.weight) + made.fc.bias) * made.gain, made.w)


def test_a_first_call_with_weights_of_its_own():
    made, x = quiet(Own()), torch.randn(2, 8)
    other = quiet(Own())
    try:
        from torch.func import functional_call
    except ImportError:
        from torch.nn.utils.stateless import functional_call
    weights = {name: value.detach() for name, value in other.named_parameters()}
    y, told = call(lambda: functional_call(made, weights, (x,)))
    assert torch.equal(y, expected_of(other, x))
    assert len(told) == 1
    y, told = call(made, x)
    assert torch.equal(y, expected_of(made, x))
    assert told == []
    assert type(made) is Own


def test_a_parametrization_before_the_first_call():
    made, x = quiet(Own()), torch.randn(2, 8)
    parametrize.register_parametrization(made, "w", Double())
    for _ in range(2):
        assert torch.equal(call(made, x)[0], expected_of(made, x))
    parametrize.remove_parametrizations(made, "w")
    y, told = call(made, x)
    assert torch.equal(y, expected_of(made, x))
    assert told == []
    assert type(made) is Own


def test_classes_that_keep_lists_of_those_derived_from_them():
    derived = []

    class Base(nn.Module):
        def __init_subclass__(cls, *, key):
            derived.append((key, cls))

    class Model(Base, key="model"):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(8, 8)

        def forward(self, x):
            return self.fc(x)

    made, told = convert(Model())
    call(made, torch.randn(1, 8))
    assert derived == [("model", Model)]
    assert type(made) is Model
    assert told == []


def test_a_model_that_cannot_be_watched_is_named():
    model = Own()
    model.forward = lambda x: x @ x.t()
    made, told = convert(model, inplace=True)
    assert told[1] == "what Own executes in float is not watched: its forward is the object's own"
    assert type(made) is Own
    assert call(made, torch.ones(1, 8)) == (torch.full((1, 1), 8.0), [])


def test_replicas():
    made, x = quiet(Own()), torch.randn(2, 8)
    replica = made._replicate_for_data_parallel()
    replica.w, replica.gain = torch.zeros(4, 8), torch.ones(8)
    y, told = call(replica, x)
    assert torch.equal(y, torch.zeros(2, 4))
    assert len(told) == 1
    y, told = call(made, x)
    assert torch.equal(y, expected_of(made, x))
    assert told == []
    assert type(made) is Own


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:`torch.jit:DeprecationWarning")
def test_tracing_is_refused_and_does_not_use_up_the_first_call():
    made = quiet(nn.Sequential(Attention(), nn.Linear(8, 8)))
    x = torch.randn(2, 4, 8)
    with pytest.raises(ValueError, match="cannot be traced"):
        torch.jit.trace(made, x, check_trace=False)
    assert len(call(made, x)[1]) == 1


def test_a_model_without_forward_is_not_harmed():
    made = quiet(nn.ModuleDict({"a": nn.Linear(8, 8)}))
    assert torch.equal(made["a"](torch.zeros(1, 8)), made["a"].bias[None])


# --- Nothing of a layer is lost ---------------------------------------------------------------------------------------


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.o = nn.Embedding(20, 64), nn.Linear(64, 20, bias=False)
        self.o.weight = self.e.weight
        self.first = nn.Linear(64, 64)
        self.second = nn.Linear(64, 64)
        self.second.weight = self.first.weight
        self.again = self.first
        self.__dict__["plain"] = [self.first]

    def forward(self, i):
        return self.o(self.second(self.plain[0](self.e(i))))


@pytest.mark.parametrize("inplace", [False, True])
def test_ties_hold(inplace):
    model = Tied()
    made = quiet(model, inplace=inplace)
    for each in (made, copy.deepcopy(made)):
        assert each.o.weight is each.e.weight
        assert each.second.weight is each.first.weight
        assert each.again is each.first
        assert each.plain[0] is each.first
        assert type(each.plain[0]) is SCLinear
        with torch.no_grad():
            each.e.weight[3] = 1
        x = torch.randn(2, 64)
        assert torch.equal(each.o(x), scmp.sc_matmul(x, each.e.weight))


def test_hooks_attributes_and_modes_are_kept():
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
    layer = model[0]
    layer.eval()
    layer.weight.requires_grad_(False)
    layer.note, layer.table = "kept", {"a": 1}
    layer.register_buffer("extra", torch.ones(2))
    seen = []
    handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(type(module)))
    made = scmp.convert(model, inplace=True)
    assert made is model
    assert made[0] is layer
    assert type(layer) is SCLinear
    made(torch.randn(2, 8))
    assert seen == [SCLinear]
    handle.remove()
    made(torch.randn(2, 8))
    assert len(seen) == 1
    assert (layer.note, layer.table, layer.training, made[1].training) == ("kept", {"a": 1}, False, True)
    assert not layer.weight.requires_grad
    assert set(layer.state_dict()) == {"weight", "bias", "extra"}
    copied = quiet(nn.Sequential(nn.Linear(8, 8)))
    assert copied[0].training


def test_a_layer_made_of_another_does_not_change_it():
    linear = nn.Linear(8, 8)
    hook = linear.register_forward_hook(lambda *_: None)
    made = SCLinear.from_linear(linear, smooth_scales=torch.ones(8))
    assert set(linear.state_dict()) == {"weight", "bias"}
    assert len(made._forward_hooks) == 1
    hook.remove()
    made.weight = nn.Parameter(torch.zeros(8, 8))
    assert linear.weight.abs().sum() > 0
    back = made.to_linear()
    assert type(back) is nn.Linear
    assert set(back.state_dict()) == {"weight", "bias"}
    assert set(made.state_dict()) == {"weight", "bias", "smooth_scales"}
    assert not hasattr(back, "options")
    assert torch.equal(back(torch.randn(1, 8)), back.bias[None])


class Double(nn.Module):
    def forward(self, weight):
        return 2 * weight


@pytest.mark.parametrize("inplace", [False, True])
def test_parametrized_layers_are_converted(inplace):
    model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4))
    parametrize.register_parametrization(model[0], "weight", Double())
    made = quiet(model, inplace=inplace, straight_through=True)
    assert isinstance(made[0], SCLinear)
    assert type(made[0]).__name__ == "ParametrizedSCLinear"
    x = torch.randn(3, 8)
    original = made[0].parametrizations.weight.original
    for each in (made, copy.deepcopy(made)):
        assert torch.equal(each[0](x), scmp.sc_matmul(x, 2 * original) + each[0].bias)
    with torch.no_grad():
        original[0] = 1
    assert torch.equal(made[0](x), scmp.sc_matmul(x, 2 * original) + made[0].bias)
    made[0](x).sum().backward()
    assert torch.equal(original.grad, 2 * x.sum(0).expand(8, 8))
    back = made[0].to_linear()
    assert torch.equal(back.weight, 2 * original)
    assert not isinstance(back, SCLinear)
    parametrize.remove_parametrizations(made[0], "weight")
    assert type(made[0]) is SCLinear


def test_layers_whose_weight_a_hook_computes_are_converted():
    x = torch.randn(3, 8)
    linear = prune.l1_unstructured(nn.Linear(8, 8), "weight", 0.5)
    made = scmp.convert(nn.Sequential(linear), inplace=True)
    with torch.no_grad():
        linear.weight_orig[0] = 5
    y = made(x)
    assert torch.equal(y, scmp.sc_matmul(x, linear.weight_orig * linear.weight_mask) + linear.bias)
    normed = scmp.convert(nn.utils.weight_norm(nn.Linear(8, 8)), inplace=True)
    normed.weight_g.data *= 2
    y = normed(x)
    assert torch.equal(y, scmp.sc_matmul(x, normed.weight) + normed.bias)


def test_a_lazy_layer_is_not_converted_before_it_has_a_weight():
    with pytest.raises(ValueError, match="LazyLinear has no weight yet"):
        SCLinear.from_linear(nn.LazyLinear(4))
    model = nn.Sequential(nn.Linear(8, 8), nn.LazyLinear(4))
    model(torch.randn(1, 8))
    assert [type(layer) for layer in quiet(model)] == [SCLinear, SCLinear]


def test_the_state_of_the_float_model_loads():
    model = Own()
    made = quiet(model, calibrate=[torch.randn(4, 8)])
    other = Own()
    made.load_state_dict(other.state_dict())
    x = torch.randn(2, 8)
    expected = scmp.sc_matmul(x, other.fc.weight, smooth_scales=made.fc.smooth_scales) + other.fc.bias
    assert torch.equal(made.fc(x), expected)

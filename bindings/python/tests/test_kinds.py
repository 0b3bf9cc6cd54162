"""Arrays that are more than their memory: a mask, a unit, a sparse layout. They are read right, or refused in words."""

import warnings
from array import array as python_array

import numpy as np
import pytest
from conftest import same_bits

import scmp
from scmp import quant

X = np.linspace(-2, 2, 24, dtype=np.float32).reshape(3, 8)
S = np.linspace(0.5, 2, 8, dtype=np.float32)
Y = scmp.sc_matmul(X, X)

# Every door that takes an array, by the name that the argument has there.
DOORS = {
    "a": lambda x: scmp.sc_matmul(x, X),
    "b": lambda x: scmp.sc_matmul(X, x),
    "b packed": scmp.PackedWeights,
    "a of packed": lambda x: scmp.PackedWeights(X).matmul(x),
    "a @ packed": lambda x: scmp.PackedWeights(X).__rmatmul__(x),
    "x observed": lambda x: scmp.Calibration(8).observe(x),
    "weight": lambda x: scmp.Calibration(8).observe(X).smooth_scales(x),
    "weight of two": lambda x: scmp.Calibration(8).observe(X).smooth_scales([X, x]),
    "like": lambda x: scmp.Calibration(8).observe(X).act_scales(like=x),
    "x": quant.accumulate_act_scales,
    "weight of scales": lambda x: quant.compute_smooth_scales(S, x),
    "a smoothed": lambda x: quant.apply_smoothing(x, X, S),
    "weight smoothed": lambda x: quant.apply_smoothing_offline(x, S),
    "x by tensor": lambda x: quant.fused_quantize_bipolar(x, 2.0, 8),
    "x by a f64 range": lambda x: quant.fused_quantize_bipolar(x, 2.1, 8),
    "x by row": lambda x: quant.fused_quantize_bipolar_perrow(x, 8),
    "x unipolar": lambda x: quant.fused_quantize_unipolar(x, 2.0, -2.0, 8),
}
# Those that take a vector.
VECTORS = {
    "smooth_scales": lambda x: scmp.sc_matmul(X, X, smooth_scales=x),
    "smooth_scales packed": lambda x: scmp.PackedWeights(X, smooth_scales=x),
    "running": lambda x: quant.accumulate_act_scales(X, x),
    "act_scales": lambda x: quant.compute_smooth_scales(x, X),
    "smooth_scales applied": lambda x: quant.apply_smoothing_offline(X, x),
}


def each_door(*but):
    """Every door but those for which the case is none."""
    names = [name for name in DOORS if name not in but]
    return pytest.mark.parametrize("door", [DOORS[name] for name in names], ids=names)


every_door = each_door()
every_vector = pytest.mark.parametrize("door", VECTORS.values(), ids=VECTORS)


def masks(x):
    """Masked arrays of the same data, whatever the mask."""
    yield np.ma.array(x)
    yield np.ma.masked_greater(x, 1.5)
    yield np.ma.array(x, mask=True)
    yield np.ma.array(x, mask=False, hard_mask=True)
    yield np.ma.masked_greater(x.astype(np.float16), 1.5)[::1]
    yield type("Sub", (np.ma.MaskedArray,), {})(x, mask=x > 1)


@every_door
def test_masked_arrays_are_refused(door):
    for masked in masks(X):
        with pytest.raises(ValueError, match=r"masked array: pass .*\.filled") as caught:
            door(masked)
        assert isinstance(caught.value, scmp.Error)


@every_vector
def test_masked_vectors_are_refused(door):
    for masked in masks(S):
        with pytest.raises(ValueError, match="masked array"):
            door(masked)


def test_masked_numbers_and_masks_are_refused():
    with pytest.raises(ValueError, match="mask is a masked array"):
        scmp.Calibration(8).observe(X, mask=np.ma.array([1, 1, 0], np.uint8, mask=[0, 1, 0]))
    number = np.ma.array(7, mask=True)
    with pytest.raises(TypeError, match="sc_prec is masked"):
        scmp.sc_matmul(X, X, sc_prec=number)
    pool = [{"type": "sobol", "seed": np.ma.masked}, {"type": "sobol", "seed_type": "k"}]
    entries = {"q": [{"rng_id": 0}] * 8, "k": [{"rng_id": 1}] * 8}
    with pytest.raises(ValueError, match="value of config is a masked array"):
        scmp.sc_matmul(X, X, config={"rng_pool": pool, "sng": entries})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="not finite"):
            quant.fused_quantize_bipolar(X, np.ma.masked, 8)


@pytest.mark.parametrize(
    ("words", "make"),
    [
        ("dtype object", lambda x: x.astype(object)),
        ("dtype str", lambda x: x.astype(str)),
        ("dtype bytes", lambda x: x.astype(bytes)),
        ("dtype void", lambda x: np.zeros(x.shape, [("re", "f4"), ("im", "f4")])),
        ("dtype (record|void)", lambda x: np.rec.array(np.zeros(x.shape, [("re", "f4")]))),
        ("dtype complex64", lambda x: x.astype(np.complex64)),
        ("dtype float128|dtype longdouble", lambda x: x.astype(np.longdouble)),
        ("dtype timedelta64", lambda x: x.astype("m8[s]")),
        ("dtype datetime64", lambda x: np.zeros(x.shape, "M8[s]")),
        ("u8|bool", lambda x: x > 0),
        ("i32", lambda x: x.astype(np.int32)),
        ("dtype uint16", lambda x: x.astype(np.uint16)),
    ],
)
@each_door("like")  # of which only the kind counts
def test_other_dtypes_are_refused(door, words, make):
    with pytest.raises(ValueError, match=words):
        door(make(X))


class Pretends:
    """What has an array, and is none: pandas, SciPy, xarray."""

    def __array__(self, dtype=None, copy=None):
        return X

    def toarray(self):
        return X


@pytest.mark.parametrize(
    "thing",
    [X.tolist(), memoryview(X), python_array("f", [1.0]), Pretends(), b"bytes", "text", 1.5, {"x": X}],
    ids=lambda thing: type(thing).__name__,
)
@every_door
def test_what_is_no_array_is_a_type_error(door, thing):
    with pytest.raises(TypeError, match="must be a NumPy array"):
        door(thing)


@each_door("like")  # whose default it is
def test_none_is_a_type_error(door):
    with pytest.raises(TypeError, match="must be a NumPy array"):
        door(None)


@pytest.mark.parametrize("thing", [[X], (X,)], ids=["list", "tuple"])
@each_door("weight")  # which takes several
def test_a_list_of_arrays_is_a_type_error(door, thing):
    with pytest.raises(TypeError, match="must be a NumPy array"):
        door(thing)


class Metres(np.ndarray):
    """Values with a unit: what NumPy's functions do with them is theirs."""

    def __array_ufunc__(self, function, method, *inputs, **keywords):
        raise TypeError("units do not match")

    def reshape(self, *shape):
        raise TypeError("a length has no other shape")

    def __getitem__(self, index):
        raise TypeError("not to be indexed")


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.view(Metres),
        np.asmatrix,
        lambda x: x.astype(">f4"),
        lambda x: x.byteswap().view(x.dtype.newbyteorder()),
        np.asfortranarray,
        lambda x: np.rec.array([tuple(row) for row in x], [(f"f{d}", "f4") for d in range(8)]).view("f4", np.ndarray)
        .reshape(3, 8),
        lambda x: np.array(x, dtype=np.dtype("f4", metadata={"unit": "m"})),
        lambda x: np.frombuffer(memoryview(x.tobytes()), "<f4").reshape(3, 8),
        lambda x: np.ndarray(x.shape, x.dtype, bytearray(b"." + x.tobytes()), offset=1),
    ],
    ids=["units", "matrix", "big-endian", "swapped", "Fortran", "records", "metadata", "memoryview", "unaligned"],
)  # fmt: skip
@every_door
def test_arrays_of_other_kinds_are_read_right(door, make):
    kind = make(X)
    try:
        same = np.array_equal(np.array(kind.view(np.ndarray)), X)
    except TypeError:
        same = True
    assert same
    expected, found = door(X), door(kind)
    pairs = zip(expected, found) if isinstance(expected, tuple) else [(expected, found)]
    for one, other in pairs:
        if isinstance(one, np.ndarray):
            assert type(other) is np.ndarray
            assert same_bits(other, one)
        elif isinstance(one, scmp.PackedWeights):
            assert same_bits(other.matmul(X), Y)
        elif isinstance(one, scmp.Calibration):
            assert same_bits(other.act_scales(), np.abs(X).max(0))
        else:
            assert one == other


def test_tensors_that_are_more_than_their_memory(torch):
    x = torch.from_numpy(X.copy())
    kinds = {
        "sparse_coo": x.to_sparse(),
        "sparse_csr": x.to_sparse_csr(),
        "qint8": torch.quantize_per_tensor(x, 0.1, 0, torch.qint8),
        "meta": x.to("meta"),
        "complex64": x.to(torch.complex64),
        "nested": torch.nested.nested_tensor([x[:, :4], x]),
        "_mkldnn": x.to_mkldnn() if torch.backends.mkldnn.is_available() else x.to_sparse(),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hasattr(torch, "masked") and hasattr(torch.masked, "masked_tensor"):
            kinds["MaskedTensor"] = torch.masked.masked_tensor(x, x < 1)
    for kind in kinds.values():
        for door, call in DOORS.items():
            if door != "like":
                with pytest.raises(ValueError, match=r"tensor|dtype|it must be"):
                    call(kind)


def test_tensors_of_other_kinds_are_read_right(torch):
    class Unit(torch.Tensor):
        pass

    x = torch.from_numpy(X.copy())
    negative = torch.from_numpy(X * 1j).to(torch.complex64).conj().imag  # a view with turned signs
    for kind in (x.as_subclass(Unit), torch.nn.Parameter(x), x.t().contiguous().t(), -negative, x.expand(1, 3, 8)[0]):
        assert np.array_equal(kind.detach().numpy() if not kind.is_neg() else kind.resolve_neg().numpy(), X)
        assert same_bits(scmp.sc_matmul(kind, x).numpy(), Y)
        assert same_bits(scmp.PackedWeights(kind).matmul(x).numpy(), Y)
        assert same_bits(scmp.Calibration(8).observe(kind).act_scales(like=X), np.abs(X).max(0))


@pytest.mark.parametrize("shape", [(2, 3, 8), (6, 8), (8,), (1, 2, 3, 8)])
def test_the_place_of_what_is_not_finite_has_the_inputs_rank(shape, torch):
    for bad, dtype in ((np.nan, "f4"), (-np.inf, "f2"), (1e300, "f8")):
        x = np.ones(shape, dtype)
        place = tuple(size - 1 for size in shape[:-1]) + (3,)
        x[place] = bad
        words = str(list(place)).replace(" ", "").replace("[", r"\[").replace("]", r"\]")
        for call in (
            lambda x: quant.fused_quantize_bipolar_perrow(x, 8),
            lambda x: quant.fused_quantize_bipolar(x, 1.0, 8),
            lambda x: quant.fused_quantize_bipolar(x, 1.1, 8),
            lambda x: quant.fused_quantize_unipolar(x, 2.0, 0.0, 8),
            lambda x: quant.fused_quantize_unipolar(x, 2.1, 0.0, 8, compute_sum=True),
            lambda x: scmp.Calibration(8).observe(x),
        ):
            for kind in (x, torch.from_numpy(x)):
                with pytest.raises(ValueError, match=words + "$") as caught:
                    call(kind)
                assert caught.value.status is scmp.Status.SCMP_ERROR_NON_FINITE
                assert caught.value.__context__ is None

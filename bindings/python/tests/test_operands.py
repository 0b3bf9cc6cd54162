"""Arrays of every kind, type and layout are read where they are, and the result is of the same kind."""

import sys
import types

import numpy as np
import pytest
from conftest import python, same_bits

import scmp
from scmp import _context, _dlpack, quant
from scmp._tensor import operand
from scmp.generated import _c

FLOATS = ("float16", "float32", "float64")


def reference(a, b, **options):
    return scmp.sc_matmul(np.ascontiguousarray(a), np.ascontiguousarray(b), **options)


def views(x):
    """The same values in other layouts."""
    wide = np.zeros((2 * x.shape[0], 3 * x.shape[1]), x.dtype)
    wide[::2, 1::3] = x
    packed = np.zeros(x.shape, np.dtype([("flag", "i1"), ("value", x.dtype)], align=False))
    packed["value"] = x
    frozen = x.copy()
    frozen.setflags(write=False)
    return {
        "Fortran order": np.asfortranarray(x),
        "every second row and third column": wide[::2, 1::3],
        "backwards": x[::-1, ::-1].copy()[::-1, ::-1],
        "the other byte order": x.astype(x.dtype.newbyteorder()),
        "a field of records": packed["value"],
        "read-only": frozen,
    }


@pytest.mark.parametrize("dtype", FLOATS)
def test_numpy_layouts(rng, dtype):
    a, b = rng.standard_normal((7, 12)).astype(dtype), rng.standard_normal((5, 12)).astype(dtype)
    y = scmp.sc_matmul(a, b)
    assert type(y) is np.ndarray
    assert y.dtype == np.float32
    for (name, left), right in zip(views(a).items(), views(b).values()):
        assert same_bits(scmp.sc_matmul(left, right), y), name


def test_no_copy_for_any_strides(rng):
    x = rng.standard_normal((6, 8))
    for view in (x, x.T, x[::2, ::-1], np.broadcast_to(x[0], (9, 8)), x[1:1]):
        read = operand(view, "x")
        assert read.array is view
        assert read.tensor.data == view.__array_interface__["data"][0]
        assert [stride * 8 for stride in read.tensor.strides[: view.ndim]] == list(view.strides)


def test_types_may_differ(rng):
    a, b = rng.standard_normal((4, 6)).astype(np.float16), rng.standard_normal((3, 6))
    assert same_bits(scmp.sc_matmul(a, b), scmp.sc_matmul(a.astype(np.float32), b.astype(np.float32)))


def test_three_dimensions_and_empty_ones(rng):
    a, b = rng.standard_normal((2, 4, 6)), rng.standard_normal((2, 3, 6))
    y = scmp.sc_matmul(a, b, "per_head")
    assert y.shape == (2, 4, 3)
    assert scmp.sc_matmul(a[:, :0], b).shape == (2, 0, 3)
    assert (scmp.sc_matmul(a[..., :0], b[..., :0]) == np.zeros((2, 4, 3))).all()


class Foreign:
    """An array of some other library, with DLPack and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, stream=None):
        return self.array.__dlpack__()

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


@pytest.fixture
def foreign(monkeypatch):
    """The library that the foreign arrays are of."""
    module = types.ModuleType("foreign_arrays")
    module.from_dlpack = Foreign
    monkeypatch.setitem(sys.modules, "foreign_arrays", module)
    monkeypatch.setattr(Foreign, "__module__", "foreign_arrays.core")
    return Foreign


def test_dlpack(rng, foreign):
    a, b = rng.standard_normal((7, 12)).astype(np.float32), rng.standard_normal((12, 5)).astype(np.float16).T
    y = scmp.sc_matmul(foreign(a), foreign(b))
    assert type(y) is Foreign
    assert same_bits(y.array, reference(a, b))
    for _ in range(1000):  # capsules are freed
        scmp.sc_matmul(foreign(a), b)


def test_dlpack_without_a_library_gives_numpy(rng):
    class Bare(Foreign):
        pass

    x = rng.standard_normal((3, 4)).astype(np.float32)
    assert type(scmp.sc_matmul(Bare(x), x)) is np.ndarray


def test_torch_is_not_imported():
    code = """
import sys, numpy as np, scmp
x = np.ones((3, 4), np.float32)
scmp.sc_matmul(x, x); scmp.quant.accumulate_act_scales(x); scmp.Calibration(4).observe(x); scmp.PackedWeights(x)
class Bare:
    __dlpack__ = x.__dlpack__
scmp.sc_matmul(Bare(), x)
assert "torch" not in sys.modules
"""
    python(code)


def test_without_torch_the_modules_say_so():
    code = """
import sys
sys.modules["torch"] = None
import scmp
try:
    scmp.SCLinear
except ImportError as error:
    print(error)
"""
    assert "torch" in python(code).stdout


@pytest.mark.parametrize("dtype", [*FLOATS, "bfloat16"])
def test_torch_layouts(rng, torch, dtype):
    kind = getattr(torch, dtype)
    a = torch.from_numpy(rng.standard_normal((7, 12))).to(kind)
    b = torch.from_numpy(rng.standard_normal((5, 12))).to(kind)
    expected = reference(a.double().numpy(), b.double().numpy())
    for left, right in ((a, b), (a.t().contiguous().t(), b.repeat(1, 2)[:, :12]), (a.requires_grad_(), b)):
        y = scmp.sc_matmul(left, right)
        assert type(y) is torch.Tensor
        assert y.dtype == torch.float32
        assert not y.requires_grad
        assert same_bits(y.numpy(), expected)


def test_torch_views_with_lazy_signs(rng, torch):
    z = torch.from_numpy(rng.standard_normal((4, 6)) + 1j * rng.standard_normal((4, 6)))
    x = z.conj().imag  # a view whose sign bit is still to be turned
    assert x.is_neg()
    b = rng.standard_normal((3, 6))
    assert same_bits(scmp.sc_matmul(x, b).numpy(), reference(x.resolve_neg().numpy(), b))


def test_torch_refusals(torch):
    x = torch.ones(3, 4)
    for bad in (x.to_sparse(), x.to("meta"), x.to(torch.complex64), x.int()):
        with pytest.raises(ValueError, match=r"\ba\b"):
            scmp.sc_matmul(bad, x)


def test_result_is_of_the_left_operand(rng, torch):
    x = rng.standard_normal((3, 4))
    assert isinstance(scmp.sc_matmul(torch.from_numpy(x), x), torch.Tensor)
    assert isinstance(scmp.sc_matmul(x, torch.from_numpy(x), smooth_scales=torch.ones(4)), np.ndarray)


class OnGpu:
    """An array in host memory that says it is on a GPU."""

    def __init__(self, array, index):
        self.array, self.index = array, index

    def __dlpack__(self, stream=None):
        capsule = self.array.__dlpack__()
        tensor = _dlpack._Tensor.from_address(_dlpack._pointer(capsule, b"dltensor"))
        tensor.device_type, tensor.device_id = _dlpack.CUDA, self.index
        return capsule

    def __dlpack_device__(self):
        return _dlpack.CUDA, self.index

    def __array_namespace__(self):
        index = self.index
        return types.SimpleNamespace(
            float32="float32",
            int8="int8",
            int16="int16",
            int32="int32",
            empty=lambda shape, dtype: OnGpu(np.empty(shape, dtype), index),
        )


class AskedError(Exception):
    """A context was asked for; nothing may be done with what is on no GPU."""


@pytest.mark.parametrize("index", [0, 2])
def test_stages_run_where_arrays_are(monkeypatch, index):
    def asked(backend, *, device=0):
        raise AskedError(backend, device)

    monkeypatch.setattr(_context, "Context", asked)
    monkeypatch.setattr(_context, "_contexts", _context._ThreadContexts())
    here, s = np.ones((4, 6), np.float32), np.ones(6, np.float32)
    x, there = OnGpu(here, index), OnGpu(s, index)
    assert operand(x, "x").tensor.device == _c.SCMP_DEVICE_CUDA_0 + index
    calls = {
        "accumulate": lambda: quant.smoothquant.accumulate_act_scales(x),
        "accumulate, running": lambda: quant.smoothquant.accumulate_act_scales(here, there),
        "scales": lambda: quant.smoothquant.compute_smooth_scales(s, x),
        "scales, act": lambda: quant.smoothquant.compute_smooth_scales(there, here),
        "apply": lambda: quant.smoothquant.apply_smoothing(x, here, s),
        "apply to weights": lambda: quant.smoothquant.apply_smoothing_offline(x, s),
        "apply, scales": lambda: quant.smoothquant.apply_smoothing_offline(here, there),
        "bipolar": lambda: quant.fused.fused_quantize_bipolar(x, 1.0, 8),
        "bipolar rows": lambda: quant.fused.fused_quantize_bipolar_perrow(x, 8),
        "unipolar": lambda: quant.fused.fused_quantize_unipolar(x, 1.0, 0.0, 8),
    }
    for name, call in calls.items():
        with pytest.raises(AskedError) as raised:
            call()
        assert raised.value.args == ("cuda", index), name
    with pytest.raises(AskedError) as raised:
        quant.smoothquant.accumulate_act_scales(here)
    assert raised.value.args == ("auto", 0)


def test_gpu_arrays_are_refused_elsewhere():
    x = OnGpu(np.ones((2, 3), np.float32), 0)
    with scmp.Calibration(3, context=scmp.Context("cpu")) as calibration:
        with pytest.raises(ValueError, match="x is on device 1"):
            calibration.observe(x)
        assert calibration.rows == 0


def test_stages_on_a_gpu(rng, torch):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    x, w = (torch.from_numpy(rng.standard_normal(shape)).float() for shape in ((9, 16), (5, 16)))
    try:
        s = quant.smoothquant.compute_smooth_scales(quant.smoothquant.accumulate_act_scales(x.cuda()), w.cuda())
    except ValueError as error:
        pytest.skip(str(error))
    want = quant.smoothquant.compute_smooth_scales(quant.smoothquant.accumulate_act_scales(x), w)
    assert torch.equal(s.cpu(), want)
    for got, expected in zip(
        quant.smoothquant.apply_smoothing(x.cuda(), w.cuda(), s), quant.smoothquant.apply_smoothing(x, w, want)
    ):
        assert torch.equal(got.cpu(), expected)
    on_gpu, on_cpu = (quant.fused.fused_quantize_bipolar_perrow(of, 8) for of in (x.cuda(), x))
    assert all(torch.equal(got.cpu(), expected) for got, expected in zip(on_gpu, on_cpu))
    with scmp.Calibration(16, context=scmp.Context("cuda")) as calibration:
        calibration.observe(x.cuda(), torch.tensor([True] * 8 + [False]).cuda())
    assert torch.equal(calibration.act_scales().cpu(), x[:8].abs().amax(0))


def test_cuda_tensors(rng, torch):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    x = torch.from_numpy(rng.standard_normal((5, 8))).float()
    try:
        y = scmp.sc_matmul(x.cuda(), x.cuda(), backend="cuda")
    except ValueError as error:
        pytest.skip(str(error))
    assert y.device.type == "cuda"
    assert torch.equal(y.cpu(), scmp.sc_matmul(x, x))

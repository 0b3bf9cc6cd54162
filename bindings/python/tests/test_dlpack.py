"""DLPack as its standard has it: old and versioned capsules, taken over and given back once, whatever goes wrong."""

import ctypes

import numpy as np
import pytest
from conftest import same_bits

import scmp
from scmp import _dlpack, quant

A = np.linspace(-2, 2, 24, dtype=np.float32).reshape(3, 8)
Y = scmp.sc_matmul(A, A)

new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype, new_capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
name_of = ctypes.pythonapi.PyCapsule_GetName
name_of.restype, name_of.argtypes = ctypes.c_char_p, (ctypes.py_object,)


class Producer:
    """A NumPy array that hands itself out as DLPack of any version, and counts what comes back."""

    def __init__(self, array, version=(1, 0), knows_versions=True, strides=True, flags=1, deleter=True, **fields):
        self.array, self.version, self.fields = array, version, fields
        self.strides, self.flags = strides, flags
        self.capsules, self.deleted, self.asked = [], [], []
        if not knows_versions:
            self.__class__ = OldProducer
        self.deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.deleted.append) if deleter else None

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        self.asked.append((stream, max_version, dl_device, copy))
        return self.export(max_version is not None and max_version[0] >= 1)

    def export(self, versioned):
        managed = _dlpack._Versioned() if versioned else _dlpack._Managed()
        tensor, rank = managed.tensor, self.array.ndim
        self.kept = (
            managed,
            (ctypes.c_int64 * rank)(*self.array.shape),
            (ctypes.c_int64 * rank)(*(stride // self.array.itemsize for stride in self.array.strides)),
        )
        if versioned:
            managed.major, managed.minor = self.version
            managed.flags = self.flags
        tensor.data = self.array.ctypes.data
        tensor.device_type, tensor.ndim, tensor.lanes = 1, rank, 1
        tensor.code = {"f": 2, "i": 0, "u": 1, "c": 5, "b": 6}[self.array.dtype.kind]
        tensor.bits = 8 * self.array.itemsize
        if rank:
            tensor.shape = self.kept[1]
            if self.strides:
                tensor.strides = self.kept[2]
        for name, value in self.fields.items():
            setattr(tensor, name, value)
        managed.deleter = ctypes.cast(self.deleter, ctypes.c_void_p) if self.deleter else None
        name = b"dltensor_versioned" if versioned else b"dltensor"
        self.capsules.append(new_capsule(ctypes.addressof(managed), name, None))
        return self.capsules[-1]

    def __dlpack_device__(self):
        return (1, 0)

    def __array_namespace__(self):
        return np


class OldProducer(Producer):
    def __dlpack__(self, stream=None):
        self.asked.append((stream,))
        return self.export(False)


def given_back(producer):
    """That every capsule was marked as used, and its memory given back once."""
    addresses = [ctypes.addressof(producer.kept[0])]
    used = {name_of(capsule) for capsule in producer.capsules}
    return producer.deleted == addresses and used <= {b"used_dltensor", b"used_dltensor_versioned"}


@pytest.mark.parametrize("version", [(1, 0), (1, 7), None], ids=["1.0", "1.7", "before"])
@pytest.mark.parametrize("strides", [True, False], ids=["strides", "no strides"])
def test_any_version_is_read_and_given_back_once(version, strides):
    a = Producer(A, version=version, knows_versions=version is not None, strides=strides)
    b = Producer(A, version=version, knows_versions=version is not None, strides=strides)
    assert same_bits(scmp.sc_matmul(a, b), Y)
    assert given_back(a)
    assert given_back(b)
    assert a.asked == ([(None, (1, 0), None, None)] if version else [(None,)])
    assert name_of(a.capsules[0]) == (b"used_dltensor_versioned" if version else b"used_dltensor")


def test_memory_is_kept_as_long_as_it_is_used():
    a = Producer(A)
    view = scmp._tensor.operand(a, "a")
    assert a.deleted == []
    del view
    assert given_back(a)


def test_strides_and_offsets_are_honoured():
    wide = np.zeros((6, 16), np.float32)
    wide[::2, ::2] = A
    assert same_bits(scmp.sc_matmul(Producer(wide[::2, ::2]), Producer(A)), Y)
    assert same_bits(scmp.sc_matmul(Producer(A[::-1][::-1].T.copy().T), Producer(A)), Y)
    shifted = np.concatenate([np.full(5, np.nan, np.float32), A.ravel()])
    whole = Producer(A, data=shifted.ctypes.data, byte_offset=20)
    assert same_bits(scmp.sc_matmul(whole, Producer(A)), Y)
    broadcast = np.broadcast_to(A[:1], (3, 8))
    assert same_bits(scmp.sc_matmul(Producer(broadcast), Producer(A)), scmp.sc_matmul(broadcast, A))


def test_a_capsule_without_a_deleter():
    a = Producer(A, deleter=False)
    assert same_bits(scmp.sc_matmul(a, A), Y)
    assert name_of(a.capsules[0]) == b"used_dltensor_versioned"


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("DLPack 2.0", {"version": (2, 0)}),
        ("DLPack 9.1", {"version": (9, 1)}),
        ("float32x4", {"lanes": 4}),
        ("dtype complex64", {"code": 5, "bits": 64}),
        ("dtype bool32|dtype bool", {"code": 6, "bits": 32}),
        ("dtype code3_64", {"code": 3, "bits": 64}),
        ("dtype code10_8", {"code": 10, "bits": 8}),
        ("dtype float128", {"bits": 128}),
        ("device type 7", {"device_type": 7}),
        ("NULL", {"data": None}),
    ],
)
def test_what_cannot_be_read_is_refused_and_given_back(words, fields):
    a = Producer(A, **fields)
    with pytest.raises(ValueError, match=words):
        scmp.sc_matmul(a, A)
    assert given_back(a)


def test_ranks_that_do_not_fit_are_refused_and_given_back():
    for array in (np.float32(3), np.ones(8, np.float32), np.ones((1,) * 9, np.float32)):
        a = Producer(np.asarray(array))
        with pytest.raises(ValueError, match="rank"):
            scmp.sc_matmul(a, A)
        assert given_back(a)
    assert quant.fused_quantize_bipolar(Producer(np.asarray(np.float32(3))), 3.0, 8)[0].shape == ()


def test_an_error_after_reading_gives_back(rng):
    a, b = Producer(A), Producer(A[:, :4].copy())
    with pytest.raises(ValueError, match="D mismatch"):
        scmp.sc_matmul(a, b)
    assert given_back(a)
    assert given_back(b)


class Wrong:
    def __init__(self, gives):
        self.gives = gives

    def __dlpack__(self, **keywords):
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


def test_what_is_no_capsule():
    used = Producer(A)
    scmp.sc_matmul(used, A)
    for gives in (None, 7, b"dltensor", used.capsules[0], new_capsule(1, b"something", None)):
        with pytest.raises(ValueError, match=r"__dlpack__\(\) of a gave .* capsule named dltensor"):
            scmp.sc_matmul(Wrong(gives), A)
    assert given_back(used)
    for error in (BufferError("cannot be exported"), TypeError("not today"), RuntimeError("broken")):
        with pytest.raises(type(error), match=str(error)):
            scmp.sc_matmul(Wrong(error), A)


class Module:
    """A library of arrays that live elsewhere, whose new ones are read-only."""

    __name__ = "elsewhere"
    float32 = "float32"

    def empty(self, shape, dtype):
        return Producer(np.empty(shape, dtype))


def test_a_result_is_never_written_to_read_only_memory():
    from scmp._tensor import DLPACK
    from scmp.generated._c import scmp_dtype

    like = DLPACK.read(Producer(A), "a")
    like.array.__class__ = type("Elsewhere", (Producer,), {"__array_namespace__": lambda self: Module()})
    like.tensor.device = 1
    with pytest.raises(ValueError, match="new arrays of elsewhere are read-only"):
        like.new((3, 3), scmp_dtype.SCMP_DTYPE_F32)
    Module.empty = lambda self, shape, dtype: Producer(np.empty(shape, dtype), flags=0)
    assert like.new((3, 3), scmp_dtype.SCMP_DTYPE_F32).shape == (3, 3)


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def test_read_only_arrays_of_numpy():
    a, b, scales = read_only(A), read_only(A), read_only(np.full(8, 2, np.float32))
    assert same_bits(scmp.sc_matmul(a, b), Y)
    assert same_bits(scmp.PackedWeights(b).matmul(a), Y)
    assert scmp.Calibration(8).observe(a, mask=read_only(np.ones(3, bool))).rows == 3
    assert same_bits(quant.apply_smoothing_offline(a, scales), a * 2)
    assert scmp.sc_matmul(np.frombuffer(A.tobytes(), np.float32).reshape(3, 8), b).flags.writeable


@pytest.mark.skipif(tuple(map(int, np.__version__.split(".")[:2])) < (2, 1), reason="NumPy before 2.1 does not export")
def test_read_only_arrays_through_numpys_own_export():
    class Wrapped:
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **keywords):
            return self.array.__dlpack__(**keywords)

        def __array_namespace__(self):
            return np

    assert same_bits(scmp.sc_matmul(Wrapped(read_only(A)), Wrapped(A)), Y)

"""Every status reaches the caller as the right exception, with the sentence that names the argument."""

import ctypes

import numpy as np
import pytest

import scmp
from scmp import _errors, quant
from scmp._library import lib
from scmp._tensor import operand
from scmp.generated import _c

A = np.ones((3, 4), np.float32)
B = np.ones((5, 4), np.float32)
A3 = np.ones((2, 3, 4), np.float32)
S = _c.scmp_status


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("granularity", lambda: scmp.sc_matmul(A, B, granularity="per_column")),
        ("granularity", lambda: scmp.sc_matmul(A, B, "rowwise")),
        ("granularity", lambda: scmp.sc_matmul(A, B, None)),
        ("mode", lambda: scmp.sc_matmul(A, B, mode="ternary")),
        ("chunk_d", lambda: scmp.sc_matmul(A, B, "per_tensor", chunk_d=2)),
        ("chunk_d", lambda: scmp.sc_matmul(A, B, mode="unipolar", chunk_d=2)),
        ("chunk_d", lambda: scmp.sc_matmul(A3, A3, chunk_d=2)),
        ("per_head", lambda: scmp.sc_matmul(A, B, "per_head")),
        ("per_head", lambda: scmp.sc_matmul(A3, A3, "per_head", mode="unipolar")),
        ("alpha", lambda: quant.compute_smooth_scales(np.ones(4), B, alpha=1.5)),
        ("alpha", lambda: quant.compute_smooth_scales(np.ones(4), B, alpha=float("nan"))),
        ("D mismatch", lambda: scmp.sc_matmul(A, np.ones((5, 3), np.float32))),
        ("D mismatch", lambda: scmp.sc_matmul(A, B, smooth_scales=np.ones(3))),
        ("D mismatch", lambda: quant.apply_smoothing(A, B, np.ones(3))),
        ("D mismatch", lambda: quant.compute_smooth_scales(np.ones(3), B)),
        ("D mismatch", lambda: quant.accumulate_act_scales(A, np.ones(3))),
        ("1D", lambda: scmp.sc_matmul(A, B, smooth_scales=np.ones((1, 4)))),
        ("1D", lambda: quant.apply_smoothing(A, B, np.ones((4, 1)))),
        ("stoc_len", lambda: scmp.sc_matmul(A, B, stoc_len=257)),
        ("stoc_len", lambda: scmp.sc_matmul(A, B, stoc_len=0)),
        ("stoc_len", lambda: scmp.sc_matmul(A, B, stoc_len=-1)),
        ("stoc_len", lambda: scmp.sc_matmul(A, B, stoc_len=2**32 + 8)),
        ("rng_levels", lambda: scmp.sc_matmul(A, B, rng_levels=2**14 + 1)),
        ("sc_prec", lambda: scmp.sc_matmul(A, B, sc_prec=11)),
        ("group_a", lambda: scmp.sc_matmul(A, B, group_a=0)),
        ("scramble", lambda: scmp.sc_matmul(A, B, scramble="xor")),
        ("backend", lambda: scmp.sc_matmul(A, B, backend="abacus")),
        ("threads", lambda: scmp.Context(threads=0)),
        ("rng_id|pool", lambda: scmp.sc_matmul(A, B, config={"rng_pool": [], "sng": {"q": [{"rng_id": 0}], "k": []}})),
        ("weights", lambda: scmp.Calibration(4).smooth_scales([])),
        ("fp_max", lambda: quant.fused_quantize_unipolar(A, -1.0, 1.0, 8)),
        ("abs_max", lambda: quant.fused_quantize_bipolar(A, float("inf"), 8)),
    ],
)
def test_value_error_names_the_argument(words, call):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert isinstance(caught.value, scmp.Error)


def overlapping_output():
    x = A.copy()
    view = operand(x, "x")
    context = scmp.Context()
    context.call(
        lib.scmp_matmul,
        context.handle,
        ctypes.byref(view.tensor),
        ctypes.byref(operand(A, "b").tensor),
        None,
        None,
        ctypes.byref(operand(x[:, :3], "y").tensor),
    )


def garbage(tmp_path):
    path = tmp_path / "garbage"
    path.write_bytes(b"no statistics")
    return scmp.Calibration.load(path)


@pytest.mark.parametrize(
    ("status", "kind", "call"),
    [
        (S.SCMP_ERROR_INVALID_ARGUMENT, ValueError, lambda _: scmp.sc_matmul(A, B, stoc_len=300)),
        (S.SCMP_ERROR_INVALID_ALPHA, ValueError, lambda _: scmp.Calibration(4).smooth_scales(B, alpha=-1)),
        (S.SCMP_ERROR_D_MISMATCH, ValueError, lambda _: scmp.sc_matmul(A, B[:, :3])),
        (S.SCMP_ERROR_SCALES_NOT_1D, ValueError, lambda _: scmp.sc_matmul(A, B, smooth_scales=A)),
        (S.SCMP_ERROR_INVALID_SHAPE, ValueError, lambda _: scmp.sc_matmul(A, A3)),
        (S.SCMP_ERROR_INVALID_DTYPE, ValueError, lambda _: scmp.sc_matmul(A, B.astype(np.int32))),
        (S.SCMP_ERROR_INVALID_DTYPE, ValueError, lambda _: scmp.sc_matmul(A, B.astype(np.complex64))),
        (S.SCMP_ERROR_NON_FINITE, ValueError, lambda _: scmp.sc_matmul(A, B * np.nan)),
        (S.SCMP_ERROR_INVALID_CONFIG, ValueError, lambda _: scmp.sc_matmul(A, B, config="sobol_best")),
        (S.SCMP_ERROR_UNSUPPORTED, ValueError, lambda _: scmp.sc_matmul(A, B, "per_head")),
        (S.SCMP_ERROR_OUT_OF_MEMORY, MemoryError, lambda _: scmp.Calibration(2**45)),
        (S.SCMP_ERROR_IO, OSError, lambda tmp: scmp.Calibration.load(tmp / "nowhere")),
        (S.SCMP_ERROR_IO, OSError, lambda tmp: scmp.Calibration(4).save(tmp / "no" / "where")),
        (S.SCMP_ERROR_FORMAT, ValueError, garbage),
        (
            S.SCMP_ERROR_CANCELLED,
            RuntimeError,
            lambda _: scmp.sc_matmul(A, B, context=scmp.Context(cancelled=lambda: True)),
        ),
        (S.SCMP_ERROR_INVALID_SCALES, ValueError, lambda _: scmp.sc_matmul(A, B, smooth_scales=np.zeros(4))),
        (S.SCMP_ERROR_OVERLAP, ValueError, lambda _: overlapping_output()),
    ],
)
def test_status_reaches_the_caller(status, kind, call, tmp_path):
    with pytest.raises(kind) as caught:
        call(tmp_path)
    assert isinstance(caught.value, scmp.Error)
    assert caught.value.status is status
    assert len(str(caught.value)) > 10


def test_every_status_has_an_exception():
    """Those that nothing here can bring about (a broken driver, a defect), too."""
    for status in S:
        if status != S.SCMP_OK:
            with pytest.raises(scmp.Error) as caught:
                raise _errors.make(status, "a sentence")
            assert caught.value.status is status
    assert isinstance(_errors.make(S.SCMP_ERROR_DEVICE, ""), RuntimeError)
    assert isinstance(_errors.make(S.SCMP_ERROR_INTERNAL, ""), RuntimeError)
    assert isinstance(_errors.make(999, ""), scmp.Error)


def test_wrong_types_are_type_errors():
    for call in (
        lambda: scmp.sc_matmul([[1.0]], B),
        lambda: scmp.sc_matmul(A, B, stoc_len="128"),
        lambda: scmp.sc_matmul(A, B, config=7),
        lambda: scmp.Calibration(4).merge(None),
    ):
        with pytest.raises(TypeError):
            call()


def test_outputs_are_left_alone_on_error():
    y = np.full((3, 5), 7, np.float32)
    context = scmp.Context()
    with pytest.raises(ValueError, match="D mismatch"):
        context.call(
            lib.scmp_matmul,
            context.handle,
            ctypes.byref(operand(A, "a").tensor),
            ctypes.byref(operand(B[:, :3], "b").tensor),
            None,
            None,
            ctypes.byref(operand(y, "y").tensor),
        )
    assert (y == 7).all()

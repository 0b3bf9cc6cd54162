"""What owns a C handle is copied and pickled, or refuses it: no copy computes anything but what the original does."""

import copy
import gc
import inspect
import multiprocessing
import pickle
import random

import numpy as np
import pytest
from conftest import same_bits

import scmp
from scmp.sc import config_helpers as helpers

X = np.linspace(-2, 2, 24, dtype=np.float32).reshape(3, 8)

COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy} | {
    f"pickle {protocol}": lambda it, protocol=protocol: pickle.loads(pickle.dumps(it, protocol))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
}
copied = pytest.mark.parametrize("how", COPIES.values(), ids=COPIES)


def configs():
    """One for each field that a configuration can have."""
    random.seed(3)
    pool = [
        {"type": "sobol", "seed_type": "k", "start": 77},
        {"type": "sobol", "seed": [1, 3, 7, 9, 3, 57, 1, 5], "start": 3},
        {"type": "lfsr", "seed": 0, "zero_state": True, "taps": [7, 5, 4, 3, 0]},
        {"type": "true_random", "seed": 12345},
    ]
    permuted = {"rng_id": 3, "scramble": [7, 0, 6, 1, 5, 2, 4, 3], "complement": True}
    every = {
        "rng_pool": pool,
        "sng": {"q": [{"rng_id": d % 3} for d in range(8)], "k": [permuted, *({"rng_id": d % 4} for d in range(8))]},
        "scramble_mode": "always_counter",
    }
    return {
        "every field": every,
        "in a file's envelope": {"metadata": {"by": "hand"}, "config": every},
        "helper": helpers.make_fully_independent_config(8, 8, 8),
        **{name: name for name in scmp.preset_names()},
    }


@copied
@pytest.mark.parametrize("made_from", configs().values(), ids=configs())
def test_config(how, made_from):
    original = scmp.Config(made_from)
    expected = scmp.sc_matmul(X, X[::-1], config=original, stoc_len=100)
    if made_from not in ("sobol_simple", "sobol_unbiased"):
        assert not same_bits(expected, scmp.sc_matmul(X, X[::-1], stoc_len=100))
    dictionary, d_max = original.to_dict(8), original.d_max
    made = how(original)
    del original
    gc.collect()
    assert same_bits(scmp.sc_matmul(X, X[::-1], config=made, stoc_len=100), expected)
    assert same_bits(scmp.PackedWeights(X[::-1], config=how(made), stoc_len=100).matmul(X), expected)
    assert (made.to_dict(8), made.d_max, made.sc_prec) == (dictionary, d_max, 8)


class Named(scmp.Config):
    """A configuration that knows more, and is made in another way."""

    def __init__(self, name, notes):
        super().__init__(name, 6)
        self.notes = notes


@copied
def test_subclass_of_config(how):
    made = how(Named("lfsr_default", ["a note"]))
    assert (type(made), made.notes, made.sc_prec) == (Named, ["a note"], 6)
    assert same_bits(
        scmp.sc_matmul(X, X, sc_prec=6, config=made), scmp.sc_matmul(X, X, sc_prec=6, config="lfsr_default")
    )


def test_deep_copies_are_deep_and_keep_identity():
    config = Named("lfsr_default", ["a note"])
    one, other = copy.deepcopy([config, config])
    assert one is other
    assert one.notes is not config.notes
    assert copy.copy(config).notes is config.notes


@copied
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_calibration(how, dtype):
    original = scmp.Calibration(8, dtype=dtype).observe(X / 3, mask=np.array([1, 1, 0], bool))
    act, scales = original.act_scales(), original.smooth_scales(X)
    made = how(original)
    original.observe(100 * X)
    original.close()
    del original
    gc.collect()
    assert (made.rows, made.d) == (2, 8)
    assert same_bits(made.act_scales(), act)
    assert same_bits(made.smooth_scales(X), scales)
    assert made.observe(50 * X).rows == 5  # its own statistics


@copied
def test_calibration_of_tensors(how, torch):
    made = how(scmp.Calibration(8).observe(torch.from_numpy(X)))
    assert isinstance(made.act_scales(), torch.Tensor)


def test_calibration_that_has_ended_is_copied_as_such():
    with scmp.Calibration(8) as original:
        original.observe(X)
    for how in COPIES.values():
        made = how(original)
        assert made.rows == 3
        with pytest.raises(ValueError, match="ended"):
            made.observe(X)


def test_deep_copy_of_a_calibration_and_its_context():
    with scmp.Context("reference") as context:
        calibration, its = copy.deepcopy((scmp.Calibration(8, context=context).observe(X), context))
    assert calibration.rows == 3
    assert calibration._context is its
    assert its.backend == "reference"


def test_a_copy_that_fails_leaves_the_original(tmp_path):
    calibration = scmp.Calibration(8).observe(X)
    calibration.locked = open(tmp_path / "file", "w")  # which cannot be copied
    with pytest.raises(TypeError):
        copy.deepcopy(calibration)
    gc.collect()
    assert same_bits(calibration.act_scales(), np.abs(X).max(0))
    calibration.locked.close()


@copied
def test_context(how):
    original = scmp.Context("reference", cache_bytes=12345)
    expected = scmp.sc_matmul(X, X, stoc_len=99, context=original)
    made = how(original)
    original.close()
    assert (made.backend, made.isa) == ("reference", scmp.Context("reference").isa)
    assert same_bits(scmp.sc_matmul(X, X, stoc_len=99, context=made), expected)
    threaded = scmp.Context(threads=2)
    threaded.threads = 3
    assert how(threaded).threads == 3


def test_a_copied_contexts_callbacks_are_called():
    lines, shares = [], []
    made = copy.copy(
        scmp.Context(progress=shares.append, log=lambda *line: lines.append(line), log_level="info", threads=1)
    )
    scmp.sc_matmul(X, X, context=made)
    assert shares[-1] == 1
    assert lines[0][0] == "info"
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(made)


def test_packed_weights_are_shared_by_copies_and_not_pickled():
    original = scmp.PackedWeights(X[::-1], stoc_len=64, config="sobol_tuned")
    expected = original.matmul(X)
    made = [copy.copy(original), copy.deepcopy(original), copy.deepcopy({"w": original})["w"]]
    del original
    gc.collect()
    for one in made:
        assert same_bits(one.matmul(X), expected)
        assert one.shape == X.shape
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match=r"PackedWeights cannot be pickled.*pickle the weight"):
            pickle.dumps(made[0], protocol)


def test_what_is_closed_is_no_default():
    context = scmp.Context()
    calibration = scmp.Calibration(8, context=context)
    context.close()
    for use in (
        lambda: scmp.sc_matmul(X, X, context=context),
        lambda: scmp.PackedWeights(X, context=context),
        lambda: scmp.PackedWeights(X).matmul(X, context=context),
        lambda: scmp.Config("sobol_tuned", context=context),
        lambda: scmp.Config().to_dict(8, context=context),
        lambda: scmp.Calibration(8, context=context),
        lambda: context.isa,
        lambda: context.threads,
        lambda: setattr(context, "threads", 2),
        lambda: context.cache_bytes,
        lambda: context.cache_misses,
        lambda: context.handle,
        context.clear_cache,
        context.trim,
        lambda: copy.copy(context),
        lambda: copy.deepcopy(context),
        lambda: pickle.dumps(context),
        lambda: calibration.rows,
        lambda: scmp.Calibration(8).merge(calibration),
        lambda: copy.copy(calibration),
        lambda: copy.deepcopy(calibration),
        lambda: pickle.dumps(calibration),
    ):
        with pytest.raises(ValueError, match="closed"):
            use()
    config = scmp.Config("sobol_tuned")
    config._owner.__del__()
    for use in (lambda: scmp.sc_matmul(X, X, config=config), lambda: config.sc_prec, lambda: config.to_dict(8)):
        with pytest.raises(ValueError, match="closed"):
            use()


def in_another_process(pipe):
    config, calibration, context = pipe.recv()
    pipe.send((scmp.sc_matmul(X, X, config=config, context=context, stoc_len=100), calibration.act_scales()))


def test_handles_go_to_a_process_that_is_spawned():
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=in_another_process, args=(there,))
    process.start()
    here.send((scmp.Config("sobol_tuned"), scmp.Calibration(8).observe(X), scmp.Context("reference")))
    y, act = here.recv()
    process.join()
    assert same_bits(y, scmp.sc_matmul(X, X, config="sobol_tuned", stoc_len=100))
    assert same_bits(act, np.abs(X).max(0))


def test_torch_saves_what_holds_handles(torch, tmp_path):
    kept = {"config": scmp.Config("sobol_tuned"), "calibration": scmp.Calibration(8).observe(X), "w": torch.ones(2)}
    torch.save(kept, tmp_path / "kept.pt")
    whole = {"weights_only": False} if "weights_only" in inspect.signature(torch.load).parameters else {}
    again = torch.load(tmp_path / "kept.pt", **whole)
    assert same_bits(again["calibration"].act_scales(), np.abs(X).max(0))
    assert same_bits(scmp.sc_matmul(X, X, config=again["config"]), scmp.sc_matmul(X, X, config="sobol_tuned"))
    with pytest.raises(TypeError, match="PackedWeights cannot be pickled"):
        torch.save({"packed": scmp.PackedWeights(X)}, tmp_path / "kept.pt")


def test_merging_both_ways_at_once_does_not_wait_for_ever():
    import threading

    one, other = (scmp.Calibration(8, context=scmp.Context(threads=1)).observe(X) for _ in range(2))

    def work(to, source):
        for _ in range(2000):
            to.merge(source)

    threads = [
        threading.Thread(target=work, args=pair, daemon=True) for pair in ((one, other), (other, one), (one, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert same_bits(one.act_scales(), np.abs(X).max(0))

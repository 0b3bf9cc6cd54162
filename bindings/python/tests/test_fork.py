"""A child has all that its parent had, whatever the parent's other threads were doing at the fork."""

import multiprocessing
import os
import signal
import threading
import traceback

import numpy as np
import pytest
from conftest import python, same_bits

import scmp

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

RNG = np.random.default_rng(3)
BIG = RNG.standard_normal((256, 512)).astype(np.float32)
A, B = BIG[:4, :8].copy(), BIG[:5, :8].copy()


def in_children(work, count=15):
    """Forks so many times; work() must be true in each child, in time."""
    for _ in range(count):
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # ends a child that waits for ever
            done = False
            try:
                done = work()
            except BaseException:  # noqa: BLE001, nothing of this process may go on in the child
                traceback.print_exc()
            finally:
                os._exit(0 if done else 1)
        assert os.waitpid(child, 0)[1] == 0


class Meanwhile:
    """Runs functions over and over, each in a thread of its own."""

    def __init__(self, *functions):
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(function,)) for function in functions]

    def run(self, function):
        while not self.stop.is_set():
            function()

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("options", [{"threads": 1}, {"backend": "cpu", "threads": 2, "cache_bytes": 0}], ids=str)
def test_a_context_in_use(options):
    expected = scmp.sc_matmul(A, B)
    context = scmp.Context(**options)
    with Meanwhile(lambda: scmp.sc_matmul(BIG, BIG, context=context)):

        def work():
            assert (context.backend, context.threads) == ("cpu", options["threads"])
            assert same_bits(scmp.PackedWeights(B, context=context).matmul(A, context=context), expected)
            assert same_bits(scmp.sc_matmul(A, B, context=context), expected)
            context.clear_cache()
            context.trim()
            context.close()
            return repr(context) == "<scmp.Context, closed>"

        in_children(work)
    assert same_bits(scmp.sc_matmul(A, B, context=context), expected)


def test_every_use_of_a_context_comes_first_once():
    """In a child of its own each, since the first use makes the context anew."""
    context = scmp.Context(threads=1)
    statistics = scmp.Calibration(512, context=context).observe(BIG)
    uses = (
        lambda: context.threads == 1,
        lambda: context.isa == scmp.Context().isa,
        lambda: context.cache_bytes >= 0,
        lambda: "threads 1" in repr(context),
        lambda: context.clear_cache() is None,
        lambda: context.close() is None,
        lambda: setattr(context, "threads", 2) is None and context.threads == 2,
        lambda: scmp.Config("sobol_tuned", context=context).sc_prec == 8,
        lambda: scmp.Calibration(4, context=context).rows == 0,
        lambda: statistics.rows > 0 and statistics.d == 512,
        lambda: statistics.close() is None,
        lambda: scmp.Calibration(512).merge(statistics).rows == statistics.rows,
    )
    with Meanwhile(lambda: scmp.sc_matmul(BIG, BIG, context=context)):
        for use in uses:
            in_children(use, 2)


def test_statistics_in_use():
    expected = np.abs(BIG).max(0)
    context = scmp.Context(threads=1)
    busy, idle = (scmp.Calibration(512, context=context).observe(BIG) for _ in range(2))
    own = scmp.Calibration(512).observe(BIG)  # in this thread's own context
    with Meanwhile(lambda: busy.observe(BIG), lambda: own.observe(BIG)):

        def work():
            for calibration in (busy, idle, own):
                assert same_bits(calibration.act_scales(), expected)
                rows = calibration.rows
                assert rows % 256 == 0
                assert rows >= 256
                assert calibration.observe(2 * BIG).rows == rows + 256
                assert same_bits(calibration.act_scales(), 2 * expected)
            assert same_bits(idle.merge(busy).merge(own).smooth_scales(BIG), busy.smooth_scales(BIG))
            context.close()
            with pytest.raises(ValueError, match="closed"):
                idle.act_scales()
            return same_bits(own.act_scales(), 2 * expected)

        in_children(work)
    assert same_bits(idle.act_scales(), expected)


def test_everything_at_once():
    config, packed = scmp.Config("sobol_tuned"), scmp.PackedWeights(B)
    tuned, plain = scmp.sc_matmul(A, B, config=config), packed.matmul(A)
    with Meanwhile(
        lambda: scmp.sc_matmul(BIG[:64], BIG[:64], config=config),
        lambda: scmp.Context(threads=2).close(),
        lambda: (scmp.sc.clear_rng_cache(), scmp.sc_matmul(A, B, backend="reference")),
        lambda: scmp.Config({"rng_pool": [{"type": "sobol"}], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}}),
        lambda: scmp.PackedWeights(BIG),
    ):

        def work():
            scmp.sc.clear_rng_cache()
            assert same_bits(scmp.sc_matmul(A, B, config="sobol_tuned"), tuned)
            assert same_bits(scmp.sc_matmul(A, B, config=config), tuned)
            in_children(lambda: same_bits(packed.matmul(A), plain), 1)  # a child's child
            return same_bits(packed.matmul(A), plain)

        in_children(work, 20)


def test_a_fork_in_a_callback():
    expected = scmp.sc_matmul(A, B)
    forked = []

    def progress(share):
        if not forked:
            forked.append(os.fork())
            if forked[0] == 0:
                signal.alarm(60)

    context = scmp.Context(progress=progress)
    y = scmp.sc_matmul(A, B, context=context)
    right = same_bits(y, expected) and same_bits(scmp.sc_matmul(A, B, context=context), expected)
    if forked[0] == 0:
        os._exit(0 if right else 1)
    assert right
    assert os.waitpid(forked[0], 0)[1] == 0


def test_a_fork_while_another_thread_is_in_a_callback():
    inside, go_on = threading.Event(), threading.Event()

    def progress(share):
        inside.set()
        go_on.wait(60)

    shares = []
    context = scmp.Context(progress=lambda share: (shares.append(share), busy and progress(share)))
    busy, calibration = True, scmp.Calibration(8, context=context).observe(A)
    shares.clear()
    thread = threading.Thread(target=lambda: scmp.sc_matmul(A, B, context=context))
    thread.start()
    assert inside.wait(60)

    def work():
        nonlocal busy
        busy = False
        shares.clear()
        y = scmp.sc_matmul(A, B, context=context)
        return same_bits(y, scmp.sc_matmul(A, B)) and shares[-1] == 1 and calibration.rows == 4

    in_children(work, 3)
    go_on.set()
    thread.join()


pooled = []  # what the pool's processes have from their parent


def in_pool(_):
    context, calibration = pooled
    return scmp.sc_matmul(A, B, context=context), calibration.act_scales()


def test_a_pool_of_forked_processes():
    context = scmp.Context(threads=1)
    calibration = scmp.Calibration(512, context=context).observe(BIG)
    pooled[:] = context, calibration
    with Meanwhile(lambda: scmp.sc_matmul(BIG, BIG, context=context)):
        with multiprocessing.get_context("fork").Pool(2) as pool:
            for y, act in pool.map(in_pool, range(4)):
                assert same_bits(y, scmp.sc_matmul(A, B))
                assert same_bits(act, np.abs(BIG).max(0))


def test_threads_that_end_with_the_fork_are_not_waited_for():
    """Their contexts are freed in the child before any of its code runs."""
    code = """
import os, signal, threading, numpy as np, scmp
x = np.random.default_rng(0).standard_normal((200, 400)).astype("f4")
stop = []
def work():
    while not stop:
        scmp.sc_matmul(x, x)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        scmp.sc_matmul(x[:3], x[:3])
        raise SystemExit  # the interpreter's whole end, too
    print(os.waitpid(child, 0)[1])
stop.append(1)
"""
    done = python(code)
    assert done.stdout == "0\n" * 10
    assert done.stderr == ""


def test_a_fork_costs_a_call_nothing():
    """What is done about forks is done when there is one."""
    before = len(scmp._context._alive)
    contexts = [scmp.Context(threads=1) for _ in range(5)]
    assert len(scmp._context._alive) == before + 5
    del contexts
    assert len(scmp._context._alive) <= before

"""Threads, Ctrl-C, memory, and where the library and the program are found."""

import ctypes
import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import MINILM, PACKAGE, ROOT, python, same_bits

import scmp
from scmp import _library


def test_two_threads_at_the_same_time(rng):
    a, b = rng.standard_normal((2, 64, 96))
    expected = scmp.sc_matmul(a, b)
    packed = scmp.PackedWeights(b)
    shared = scmp.Context(threads=1)
    wrong = []

    def work():
        for _ in range(30):
            products = (scmp.sc_matmul(a, b), packed.matmul(a), scmp.sc_matmul(a, b, context=shared))
            wrong.extend(y for y in products if not same_bits(y, expected))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_other_threads_run_during_a_product(rng):
    a = rng.standard_normal((256, 512))
    context = scmp.Context("reference")
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    scmp.sc_matmul(a[:8], a, context=context)
    end = time.perf_counter()
    done.set()
    thread.join()
    inside = [tick for tick in ticks if start < tick < end]
    assert end - start < 0.05 or len(inside) > 5


def test_control_c_ends_a_product():
    code = """
import signal, sys, threading, time, os, numpy as np, scmp
signal.signal(signal.SIGINT, signal.default_int_handler) # a script's background job ignores it
a = np.ones((4096, 4096), np.float32)
context = scmp.Context("reference")
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
start = time.monotonic()
try:
    scmp.sc_matmul(a, a, context=context)
except KeyboardInterrupt:
    print("interrupted")
assert time.monotonic() - start < 60
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
x = a[:3, :5]
assert scmp.sc_matmul(x, x, context=context).shape == (3, 3)
"""
    done = python(code)
    assert done.stdout == "interrupted\n"
    assert done.stderr == ""


def test_a_programs_own_handler_runs_during_the_product(rng):
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(len(shares)))
    shares = []

    def progress(share):
        if not shares:
            os.kill(os.getpid(), signal.SIGINT)
        shares.append(share)

    try:
        x = rng.standard_normal((300, 300))
        y = scmp.sc_matmul(x, x, context=scmp.Context(progress=progress))
    finally:
        signal.signal(signal.SIGINT, before)
    assert same_bits(y, scmp.sc_matmul(x, x))
    assert len(seen) == 1
    assert seen[0] < len(shares)


def test_a_handlers_exception_ends_the_product():
    code = """
import signal, numpy as np, scmp
class Late(Exception):
    pass
def late(*_):
    raise Late
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, 0.3)
a = np.ones((4096, 4096), np.float32)
try:
    scmp.sc_matmul(a, a, backend="reference")
except Late:
    print("late")
"""
    done = python(code)
    assert done.stdout == "late\n"
    assert done.stderr == ""


def test_a_callback_may_not_use_the_context_that_calls_it():
    x = np.ones((3, 4))
    used = []
    context = scmp.Context(progress=lambda share: used[-1](context))
    for use in (
        lambda c: c.close(),
        lambda c: c.clear_cache(),
        lambda c: c.trim(),
        lambda c: scmp.sc_matmul(x, x, context=c),
    ):
        used.append(use)
        with pytest.raises(ValueError, match="in use"):
            scmp.sc_matmul(x, x, context=context)
    others = []
    free = scmp.Context(progress=lambda share: others.append(scmp.sc_matmul(x, x)))
    assert same_bits(scmp.sc_matmul(x, x, context=free), others[0])


def test_statistics_end_with_their_context():
    with scmp.Context() as context:
        calib = scmp.Calibration(4, context=context).observe(np.ones((2, 4)))
    for use in (lambda: calib.rows, calib.act_scales, lambda: calib.observe(np.ones((2, 4)))):
        with pytest.raises(ValueError, match="closed"):
            use()


class Mallinfo2(ctypes.Structure):
    """What glibc's mallinfo2 returns."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def held_bytes():
    """What is allocated, by C and by Python. Resident memory says less: it also grows and shrinks with the holes in the
    heap."""
    gc.collect()
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = Mallinfo2
    info = libc.mallinfo2()
    return info.uordblks + info.hblkhd + sys.getallocatedblocks() * 64


def test_ten_thousand_rounds_leave_memory_flat(rng):
    x = rng.standard_normal((4, 16)).astype(np.float32)
    config = scmp.sc.config_helpers.make_default_config(16, 16, 8)

    def rounds(count):
        for _ in range(count):
            context = scmp.Context(threads=1)
            scmp.sc_matmul(x, x, config=config, context=context)
            calib = scmp.Calibration(16, context=context).observe(x)
            packed = scmp.PackedWeights(x, smooth_scales=calib.smooth_scales(x), context=context)
            packed.matmul(x, context=context)
            try:
                scmp.sc_matmul(x, x[:, 1:], context=context)
            except ValueError:
                pass

    rounds(500)
    before = held_bytes()
    rounds(10000)
    assert held_bytes() - before < 200_000


def test_threads_that_end_free_their_contexts(rng):
    x = rng.standard_normal((4, 16))

    def rounds(count):
        for _ in range(count):
            thread = threading.Thread(target=scmp.sc_matmul, args=(x, x))
            thread.start()
            thread.join()

    rounds(100)
    before = held_bytes()
    rounds(500)
    assert held_bytes() - before < 200_000


def test_a_fork_works(rng):
    x = rng.standard_normal((4, 16))
    y = scmp.sc_matmul(x, x)
    child = os.fork()
    if child == 0:
        os._exit(0 if same_bits(scmp.sc_matmul(x, x), y) else 1)
    assert os.waitpid(child, 0)[1] == 0


WHERE = "import scmp; print(scmp._library.path)"


def copy_of_the_package(folder):
    """The package without a checkout around it."""
    shutil.copytree(PACKAGE / "scmp", folder / "scmp", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    return folder


def test_library_is_looked_for_in_order(tmp_path):
    built = next(path for path in _library.installed("libscmp.so") if path.is_file())
    alone = copy_of_the_package(tmp_path / "alone")
    named = tmp_path / "named.so"
    shutil.copy(built, named)
    nowhere = python(WHERE, PYTHONPATH=str(alone), check=False)
    assert "SCMP_LIBRARY" in nowhere.stderr
    assert "ImportError" in nowhere.stderr
    assert python(WHERE, PYTHONPATH=str(alone), SCMP_LIBRARY=str(named)).stdout.strip() == str(named)

    checkout = tmp_path / "checkout"
    inside = copy_of_the_package(checkout / "bindings" / "python")
    (checkout / "include" / "scmp").mkdir(parents=True)
    (checkout / "include" / "scmp" / "scmp.h").touch()
    (checkout / "build").mkdir()
    shutil.copy(built, checkout / "build" / "libscmp.so")
    found = python(WHERE, PYTHONPATH=str(inside)).stdout.strip()
    assert found == str(checkout / "build" / "libscmp.so")
    shutil.copy(built, inside / "scmp" / "libscmp.so")  # as in a wheel
    assert python(WHERE, PYTHONPATH=str(inside)).stdout.strip() == str(inside / "scmp" / "libscmp.so")
    assert python(WHERE, PYTHONPATH=str(inside), SCMP_LIBRARY=str(named)).stdout.strip() == str(named)


def test_a_library_that_does_not_fit_is_an_import_error(tmp_path):
    path = tmp_path / "libother.so"
    path.write_bytes(b"no library")
    for wrong in (str(path), str(tmp_path / "missing.so"), "libm.so.6"):
        done = python(WHERE, SCMP_LIBRARY=wrong, check=False)
        assert "ImportError" in done.stderr
        assert wrong in done.stderr


def run_module(*arguments):
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    return subprocess.run(
        [sys.executable, "-m", "scmp", *arguments], env=env, capture_output=True, text=True, timeout=60
    )


def test_the_program(tmp_path):
    usage = run_module("--help")
    assert usage.returncode == 0
    assert "matmul" in usage.stdout
    wrong = run_module("matmul", "--no-such-flag")
    assert wrong.returncode == 2
    a, b = MINILM / "eval_0_mlp_up.npy", MINILM / "weight_0_mlp_up.npy"
    done = run_module("matmul", str(a), str(b), "-o", str(tmp_path / "y.npy"), "--stoc-len", "64")
    assert done.returncode == 0, done.stderr
    assert same_bits(np.load(tmp_path / "y.npy"), scmp.sc_matmul(np.load(a), np.load(b), stoc_len=64))


def test_the_example_prints_what_every_language_prints():
    env = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    example = PACKAGE / "examples" / "example.py"
    done = subprocess.run([sys.executable, example, MINILM], env=env, capture_output=True, text=True, timeout=300)
    assert done.stdout == (ROOT / "bindings" / "example" / "expected.txt").read_text(), done.stderr


def test_the_example_of_the_readme():
    readme = (ROOT / "README.md").read_text()
    _, _, rest = readme.partition("<!-- example: python -->\n```python\n")
    code, _, _ = rest.partition("```")
    done = python(f"import os; os.chdir({str(ROOT)!r})\n{code}\nprint(y.shape, y.dtype)")
    assert done.stdout == "(128, 384) float32\n"

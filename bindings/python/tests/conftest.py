"""What the tests share: the repository's places and the reference vectors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden"
MINILM = ROOT / "tests" / "data" / "minilm"
PACKAGE = ROOT / "bindings" / "python"

# Whatever started this may block signals, or ignore children that end; then nobody would learn how they ended.
signal.pthread_sigmask(signal.SIG_SETMASK, ())
signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def golden(index="manifest.json"):
    """The entries of an index of reference vectors; their files are below the index's folder."""
    path = GOLDEN / index
    entries = json.loads(path.read_text())
    return [{**entry, "arrays": {key: path.parent / name for key, name in entry["files"].items()}} for entry in entries]


def load(entry, key):
    return np.load(entry["arrays"][key])


def by_name(entry):
    return entry["name"]


def same_bits(a, b):
    """Equal dtype, shape and bits; any NaN equals any NaN."""
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    both_nan = np.isnan(a) & np.isnan(b)
    bits = f"u{a.dtype.itemsize}"
    return bool(((a.view(bits) == b.view(bits)) | both_nan).all())


def python(code, *arguments, check=True, **environment):
    """Runs code in a Python of its own, with this package."""
    # Not sys.executable's environment: no variable of this run gets through but these.
    env = {**os.environ, "PYTHONPATH": str(PACKAGE), **environment}
    # Nor from a folder that has the package in it.
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def rng():
    return np.random.default_rng(20240607)


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")

"""A wheel and an editable install, each in a fresh environment, without this checkout's build folder in reach."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import GOLDEN, ROOT

# Kept between runs: what has not changed is not compiled again.
BUILD = os.environ.get("SCMP_WHEEL_BUILD", str(ROOT / "build" / "wheel"))
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
BUILT_WITH = ["--no-deps", "--no-build-isolation", f"--config-settings=build-dir={BUILD}"]

USE = """
import sys, numpy as np, scmp
folder = sys.argv[1]
a, b, y = (np.load(f"{folder}/{name}.npy") for name in "aby")
assert scmp.sc_matmul(a, b).tobytes() == y.tobytes()
print(scmp._library.path)
"""


def run(*command, more_env=None, **more):
    # ninja and meson of this environment first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SCMP_LIBRARY")}
    done = subprocess.run(
        [str(word) for word in command],
        env={**env, "PATH": path, **(more_env or {})},
        capture_output=True,
        text=True,
        timeout=1800,
        **more,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("mesonpy", reason="meson-python is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", *BUILT_WITH, "-w", folder, ROOT)
    [path] = folder.glob("scmp-*.whl")
    return path


@pytest.fixture
def environment(tmp_path):
    """A fresh environment; NumPy is the one that runs this."""
    folder = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    site = next(folder.glob("lib/python*/site-packages"))
    # NumPy alone: nothing else of this environment is there.
    import numpy

    for found in Path(numpy.__file__).parents[1].glob("numpy*"):
        (site / found.name).symlink_to(found)
    return folder


def install(environment, *what, **more):
    python = environment / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-deps", *what, **more)
    return python


def test_what_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        f"scmp/{path.relative_to(ROOT / 'bindings/python/scmp')}"
        for path in (ROOT / "bindings/python/scmp").rglob("*.py")
    }
    assert sources | {"scmp/libscmp.so", "scmp/py.typed"} <= names
    assert not [name for name in names if name.startswith(("lib", "include", "."))]


def test_the_wheel_has_the_licences_of_what_is_compiled_in(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "NOTICE"):
            [entry] = [path for path in archive.namelist() if path.endswith(f".dist-info/licenses/{name}")]
            assert archive.read(entry) == (ROOT / name).read_bytes()


def test_the_wheel_works(wheel, environment, tmp_path):
    python = install(environment, wheel)
    library = run(python, "-c", USE, GOLDEN / "headline_per_row_bipolar_2d", cwd=tmp_path).strip()
    assert library.startswith(str(environment))
    if "scmp/scmp-program" in zipfile.ZipFile(wheel).namelist():
        assert "matmul" in run(python, "-m", "scmp", "--help", cwd=tmp_path)
        assert run(environment / "bin" / "scmp", "--version", cwd=tmp_path)


def test_an_editable_install_works(environment, tmp_path):
    mesonpy = pytest.importorskip("mesonpy", reason="meson-python is not installed")
    backend = str(Path(mesonpy.__file__).parents[1])
    python = install(environment, *BUILT_WITH[1:], "-e", ROOT, more_env={"PYTHONPATH": backend})
    library = Path(run(python, "-c", USE, GOLDEN / "headline_per_row_bipolar_2d", cwd=tmp_path).strip())
    assert library == Path(BUILD) / "bindings" / "python" / "libscmp.so"
    where = run(python, "-c", "import scmp; print(scmp.__file__)", cwd=tmp_path)
    assert where.strip() == str(ROOT / "bindings" / "python" / "scmp" / "__init__.py")

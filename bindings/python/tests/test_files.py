"""Paths and what goes wrong with files: Python's own exceptions, numbers and names."""

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import PACKAGE

import scmp
from scmp.sc import config_helpers as helpers

X = np.ones((2, 4), np.float32)
CONFIG = helpers.make_sobol_simple_config(4, 4)


def save(path):
    scmp.Calibration(4).observe(X).save(path)


def a_file(folder):
    path = folder / "file"
    path.write_bytes(b"no statistics")
    return path


def a_loop(folder):
    path = folder / "loop"
    path.symlink_to(path)
    return path


def a_fifo(folder):
    path = folder / "fifo"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "number", "path"),
    [
        (FileNotFoundError, errno.ENOENT, lambda folder: folder / "no" / "where"),
        (FileNotFoundError, errno.ENOENT, lambda folder: ""),
        (NotADirectoryError, errno.ENOTDIR, lambda folder: a_file(folder) / "in it"),
        (IsADirectoryError, errno.EISDIR, lambda folder: folder),
        (OSError, errno.ENAMETOOLONG, lambda folder: folder / ("n" * 300)),
        (OSError, errno.EINVAL, lambda folder: "/dev/null"),
        (OSError, errno.EINVAL, a_fifo),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
@pytest.mark.parametrize("call", [save, scmp.Calibration.load], ids=["save", "load"])
def test_file_errors_are_pythons(call, kind, number, path, tmp_path):
    path = path(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(kind) as caught:
        call(path)
    error = caught.value
    assert isinstance(error, scmp.FileError)
    assert error.status is scmp.Status.SCMP_ERROR_IO
    assert (error.errno, error.strerror, error.filename) == (number, os.strerror(number), os.fspath(path))
    assert str(error).startswith("cannot ")
    assert sorted(tmp_path.iterdir()) == before
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.errno, again.filename) == (str(error), number, os.fspath(path))
    assert again.status is error.status


def test_a_link_to_itself_is_not_read(tmp_path):
    with pytest.raises(scmp.FileError) as caught:
        scmp.Calibration.load(a_loop(tmp_path))
    assert caught.value.errno == errno.ELOOP


def run_as_nobody(code, folder):
    """What another user's Python prints: root may do everything."""
    os.chmod(folder, 0o755)
    env = {**os.environ, "PYTHONPATH": str(PACKAGE), "SCMP_LIBRARY": scmp._library.path}
    code = f"import numpy as np\nif os.getuid() == 0:\n    os.setgroups([]), os.setgid(65534), os.setuid(65534)\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", f"import os, sys, scmp\n{code}", folder],
        env=env, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_permission(tmp_path):
    save(tmp_path / "secret")
    os.chmod(tmp_path / "secret", 0)
    (tmp_path / "closed").mkdir(mode=0o555)
    code = """
for call in (lambda: scmp.Calibration.load(sys.argv[1] + "/secret"),
             lambda: scmp.Calibration(4).save(sys.argv[1] + "/closed/new")):
    try:
        call()
    except PermissionError as error:
        print(error.errno, error.filename[len(sys.argv[1]):], isinstance(error, scmp.FileError))
"""
    # The folders above a temporary one are closed to others, so it goes in by its own place.
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        os.rename(tmp_path / "secret", Path(folder, "secret"))
        os.rename(tmp_path / "closed", Path(folder, "closed"))
        assert run_as_nobody(code, folder) == "13 /secret True\n13 /closed/new True\n"
        assert os.listdir(Path(folder, "closed")) == []


def test_a_full_disk(tmp_path):
    code = f"""
import resource, signal, numpy as np, scmp
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
calibration = scmp.Calibration(100000)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    calibration.save({str(tmp_path / "full")!r})
except OSError as error:
    print(error.errno, type(error).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(PACKAGE)}, capture_output=True, text=True
    )
    assert done.stdout == f"{errno.EFBIG} FileError\n", done.stderr
    assert list(tmp_path.iterdir()) == []
    if Path("/dev/full").exists():
        with pytest.raises(OSError, match="regular"):
            save("/dev/full")


def test_an_error_that_is_not_the_systems_has_no_number():
    error = scmp.FileError("a sentence")
    assert (str(error), error.errno) == ("a sentence", None)
    from scmp._errors import file_error

    error = file_error("a sentence", 0, "name")
    assert (str(error), error.errno, error.filename, type(error)) == ("a sentence", None, "name", scmp.FileError)


def test_every_error_can_be_pickled():
    from scmp._errors import make

    for status in scmp.Status:
        error = make(status, "alpha: a sentence")
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.status) == (type(error), str(error), error.status)


class APath:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


@pytest.mark.parametrize(
    "path", ["zero\0inside", b"zero\0inside", Path("zero\0inside"), APath("zero\0inside"), APath(b"zero\0inside"), "\0"]
)
def test_a_path_with_a_zero_byte_is_a_value_error(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in (
        lambda: save(path),
        lambda: scmp.Calibration.load(path),
        lambda: helpers.save_config(CONFIG, path),
        lambda: helpers.load_config(path),
    ):
        with pytest.raises(ValueError, match=r"(zero|null) byte|null character"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_a_zero_byte_is_a_value_error():
    for name in ("sobol_simple\0", "sobol_simple\0more", "\0", "\ud800"):
        with pytest.raises(ValueError, match="no configuration is named"):
            scmp.sc_matmul(X, X, config=name)
        with pytest.raises(ValueError, match="granularity"):
            scmp.sc_matmul(X, X, name)
        with pytest.raises(ValueError, match="backend"):
            scmp.Context(name)


@pytest.mark.parametrize("kind", [str, bytes, "pathlike", "pathlike bytes"])
@pytest.mark.parametrize("name", [b"plain", b"n\xff\xfen-utf8", "größer".encode(), b"sp ace\n'\""], ids=repr)
def test_any_name_that_the_system_allows(kind, name, tmp_path):
    raw = os.fsencode(tmp_path) + b"/" + name
    path = {str: os.fsdecode(raw), bytes: raw, "pathlike": Path(os.fsdecode(raw)), "pathlike bytes": APath(raw)}[kind]
    save(path)
    assert os.listdir(os.fsencode(tmp_path)) == [name]
    assert scmp.Calibration.load(path).rows == 2
    helpers.save_config(CONFIG, path)
    assert helpers.load_config(path)[0] == CONFIG
    os.unlink(raw)
    with pytest.raises(FileNotFoundError) as caught:
        scmp.Calibration.load(path)
    assert caught.value.filename == os.fspath(path)


def test_what_is_no_path_is_a_type_error():
    for path in (None, 7, 1.5, [b"x"]):
        with pytest.raises(TypeError):
            save(path)


@pytest.mark.parametrize(
    "text",
    ['{"rng_pool": [], "rng_pool": []}', '{"metadata": {"a": {"b": 1, "b": 2}}, "config": {}}', '{"x": NaN}',
     '{"x": -Infinity}', "[]", '{"a": 1} {}', "\ufeff{}", "{", ""],
)  # fmt: skip
def test_files_that_are_no_configuration(text, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011, json's errors are among them
        helpers.load_config(path)

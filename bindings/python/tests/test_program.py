"""`python -m scmp` and pip's command become the program that was built, or say once that there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PACKAGE

import scmp
from scmp.__main__ import program

# As pip writes it: a path with a space is no interpreter to the kernel.
PLAIN, BY_SHELL = f"#!{sys.executable}\n", f"#!/bin/sh\n'''exec' '{sys.executable}' \"$0\" \"$@\"\n' '''\n"
PYTHON = BY_SHELL if " " in sys.executable else PLAIN
COMMAND = f"{PYTHON}import sys\nfrom scmp.__main__ import main\nsys.exit(main())\n"
NOT_BUILT = "scmp: the scmp program was not built with this package: it needs CLI11 (libcli11-dev)\n"


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def alone(tmp_path):
    """A copy of the package where nothing was built, and pip's command for it."""
    ignored = shutil.ignore_patterns("__pycache__", "*.so", "scmp-program")
    shutil.copytree(PACKAGE / "scmp", tmp_path / "site" / "scmp", ignore=ignored)
    return executable(tmp_path / "bin" / "scmp", COMMAND)


def run(tmp_path, *command, path=(), cwd=None, **more):
    env = {name: value for name, value in os.environ.items() if not name.startswith("SCMP_")}
    env |= {
        "PYTHONPATH": str(tmp_path / "site"),
        "SCMP_LIBRARY": scmp._library.path,
        "PATH": os.pathsep.join([*map(str, path), os.path.dirname(sys.executable), "/usr/bin", "/bin"]),
        **more,
    }
    return subprocess.run(
        [str(word) for word in command], env=env, cwd=cwd or tmp_path, capture_output=True, text=True, timeout=60
    )


def refused(done):
    return (done.returncode, done.stdout, done.stderr) == (1, "", NOT_BUILT)


def test_a_command_alone_on_the_path(alone, tmp_path):
    assert refused(run(tmp_path, alone, path=[alone.parent]))
    assert refused(run(tmp_path, "scmp", "--version", path=[alone.parent]))
    assert refused(run(tmp_path, sys.executable, "-m", "scmp", path=[alone.parent]))
    assert refused(run(tmp_path, alone))


@pytest.mark.parametrize("entry", ["bin", "./bin", "bin/../bin", "bin/", "", "."])
def test_path_entries_that_are_relative(alone, tmp_path, entry):
    cwd = alone.parent if entry in ("", ".") else tmp_path
    assert refused(run(tmp_path, alone, path=[entry, alone.parent], cwd=cwd))


def test_links_and_copies_of_the_command(alone, tmp_path):
    for folder in "symlink", "chain", "hard", "copy":
        (tmp_path / folder).mkdir()
    (tmp_path / "symlink" / "scmp").symlink_to(alone)
    (tmp_path / "chain" / "scmp").symlink_to("../symlink/scmp")
    os.link(alone, tmp_path / "hard" / "scmp")
    shutil.copy(alone, tmp_path / "copy" / "scmp")
    (tmp_path / "folder").symlink_to(alone.parent)
    folders = [tmp_path / name for name in ("symlink", "chain", "hard", "copy", "folder", "bin")]
    for first in range(len(folders)):
        path = folders[first:] + folders[:first]
        assert refused(run(tmp_path, path[0] / "scmp", path=path))
        assert refused(run(tmp_path, sys.executable, "-m", "scmp", path=path))


@pytest.mark.parametrize(
    "wrapper",
    [
        '#!/bin/sh\nexec "$PYTHON" -m scmp "$@"\n',
        '#!/bin/sh\n"$PYTHON" -m scmp "$@"\n',
        '#!/bin/sh\nexec env -i PATH="$PATH" PYTHONPATH="$PYTHONPATH" SCMP_LIBRARY="$SCMP_LIBRARY" "$PYTHON" -m scmp\n',
        f"{PYTHON}import runpy\nrunpy.run_module('scmp', run_name='__main__')\n",
    ],
    ids=["exec", "child", "empty environment", "Python"],
)
def test_wrappers_of_the_command(alone, tmp_path, wrapper):
    """A manager of versions, a launcher: whatever stands first on the PATH under this name."""
    executable(tmp_path / "wrapped" / "scmp", wrapper)
    path = [tmp_path / "wrapped", alone.parent]
    assert refused(run(tmp_path, "scmp", path=path, PYTHON=sys.executable))
    assert refused(run(tmp_path, alone, path=path, PYTHON=sys.executable))


def test_a_program_that_starts_the_command_again(alone, tmp_path):
    """One that is no script: there it shows only when it does so."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    source = tmp_path / "launcher.c"
    source.write_text(
        f'#include <unistd.h>\nint main(void) {{ execl("{sys.executable}", "python3", "-m", "scmp", (char *)0); }}\n'
    )
    for folder in "one", "other":
        (tmp_path / folder).mkdir()
        subprocess.run(["cc", "-o", tmp_path / folder / "scmp", source], check=True)
    assert refused(run(tmp_path, alone, path=[tmp_path / "one", tmp_path / "other", alone.parent]))
    assert refused(run(tmp_path, alone, path=[tmp_path / "one"], SCMP_PROGRAM=str(tmp_path / "other" / "scmp")))


def test_a_named_program(alone, tmp_path):
    echo = executable(tmp_path / "echo", '#!/bin/sh\necho "$@"\n')
    done = run(tmp_path, alone, "one", "two words", SCMP_PROGRAM=str(echo))
    assert (done.returncode, done.stdout, done.stderr) == (0, "one two words\n", "")
    assert refused(run(tmp_path, alone, path=[alone.parent], SCMP_PROGRAM=str(alone)))  # itself, once
    for wrong in (tmp_path, tmp_path / "nowhere", Path("/dev/null")):
        done = run(tmp_path, alone, SCMP_PROGRAM=str(wrong))
        assert (done.returncode, done.stderr) == (1, f"scmp: SCMP_PROGRAM = {wrong} is no scmp program\n")
    empty = executable(tmp_path / "empty", "\x7fELF")
    done = run(tmp_path, alone, SCMP_PROGRAM=str(empty))
    assert (done.returncode, done.stderr) == (1, f"scmp: {empty} cannot be run: Exec format error\n")


def test_the_program_behind_the_command_on_the_path(alone, tmp_path):
    """As `pip install --user` and `meson install` leave them, in this order."""
    built = program()
    if built is None:
        pytest.skip("the program was not built")
    (tmp_path / "local").mkdir()
    shutil.copy(built, tmp_path / "local" / "scmp")
    path = [alone.parent, tmp_path / "local"]
    for command in ([alone], ["scmp"], [sys.executable, "-m", "scmp"]):
        done = run(tmp_path, *command, "--version", path=path)
        assert done.returncode == 0, done.stderr
        assert scmp.__version__ in done.stdout
    done = run(tmp_path, alone, "no-such-verb", path=path)
    assert done.returncode == 2


def test_the_program_in_the_package_comes_first(alone, tmp_path):
    executable(tmp_path / "site" / "scmp" / "scmp-program", "#!/bin/sh\necho in the package\n")
    executable(tmp_path / "first" / "scmp", "#!/bin/sh\necho on the path\n")
    assert run(tmp_path, alone, path=[tmp_path / "first"]).stdout == "in the package\n"

"""The generated layers are what the header gives, laid out as the C compiler does; the sources pass their checks."""

import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT

from scmp._library import lib
from scmp.generated import _c


def generate(root, *arguments):
    pytest.importorskip("clang.cindex", reason="libclang is not installed")
    command = [sys.executable, ROOT / "bindings" / "generator" / "generate.py", "--root", root, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def description(root, file):
    """What the generator reads out of the headers."""
    generate(root, "--check", "--api", file)
    return json.loads(file.read_text())


with tempfile.TemporaryDirectory() as folder:
    API = description(ROOT, Path(folder) / "api.json")


def test_nothing_is_out_of_date():
    done = generate(ROOT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copy_of_the_layers(tmp_path):
    shutil.copytree(ROOT / "include", tmp_path / "include")
    assert generate(tmp_path).returncode == 0
    return tmp_path


def change_header(root, old, new):
    header = root / "include" / "scmp" / "scmp.h"
    text = header.read_text()
    assert text.count(old) == 1
    header.write_text(text.replace(old, new))


def test_a_new_function_is_missed(copy_of_the_layers):
    root = copy_of_the_layers
    new = "/** Adds one, since version 0.2. */\nSCMP_API int32_t scmp_new(int32_t number);\n\n#ifdef __cplusplus\n}\n"
    change_header(root, "#ifdef __cplusplus\n}\n", new)
    done = generate(root, "--check")
    assert done.returncode == 1
    for layer in ("_c.py", "mod.rs", "LibSCMP.jl", "scmp_dpi.svh"):
        assert layer in done.stdout
    assert "scmp_new" in done.stdout
    assert generate(root).returncode == 0
    functions = description(root, root / "api.json")["functions"]
    [entry] = [function for function in functions if function["name"] == "scmp_new"]
    assert entry["since"] == "0.2"
    assert entry["params"] == [{"name": "number", "type": "int32_t", "text": ""}]
    package = (root / "bindings/sv/generated/scmp_dpi.svh").read_text()
    assert 'import "DPI-C" function int scmp_new(input int number);' in package


def test_a_changed_comment_value_or_field_is_missed(copy_of_the_layers):
    for old, new in (
        ("    int32_t q_max;          /**<", "    int64_t q_max;          /**<"),
        ("SCMP_ERROR_OVERLAP = 16", "SCMP_ERROR_OVERLAP = 18"),
        ("/** The value of SCMP_SMOOTH_EPS. */", "/** Its value. */"),
    ):
        change_header(copy_of_the_layers, old, new)
        assert generate(copy_of_the_layers, "--check").returncode == 1
        assert generate(copy_of_the_layers).returncode == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("SCMP_ERROR_OVERLAP", "SCMP_OVERLAP"), ("SCMP_LOG_DEBUG", "SCMP_DEBUG"), ("SCMP_SIDE_LEFT", "SCMP_SIDELEFT")],
)
def test_a_value_without_its_types_name_is_refused(copy_of_the_layers, right, wrong):
    for header in (copy_of_the_layers / "include" / "scmp").iterdir():
        header.write_text(header.read_text().replace(right, wrong))
    done = generate(copy_of_the_layers)
    assert done.returncode != 0
    assert f"{wrong} of scmp_" in done.stderr
    assert "does not begin with SCMP_" in done.stderr


def test_a_declaration_without_a_comment_is_refused(copy_of_the_layers):
    change_header(copy_of_the_layers, "/** The value of SCMP_SMOOTH_EPS. */", "")
    done = generate(copy_of_the_layers)
    assert done.returncode != 0
    assert "scmp_smooth_eps has no comment" in done.stderr


@pytest.mark.parametrize("entry", API["structs"], ids=lambda entry: entry["name"])
def test_layout_of_structs(entry):
    struct = getattr(_c, entry["name"])
    assert ctypes.sizeof(struct) == entry["size"]
    assert ctypes.alignment(struct) == entry["align"]
    assert [field[0] for field in struct._fields_] == [field["name"] for field in entry["fields"]]
    for field in entry["fields"]:
        assert getattr(struct, field["name"]).offset == field["offset"]


def test_the_c_compiler_agrees(tmp_path):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    program = tmp_path / "layout_test"
    source = ROOT / "bindings" / "generated" / "layout_test.c"
    subprocess.run([compiler, "-I", ROOT / "include", "-o", program, source], check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert "not ok" not in done.stdout
    assert len(done.stdout.splitlines()) > 100


def test_options_say_their_size():
    for name in (
        "scmp_ctx_options",
        "scmp_generator",
        "scmp_config_desc",
        "scmp_report",
        "scmp_matmul_options",
        "scmp_quantized",
    ):
        struct = getattr(_c, name)()
        getattr(lib, f"{name}_init_sized")(ctypes.byref(struct), ctypes.sizeof(struct))
        assert struct.size == ctypes.sizeof(struct)


def test_constants_are_the_librarys():
    limits = "MAX_RANK SC_PREC_MAX SC_PREC_MIN_BIPOLAR SC_PREC_MIN_UNIPOLAR RNG_LEVELS_MAX D_TIMES_L_MAX".split()
    for name in (*limits, "NOT_GIVEN", "SMOOTH_EPS", "SPEC_VERSION"):
        assert getattr(lib, f"scmp_{name.lower()}")() == getattr(_c, f"SCMP_{name}")
    for status in _c.scmp_status:
        assert lib.scmp_status_string(status).decode() == status.name


def test_every_function_is_declared_with_its_documentation():
    for entry in API["functions"]:
        function = getattr(lib, entry["name"])
        assert len(function.argtypes) == len(entry["params"])
    text = (ROOT / "bindings" / "python" / "scmp" / "generated" / "_c.py").read_text()
    assert "one rounding from the working type; where that gives 0 or" in text


def test_meson_runs_every_file():
    listed = (ROOT / "bindings" / "meson.build").read_text()
    for path in (ROOT / "bindings" / "python" / "tests").glob("test_*.py"):
        assert f"'{path.stem[5:]}'" in listed, path
    for path in (ROOT / "bindings" / "rust").glob("*/tests/*.rs"):
        assert f"'{path.stem}'" in listed, path


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "bindings/python/scmp", "bindings/python/examples", "bindings/python/bench"],
        ["mypy", "--strict", "tools/mutate/mutate.py", "tools/mutate/mutate_test.py"],
        ["ruff", "check", "bindings", "tools"],
        ["ruff", "format", "--check", "bindings", "tools"],
    ],
    ids=" ".join,
)
def test_static_checks(command):
    pytest.importorskip(command[0], reason=f"{command[0]} is not installed")
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr

"""What the package shows of itself, with PyTorch and without."""

import numpy as np
import pytest
from conftest import python

import scmp

PUBLIC = {
    "Calibration", "CancelledError", "Config", "Context", "DeviceError", "Error", "FileError", "InternalError",
    "InvalidInputError", "OutOfMemoryError", "PackedWeights", "ScmpWarning", "Status", "preset_names", "quant", "sc",
    "sc_matmul", "spec_version",
}  # fmt: skip
OF_PYTORCH = {"SCLinear", "convert"}
WITHOUT_PYTORCH = "import sys; sys.modules['torch'] = None; import scmp\n"


def test_dir_is_the_public_names(torch):
    assert set(dir(scmp)) == PUBLIC | OF_PYTORCH | {"__version__"}
    assert set(scmp.__all__) == PUBLIC | OF_PYTORCH
    for name in dir(scmp):
        assert getattr(scmp, name) is not None


@pytest.mark.parametrize("module", [scmp.quant, scmp.sc], ids=lambda module: module.__name__)
def test_dir_of_the_modules_in_it(module):
    assert dir(module) == sorted(module.__all__)
    for name in dir(module):
        assert getattr(module, name) is not None


def test_public_names_of_the_modules_in_it():
    assert set(dir(scmp.sc)) == {
        "PackedWeights", "clear_rng_cache", "config_helpers", "det_kernel_tuning", "matmul", "sc_matmul",
    }  # fmt: skip
    assert set(dir(scmp.quant)) == {
        "accumulate_act_scales", "apply_smoothing", "apply_smoothing_offline", "compute_smooth_scales", "fused",
        "fused_quantize_bipolar", "fused_quantize_bipolar_perrow", "fused_quantize_unipolar", "smoothquant",
    }  # fmt: skip


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'scmp' has no attribute 'convrt'"):
        scmp.convrt  # noqa: B018
    assert not hasattr(scmp, "TYPE_CHECKING")


@pytest.mark.parametrize(
    "use", ["scmp.convert", "scmp.SCLinear(3, 4)", "from scmp import convert", "from scmp import SCLinear"]
)
def test_without_pytorch_it_says_what_to_install(use):
    done = python(f"{WITHOUT_PYTORCH}try:\n    {use}\nexcept ImportError as error:\n    print(error)")
    assert "PyTorch" in done.stdout
    assert "pip install 'scmp[torch]'" in done.stdout


def test_without_pytorch_the_rest_is_there():
    code = f"""{WITHOUT_PYTORCH}
import inspect, pydoc
print(set(dir(scmp)) == {PUBLIC | {"__version__"}})
inspect.getmembers(scmp)
pydoc.render_doc(scmp)
from scmp import *
print(sc_matmul is scmp.sc_matmul)
"""
    assert python(code).stdout == "True\nTrue\n"


def test_star_import(torch):
    code = """
import sys, scmp
assert "torch" not in sys.modules
dir(scmp)
assert "torch" not in sys.modules
from scmp import *
print(convert is scmp.convert, SCLinear.__name__)
"""
    assert python(code).stdout == "True SCLinear\n"


def test_an_error_inside_of_pytorch_is_its_own(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("import a_module_that_is_not_there")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import scmp; scmp.convert"
    assert "No module named 'a_module_that_is_not_there'" in python(code, check=False).stderr


def test_an_unknown_preset_is_answered_with_those_there_are():
    x = np.ones((2, 2))
    for call in (
        lambda: scmp.Config("nope"),
        lambda: scmp.PackedWeights(x, config="nope"),
        lambda: scmp.sc_matmul(x, x, config="nope"),
    ):
        with pytest.raises(ValueError, match='no configuration is named "nope", there are ') as caught:
            call()
        assert caught.value.status is scmp.Status.SCMP_ERROR_INVALID_CONFIG
        assert str(caught.value).endswith(", ".join(scmp.preset_names()))

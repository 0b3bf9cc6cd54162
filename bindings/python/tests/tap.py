"""Runs one file of these tests as Meson wants it, a line of TAP for each case: `tap.py FILE`.

With SCMP_TEST_CASES=WORD in the environment only the cases with WORD in their names run, all where the file has it in
its own. The Python is that of build/venv, which ./run test makes, or else the one that runs this.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / "build" / "venv"
PYTHON = str(VENV / "bin" / "python")

os.environ.pop("LD_LIBRARY_PATH", None)  # Meson's, for the build folder: the package finds its library by itself
if os.path.exists(PYTHON) and Path(sys.prefix) != VENV:
    os.execv(PYTHON, [PYTHON, *sys.argv])

try:
    import pytest
except ImportError:
    print("1..0 # SKIP pytest is not installed: ./run test makes an environment that has it")
    sys.exit(0)


class Tap:
    """Prints what came of each case."""

    def __init__(self, name):
        self.name = name
        self.number = 0
        self.reports = []

    def line(self, result, name, skipped=""):
        self.number += 1
        print(f"{result} {self.number} - {name.replace('#', '')}{f' # SKIP {skipped}' if skipped else ''}", flush=True)

    def details(self, report):
        for text in (report.longreprtext, *(text for _, text in report.sections)):
            print(*(f"# {line}" for line in text.splitlines()), sep="\n", flush=True)

    def pytest_collectreport(self, report):
        if report.failed:
            self.line("not ok", f"{self.name} is read")
            self.details(report)
        elif report.skipped:
            self.line("ok", self.name, reason(report))

    def pytest_runtest_logreport(self, report):
        self.reports.append(report)

    def pytest_runtest_logfinish(self, nodeid):
        reports, self.reports = self.reports, []
        name = nodeid.partition("::")[2]
        failed = [report for report in reports if report.failed]
        skipped = [report for report in reports if report.skipped]
        if failed:
            self.line("not ok", name)
            for report in failed:
                self.details(report)
        else:
            self.line("ok", name, reason(skipped[0]) if skipped else "")


def reason(report):
    """Why a case or a file was skipped."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return text.removeprefix("Skipped: ").replace("\n", " ")


def main(file):
    word = os.environ.get("SCMP_TEST_CASES", "")
    name = file.stem.removeprefix("test_")
    tap = Tap(name)
    chosen = ["-k", word] if word not in f"python_{name}" else []
    status = pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", *chosen, str(file)], plugins=[tap])
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and (chosen or tap.number > 0):  # then the file skipped itself
        status = 0
    print(f"1..{tap.number}" if tap.number > 0 else "1..0 # SKIP not chosen")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

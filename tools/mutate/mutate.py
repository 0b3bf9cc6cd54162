#!/usr/bin/env python3
"""Changes the sources a little, one change at a time, and demands that the test named for it fails.

The changes are in mutants.toml beside this file; README.md says what belongs there. Nothing in the checkout is touched:
each worker has a copy of the sources and a build of it in build/mutants.
"""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
LEAST_TIMEOUT = 60.0  # seconds; a test that takes longer gets ten times what it took unmutated


class RefusedError(Exception):
    """The list, or one mutant, is not what it has to be."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change of one file, and the test that must fail with it."""

    name: str
    file: str
    old: str
    new: str
    breaks: str  # one sentence: what is wrong then
    test: str  # a test of meson's, "python" or "rust"
    args: tuple[str, ...] = ()  # for that test's program: mostly the case

    def where(self) -> str:
        """The test as a person would start it."""
        return " ".join([self.test, *(repr(argument) for argument in self.args)])


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    passed: bool
    output: str
    seconds: float


class Bench(Protocol):
    """A copy of the sources that can be built and tested."""

    root: Path

    def build(self, test: str) -> Outcome:
        """Builds what a test needs."""

    def run(self, test: str, args: Sequence[str], timeout: float | None) -> Outcome:
        """Runs it. A test that runs out of time has not passed."""


# --- The list ---------------------------------------------------------------------------------------------------------


def read_list(path: Path) -> list[Mutant]:
    """All mutants; refuses what is incomplete or named twice."""
    mutants = []
    names = set()
    for entry in tomllib.loads(path.read_text())["mutant"]:
        keys = {field.name for field in dataclasses.fields(Mutant)}
        if missing := keys - {"args"} - entry.keys():
            raise RefusedError(f"{entry.get('name', 'a mutant')}: no {', '.join(sorted(missing))}")
        if unknown := entry.keys() - keys:
            raise RefusedError(f"{entry['name']}: unknown {', '.join(sorted(unknown))}")
        mutant = Mutant(**{**entry, "args": tuple(entry.get("args", ()))})
        if mutant.name in names:
            raise RefusedError(f"{mutant.name}: two mutants have this name")
        names.add(mutant.name)
        mutants.append(mutant)
    return mutants


def mutated(mutant: Mutant, text: str) -> str:
    """A file's text with the change; refused where it no longer applies, or applies in several places."""
    found = text.count(mutant.old)
    if found != 1:
        raise RefusedError(f"{mutant.name}: no longer applies, {mutant.file} has {found} times: {mutant.old!r}")
    if mutant.new == mutant.old:
        raise RefusedError(f"{mutant.name}: changes nothing")
    return text.replace(mutant.old, mutant.new)


def check_all_apply(mutants: Iterable[Mutant], root: Path) -> list[str]:
    """What is wrong with mutants, in words."""
    wrong = []
    for mutant in mutants:
        try:
            mutated(mutant, (root / mutant.file).read_text())
        except (RefusedError, OSError) as error:
            wrong.append(str(error))
    return wrong


def chosen(mutants: Sequence[Mutant], words: Sequence[str]) -> list[Mutant]:
    """Those whose name, file or test has one of the words in it; all without any."""
    if not words:
        return list(mutants)
    for word in words:
        if not any(word in f"{mutant.name} {mutant.file} {mutant.test}" for mutant in mutants):
            raise RefusedError(f"no mutant has {word!r} in its name, file or test")
    return [m for m in mutants if any(word in f"{m.name} {m.file} {m.test}" for word in words)]


# --- Judging ----------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Verdict:
    """What became of a mutant; `trouble` says why there is nothing to say about its life."""

    mutant: Mutant
    live: bool = False
    trouble: str = ""
    seconds: float = 0.0


def try_unmutated(bench: Bench, mutant: Mutant) -> float:
    """Seconds that the mutant's test takes on the sources as they are. It must pass."""
    for outcome in (bench.build(mutant.test), bench.run(mutant.test, mutant.args, None)):
        if not outcome.passed:
            raise RefusedError(f"{mutant.name}: without it, {mutant.where()} fails:\n{tail(outcome.output)}")
    return outcome.seconds


def judge(bench: Bench, mutant: Mutant, usual_seconds: float) -> Verdict:
    """Applies a mutant, builds and runs its test, and restores the file whatever happens."""
    started = time.monotonic()
    path = bench.root / mutant.file
    verdict = Verdict(mutant)
    try:
        text = path.read_text()
        changed = mutated(mutant, text)
    except (RefusedError, OSError) as error:
        verdict.trouble = str(error)
        return verdict
    try:
        path.write_text(changed)
        built = bench.build(mutant.test)
        if built.passed:
            verdict.live = bench.run(mutant.test, mutant.args, max(LEAST_TIMEOUT, 10 * usual_seconds)).passed
        else:
            verdict.trouble = f"{mutant.name}: does not compile:\n{tail(built.output)}"
    finally:
        path.write_text(text)
    verdict.seconds = time.monotonic() - started
    return verdict


def tail(text: str, lines: int = 30) -> str:
    """The end of what a command said."""
    return "\n".join(text.strip().splitlines()[-lines:])


def judge_all(benches: Sequence[Bench], mutants: Sequence[Mutant], tell: Telling) -> list[Verdict]:
    """One thread for each bench; mutants of one file stay together, so that each costs one compilation."""
    by_file: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        by_file.setdefault(mutant.file, []).append(mutant)
    waiting: queue.SimpleQueue[list[Mutant]] = queue.SimpleQueue()
    for some in sorted(by_file.values(), key=len, reverse=True):
        waiting.put(some)
    verdicts: list[Verdict] = []
    usual: dict[tuple[str, tuple[str, ...]], float | RefusedError] = {}  # by test
    lock = threading.Lock()

    def usual_seconds(bench: Bench, mutant: Mutant) -> float:
        key = (mutant.test, mutant.args)
        with lock:
            known = usual.get(key)
        if known is None:
            try:
                known = try_unmutated(bench, mutant)
            except RefusedError as error:
                known = error
            with lock:
                usual[key] = known
        if isinstance(known, RefusedError):
            raise known
        return known

    def work(bench: Bench) -> None:
        while True:
            try:
                some = waiting.get_nowait()
            except queue.Empty:
                return
            for mutant in some:
                try:
                    usual_seconds(bench, mutant)
                except RefusedError:
                    pass  # its own verdict says so
            for mutant in some:
                try:
                    verdict = judge(bench, mutant, usual_seconds(bench, mutant))
                except RefusedError as error:
                    verdict = Verdict(mutant, trouble=str(error))
                with lock:
                    verdicts.append(verdict)
                    tell(verdict, len(verdicts), len(mutants))

    threads = [threading.Thread(target=work, args=(bench,), daemon=True) for bench in benches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return verdicts


class Telling(Protocol):
    """What is said of each verdict."""

    def __call__(self, verdict: Verdict, done: int, all_of_them: int) -> None:
        """Called by one thread at a time."""


def tell_progress(verdict: Verdict, done: int, all_of_them: int) -> None:
    """A line on standard error for each mutant."""
    word = "TROUBLE" if verdict.trouble else "LIVES" if verdict.live else "killed"
    print(
        f"{done}/{all_of_them} {word} {verdict.mutant.name} ({verdict.mutant.where()}, {verdict.seconds:.0f} s)",
        file=sys.stderr,
        flush=True,
    )


def report(verdicts: Sequence[Verdict]) -> int:
    """The end of the output, and the exit status: what lives, what could not be judged, and the counts."""
    live = [verdict for verdict in verdicts if verdict.live]
    trouble = [verdict for verdict in verdicts if verdict.trouble]
    for verdict in trouble:
        print(verdict.trouble)
    for verdict in live:
        mutant = verdict.mutant
        print(f"{mutant.name} lives, {mutant.where()} passes with it: {mutant.breaks} ({mutant.file})")
    killed = len(verdicts) - len(live) - len(trouble)
    not_judged = f", {len(trouble)} not judged" if trouble else ""
    print(f"{len(verdicts)} mutants: {killed} killed, {len(live)} live{not_judged}")
    return 1 if live or trouble else 0


# --- A copy of the sources, and meson's build of it -------------------------------------------------------------------

OPTIONS = [
    "-Dbuildtype=plain",
    "-Doptimization=1",
    "-Db_ndebug=true",
    "-Dcuda=disabled",
    "-Dcli=enabled",
    "-Dtests=enabled",
    "-Dbench=disabled",
]


def command_outcome(
    command: Sequence[str | Path], folder: Path, timeout: float | None = None, env: Mapping[str, str] | None = None
) -> Outcome:
    """Runs a command without a terminal; one that runs out of time has failed, with all that it started."""
    started = time.monotonic()
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, _ = process.communicate()
            output += f"\nstopped after {timeout:.0f} s".encode()
    return Outcome(process.returncode == 0, output.decode(errors="replace"), time.monotonic() - started)


class MesonBench:
    """Sources and build in a folder of their own, which stays for the next time."""

    def __init__(self, folder: Path, checkout: Path) -> None:
        self.root = folder
        self.folder = folder / "build" / "mutants"  # as deep as other builds: ccache serves what they have compiled
        self.checkout = checkout
        # The same random samples in every run.
        self.env = {
            **os.environ,
            "SCMP_TEST_SEED": "1",
            "SCMP_TEST_DATA": str(self.root / "tests"),
        }
        for name, usual in (("CC", "gcc"), ("CXX", "g++")):
            compiler = self.env.get(name) or usual
            cached = shutil.which("ccache") and not compiler.startswith("ccache ")
            self.env[name] = f"ccache {compiler}" if cached else compiler
        self.tests: dict[str, Any] = {}  # by name, as meson describes them
        self.targets: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """Copies what differs, and configures where that has not been done."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.checkout,
            check=True,
            capture_output=True,
        ).stdout.decode()
        wanted = {name for name in listed.split("\0") if name and (self.checkout / name).is_file()}
        for name in sorted(wanted):
            there = self.root / name
            contents = (self.checkout / name).read_bytes()
            if not there.is_file() or there.read_bytes() != contents:
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.checkout / name, there)
                os.utime(there)  # newer than what was made of another content
        for folder, inner, files in os.walk(self.root):
            inner[:] = [name for name in inner if name not in {"build", "__pycache__"}]
            for path in (Path(folder) / name for name in files):
                if str(path.relative_to(self.root)) not in wanted:
                    path.unlink()
        if not (self.folder / "build.ninja").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            command = ["meson", "setup", str(self.folder), str(self.root), *OPTIONS]
            outcome = command_outcome(command, self.root, env=self.env)
            if not outcome.passed:
                raise RefusedError(f"the copy of the sources cannot be configured:\n{tail(outcome.output)}")
        outcome = command_outcome(["ninja", "build.ninja"], self.folder, env=self.env)
        if not outcome.passed:
            raise RefusedError(f"the copy of the sources cannot be configured:\n{tail(outcome.output)}")
        self.tests = {test["name"]: test for test in self.introspect("--tests")}
        self.targets = {
            target["id"]: [os.path.relpath(name, self.folder) for name in target["filename"]]
            for target in self.introspect("--targets")
        }

    def introspect(self, what: str) -> Any:
        """Meson's answer about this build."""
        text = subprocess.run(
            ["meson", "introspect", what, str(self.folder)], check=True, capture_output=True, env=self.env
        ).stdout
        return json.loads(text)

    def targets_of(self, test: str) -> list[str]:
        """What a test runs, as ninja knows it."""
        if test in {"python", "rust"}:
            library = "src/libscmp.so" if test == "python" else "src/libscmp.a"
            return [name for names in self.targets.values() for name in names if name.startswith(library)]
        if test not in self.tests:
            raise RefusedError(f"meson has no test {test}")
        return sorted({name for target in self.tests[test]["depends"] for name in self.targets[target]})

    def build(self, test: str) -> Outcome:
        """Only what this test runs; two such builds share the machine."""
        jobs = max(1, (os.cpu_count() or 1) // 2)
        return command_outcome(["ninja", f"-j{jobs}", *self.targets_of(test)], self.folder, env=self.env)

    def build_for(self, tests: Iterable[str]) -> None:
        """Whatever these tests run, unmutated, on the whole machine."""
        targets = sorted({target for test in tests for target in self.targets_of(test)})
        outcome = command_outcome(["ninja", *targets], self.folder, env=self.env)
        if not outcome.passed:
            raise RefusedError(f"the copy of the sources does not compile:\n{tail(outcome.output)}")

    def run(self, test: str, args: Sequence[str], timeout: float | None) -> Outcome:
        """As meson would: the exit status counts, and in TAP every line."""
        env = dict(self.env)
        command: list[str | Path]
        if test == "python":
            venv = self.checkout / "build" / "venv" / "bin" / "python"
            env |= {
                "SCMP_LIBRARY": str(self.folder / "src/libscmp.so"),
                "PYTHONPATH": str(self.root / "bindings/python"),
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            command = [venv if venv.exists() else sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
            return command_outcome([*command, *args], self.root, timeout, env)
        if test == "rust":
            env |= {"SCMP_LIB_DIR": str(self.folder / "src"), "CARGO_TARGET_DIR": str(self.folder / "rust")}
            command = ["cargo", "test", "--offline", *args]
            return command_outcome(command, self.root / "bindings/rust", timeout, env)
        found = self.tests[test]
        outcome = command_outcome([*found["cmd"], *args], self.folder, timeout, env | found["env"])
        failed = found["protocol"] == "tap" and any(line.startswith("not ok") for line in outcome.output.splitlines())
        return dataclasses.replace(outcome, passed=outcome.passed and not failed)


def run_mutants(mutants: Sequence[Mutant], checkout: Path, jobs: int) -> int:
    """Judges them in build/mutants; the exit status."""
    folder = checkout / "build" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefusedError(f"another run works in {folder}")
        benches = [MesonBench(folder / str(number), checkout) for number in range(min(jobs, len(mutants)))]
        for bench in benches:  # one after another: ccache has then what the later ones need
            bench.prepare()
            bench.build_for({mutant.test for mutant in mutants})
        return report(judge_all(benches, mutants, tell_progress))


def main(arguments: Sequence[str]) -> int:
    """What the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(description="runs the mutants of mutants.toml; each must make its test fail")
    parser.add_argument("words", nargs="*", metavar="NAME", help="only those with this in their name, file or test")
    parser.add_argument("--list", action="store_true", help="their names, what they break and what kills them")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time, each in its own copy (default 2)")
    parsed = parser.parse_args(arguments)
    try:
        mutants = chosen(read_list(LIST), parsed.words)
        if parsed.list:
            for mutant in mutants:
                print(f"{mutant.name}: {mutant.breaks} {mutant.file}; {mutant.where()}")
            return 0
        if wrong := check_all_apply(mutants, ROOT):
            print("\n".join(wrong))
            print(f"{len(wrong)} of {len(mutants)} mutants do not apply; nothing was run")
            return 1
        return run_mutants(mutants, ROOT, max(1, parsed.jobs))
    except RefusedError as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

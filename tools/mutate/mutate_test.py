"""The tool for mutants, on sources of three lines and a test that looks at them."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import threading
import unittest
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import mutate
from mutate import Mutant, Outcome, Verdict

SOURCE = "one\ntwo\nthree\ntwo and a half\n"


def mutant(**changes: object) -> Mutant:
    """A mutant that the test below kills."""
    usual = {
        "name": "m",
        "file": "source.txt",
        "old": "three",
        "new": "four",
        "breaks": "Three is four.",
        "test": "third",
        "args": ("case",),
    }
    return Mutant(**{**usual, **changes})  # type: ignore[arg-type]


class Folder:
    """A bench without a compiler: a test of the name N passes while the N-th line is what it was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs: list[tuple[str, tuple[str, ...]]] = []
        self.timeouts: list[float | None] = []
        (root / "source.txt").write_text(SOURCE)

    def build(self, test: str) -> Outcome:
        """Does not compile with the word "syntax" in it."""
        assert test
        return Outcome("syntax" not in (self.root / "source.txt").read_text(), "an error\nof the compiler", 0.0)

    def run(self, test: str, args: Sequence[str], timeout: float | None) -> Outcome:
        """Looks at one line."""
        self.runs.append((test, tuple(args)))
        self.timeouts.append(timeout)
        line = {"first": 0, "second": 1, "third": 2}.get(test)
        if line is None:
            return Outcome(False, "it fails always", 0.1)
        text = (self.root / "source.txt").read_text()
        return Outcome(text.splitlines()[line] == SOURCE.splitlines()[line], "", 0.1)


def quiet(verdict: Verdict, done: int, all_of_them: int) -> None:
    """Says nothing."""
    assert verdict
    assert done <= all_of_them


class MutateTest(unittest.TestCase):
    """What the tool promises."""

    def setUp(self) -> None:
        """A folder with the source."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bench = Folder(Path(folder.name))

    def judge(self, *mutants: Mutant) -> list[Verdict]:
        """By name; afterwards the source is what it was."""
        verdicts = mutate.judge_all([self.bench], mutants, quiet)
        self.assertEqual((self.bench.root / "source.txt").read_text(), SOURCE)
        return sorted(verdicts, key=lambda verdict: verdict.mutant.name)

    def reported(self, verdicts: Sequence[Verdict]) -> tuple[int, str]:
        """Exit status and output."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = mutate.report(verdicts)
        return status, out.getvalue()

    def test_a_mutant_that_its_test_finds_is_killed(self) -> None:
        verdicts = self.judge(mutant())
        self.assertFalse(verdicts[0].live or verdicts[0].trouble)
        self.assertEqual(self.bench.runs, [("third", ("case",))] * 2)  # without the mutant, then with it
        self.assertIsNone(self.bench.timeouts[0])
        self.assertGreaterEqual(self.bench.timeouts[1] or 0, mutate.LEAST_TIMEOUT)
        self.assertEqual(self.reported(verdicts), (0, "1 mutants: 1 killed, 0 live\n"))

    def test_a_live_one_is_named_with_what_it_breaks(self) -> None:
        status, said = self.reported(self.judge(mutant(test="first"), mutant(name="n")))
        self.assertEqual(status, 1)
        self.assertIn("m lives", said)
        self.assertIn("Three is four.", said)
        self.assertIn("source.txt", said)
        self.assertEqual(said.splitlines()[-1], "2 mutants: 1 killed, 1 live")

    def test_a_text_that_is_not_there_or_there_twice_is_refused(self) -> None:
        for old, times in (("five", 0), ("two", 2)):
            with self.assertRaisesRegex(mutate.RefusedError, f"no longer applies.* {times} times"):
                mutate.mutated(mutant(old=old), SOURCE)
            self.assertEqual(len(mutate.check_all_apply([mutant(old=old), mutant()], self.bench.root)), 1)
        self.assertEqual(mutate.mutated(mutant(), SOURCE), SOURCE.replace("three", "four"))

    def test_a_mutant_that_changes_nothing_is_refused(self) -> None:
        with self.assertRaisesRegex(mutate.RefusedError, "changes nothing"):
            mutate.mutated(mutant(new="three"), SOURCE)

    def test_a_missing_file_is_told(self) -> None:
        self.assertEqual(len(mutate.check_all_apply([mutant(file="nowhere.txt")], self.bench.root)), 1)

    def test_what_does_not_compile_is_no_kill(self) -> None:
        verdicts = self.judge(mutant(new="syntax"))
        status, said = self.reported(verdicts)
        self.assertEqual(status, 1)
        self.assertIn("does not compile", said)
        self.assertIn("of the compiler", said)
        self.assertEqual(said.splitlines()[-1], "1 mutants: 0 killed, 0 live, 1 not judged")

    def test_a_test_that_fails_anyway_kills_nothing(self) -> None:
        status, said = self.reported(self.judge(mutant(test="always"), mutant(name="n")))
        self.assertEqual(status, 1)
        self.assertIn("without it, always 'case' fails", said)
        self.assertEqual(said.splitlines()[-1], "2 mutants: 1 killed, 0 live, 1 not judged")

    def test_the_source_is_restored_whatever_happens(self) -> None:
        def broken(test: str, args: Sequence[str], timeout: float | None) -> Outcome:
            raise KeyboardInterrupt

        self.bench.run = broken  # type: ignore[method-assign]
        with self.assertRaises(KeyboardInterrupt):
            mutate.judge(self.bench, mutant(), 1.0)
        self.assertEqual((self.bench.root / "source.txt").read_text(), SOURCE)

    def test_several_benches_share_the_work(self) -> None:
        with tempfile.TemporaryDirectory() as other:
            benches = [self.bench, Folder(Path(other))]
            for bench in benches:
                (bench.root / "other.txt").write_text(SOURCE)
            both = threading.Barrier(2, timeout=30)
            for bench in benches:
                run = bench.run

                def meets(test: str, args: Sequence[str], timeout: float | None, run: object = run) -> Outcome:
                    if timeout is not None:
                        both.wait()
                    return run(test, args, timeout)  # type: ignore[operator, no-any-return]

                bench.run = meets  # type: ignore[method-assign]
            verdicts = mutate.judge_all(benches, [mutant(), mutant(name="n", file="other.txt", test="first")], quiet)
        self.assertEqual({v.mutant.name: v.live for v in verdicts}, {"m": False, "n": True})

    def test_words_choose_by_name_file_and_test(self) -> None:
        some = [mutant(name="a"), mutant(name="b", file="x/y.cpp"), mutant(name="c", test="other")]
        self.assertEqual(mutate.chosen(some, []), some)
        self.assertEqual(mutate.chosen(some, ["x/"]), [some[1]])
        self.assertEqual(mutate.chosen(some, ["other", "b"]), [some[1], some[2]])
        with self.assertRaisesRegex(mutate.RefusedError, "no mutant has 'zzz'"):
            mutate.chosen(some, ["zzz"])

    def test_lists_are_checked(self) -> None:
        good = '[[mutant]]\nname = "m"\nfile = "f"\nold = "o"\nnew = "n"\nbreaks = "b"\ntest = "t"\n'
        path = self.bench.root / "list.toml"
        path.write_text(good)
        self.assertEqual(mutate.read_list(path), [Mutant("m", "f", "o", "n", "b", "t")])
        for text, words in (
            (good + good, "two mutants"),
            (good.replace('test = "t"', ""), "no test"),
            (good + 'color = "red"\n', "unknown color"),
        ):
            path.write_text(text)
            with self.assertRaisesRegex(mutate.RefusedError, words):
                mutate.read_list(path)

    def test_the_list_of_this_repository_applies(self) -> None:
        mutants = mutate.read_list(mutate.LIST)
        self.assertGreaterEqual(len(mutants), 80)
        self.assertEqual(mutate.check_all_apply(mutants, mutate.ROOT), [])

    def test_a_command_that_takes_too_long_has_failed(self) -> None:
        outcome = mutate.command_outcome(["sh", "-c", "echo begun; sleep 60"], self.bench.root, timeout=0.5)
        self.assertFalse(outcome.passed)
        self.assertIn("begun", outcome.output)
        self.assertLess(outcome.seconds, 30)


if __name__ == "__main__":
    unittest.main()

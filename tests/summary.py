#!/usr/bin/env python3
"""Counts the test cases in Meson's test logs: `summary.py LABEL=testlog.json...`.

Prints what failed with its output, what was skipped with its reason, and last `N passed, N failed, N skipped`, where N
counts cases, not programs: the lines of cmocka, TAP and Rust's tests are read; a program with none of them is one case.
A program that ends early, crashes or says nothing of some of its cases has failed at least one. Tests of the suites
python, rust and julia are counted under the suite's name.
"""

import json
import re
import sys

TAIL = 40  # lines of a failing program that are shown


def cases(run):
    """(passed, failed, skipped) of one program, and why what was skipped was."""
    text = run.get("stdout", "") + "\n" + run.get("stderr", "")
    good = run["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
    announced = sum(map(int, re.findall(r"^\[=+\].*Running (\d+) test", text, re.M)))
    plan = re.search(r"^1\.\.(\d+)(?: *# SKIP (.*))?", run.get("stdout", ""), re.M)
    running = re.findall(r"^running (\d+) tests?$", text, re.M)
    reasons = []
    if announced:
        passed = len(re.findall(r"^\[       OK \]", text, re.M))
        names = re.findall(r"^\[  SKIPPED \] (?!\d+ test)(.+)", text, re.M)
        names = list(dict.fromkeys(names))  # once where it happened, once more in the list at the end
        skipped = len(names)
        said = re.findall(r"^skip(?:ped)?: *(.*)", text, re.M | re.I)
        reasons = said or names
        failed = max(announced - passed - skipped, 0)
    elif plan:
        lines = re.findall(r"^(not ok|ok)\b[^#\n]*(?:# *(\S+) *(.*))?", run["stdout"], re.M)
        reasons = [why for _, word, why in lines if word.upper() == "SKIP"]
        skipped = len(reasons)
        passed = sum(ok == "ok" for ok, _, _ in lines) - skipped
        failed = max(int(plan.group(1)) - passed - skipped, 0)
        # "not chosen": none of its cases has the word that was asked for.
        if int(plan.group(1)) == 0 and plan.group(2) != "not chosen":
            skipped, reasons = 1, [plan.group(2) or text.strip().splitlines()[-1]]
    elif running:
        said = re.findall(r"^test .* \.\.\. (ok|ignored)(?:, (.*))?$", text, re.M)
        passed = sum(word == "ok" for word, _ in said)
        reasons = [why or "ignored" for word, why in said if word == "ignored"]
        skipped = len(reasons)
        failed = max(sum(map(int, running)) - passed - skipped, 0)
    elif run["result"] == "SKIP":
        passed, failed, skipped = 0, 0, 1
        reasons = text.strip().splitlines()[-1:]
    else:
        passed, failed, skipped = int(good), int(not good), 0
    if not good and failed == 0:
        failed = 1
    return passed, failed, skipped, reasons


def suite(run):
    """The suite of a test, where it has a line of its own."""
    suites = run["name"].partition(" / ")[0].partition(":")[2].split("+")
    return next((name for name in suites if name in ("python", "rust", "julia")), None)


def programs(label, runs):
    """Counts of a list of programs; prints what failed and what was skipped."""
    counts = [0, 0, 0]
    for run in runs:
        *numbers, reasons = cases(run)
        counts = [a + b for a, b in zip(counts, numbers)]
        if numbers[1]:
            text = (run.get("stdout", "") + run.get("stderr", "")).splitlines()
            print(f"--- {label}: {run['name']}: {run['result']}, exit {run.get('returncode')}")
            print("\n".join([line for line in text if not line.startswith("ok ")][-TAIL:]))
        if numbers[2]:
            why = "; ".join(dict.fromkeys(reasons)) or "no reason given"
            print(f"{label}: {run['name']}: {numbers[2]} skipped: {why}")
    return counts, sum(run.get("duration", 0) for run in runs)


def main(arguments):
    total = [0, 0, 0]
    for argument in arguments:
        label, path = argument.split("=", 1)
        parts = {}
        try:
            with open(path, encoding="utf-8") as log:
                for run in map(json.loads, log):
                    parts.setdefault(suite(run) or label, []).append(run)
        except OSError as error:
            print(f"{label}: the tests did not run: {error}")
            total[1] += 1
        for part, runs in parts.items():
            counts, seconds = programs(part, runs)
            if any(counts):
                print(f"{part}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped in {seconds:.0f} s")
            total = [a + b for a, b in zip(total, counts)]
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

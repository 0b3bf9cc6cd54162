#!/usr/bin/env python3
"""Counts the test cases in Meson's test logs, in JUnit files and in what programs printed.

`summary.py LABEL=testlog.json|LABEL=tests.xml|LABEL=output.txt...`; in a text file each program's output is between
`# NAME` and `# exit STATUS after N s`. Prints what failed with its output, what was skipped with its reason, and last
`N passed, N failed, N skipped`, where N counts cases, not programs: the lines of cmocka, TAP and Rust's tests are read; a
program with none of them is one case. A program that ends early, crashes or says nothing of some of its cases has failed
at least one.
"""

import json
import re
import sys
import xml.etree.ElementTree

TAIL = 40  # lines of a failing program that are shown


def cases(run):
    """(passed, failed, skipped) of one program, and why what was skipped was."""
    text = run.get("stdout", "") + "\n" + run.get("stderr", "")
    good = run["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
    announced = sum(map(int, re.findall(r"^\[=+\].*Running (\d+) test", text, re.M)))
    plan = re.search(r"^1\.\.(\d+)", text, re.M)
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
        lines = re.findall(r"^(not ok|ok)\b[^#\n]*(?:# *(\S+) *(.*))?", text, re.M)
        reasons = [why for _, word, why in lines if word.upper() == "SKIP"]
        skipped = len(reasons)
        passed = sum(ok == "ok" for ok, _, _ in lines) - skipped
        failed = max(int(plan.group(1)) - passed - skipped, 0)
        if int(plan.group(1)) == 0:
            skipped, reasons = 1, [text.strip().splitlines()[-1]]
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


def junit(label, path):
    """Counts of a JUnit file; prints what failed and what was skipped."""
    suites = xml.etree.ElementTree.parse(path).getroot()
    counts, seconds, skipped = [0, 0, 0], 0.0, {}
    for case in suites.iter("testcase"):
        seconds += float(case.get("time", 0))
        name = f"{case.get('classname')}: {case.get('name')}"
        problems = [child for child in case if child.tag in ("failure", "error")]
        reason = case.find("skipped")
        if problems:
            counts[1] += 1
            print(f"--- {label}: {name}")
            print("\n".join((problems[0].text or problems[0].get("message", "")).splitlines()[-TAIL:]))
        elif reason is not None:
            counts[2] += 1
            skipped.setdefault((case.get("classname"), reason.get("message", "no reason given")), []).append(name)
        else:
            counts[0] += 1
    for (where, why), names in skipped.items():
        print(f"{label}: {where}: {len(names)} skipped: {why}")
    return counts, seconds


def read_runs(path):
    """The programs of a Meson log or of a text file."""
    with open(path, encoding="utf-8") as log:
        if not path.endswith(".txt"):
            return [json.loads(line) for line in log]
        programs = re.findall(r"^# (\w+)\n(.*?)^# exit (\d+) after (\d+) s$", log.read(), re.M | re.S)
    results = {"0": "OK", "77": "SKIP"}
    return [
        {
            "name": name,
            "stdout": text,
            "result": results.get(status, "FAIL"),
            "returncode": status,
            "duration": int(seconds),
        }
        for name, text, status, seconds in programs
    ]


def programs(label, path):
    """Counts of a log of programs; prints what failed and what was skipped."""
    runs = read_runs(path)
    counts = [0, 0, 0]
    for run in runs:
        *numbers, reasons = cases(run)
        counts = [a + b for a, b in zip(counts, numbers)]
        if numbers[1]:
            text = (run.get("stdout", "") + run.get("stderr", "")).splitlines()
            print(f"--- {label}: {run['name']}: {run['result']}, exit {run.get('returncode')}")
            print("\n".join(text[-TAIL:]))
        if numbers[2]:
            print(f"{label}: {run['name']}: {numbers[2]} skipped: {'; '.join(reasons) or 'no reason given'}")
    return counts, sum(run.get("duration", 0) for run in runs)


def main(arguments):
    total = [0, 0, 0]
    for argument in arguments:
        label, path = argument.split("=", 1)
        try:
            counts, seconds = (junit if path.endswith(".xml") else programs)(label, path)
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            print(f"{label}: the tests did not run: {error}")
            total[1] += 1
            continue
        print(f"{label}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped in {seconds:.0f} s")
        total = [a + b for a, b in zip(total, counts)]
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Holds what Yosys made scmp_array of against an export: exported_parameters.py parameters.svh yosys.log."""

import re
import sys

OF_THE_FILES = {"BATCH", "TABLES", "CHUNK_D", "BIPOLAR", "SCRAMBLE", "UNIFORM"}  # not of the array


def bits(value):
    """A number, or fields of some bits, as digits: what it is and how it is written do not matter."""
    fields = re.findall(r"(\d+)'d(\d+)", value)
    return int("".join(f"{int(number):0{width}b}" for width, number in fields), 2) if fields else int(value)


def main(parameters, log):
    wanted = {
        name: bits(value)
        for name, value in re.findall(r"localparam .*?(\w+) = (.*?);", open(parameters).read())
        if name not in OF_THE_FILES
    }
    derived = r"derive mode using pre-parsed AST for module `\\scmp_array'\.\n((?:Parameter .*\n)+)"
    made = re.findall(derived, open(log).read())
    got = {}
    for name, width, value in re.findall(r"Parameter \\(\w+) = (?:(\d+)')?(\d+)", made[-1]):
        got[name] = int(value, 2 if width else 10)
    wrong = [f"{name} is {got.get(name)}, exported {value}" for name, value in wanted.items() if got.get(name) != value]
    print("\n".join(wrong) or f"{len(wanted)} parameters")
    return 1 if wrong or len(wanted) != 20 else 0


sys.exit(main(*sys.argv[1:]))

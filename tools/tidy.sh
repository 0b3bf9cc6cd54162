#!/bin/sh
# tidy.sh BUILD: clang-tidy over the sources of src, cuda and tests that a build folder compiles; it names the others.
set -eu
cd -- "$(dirname -- "$0")/.."
python3 - "$1" <<'END' | xargs -P "$(nproc)" -n 4 clang-tidy --quiet --warnings-as-errors='*' -p "$1"
import json, os, subprocess, sys

git = ["git", "-c", f"safe.directory={os.getcwd()}", "ls-files", "--cached", "--others", "--exclude-standard", "--"]
listed = subprocess.run([*git, "src/*.cpp", "cuda/*.cpp", "tests/*.cpp"], check=True, capture_output=True, text=True)
sources = sorted(set(listed.stdout.splitlines()))
with open(f"{sys.argv[1]}/compile_commands.json") as file:
    built = {os.path.relpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(file)}
others = [source for source in sources if source not in built]
print(f"clang-tidy: {len(others)} not compiled here, not looked at:", *others, file=sys.stderr)
print(*(source for source in sources if source in built))
END

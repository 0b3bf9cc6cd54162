"""Whether the corpora of the fuzzers reach every function of the library that can fail, in success and in error.

usage: reach_test.py DECLARATIONS REPLAY=CORPUS..., the declarations being those that are generated for Rust.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

# Need a GPU to succeed.
NEVER_SUCCEED = {"scmp_ctx_set_cuda_stream", "scmp_ctx_set_cuda_workspace"}


def main() -> int:
    declarations = Path(sys.argv[1]).read_text(encoding="utf-8")
    fallible = re.findall(r"pub fn (\w+)\([^)]*\) -> scmp_status;", declarations)
    succeeded: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for replay in sys.argv[2:]:
        program, corpus = replay.split("=", 1)
        run = subprocess.run([program, corpus], check=True, capture_output=True, text=True)
        for line in run.stdout.splitlines():
            if line.startswith("calls "):
                _, name, good, bad = line.split()
                succeeded[name] += int(good)
                failed[name] += int(bad)
    missing = [f"{name} is not called" for name in fallible if succeeded[name] + failed[name] == 0]
    called = [name for name in fallible if succeeded[name] + failed[name] > 0]
    missing += [f"{name} never succeeds" for name in called if succeeded[name] == 0 and name not in NEVER_SUCCEED]
    missing += [f"{name} never fails" for name in called if failed[name] == 0]
    for sentence in missing:
        print(sentence, file=sys.stderr)
    print(f"{len(called)} of {len(fallible)} functions that can fail are in a fuzzer's corpus")
    return 1 if missing or not fallible else 0


if __name__ == "__main__":
    sys.exit(main())

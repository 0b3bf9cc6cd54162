"""Writes a public header in which every struct that begins with its size has 32 bytes more: `grow.py FROM TO`.

So a test can be a program, or have a library, of a later version.
"""

import re
import sys
from pathlib import Path

source, target = map(Path, sys.argv[1:])
text, count = re.subn(
    r"(typedef struct (\w+) \{\n    size_t size;.*?)(\n\} \2;)",
    r"\1\n    int64_t grown[4];\3",
    source.read_text(encoding="utf-8"),
    flags=re.DOTALL,
)
if count != text.count("    size_t size;"):
    sys.exit(f"{source}: {count} structs have grown, {text.count('    size_t size;')} begin with their size")
target.write_text("#define SCMP_GROWN 1\n" + text, encoding="utf-8")

#!/bin/sh
# format.sh [--check]: lays out every C, C++ and CUDA source as .clang-format says; --check writes nothing and names
# those that would change. The public headers are laid out by hand, as manuals; what is generated, by its generator.
set -eu
cd -- "$(dirname -- "$0")/.."
files=$(git -c safe.directory="$PWD" ls-files --cached --others --exclude-standard -- '*.c' '*.cpp' '*.h' '*.cu' \
    ':!include/scmp' ':!*/generated/*' | sort -u)
bad=0
for file in $files; do
    [ -f "$file" ] || continue # removed, but not yet for git
    if [ "${1:-}" != --check ]; then
        clang-format -i "$file"
    elif ! clang-format "$file" | cmp -s - "$file"; then
        echo "$file"
        bad=1
    fi
done
exit $bad

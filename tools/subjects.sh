#!/bin/sh
# subjects.sh [BASE]: whether the commits since BASE, or else since the last release, begin "area: what changes", in at
# most 72 characters; exit status 77 where there is no release yet.
set -eu
cd -- "$(dirname -- "$0")/.."
git_here() {
    git -c safe.directory="$PWD" "$@"
}
base=${1:-$(git_here describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
[ -n "$base" ] || { echo 'commits: skipped, there is no release yet to begin with' >&2; exit 77; }
wrong=$(git_here log --no-merges --format='%h %s' "$base..HEAD" |
    awk '{ subject = substr($0, index($0, " ") + 1) }
        length(subject) > 72 || subject !~ /^[a-z][-a-z0-9_.\/, ]*: [^ ]/ { print $0 " (" length(subject) ")" }')
[ -z "$wrong" ] || { echo "$wrong"; exit 1; }

#!/bin/sh
# One test program of the crates, or what else they must pass: `test.sh SOURCE BUILD NAME`; exit status 77 is a skip.
set -eu
. "$1/tests/support/clean.sh"
[ ! -x /usr/bin/cargo ] || PATH=/usr/bin:$PATH # Debian's Rust is the oldest that the crates promise to work with
command -v cargo >/dev/null || { echo 'skipped: cargo is not installed'; exit 77; }

# Nothing is read from a home, nothing downloaded.
export CARGO_HOME="$2/cargo" CARGO_TARGET_DIR="$2/rust" SCMP_LIB_DIR="$2/src"
export RUSTFLAGS='-D warnings' RUSTDOCFLAGS='-D warnings'
cd "$1/bindings/rust"
case $3 in
doc) cargo test --offline --doc && cargo doc --offline --no-deps ;;
clippy) cargo clippy --offline --all-targets -- -D warnings ;;
fmt) cargo fmt --all --check ;;
*) cargo test --offline --test "$3" ;;
esac

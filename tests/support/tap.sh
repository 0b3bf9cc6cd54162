# What tests in shell share, sourced: cases as lines of TAP. The test has a folder of its own, $scratch, and ends with
# echo "1..$number".
# shellcheck shell=sh
number=0

# case_ TEXT COMMAND...: one test case; what it printed is shown where it fails. Only those with $only in their text.
case_() {
    case $1 in *"${only:-}"*) ;; *) return 0 ;; esac
    number=$((number + 1))
    text=$1
    shift
    if "$@" >"$scratch/case.out" 2>&1; then
        echo "ok $number - $text"
    else
        echo "not ok $number - $text"
        tail -n 60 "$scratch/case.out" | sed 's/^/# /'
    fi
}

# skip TEXT REASON
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

#!/bin/sh
# Files of every verb: links, permissions, long names, streams that are closed, full disks, signals. TAP. Argument: the
# build directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy
y=$golden/headline_per_row_bipolar_2d/y.npy

# --- Outputs ----------------------------------------------------------------------------------------------------------

links() {
    echo old >target && ln -s target link || return 1
    quiet "$scmp" matmul "$a" "$b" -o link && [ -L link ] && cmp target "$y" || return 1
    quiet "$scmp" matmul "$a" "$b" -o /dev/null || return 1
    [ ! -c /dev/full ] || fails 1 IO "$scmp" matmul "$a" "$b" -o /dev/full
}
case_ "outputs: through a link, to a device, to a full one" links
keeps() {
    echo precious >y.npy
    fails 2 INVALID_ARGUMENT "$scmp" matmul "$a" "$b" -o y.npy --stoc-len 0 && grep -q precious y.npy
}
case_ "outputs: an error leaves the old file" keeps
quiet "$scmp" calibrate "$a" -o st && quiet "$scmp" scales st "$b" -o s.npy && cp "$a" a.npy && cp "$b" b.npy

# every FUNCTION: called with each verb that writes a file, where OUT stands for the name. States of searches are files
# that are read as well, so that what is there before matters to them.
every() {
    while IFS= read -r line; do
        "$@" "$line" || { echo "$line"; return 1; }
    done <<END
matmul a.npy b.npy -o OUT
matmul a.npy b.npy --counts OUT
calibrate a.npy -o OUT
scales st b.npy -o OUT
smooth a.npy s.npy --side weight -o OUT
sequence --type sobol -o OUT
sweep a.npy b.npy --stoc-len 8 -o OUT
sweep a.npy b.npy --stoc-len 8 --csv OUT
search --sc-prec 4 -o OUT
search --sc-prec 4 -o found.json --state OUT
END
}
# writes NAME LINE: the verb succeeds, and says nothing wrong.
writes() {
    # shellcheck disable=SC2086 # words
    "$scmp" ${2%OUT}"$1" >writes.out 2>writes.err && [ ! -s writes.err ] || { cat writes.err; return 1; }
}
is_state() { case $1 in *--state*) return 0 ;; *) return 1 ;; esac; }

# Links through other folders, one of which leads back; what they lead to is replaced, and nothing is beside it.
through_links() {
    rm -rf folder chain && mkdir folder && ln -s ../middle folder/first && ln -sf folder/target middle &&
        ln -s folder/first chain || return 1
    is_state "$1" || { echo old >folder/target && chmod 640 folder/target; }
    writes chain "$1" && [ -L chain ] && [ -L middle ] && [ -L folder/first ] && [ ! -L folder/target ] || return 1
    [ "$(wc -c <folder/target)" -gt 60 ] && [ "$(ls -A folder | tr '\n' ' ')" = 'first target ' ] ||
        { ls -lA folder; return 1; }
    is_state "$1" || [ "$(ls -l folder/target | cut -c 1-10)" = '-rw-r-----' ]
}
case_ "outputs: chains of links, live" every through_links
dangling() {
    rm -rf folder middle chain && mkdir folder && ln -s folder/new chain && writes chain "$1" && [ -L chain ] &&
        [ -s folder/new ] &&
        rm -rf folder && mkdir folder && ln -sf "$scratch/folder/new" chain && writes ./chain "$1" && [ -L chain ] &&
        [ -s folder/new ]
}
case_ "outputs: links that lead nowhere yet" every dangling
loops() {
    rm -f one two && ln -s two one && ln -s one two || return 1
    # shellcheck disable=SC2086
    fails 1 'cannot write one: Too many levels' "$scmp" ${1%OUT}one && [ -L one ] && [ -L two ]
}
case_ "outputs: links in a circle" every loops

directly() {
    is_state "$1" && return 0
    writes /dev/null "$1" && [ -c /dev/null ] && rm -f pipe got && mkfifo pipe || return 1
    cat pipe >got &
    writes pipe "$1" && wait $! && [ -p pipe ] && [ -s got ] || return 1
    echo first >appended
    # shellcheck disable=SC2086
    "$scmp" ${1%OUT}/dev/stdout >>appended && [ "$(head -c 5 appended)" = first ] && [ "$(wc -c <appended)" -gt 60 ]
}
case_ "outputs: null, pipes, /dev/stdout" every directly

permissions() {
    is_state "$1" && return 0
    for mode in 600 640 444 666; do
        rm -f kept && touch kept && chmod $mode kept && writes kept "$1" && [ "$(stat -c %a kept)" = $mode ] ||
            { echo $mode; return 1; }
    done
    # Rights of programs are not those of what is new.
    chmod 6755 kept && writes kept "$1" && [ "$(stat -c %a kept)" = 755 ] || return 1
    [ "$(id -u)" != 0 ] || {
        chown 4321:1234 kept && writes kept "$1" && [ "$(stat -c %u:%g:%a kept)" = 4321:1234:755 ]
    } || return 1
    rm kept && (umask 027 && writes kept "$1") && [ "$(stat -c %a kept)" = 640 ] || return 1
    rm kept && (umask 077 && writes kept "$1") && [ "$(stat -c %a kept)" = 600 ]
}
case_ "outputs: mode and owner of what is replaced, umask of what is new" every permissions

name=$(printf %0255d 0)
longest() {
    rm -f "$name" && writes "$name" "$1" && [ -s "$name" ] && rm "$name" || return 1
    # shellcheck disable=SC2086
    fails 1 'File name too long' "$scmp" ${1%OUT}"${name}0"
}
case_ "outputs: names of 255 bytes, not of 256" every longest
# A folder whose path leaves room for one letter.
deep=$scratch/deep
while [ ${#deep} -lt 3800 ]; do deep=$deep/$(printf %0200d 0); done
mkdir -p "$deep" && inner=$(printf %0$((4095 - ${#deep} - 3))d 0) && (cd "$deep" && mkdir "$inner")
deepest() { writes "$deep/$inner/y" "$1" && (cd "$deep" && [ -s "$inner/y" ] && rm "$inner/y"); }
if [ ${#inner} -le 255 ]; then
    case_ "outputs: a path as long as paths can be" every deepest
else
    skip "outputs: a path as long as paths can be" "the folder of this test is too deep"
fi

same_file() {
    rm -rf folder one two && mkdir folder && ln -s folder/new one || return 1
    fails 2 'two outputs' "$scmp" matmul a.npy b.npy -o one --counts folder/new &&
        fails 2 'two outputs' "$scmp" matmul a.npy b.npy -o folder/../two --counts two &&
        fails 2 'standard output' "$scmp" matmul a.npy b.npy -o /dev/stdout --counts /dev/fd/1 &&
        quiet "$scmp" matmul a.npy b.npy -o /dev/null --counts /dev/null
}
case_ "outputs: two names of one file" same_file
in_place() {
    cp a.npy kept && quiet "$scmp" smooth kept s.npy --side weight -o kept &&
        quiet "$scmp" smooth a.npy s.npy --side weight -o other && cmp kept other
}
case_ "outputs: over an input" in_place

# --- Standard streams -------------------------------------------------------------------------------------------------

# Whatever is closed, files are what they are otherwise: a stream's number is nobody else's.
closed() {
    is_state "$1" && return 0
    case $1 in search*) closing=0 ;; *) closing='0 1 2 01 02 12 012' ;; esac
    writes expected "$1" || return 1
    for streams in $closing; do
        rm -f kept
        # shellcheck disable=SC2086
        case $streams in
        0) "$scmp" ${1%OUT}kept <&- ;;
        1) "$scmp" ${1%OUT}kept >&- ;;
        2) "$scmp" ${1%OUT}kept 2>&- ;;
        01) "$scmp" ${1%OUT}kept <&- >&- ;;
        02) "$scmp" ${1%OUT}kept <&- 2>&- ;;
        12) "$scmp" ${1%OUT}kept >&- 2>&- ;;
        012) "$scmp" ${1%OUT}kept <&- >&- 2>&- ;;
        esac >/dev/null || { echo "closed: $streams"; return 1; }
        case $1 in sweep*) [ -s kept ] ;; *) cmp expected kept ;; esac || { echo "closed: $streams"; return 1; }
    done
}
case_ "streams: closed in any combination" every closed

printing='--help:help:help matmul:matmul --help:-V:info:info --json:matmul a.npy b.npy -o bad.npy --json
matmul a.npy b.npy -o -
matmul a.npy b.npy -o /dev/stdout:matmul a.npy b.npy --counts -:scales st b.npy -o -
smooth a.npy s.npy --side weight -o -
sequence --type sobol -o -:sequence --type sobol -o - --format csv:sweep a.npy b.npy --table --stoc-len 8 --csv bad.csv
sweep a.npy b.npy --csv - --stoc-len 8:sweep a.npy b.npy -o - --stoc-len 8
search --sc-prec 4 -o bad.json:search --sc-prec 4 -o -
calibrate a.npy -o -:calibrate a.npy -o /dev/stdout:matmul a.npy missing.npy -o bad.npy --json'
each_printing() {
    echo "$printing" | tr ':' '\n' | while IFS= read -r line; do "$@" "$line" || { echo "$line"; exit 1; }; done
}
# one_error LINE: the last command's exit code is 1, with one line, and there is no file.
one_error() {
    [ "$1" = 1 ] && [ "$(wc -l <print.err)" = 1 ] && grep -q '^scmp: cannot ' print.err && nothing_left ||
        { cat print.err; return 1; }
}
# shellcheck disable=SC2086 # words
closed_output() { "$scmp" $1 >&- 2>print.err; one_error $?; }
# shellcheck disable=SC2086
full_output() { "$scmp" $1 >/dev/full 2>print.err; one_error $?; }
# shellcheck disable=SC2086
broken_output() { { sleep 0.1; "$scmp" $1 2>print.err; echo $? >print.code; } | true; one_error "$(cat print.code)"; }
case_ "streams: standard output closed is an error of everything that prints" each_printing closed_output
if [ -c /dev/full ]; then
    case_ "streams: standard output full is an error of everything that prints" each_printing full_output
else
    skip "streams: standard output full is an error of everything that prints" "no /dev/full"
fi
case_ "streams: a pipe that nobody reads is an error of everything that prints" each_printing broken_output
closed_input() {
    "$scmp" matmul - b.npy -o bad.npy <&- 2>print.err
    one_error $? && grep -q 'read standard input' print.err
}
case_ "streams: standard input closed" closed_input

# --- Full disks -------------------------------------------------------------------------------------------------------

# The old file stays, and no new one is there. 512 bytes are too few for any output here.
limited() {
    is_state "$1" && return 0
    echo precious >kept && chmod 640 kept
    for target in kept bad.file; do
        # shellcheck disable=SC2086
        (ulimit -f 0 && "$scmp" ${1%OUT}$target >/dev/null 2>print.err)
        [ $? = 1 ] || return 1
        cat print.err
    done
    grep -q precious kept && [ "$(stat -c %a kept)" = 640 ] && nothing_left
}
case_ "full: a limit of file sizes leaves the old file" every limited
# The error's own line goes through a pipe, which has no limit.
limited_line() {
    (ulimit -f 0 && exec "$scmp" matmul a.npy b.npy -o bad.npy 2>&1) | cat >print.err
    [ "$(cat print.err)" = 'scmp: cannot write bad.npy: File too large' ] && nothing_left
}
case_ "full: one line" limited_line
several() {
    for line in 'matmul b.npy b.npy -o bad.npy --counts bad.s.npy' 'quantize a.npy -o bad' \
        'sweep a.npy b.npy --stoc-len 8 --csv bad.csv -o bad.html'; do
        # shellcheck disable=SC2086 # words; 1024 bytes are enough for some of the files
        (ulimit -f 2 && exec "$scmp" $line 2>&1) | cat >print.err
        cat print.err
        grep -q '^scmp: cannot write bad.*: File too large$' print.err && nothing_left || { echo "$line"; return 1; }
    done
}
case_ "full: of several outputs none is there" several
# The second of two cannot take its name: it is a folder by then.
all_or_none() {
    rm -rf kept second && echo precious >kept && mkdir second || return 1
    fails 1 'Is a directory' "$scmp" matmul a.npy b.npy -o second --counts kept && grep -q precious kept
}
case_ "outputs: all or none" all_or_none

# --- Signals ----------------------------------------------------------------------------------------------------------

closed_pipe() {
    { "$scmp" matmul big_a.npy big_a.npy -o - 2>pipe.err; echo $? >pipe.code; } | head -c 10 >/dev/null
    [ "$(cat pipe.code)" = 1 ] && [ "$(cat pipe.err)" = 'scmp: cannot write standard output: Broken pipe' ]
}
head -c $((512 * 1024 * 4)) /dev/zero | npy big_a.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (512, 1024), }"
case_ "outputs: a pipe that nobody reads any more" closed_pipe

# interrupted SIGNAL ARGUMENT...: a signal in the middle of work.
interrupted() {
    signal=$1
    shift
    "$scmp" "$@" >interrupt.out 2>interrupt.err &
    pid=$!
    waited=0
    until ls | grep -q '\.tmp$' || [ $waited = 100 ]; do sleep 0.1 && waited=$((waited + 1)); done
    kill -s "$signal" $pid
    wait $pid
    code=$?
    cat interrupt.err
    [ $code = 1 ] && grep -q '^scmp: .*\(cancelled\|interrupted\)' interrupt.err && [ "$(wc -l <interrupt.err)" = 1 ] &&
        nothing_left
}
case_ "Ctrl-C in a product leaves nothing" \
    interrupted INT matmul big_a.npy big_a.npy -o bad.npy --counts bad.s.npy --backend reference
case_ "SIGTERM in a sweep leaves nothing" \
    interrupted TERM sweep big_a.npy big_a.npy -o bad.html --csv bad.csv --backend reference
case_ "SIGHUP in a product leaves nothing" interrupted HUP matmul big_a.npy big_a.npy -o bad.npy --backend reference
waiting() {
    mkfifo fifo || return 1
    sleep 20 >fifo &
    sleeper=$!
    "$scmp" matmul fifo "$b" -o bad.npy 2>interrupt.err &
    pid=$!
    sleep 0.5
    kill -s INT $pid
    wait $pid
    code=$?
    kill $sleeper
    [ $code = 1 ] && grep -q '^scmp: .*\(cancelled\|interrupted\)' interrupt.err && nothing_left
}
case_ "Ctrl-C while waiting for a pipe" waiting

echo "1..$number"

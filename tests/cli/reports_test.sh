#!/bin/sh
# What reports say where there is no number, and what becomes of names that are no UTF-8. TAP. Argument: the build
# directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy

# float32 FILE ROWS COLUMNS VALUE: all elements alike.
float32() {
    python3 - "$@" <<'PY'
import struct, sys
name, rows, columns, value = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, columns)
header += ' ' * (-(len(header) + 11) % 64) + '\n'
with open(name, 'wb') as file:
    file.write(b'\x93NUMPY\1\0' + struct.pack('<H', len(header)) + header.encode())
    file.write(struct.pack('<d', value) * (rows * columns))
PY
}

# --- Numbers that are none --------------------------------------------------------------------------------------------

for value in 0 1 1e-170 1e170 1e-320; do float32 $value.npy 3 4 $value; done
float32 empty.npy 0 4 0

# One row of zeros and one of others, nothing at all, sums of squares beyond doubles and below them.
no_number() {
    for pair in '0 1' '1 0' '0 0' '1e170 1' '1e-170 1' '1e-320 1' '1e170 1e-170' '1 1e-170' 'empty 1' '1 empty'; do
        first=${pair% *}.npy second=${pair#* }.npy
        "$scmp" sweep "$first" "$second" -o r.html --csv r.csv --table --stoc-len 8,16 \
            --granularity per_row,per_tensor >r.txt 2>r.err || {
            grep -q 'not finite\|overflow\|finite' r.err && continue # products of doubles beyond float are refused
            cat r.err; return 1
        }
        ! grep -iE -- '(^|[^a-z])-?nan([^a-z]|$)' r.csv r.txt r.html || { echo "$pair"; return 1; }
        python3 - r.csv r.txt r.html <<'PY' || { echo "$pair"; return 1; }
import csv, html.parser, math, sys
data = [line for line in open(sys.argv[1]) if not line.startswith('#')]
for row in csv.DictReader(data):
    for key in ('mse', 'sqnr_db', 'relative_error'):
        assert row[key] == '' or not math.isnan(float(row[key])), row
table = [line for line in open(sys.argv[2]) if ' |' in line]
assert len(table) == 6, table
bars = {tuple(i for i, c in enumerate(line) if c == '|') for line in table}
assert len(bars) == 1, table
text = open(sys.argv[3]).read()
assert 'NaN' not in text and 'nan"' not in text and 'inf"' not in text.replace('>inf<', '')
PY
    done
}
case_ "reports: no number is an empty cell or inf, in columns that hold" no_number
closest() {
    "$scmp" sweep 0.npy 1.npy --table --stoc-len 8 >r.txt && ! grep closest r.txt || return 1
    "$scmp" sweep "$a" "$b" --table --stoc-len 64 >r.txt &&
        grep -q 'At 64 cycles, .* comes closest: [0-9.]* dB; .* has [0-9.]* dB' r.txt
}
case_ "reports: nothing comes closest without a number" closest
# Sums of squares that doubles do not hold are no reason for wrong ratios: scaled operands have the same errors.
scaled() {
    python3 - "$a" "$b" <<'PY' || return 1
import struct, sys
for name, target, factor in ((sys.argv[1], 'large_a.npy', 1e155), (sys.argv[2], 'large_b.npy', 1e-120),
                             (sys.argv[1], 'plain_a.npy', 1), (sys.argv[2], 'plain_b.npy', 1)):
    raw = open(name, 'rb').read()
    length = struct.unpack('<H', raw[8:10])[0]
    header, data = raw[10:10 + length], raw[10 + length:]
    header = header.replace(b"'<f4'", b"'<f8'")
    values = struct.unpack('<%df' % (len(data) // 4), data)
    power = round(3.321928094887362 * (len(str(int(factor))) - 1)) if factor > 1 else 0
    scaled = [float(v) * 2.0 ** power for v in values]
    if factor < 1: scaled = [v * 2.0 ** -399 for v in values]
    open(target, 'wb').write(raw[:10] + header + struct.pack('<%dd' % len(scaled), *scaled))
PY
    "$scmp" sweep plain_a.npy plain_b.npy --csv plain.csv --stoc-len 64 || return 1
    "$scmp" sweep large_a.npy plain_b.npy --csv large.csv --stoc-len 64 2>large.err ||
        { grep -q finite large.err; return; }
    cut -d , -f 1-4,6-7 plain.csv >want && cut -d , -f 1-4,6-7 large.csv | diff want -
}
case_ "reports: operands too large for sums of squares" scaled
searches() {
    for pair in '0 1' '0 0' 'empty 1'; do
        fails 1 'nothing to search for\|no error to make smaller\|shape' \
            "$scmp" search "${pair% *}.npy" "${pair#* }.npy" --sc-prec 4 -o bad.json &&
            ! grep -i nan fails.err || return 1
    done
    "$scmp" search --sc-prec 4 -o found.json >r.txt && ! grep -qi nan found.json r.txt &&
        python3 -m json.tool --no-ensure-ascii found.json >/dev/null
}
case_ "search: no number is not searched for" searches

# --- Names ------------------------------------------------------------------------------------------------------------

latin=$(printf 'caf\351') strange=$(printf 'a\001\033[31m\n<b>"&,\302\205\355\240\200')
utf8_only() {
    for file in "$@"; do iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || { od -c "$file" | head; return 1; }; done
}
no_controls() {
    ! LC_ALL=C tr -d '\n' <"$1" | LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177')]" ||
        { od -c "$1" | head -n 20; return 1; }
}
names() {
    for name in "$latin" "$strange"; do
        cp "$a" "$name.npy" && cp "$b" "$name.b.npy" || return 1
        "$scmp" search --sc-prec 5 --entries 33 -o "$name.json" >/dev/null || return 1
        "$scmp" calibrate "$name.npy" -o "$name.st" && "$scmp" scales "$name.st" "$name.b.npy" -o "$name.s.npy" ||
            return 1
        "$scmp" sweep "$name.npy" "$name.b.npy" --smooth "$name.s.npy" --config "$name.json,sobol_simple" --sc-prec 5 \
            --stoc-len 16,32 -o r.html --csv r.csv --table >r.txt 2>r.err
        code=$?
        case $name in
        *,*) [ $code = 1 ] ;;
        *) [ $code = 0 ] && utf8_only r.html r.csv r.txt && no_controls r.html && no_controls r.txt ;;
        esac || return 1
        "$scmp" sweep "$name.npy" "$name.b.npy" --title "$name" --stoc-len 16 -o r.html --csv r.csv --table >r.txt &&
            utf8_only r.html r.csv r.txt &&
            no_controls r.html && no_controls r.txt || return 1
        "$scmp" matmul "$name.npy" "$name.b.npy" --smooth "$name.s.npy" --config "$name.json" --sc-prec 5 \
            -o "$name.y.npy" --counts "$name.c.npy" --json >r.json && utf8_only r.json &&
            python3 -m json.tool r.json >/dev/null || return 1
        "$scmp" sequence --config "$name.json" --sc-prec 5 -o r.csv --format csv &&
            "$scmp" sequence --config "$name.json" --sc-prec 5 -o r.memh --format memh && utf8_only r.csv r.memh ||
            return 1
        [ "$(grep -vc '^[#0-9c]' r.csv)" = 0 ] || return 1
        "$scmp" export "$name.dir" "$name.npy" "$name.b.npy" --no-tables &&
            utf8_only "$name.dir/manifest.json" "$name.dir/sum.memh" && "$scmp" verify "$name.dir" >r.txt &&
            utf8_only r.txt || return 1
        [ "$(wc -l <r.txt)" = 1 ] || return 1
        fails 1 IO "$scmp" matmul "$name.no" "$b" -o bad.npy && utf8_only fails.err fails.json &&
            no_controls fails.err && python3 -m json.tool fails.json >/dev/null || return 1
        for line in "$name" "matmul a b --$name" "sweep a b -o bad.html --granularity $name" \
            "sequence -o bad.npy --type $name" "matmul a b -o bad.npy --stoc-len $name"; do
            # shellcheck disable=SC2086 # words
            "$scmp" $line 2>r.err
            [ $? = 2 ] && utf8_only r.err && no_controls r.err && [ "$(wc -l <r.err)" = 1 ] || return 1
        done
    done
}
case_ "names that are no UTF-8, or have control characters, in everything that is written" names
# What is UTF-8 stays as it is; each byte that is not becomes one U+FFFD.
kept() {
    title=$(printf 'Gr\303\266\303\237e \342\202\254 \360\237\230\200')
    "$scmp" sweep "$a" "$b" --title "$title" --stoc-len 8 -o r.html && grep -qF "<h1>$title</h1>" r.html || return 1
    for bytes in '\377' '\300\200' '\355\240\200' '\360\200\200\200' '\364\220\200\200' '\302' '\342\202' '\200'; do
        # shellcheck disable=SC2059
        "$scmp" sweep "$a" "$b" --title "<$(printf "$bytes")>" --stoc-len 8 -o r.html || return 1
        count=$(printf "$bytes" | wc -c)
        grep -qF "<h1>&lt;$(printf "%${count}s" '' | sed "s/ /$(printf '\357\277\275')/g")&gt;</h1>" r.html ||
            { echo "$bytes"; grep h1 r.html; return 1; }
    done
}
case_ "UTF-8 stays, each other byte is one replacement character" kept

echo "1..$number"

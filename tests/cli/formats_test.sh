#!/bin/sh
# Files that JSON or safetensors forbids are refused by every verb that reads them: configurations, statistics,
# manifests and states of searches. TAP. Argument: the build directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy

# variants GOOD CHECK: for every way in which a JSON text of several lines is no JSON, runs CHECK with the text in
# `bad.json` and the way as an argument. KEY is a top-level key of the text that may be there twice.
variants() {
    good=$1 key=$2
    shift 2
    mark=$(printf '\357\273\277')
    { cat "$good"; printf '\000'; } >text && "$@" "a zero byte behind it" || return 1
    { cat "$good"; printf '\000{"this is": not json'; } >text && "$@" "a zero byte and more" || return 1
    { printf '\000'; cat "$good"; } >text && "$@" "a zero byte in front" || return 1
    { printf %s "$mark"; cat "$good"; } >text && "$@" "a byte order mark" || return 1
    { cat "$good"; printf '{}'; } >text && "$@" "a second text" || return 1
    { cat "$good"; printf '}'; } >text && "$@" "a bracket behind it" || return 1
    { cat "$good"; printf '// end\n'; } >text && "$@" "a comment" || return 1
    sed "0,/{/s//{\"$key\": 1, /" "$good" >text && "$@" "a key twice" || return 1
    sed "0,/{/s//{\"x\": {\"y\": [{\"z\": 1, \"z\": 2}]}, /" "$good" >text && "$@" "a key twice, deep" || return 1
    sed "0,/{/s//{\"x\": NaN, /" "$good" >text && "$@" "NaN" || return 1
    sed "0,/{/s//{\"x\": 1e999, /" "$good" >text && "$@" "a number beyond double" || return 1
    sed "0,/{/s//{, /" "$good" >text && "$@" "a comma" || return 1
    { printf '{"x": "\351"}'; } >text && "$@" "no UTF-8" || return 1
    # Nested far deeper than anybody means.
    { head -c 100000 /dev/zero | tr '\000' '['; } >text && "$@" "too deep" || return 1
    : >text && "$@" "nothing"
}

refused_as_config() {
    fails 1 FORMAT "$scmp" matmul "$a" "$b" --config text -o bad.npy || { echo "$1"; return 1; }
    fails 1 FORMAT "$scmp" sequence --config text -o bad.npy &&
        fails 1 FORMAT "$scmp" export bad.dir "$a" "$b" --config text &&
        fails 1 FORMAT "$scmp" sweep "$a" "$b" --config text --csv bad.csv || { echo "$1"; return 1; }
}
configurations() {
    quiet "$scmp" export lines "$a" "$b" || return 1
    cp lines/config.json good.json
    variants good.json rng_pool refused_as_config || return 1
    # Blanks around it are JSON.
    { printf '\r\n\t '; cat good.json; printf ' \n\n'; } >blanks.json
    quiet "$scmp" matmul "$a" "$b" --config blanks.json -o y.npy
}
case_ "formats: configurations" configurations

refused_as_manifest() {
    cp text lines/manifest.json
    fails 1 FORMAT "$scmp" verify lines || { echo "manifest: $1"; return 1; }
    grep -q 'manifest.json' fails.err
}
refused_in_export() {
    cp text lines/config.json
    fails 1 FORMAT "$scmp" verify lines || { echo "config: $1"; return 1; }
}
manifests() {
    rm -rf lines
    quiet "$scmp" export lines "$a" "$b" || return 1
    cp lines/manifest.json manifest.json
    variants manifest.json format refused_as_manifest || return 1
    cp manifest.json lines/manifest.json
    cp lines/config.json good.json
    variants good.json sng refused_in_export
}
case_ "formats: manifests and configurations of exports" manifests

refused_as_state() {
    cp text state
    fails 1 FORMAT "$scmp" search --sc-prec 7 --evaluations 1 --state state -o bad.json || { echo "$1"; return 1; }
    cmp text state
}
states() {
    "$scmp" search --sc-prec 7 --evaluations 1 --state state -o found.json >/dev/null || return 1
    cp state good.state
    variants good.state seed refused_as_state || return 1
    { cat good.state; printf ' \n'; } >state
    "$scmp" search --sc-prec 7 --evaluations 1 --state state -o again.json >/dev/null && cmp found.json again.json
}
case_ "formats: states of searches" states

# statistics HEADER: a file with this header (printf's escapes) before the data of `good.st`.
statistics() {
    # shellcheck disable=SC2059 # escapes are meant
    printf "$1" >header
    length=$(wc -c <header)
    # shellcheck disable=SC2059 # two octal escapes
    printf "\\$(printf %03o $((length % 256)))\\$(printf %03o $((length / 256)))\\000\\000\\000\\000\\000\\000" >bad.st
    cat header data >>bad.st
    cp bad.st st && rm bad.st
}
refused_statistics() {
    statistics "$1"
    fails 1 FORMAT "$scmp" scales st "$b" -o bad.npy || { echo "$1"; return 1; }
}
statistics_files() {
    quiet "$scmp" calibrate "$a" -o good.st || return 1
    length=$(od -An -tu8 -N8 good.st | tr -d ' ')
    tail -c +$((length + 9)) good.st >data
    good=$(head -c $((length + 8)) good.st | tail -c "$length" | sed 's/ *$//')
    statistics "$good" && quiet "$scmp" scales st "$b" -o s.npy || return 1
    statistics "$good     " && quiet "$scmp" scales st "$b" -o s.npy || return 1
    for bad in " $good" "\\n$good" "\\357\\273\\277$good" "$good\\n" "$good\\t" "$good\\000" "$good\\000}" "$good}" \
        "$good$good" "[$good]" ''; do
        refused_statistics "$bad" || return 1
    done
    for edit in 's/"rows":/"rows":"7","rows":/' 's/"dtype":/"dtype":"F64","dtype":/' 's/^{/{"act_scales":{},/' \
        's/^{/{"__metadata__":{"format":"scmp-calib"},/' 's/"rows":/"note":7,"rows":/' \
        's/"rows":/"note":null,"rows":/' \
        's/\[0,/[1,/' 's/"shape":/"strides":[1],"shape":/' \
        's/}}$/},"more":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}/'; do
        edited=$(printf %s "$good" | sed "$edit")
        [ "$edited" = "$good" ] && { echo "changes nothing: $edit"; return 1; }
        refused_statistics "$edited" || return 1
    done
    { cat good.st; printf x; } >st && fails 1 FORMAT "$scmp" scales st "$b" -o bad.npy || return 1
    head -c -1 good.st >st && fails 1 FORMAT "$scmp" scales st "$b" -o bad.npy
}
case_ "formats: statistics" statistics_files

echo "1..$number"

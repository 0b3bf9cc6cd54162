#!/bin/sh
# scmp export and verify: what is written, made again and compared, and what a failure leaves. TAP. Argument: the build
# directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy

# exported CASE FLAG...: the sums of a reference vector, files that do not change, and checksums that hold.
exported() {
    name=$1
    shift
    rm -rf export again
    quiet "$scmp" export export "$golden/$name/a.npy" "$golden/$name/b.npy" --format npy "$@" &&
        quiet "$scmp" export again "$golden/$name/a.npy" "$golden/$name/b.npy" --format npy "$@" || return 1
    diff -r export again || { echo "two exports differ: $name"; return 1; }
    quiet "$scmp" matmul "$golden/$name/a.npy" "$golden/$name/b.npy" --counts counts.npy "$@" || return 1
    numbers d4 counts.npy >want
    numbers d4 export/sum.npy >got
    cmp want got || { echo "sums: $name"; return 1; }
    "$scmp" verify export || return 1
    for file in export/*; do
        [ "$file" = export/manifest.json ] || grep -qF "$(sha256sum "$file" | cut -c 1-64)" export/manifest.json ||
            { echo "no checksum of $file"; return 1; }
    done
}

exports() {
    exported headline_short_stream --stoc-len 64 && exported headline_per_row_bipolar_3d &&
        exported headline_per_tensor_unipolar_2d --mode unipolar --granularity per_tensor &&
        exported shape_d1 --config sobol_tuned --halve
}
case_ "export: sums, checksums, the same bytes again" exports

# One file of numbers and what its lines say.
export_text() {
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" --sc-prec 3 --stoc-len 6 \
        --scramble off || return 1
    printf '0\n4\n6\n2\n3\n7\n' >want
    grep -v '^//' export/left_sequence.memh >got
    diff want got || return 1
    grep -q '^// shape (1, 6), axes table,draw, the last runs fastest; 3 bits a number$' export/left_sequence.memh ||
        { head export/left_sequence.memh; return 1; }
    [ "$(grep -vc '^//' export/table.memh)" = 16 ] || return 1
    rm -rf export
    quiet "$scmp" export export "$a" "$b" --no-tables || return 1
    [ ! -e export/table.memh ] && "$scmp" verify export || return 1
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" --sc-prec 3 --stoc-len 6 \
        --scramble off --format csv || return 1
    [ "$(grep -v '^#' export/left_sequence.csv | sed -n 2,4p | tr '\n' ' ')" = '0,0,0 0,1,4 0,2,6 ' ] || return 1
    "$scmp" verify export
}
case_ "export: memh and csv" export_text

# parameters FILE FLAG...: an export's parameters.svh has these lines.
parameters() {
    wanted=$1
    shift
    rm -rf export
    quiet "$scmp" export export "$@" --no-tables || return 1
    for line in $wanted; do
        pattern=$(echo "$line" | sed 's/[][]/\\&/g')
        tr -d ' ' <export/parameters.svh | sed 's/;.*//' | grep -x "localparam$pattern" ||
            { echo "no $line"; return 1; }
    done
}
export_parameters() {
    parameters 'intP=4 intL=6 intN=7 intM=8 intD=30 intBATCH=1 intSCRAMBLE=3 intBIPOLAR=0 intUNIFORM=1 intRIGHT_KIND=0
        bit[9:0]RIGHT_FIRST=11 bit[99:0]RIGHT_SEEDS={10.d0,10.d0,10.d0,10.d0,10.d0,10.d0,10.d15,10.d3,10.d3,10.d1}' \
        "$golden/config_mixed_chunk/a.npy" "$golden/config_mixed_chunk/b.npy" --sc-prec 4 --stoc-len 6 --mode unipolar \
        --config sobol_tuned &&
        parameters 'intBATCH=2 intUNIFORM=1 intLEFT_KIND=1 bit[9:0]LEFT_TAPS=135 bit[9:0]LEFT_FIRST=125
            bitLEFT_COMPLEMENT=0
            bit[39:0]RIGHT_PERMUTATION={4.d9,4.d8,4.d0,4.d1,4.d2,4.d3,4.d4,4.d5,4.d6,4.d7}' \
            "$golden/config_true_random/a.npy" "$golden/config_true_random/b.npy" --config lfsr_default &&
        parameters 'intUNIFORM=0 intCHUNK_D=12' "$golden/config_mixed_chunk/a.npy" "$golden/config_mixed_chunk/b.npy" \
            --sc-prec 6 --chunk-d 12 --config "$golden/config_mixed_chunk/config.json" &&
        parameters 'intUNIFORM=0' "$golden/config_lfsr_each/a.npy" "$golden/config_lfsr_each/b.npy" --sc-prec 6 \
            --config "$golden/config_lfsr_each/config.json"
}
case_ "export: parameters for SystemVerilog" export_parameters

chunked_export() {
    rm -rf export
    quiet "$scmp" export export "$golden/headline_chunk_d/a.npy" "$golden/headline_chunk_d/b.npy" --chunk-d 7 \
        --format csv || return 1
    grep -q '^chunk,n,m,value$' export/sum.csv && "$scmp" verify export
}
case_ "export: chunks" chunked_export

# A byte changed in any file, or a file gone, is found.
verifies() {
    rm -rf export
    quiet "$scmp" export export "$golden/len64_per_head/a.npy" "$golden/len64_per_head/b.npy" --granularity per_head ||
        return 1
    for file in export/*; do
        cp "$file" kept
        printf x >>"$file"
        fails 1 FORMAT "$scmp" verify export || { echo "longer: $file"; return 1; }
        rm "$file"
        fails 1 IO "$scmp" verify export || { echo "gone: $file"; return 1; }
        cp kept "$file"
    done
    sed -i '$s/^./f/' export/sum.memh
    fails 1 FORMAT "$scmp" verify export && grep -q 'sum.memh differs' fails.err
}
case_ "verify: any file changed or missing" verifies

bad_manifests() {
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" || return 1
    cp export/manifest.json kept
    for edit in 's/"scmp-export"/"other"/' 's/"format_version": 1/"format_version": 2/' 's/"memh"/"elf"/' \
        's/"sc_prec": 8/"sc_prec": "8"/' 's/"options"/"choices"/' 's/{/[/' 's/"stoc_len": 256/"stoc_len": 128/'; do
        sed "$edit" kept >export/manifest.json
        fails 1 FORMAT "$scmp" verify export || { echo "$edit"; return 1; }
    done
    # Refused as what it is, before anything is compared.
    sed 's/"format_version": 1/"format_version": 2/' kept >export/manifest.json
    fails 1 'is no manifest: .*later version' "$scmp" verify export || return 1
    sed 's/"sc_prec": 8/"sc_prec": 11/' kept >export/manifest.json
    fails 1 INVALID_ARGUMENT "$scmp" verify export || fails 1 INVALID_CONFIG "$scmp" verify export
}
case_ "verify: manifests of another kind" bad_manifests

export_refuses() {
    fails 1 'cannot open' "$scmp" export bad.dir missing.npy "$b" &&
        fails 1 'D = ' "$scmp" export bad.dir "$golden/shape_d1/a.npy" "$b" &&
        fails 2 stoc_len "$scmp" export bad.dir "$a" "$b" --stoc-len 1000 &&
        fails 2 vhdl "$scmp" export bad.dir "$a" "$b" --format vhdl && fails 2 'needs B' "$scmp" export bad.dir "$a" &&
        fails 1 missing "$scmp" verify missing && fails 1 'Not a directory' "$scmp" export /dev/null/x "$a" "$b"
}
case_ "export: what it refuses" export_refuses

# sums FOLDER: what is in it, by name, content and permissions.
sums() { (cd "$1" && ls -lA | tr -s ' ' | cut -d ' ' -f 1,5,9 && find . -type f -exec sha256sum {} + | sort); }

# A limit of file sizes stands for a full disk: the tables are the largest file.
export_fails() {
    ulimit -f 64 || return 1
    fails 1 'File too large' "$scmp" export bad.deep/er/folder "$a" "$b" &&
        fails 1 'File too large' "$scmp" export bad.dir/ "$a" "$b"
}
export_keeps() {
    rm -rf export before
    quiet "$scmp" export export "$a" "$b" --stoc-len 16 --no-tables && echo mine >export/mine && sums export >before ||
        return 1
    (ulimit -f 64 && fails 1 'File too large' "$scmp" export export "$b" "$a") && sums export | cmp - before || return 1
    # One of its files cannot be replaced: those before it are as they were.
    rm export/sum.memh && mkdir export/sum.memh && sums export >before || return 1
    fails 1 'Is a directory' "$scmp" export export "$b" "$a" && sums export | cmp - before && rmdir export/sum.memh
}
case_ "export: a failure leaves no folder" eval '(export_fails)'
case_ "export: a failure leaves a folder as it was" export_keeps
export_links() {
    rm -rf real link
    ln -s real/inner link && quiet "$scmp" export link "$a" "$b" && [ -L link ] && "$scmp" verify real/inner &&
        rm link || return 1
    (umask 077 && quiet "$scmp" export private "$a" "$b") &&
        [ "$(ls -ld private private/sum.memh | cut -c 1-10 | tr '\n' ' ')" = 'drwx------ -rw------- ' ]
}
case_ "export: through a link that leads nowhere yet, under an umask" export_links

echo "1..$number"

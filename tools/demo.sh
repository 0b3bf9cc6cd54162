#!/bin/sh
# The main job on a real layer, by the program in build/: a table, a plot, and in words what they show.
set -eu
cd -- "$(dirname -- "$0")/.."
. tools/steps.sh

# db GRANULARITY SMOOTHING STREAMS CYCLES: signal to noise out of the report's data, in dB.
db() {
    awk -F, -v key="$1,$2,$3,$4" '$1 "," $2 "," $3 "," $4 == key { printf "%.1f", $6 }' build/demo/report.csv
}

data=tests/data/minilm
layer=0_mlp_up
mkdir -p build/demo
step 'calibrate on real activations' build/scmp calibrate $data/calib_$layer.npy -o build/demo/$layer.calib
step 'compute smoothing scales' build/scmp scales build/demo/$layer.calib $data/weight_$layer.npy \
    -o build/demo/$layer.scales.npy
echo
echo "The first MLP layer of all-MiniLM-L6-v2 on other sentences than it was calibrated on."
build/scmp sweep $data/eval_$layer.npy $data/weight_$layer.npy --smooth build/demo/$layer.scales.npy \
    --granularity per_row,per_tensor,per_head --config sobol_simple,sobol_tuned --stoc-len 32,64,128,256 \
    --title 'SC products of a real layer' --table -o build/demo/report.html --csv build/demo/report.csv
default=$(db per_row no sobol_simple 256) tuned=$(db per_row no sobol_tuned 256)
smooth=$(db per_row yes sobol_tuned 256)
tensor=$(db per_tensor no sobol_tuned 256) tensor_smooth=$(db per_tensor yes sobol_tuned 256)
cat <<END

What to learn: with the same multipliers and 256 cycles, the default streams reach $default dB and better chosen ones
(sobol_tuned) $tuned dB; SmoothQuant makes that $smooth dB. Where all rows share one scale, so that an outlier channel
sets it for everybody, smoothing counts for more: $tensor dB become $tensor_smooth dB.

The same as a plot: build/demo/report.html
END

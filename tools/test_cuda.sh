# ./run test --cuda, sourced: what tests/cuda/RUNS.md asks for. The tests that use a GPU where there is one, with the
# kernels that the library chooses and with each that can be asked for, and once more under compute-sanitizer.
# shellcheck shell=sh
# shellcheck disable=SC2086,SC2154 # lists are meant to be split; log and lists are those of run

cuda_kernels='rows bytes bits wgmma' # what SCMP_CUDA_KERNEL can ask for

# run_tests_with_kernel NAME: the tests of every option with one kernel, where it is to be had.
run_tests_with_kernel() {
    data=tests/data/minilm
    export SCMP_CUDA_KERNEL="$1"
    if build/cuda/src/cli/scmp matmul $data/eval_0_mlp_up.npy $data/weight_0_mlp_up.npy --backend cuda --json \
        -o build/cuda/probe.npy >build/log/cuda-kernel.json 2>build/log/cuda-kernel.txt; then
        echo "SCMP_CUDA_KERNEL=$1 ran$(sed -n 's/.*"kernel": *"\([^"]*\)".*/ \1/p' build/log/cuda-kernel.json)" >&2
        run_tests build/cuda "$(printf '%s\n' golden property)" "cuda-$1" --timeout-multiplier 2
    else
        why=$(cat build/log/cuda-kernel.txt)
        case $why in
        *UNSUPPORTED*) echo "SCMP_CUDA_KERNEL=$1: left out: $why" >&2 ;;
        *) echo "SCMP_CUDA_KERNEL=$1: FAILED: $why" >&2; kernel_failed=yes ;;
        esac
    fi
    unset SCMP_CUDA_KERNEL
}

run_test_cuda() {
    step 'configure with CUDA' configure build/cuda -Dcuda=enabled -Dcli=enabled -Dtests=enabled -Dbench=disabled
    build_tests 'build with CUDA (minutes)' build/cuda
    build/cuda/src/cli/scmp info --json >build/log/cuda-info.json
    grep -q '"cuda": true' build/log/cuda-info.json || {
        echo 'this machine has no CUDA device that the build can use' >&2
        exit 1
    }
    logs=
    words=$(printf '%s\n' golden property environment context cuda)
    run_tests build/cuda "$words" cuda --timeout-multiplier 2
    for kernel in $cuda_kernels; do run_tests_with_kernel $kernel; done
    sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null || true)
    if [ -n "$sanitizer" ]; then
        for tool in memcheck racecheck synccheck; do
            try "compute-sanitizer $tool" "$sanitizer" --tool $tool --error-exitcode 99 \
                build/cuda/tests/cuda/device_test || sanitizer_failed=yes
        done
    else
        echo 'compute-sanitizer: skipped, it was not found' >&2
    fi
    nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || true
    date +%Y-%m-%d
    python3 tests/summary.py $logs
    [ -z "${sanitizer_failed:-}${kernel_failed:-}" ]
}

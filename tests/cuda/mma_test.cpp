// The host's matrix instructions against plain products of integers, with the manual's layouts written out once more;
// what the kernels make of them; the choice of a count method.
#include <set>
#include <vector>

#include "base/error.h"
#include "cuda/block/bits.h"
#include "cuda/block/gemm.h"
#include "cuda/host/choice.h"
#include "host_block.h"
#include "support/test.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

// --- Instructions ---------------------------------------------------------------------------------------------------

// Each element has one place, each place one element, and a register has neighbours of one row of A, or column of B.
void layouts() {
    for (const mma::Kind &kind : {mma::bytes, mma::bits}) {
        std::set<std::pair<int, int>> a, b, c;
        for (int lane = 0; lane < 32; lane++) {
            for (int i = 0; i < 4 * kind.in_word; i++) {
                const mma::Place at = of_a(kind, lane, i), first = of_a(kind, lane, i - i % kind.in_word);
                check(at.row == first.row && at.column == first.column + i % kind.in_word, "a register of A");
                check(first.column % kind.in_word == 0, "a register of A is no word");
                a.insert({at.row, at.column});
            }
            for (int i = 0; i < 2 * kind.in_word; i++) {
                const mma::Place at = of_b(kind, lane, i), first = of_b(kind, lane, i - i % kind.in_word);
                check(at.column == first.column && at.row == first.row + i % kind.in_word, "a register of B");
                check(first.row % kind.in_word == 0, "a register of B is no word");
                b.insert({at.row, at.column});
            }
            for (int i = 0; i < 4; i++) c.insert({mma::of_c(lane, i).row, mma::of_c(lane, i).column});
        }
        check(a.size() == std::size_t(16 * kind.k) && a.rbegin()->first == 15 && a.rbegin()->second == kind.k - 1, "A");
        check(b.size() == std::size_t(8 * kind.k) && b.rbegin()->first == kind.k - 1 && b.rbegin()->second == 7, "B");
        check(c.size() == 16 * 8 && c.rbegin()->first == 15 && c.rbegin()->second == 7, "C");
    }
}

// A matrix of small integers.
struct Matrix {
    int rows, columns;
    std::vector<int> of;

    Matrix(int r, int c) : rows(r), columns(c), of(std::size_t(r * c)) {}
    int &at(int r, int c) { return of[std::size_t(r * columns + c)]; }
    void fill(Random &random, int low, int high) {
        for (int &x : of) x = static_cast<int>(random.whole(low, high));
    }
};
// sum over k of a[m][k] * b[n][k]
int product(Matrix &a, Matrix &b, int m, int n) {
    int sum = 0;
    for (int k = 0; k < a.columns; k++) sum += a.at(m, k) * b.at(n, k);
    return sum;
}

// mma m16n8k32 of signed bytes: a0 .. a15, b0 .. b7, c0 .. c3 as the manual has them.
void products_of_bytes() {
    Random random("mma bytes");
    for (int round = 0; round < 20; round++) {
        Matrix a(16, 32), b(8, 32), c(16, 8);
        a.fill(random, -128, 127);
        b.fill(random, -128, 127);
        c.fill(random, -1000, 1000);
        cuda::LeftFragment left[32] = {};
        cuda::RightFragment right[32] = {};
        cuda::SumFragment sum[32] = {};
        for (int lane = 0; lane < 32; lane++) {
            const int group = lane / 4, quad = lane % 4;
            for (int i = 0; i < 16; i++) {
                const int row = i < 4 || (8 <= i && i < 12) ? group : group + 8;
                const int column = i < 8 ? quad * 4 + (i & 3) : quad * 4 + (i & 3) + 16;
                left[lane].of[i / 4] |= std::uint32_t(std::uint8_t(a.at(row, column))) << (i % 4 * 8);
            }
            for (int i = 0; i < 8; i++) {
                const int row = i < 4 ? quad * 4 + (i & 3) : quad * 4 + (i & 3) + 16;
                right[lane].of[i / 4] |= std::uint32_t(std::uint8_t(b.at(group, row))) << (i % 4 * 8);
            }
            for (int i = 0; i < 4; i++) sum[lane].of[i] = c.at(i < 2 ? group : group + 8, quad * 2 + (i & 1));
        }
        mma::multiply(
            mma::bytes, [&](int lane) -> auto & { return sum[lane]; }, [&](int lane) -> auto & { return left[lane]; },
            [&](int lane) -> auto & { return right[lane]; });
        for (int lane = 0; lane < 32; lane++)
            for (int i = 0; i < 4; i++) {
                const int row = lane / 4 + (i < 2 ? 0 : 8), column = lane % 4 * 2 + i % 2;
                const int want = c.at(row, column) + product(a, b, row, column);
                check(sum[lane].of[i] == want,
                      format("row %d, column %d: %d, not %d", row, column, sum[lane].of[i], want));
            }
    }
}

// mma m16n8k256 of bits: a0 .. a127, b0 .. b63.
void products_of_bits() {
    Random random("mma bits");
    for (int round = 0; round < 20; round++) {
        Matrix a(16, 256), b(8, 256);
        a.fill(random, 0, 1);
        b.fill(random, 0, 1);
        cuda::LeftFragment left[32] = {};
        cuda::RightFragment right[32] = {};
        cuda::SumFragment sum[32] = {};
        for (int lane = 0; lane < 32; lane++) {
            const int group = lane / 4, quad = lane % 4;
            for (int i = 0; i < 128; i++) {
                const int row = i < 32 || (64 <= i && i < 96) ? group : group + 8;
                const int column = i < 64 ? quad * 32 + (i & 31) : quad * 32 + (i & 31) + 128;
                left[lane].of[i / 32] |= std::uint32_t(a.at(row, column)) << (i % 32);
            }
            for (int i = 0; i < 64; i++) {
                const int row = i < 32 ? quad * 32 + (i & 31) : quad * 32 + (i & 31) + 128;
                right[lane].of[i / 32] |= std::uint32_t(b.at(group, row)) << (i % 32);
            }
        }
        for (int twice = 1; twice <= 2; twice++) {
            mma::multiply(
                mma::bits, [&](int lane) -> auto & { return sum[lane]; },
                [&](int lane) -> auto & { return left[lane]; }, [&](int lane) -> auto & { return right[lane]; });
            for (int lane = 0; lane < 32; lane++)
                for (int i = 0; i < 4; i++)
                    check(sum[lane].of[i] == twice * product(a, b, lane / 4 + (i < 2 ? 0 : 8), lane % 4 * 2 + i % 2),
                          "a sum of bits");
        }
    }
}

// wgmma m64n128k256: bit k of column n is bit k % 8 of byte (k % 128) / 8 of row n % 8 of its core matrix.
void products_of_groups() {
    Random random("wgmma");
    for (int round = 0; round < 5; round++) {
        Matrix a(64, 256), b(128, 256);
        a.fill(random, 0, 1);
        b.fill(random, 0, 1);
        const int start = 4096, along_k = 2048, along_n = 128;
        std::vector<unsigned char> shared(start + cuda::group_step_bytes, 0);
        for (int n = 0; n < 128; n++)
            for (int k = 0; k < 256; k++) {
                const int at = start + k / 128 * along_k + n / 8 * along_n + n % 8 * 16 + k % 128 / 8;
                shared[std::size_t(at)] |= static_cast<unsigned char>(b.at(n, k) << (k % 8));
            }
        std::vector<cuda::LeftFragment> left(128);
        std::vector<cuda::GroupSums> sum(128);
        for (int lane = 0; lane < 128; lane++)
            for (int i = 0; i < 128; i++) {
                const int row = lane / 32 * 16 + lane % 32 / 4 + (i / 32 % 2) * 8;
                left[std::size_t(lane)].of[i / 32] |= std::uint32_t(a.at(row, lane % 4 * 32 + i % 32 + i / 64 * 128))
                                                      << (i % 32);
            }
        mma::multiply_group(
            cuda::group_descriptor(start),
            shared.data(), [&](int lane, int j) -> auto & { return sum[std::size_t(lane)].of[j]; },
            [&](int lane) -> auto & { return left[std::size_t(lane)]; });
        for (int lane = 0; lane < 128; lane++)
            for (int j = 0; j < 16; j++)
                for (int i = 0; i < 4; i++)
                    check(sum[std::size_t(lane)].of[j].of[i] ==
                              product(a, b, lane / 32 * 16 + lane % 32 / 4 + i / 2 * 8, j * 8 + lane % 4 * 2 + i % 2),
                          "a sum of a group");
    }
    // Address 0x1230, 2048 bytes along the inner dimension, 128 along columns, in units of 16 bytes.
    check(cuda::group_descriptor(0x1230) == 0x0000'0008'0080'0123, "a descriptor");
}

void thermometers() {
    for (int ones = -40; ones <= 80; ones++) {
        std::uint32_t want = 0;
        for (int bit = 0; bit < 32; bit++) want |= (bit < ones ? 1U : 0U) << bit;
        check(cuda::thermometer(ones) == want, format("a thermometer of %d", ones));
    }
}

// --- Kernels that are used as a part of others -----------------------------------------------------------------------

void gemms() {
    Random random("gemm");
    for (int round = 0; round < 40; round++) {
        const int n = static_cast<int>(random.whole(1, 140)), m = static_cast<int>(random.whole(1, 140));
        const int d = static_cast<int>(random.whole(1, 60)) * cuda::unit_bytes;
        Matrix a(n, d), b(m, d);
        a.fill(random, -128, 127);
        b.fill(random, -128, 127);
        std::vector<std::int64_t> storage_a(std::size_t(n * d / 8)), storage_b(std::size_t(m * d / 8));
        auto *bytes_a = reinterpret_cast<std::int8_t *>(storage_a.data());
        auto *bytes_b = reinterpret_cast<std::int8_t *>(storage_b.data());
        for (std::size_t i = 0; i < a.of.size(); i++) bytes_a[i] = static_cast<std::int8_t>(a.of[i]);
        for (std::size_t i = 0; i < b.of.size(); i++) bytes_b[i] = static_cast<std::int8_t>(b.of[i]);
        std::vector<std::int32_t> sums(std::size_t(n * m), 7);
        const int stage = cuda::stage_units * cuda::unit_bytes;
        const int split = static_cast<int>(random.whole(1, (d + stage - 1) / stage)) * stage;
        const cuda::Tiling tiling{1, n, m, 0, d, cuda::tiles_of(d, split), split};
        const HostBlock block(0, 1, sizeof(cuda::GemmStage), random);
        run_block(block, cuda::GemmArgs{tiling, bytes_a, bytes_b, sums.data()});
        for (int i = 0; i < n; i++)
            for (int j = 0; j < m; j++)
                check(sums[std::size_t(i * m + j)] == 7 + product(a, b, i, j),
                      format("%d x %d x %d, split %d: sum (%d, %d) is %d, not %d", n, m, d, split, i, j,
                             sums[std::size_t(i * m + j)], 7 + product(a, b, i, j)));
    }
}

// --- Choice ---------------------------------------------------------------------------------------------------------

cuda::Device device_of(int capability) {
    cuda::Device device;
    device.index = 3;
    device.capability = capability;
    return device;
}

void the_default_is_rows() {
    for (const int capability : {75, 80, 86, 89, 90, 100, 103, 120, 121})
        for (const std::int64_t n : {1, 128, 4096})
            for (const int stoc_len : {16, 64, 256, 1024})
                check(choose(device_of(capability), {n, 4096, stoc_len, 128}) == cuda::CountMethod::rows,
                      format("capability %d: another method than rows, is it in tests/cuda/RUNS.md?", capability));
}

// Of those that a device runs; what it takes by itself has been proven, too.
void highest_ceilings() {
    using cuda::CountMethod;
    const auto is = [](int capability, const cuda::CountShape &shape, CountMethod want) {
        CountMethod got = CountMethod::rows;
        for (const CountMethod method : cuda::all_methods)
            if (ceiling(method, capability, shape) > ceiling(got, capability, shape)) got = method;
        check(got == want,
              format("capability %d, n %lld, L %d, %d codes: %s, not %s", capability, static_cast<long long>(shape.n),
                     shape.stoc_len, shape.codes, method_name(got), method_name(want)));
    };
    for (const int stoc_len : {16, 32, 64, 128, 256}) {
        is(90, {4096, 4096, stoc_len, 128}, CountMethod::wgmma);
        is(100, {4096, 4096, stoc_len, 128}, CountMethod::bytes);
        is(120, {4096, 4096, stoc_len, 128}, CountMethod::bytes);
        is(80, {4096, 4096, stoc_len, 128}, CountMethod::bits);
    }
    is(89, {4096, 4096, 64, 128}, CountMethod::bits);
    is(89, {4096, 4096, 256, 128}, CountMethod::bytes);
    is(120, {4096, 4096, 1024, 512}, CountMethod::rows); // residuals may not fit
    is(120, {1, 4096, 256, 128}, CountMethod::rows);     // tiles would be empty
    is(75, {4096, 4096, 16, 128}, CountMethod::rows);
}

void forced() {
    for (const int capability : {75, 80, 87, 90, 100, 120})
        for (const cuda::CountMethod method : cuda::all_methods) {
            cuda::Device device = device_of(capability);
            if (!runs(method, capability)) continue;
            force_method(device, {"kernel", method_name(method)});
            check(device.forced == method, "another method is forced");
            const cuda::CountShape fits{100, 100, 256, 128};
            check(choose(device, fits) == method, "a forced method is not taken");
            force_method(device, {"kernel", ""});
            check(!device.forced, "an empty name forces something");
        }
    const auto refused = [](int capability, const char *name, const std::string &sentence) {
        cuda::Device device = device_of(capability);
        try {
            force_method(device, {"kernel", name});
        } catch (const scmp::Error &error) {
            check(error.status() == SCMP_ERROR_UNSUPPORTED && error.what() == sentence,
                  std::string("another sentence: ") + error.what());
            return;
        }
        test::fail(std::string(name) + " is taken");
    };
    refused(120, "bits",
            "kernel = bits is no count kernel of CUDA device 3, compute capability 12.0, which has: rows, bytes");
    refused(86, "wgmma",
            "kernel = wgmma is no count kernel of CUDA device 3, compute capability 8.6, which has: rows, "
            "bytes, bits");
    refused(90, "fast",
            "kernel = fast is no count kernel of CUDA device 3, compute capability 9.0, which has: rows, "
            "bytes, bits, wgmma");
    refused(75, "Rows", "kernel = Rows is no count kernel of CUDA device 3, compute capability 7.5, which has: rows");
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_mma",
               {{"layouts of registers", layouts},
                {"products of bytes", products_of_bytes},
                {"products of bits", products_of_bits},
                {"products of a group of warps", products_of_groups},
                {"thermometers", thermometers},
                {"the kernel for products of bytes", gemms},
                {"the default is rows", the_default_is_rows},
                {"which method has the highest ceiling", highest_ceilings},
                {"forced methods", forced}},
               argc, argv);
}

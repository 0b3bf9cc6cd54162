// Any options, shapes, strides and values: an error with a sentence, or the same bits from both backends; and nothing
// is read or written beside the tensors (AddressSanitizer watches).
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "bytes.h"
#include "scmp/scmp.h"

namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

scmp_ctx *make_context(scmp_backend backend, int threads) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = backend;
    options.threads = threads;
    scmp_ctx *ctx = nullptr;
    require(scmp_ctx_create(&options, &ctx) == SCMP_OK, "a context can be created");
    return ctx;
}

// A view with memory that holds exactly what its strides reach.
struct Operand {
    scmp_tensor view{};
    std::vector<std::uint8_t> memory;
};

void fill(std::vector<std::uint8_t> &memory, scmp_dtype dtype, Bytes &bytes) {
    if (scmp_dtype_size(dtype) == 0) return;
    const bool raw = bytes.byte() > 200; // any bit pattern, NaN and infinity too
    for (std::size_t i = 0; i + scmp_dtype_size(dtype) <= memory.size(); i += scmp_dtype_size(dtype)) {
        if (raw) {
            for (std::size_t k = 0; k < scmp_dtype_size(dtype); k++) memory[i + k] = bytes.byte();
            continue;
        }
        const double value = (bytes.byte() - 128) * 0.03125 * (bytes.byte() < 16 ? 60 : 1);
        const auto f32 = static_cast<float>(value);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &f32, sizeof bits);
        const auto bf16 = static_cast<std::uint16_t>(bits >> 16);
        switch (dtype) {
        case SCMP_F64:
            std::memcpy(&memory[i], &value, 8);
            break;
        case SCMP_F32:
            std::memcpy(&memory[i], &f32, 4);
            break;
        case SCMP_BF16:
            std::memcpy(&memory[i], &bf16, 2);
            break;
        default:
            break; // zeros
        }
    }
}

Operand make_operand(Bytes &bytes, int rank, const std::int64_t *shape) {
    Operand operand;
    scmp_tensor &view = operand.view;
    view.dtype = bytes.pick({SCMP_F32, SCMP_F64, SCMP_F16, SCMP_BF16, SCMP_I8, static_cast<scmp_dtype>(99)});
    view.device = bytes.pick({0, 0, 0, 0, 0, 0, 1, -1});
    view.rank = rank;
    std::int64_t below = 0, above = 0, contiguous = 1; // elements reached before and after data
    for (int axis = std::min(rank, SCMP_MAX_RANK) - 1; axis >= 0; axis--) {
        view.shape[axis] = shape[axis];
        view.strides[axis] = bytes.pick<std::int64_t>({contiguous, -contiguous, 0, 1, 17, -3, largest});
        const bool small = shape[axis] >= 0 && shape[axis] < 1000;
        contiguous *= small ? std::max<std::int64_t>(shape[axis], 1) : 1;
        if (!small || shape[axis] < 2) continue;
        if (view.strides[axis] == largest) view.strides[axis] = shape[axis] > 2 ? largest : 1; // overflows, or does not
        if (view.strides[axis] == largest) continue;
        const std::int64_t reach = (shape[axis] - 1) * view.strides[axis];
        (reach < 0 ? below : above) += reach;
    }
    const auto element = static_cast<std::int64_t>(std::max<std::size_t>(scmp_dtype_size(view.dtype), 1));
    operand.memory.resize(static_cast<std::size_t>((above - below + 1) * element));
    fill(operand.memory, view.dtype, bytes);
    view.data = operand.memory.data() - below * element;
    return operand;
}

scmp_matmul_options make_options(Bytes &bytes, std::int64_t d) {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.granularity = static_cast<scmp_granularity>(bytes.pick({0, 1, 2, 3, -1}));
    options.mode = static_cast<scmp_mode>(bytes.pick({0, 1, 1, 2}));
    options.sc_prec = bytes.pick({4, 8, 5, 3, 2, 1, 7, 10, 0, 11});
    options.stoc_len = bytes.byte() < 128 ? SCMP_NOT_GIVEN : bytes.number(-2, 1030);
    options.rng_levels = bytes.byte() < 128 ? SCMP_NOT_GIVEN : bytes.number(-2, 16400);
    options.halve = bytes.byte() & 1;
    options.chunk_d = bytes.pick<std::int64_t>({0, 0, 1, 2, 5, d, -1, largest});
    options.group_a = bytes.pick<std::int64_t>({1, 2, 3, largest, 0, -1});
    options.group_b = bytes.pick<std::int64_t>({1, 2, 3, largest, 0, -1});
    options.scramble = static_cast<scmp_scramble>(bytes.number(0, 6));
    if (bytes.byte() == 255) options.size = bytes.byte();
    return options;
}

struct Outcome {
    scmp_status status;
    std::vector<std::uint32_t> y;
    std::vector<std::int64_t> sums;
    bool operator==(const Outcome &) const = default;
};

Outcome run(scmp_ctx *ctx, const Operand &a, const Operand &b, scmp_matmul_options options, bool counts,
            std::size_t size, int rank, const std::int64_t *shape) {
    Outcome outcome{SCMP_OK, std::vector<std::uint32_t>(size, 0x7fc12345), std::vector<std::int64_t>(size, -77)};
    const scmp_tensor y = scmp_tensor_nd(SCMP_F32, outcome.y.data(), rank, shape);
    const scmp_tensor sums = scmp_tensor_nd(SCMP_I64, outcome.sums.data(), rank, shape);
    if (counts) options.counts = &sums;
    const Outcome before = outcome;
    outcome.status = scmp_matmul(ctx, &a.view, &b.view, &options, &y);
    require(outcome.status != SCMP_ERROR_INTERNAL, "no defect is reported");
    if (outcome.status != SCMP_OK) {
        require(scmp_last_error()[0] != '\0', "an error has a sentence");
        require(outcome.y == before.y && outcome.sums == before.sums, "an error leaves the outputs as they were");
    }
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static scmp_ctx *reference = make_context(SCMP_BACKEND_REFERENCE, 1);
    static scmp_ctx *cpu = make_context(SCMP_BACKEND_CPU, 2);
    Bytes bytes(data, size);
    const int rank = bytes.pick({2, 3, 1, 0, 8, 9, -1});
    const std::int64_t batch = bytes.number(0, 3), d = bytes.number(0, 9);
    const std::int64_t n =
        bytes.byte() < 250 ? bytes.number(0, 6) : bytes.pick<std::int64_t>({largest, -1, largest / 2});
    const std::int64_t m = bytes.number(0, 6);
    const std::int64_t d_b = bytes.byte() < 250 ? d : bytes.number(-1, 9);
    std::int64_t shape_a[SCMP_MAX_RANK] = {n, d, d, d, d, d, d, d}, shape_b[SCMP_MAX_RANK] = {m, d_b, d, d, d, d, d, d};
    std::int64_t shape_y[SCMP_MAX_RANK] = {n, m, d, d, d, d, d, d};
    if (rank == 3) {
        std::copy_n(std::array{batch, n, d}.begin(), 3, shape_a);
        std::copy_n(std::array{batch, m, d_b}.begin(), 3, shape_b);
        std::copy_n(std::array{batch, n, m}.begin(), 3, shape_y);
    }
    const Operand a = make_operand(bytes, rank, shape_a), b = make_operand(bytes, rank, shape_b);
    const scmp_matmul_options options = make_options(bytes, d);
    const bool counts = (bytes.byte() & 1) != 0;
    const std::size_t room = 256; // at least 3 * 6 * 6
    const Outcome slow = run(reference, a, b, options, counts, room, rank, shape_y);
    const Outcome fast = run(cpu, a, b, options, counts, room, rank, shape_y);
    require(slow == fast, "both backends do the same");
    return 0;
}

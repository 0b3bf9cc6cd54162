// The circuit, in the words of docs/semantics.md, section 2.
#include "support/circuit.h"

#include "scmp/scmp_model.h"
#include "support/test.h"

namespace test {
namespace {

Levels random_levels(Random &random, std::int64_t rows, std::int64_t d, int rng_levels, bool has_sign) {
    Levels levels;
    levels.boundary = Array(random.chance(50) ? SCMP_DTYPE_I16 : SCMP_DTYPE_I32, {rows, d});
    for (std::int64_t i = 0; i < levels.boundary.count(); i++) {
        const std::int64_t kind = random.whole(0, 9);
        levels.boundary.set(i, double(kind == 0 ? 0 : kind == 1 ? rng_levels : random.whole(0, rng_levels)));
    }
    if (!has_sign) return levels;
    levels.sign = Array(SCMP_DTYPE_I8, {rows, d});
    for (std::int64_t i = 0; i < levels.sign.count(); i++) levels.sign.set(i, double(random.whole(-1, 1)));
    return levels;
}

std::vector<int> sequence(scmp_ctx *ctx, const scmp_matmul_options &options, scmp_side side, std::int64_t d,
                          int stoc_len) {
    const Array draws(SCMP_DTYPE_I32, {stoc_len});
    const scmp_tensor view = draws.view();
    ok(scmp_sequence(ctx, &options, side, d, &view), "scmp_sequence");
    return {draws.as<std::int32_t>(), draws.as<std::int32_t>() + stoc_len};
}

} // namespace

Circuit::Circuit(scmp_ctx *ctx, Random &random, int most_prec)
    : n(random.whole(1, 4)), m(random.whole(1, 4)), d(random.whole(1, 9)),
      d_offset(random.chance(50) ? random.whole(0, 70) : 0) {
    options.sc_prec = std::int32_t(random.whole(2, most_prec));
    const int full = 1 << options.sc_prec;
    stoc_len = rng_levels = full;
    if (random.chance(60)) options.stoc_len = stoc_len = int(random.whole(1, full));
    if (random.chance(40)) options.rng_levels = rng_levels = int(random.whole(1, 3 * full));
    options.scramble = scmp_scramble(random.whole(0, 5));
    if (random.chance(60)) {
        const std::string json = random_config(random, options.sc_prec, d + d_offset);
        ok(scmp_config_create_json(ctx, json.data(), json.size(), options.sc_prec, config.out()), json);
        options.config = config;
    }
    a_levels = random_levels(random, n, d, rng_levels, random.chance(80));
    b_levels = random_levels(random, m, d, rng_levels, random.chance(80));
    a = a_levels.arrays();
    b = b_levels.arrays();
    for (std::int64_t i = 0; i < d; i++) {
        left_.push_back(sequence(ctx, options, SCMP_SIDE_LEFT, d_offset + i, stoc_len));
        right_.push_back(sequence(ctx, options, SCMP_SIDE_RIGHT, d_offset + i, stoc_len));
    }
    about = random.text() + format(", N = %d, M = %d, D = %d, d_offset = %d, ", int(n), int(m), int(d), int(d_offset)) +
            text(options);
}

Wires Circuit::wires(std::int64_t row_a, std::int64_t row_b, std::int64_t i) const {
    const auto sign_of = [&](const Levels &levels, std::int64_t row) {
        return levels.sign.absent() ? 1 : int(levels.sign.get(row * d + i));
    };
    const int sign_a = sign_of(a_levels, row_a), sign_b = sign_of(b_levels, row_b);
    const int x = sign_a == 0 ? 0 : int(a_levels.boundary.get(row_a * d + i));
    const int y = sign_b == 0 ? 0 : int(b_levels.boundary.get(row_b * d + i));
    Wires w;
    w.sign = sign_a * sign_b;
    int position = 0;
    for (int t = 0; t < stoc_len; t++) {
        const int ra = left_[std::size_t(i)][std::size_t(t)];
        const int rb = right_[std::size_t(i)][std::size_t(position)];
        const bool enable = ra < x, right = rb < y;
        if (enable && right) w.count++;
        w.left_draw.push_back(ra);
        w.left_bit.push_back(enable);
        w.right_position.push_back(position);
        w.right_draw.push_back(rb);
        w.right_bit.push_back(right);
        w.and_bit.push_back(enable && right);
        w.partial.push_back(w.count);
        if (enable) position++;
    }
    return w;
}

Array Circuit::sums(scmp_ctx *ctx) const {
    Array out = canary(SCMP_DTYPE_I64, {n, m});
    const scmp_tensor view = out.view();
    ok(scmp_count(ctx, &a, &b, &options, d_offset, 0, &view), "scmp_count");
    return out;
}

} // namespace test

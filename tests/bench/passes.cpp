// See passes.h.
#include "passes.h"

#include <cstdint>
#include <cstring>
#include <list>
#include <memory>

#include "operands.h"

namespace {

struct CalibDeleter {
    void operator()(scmp_calib *calib) const { scmp_calib_destroy(&calib); }
};

// Everything that the passes over a (size, size) operand read and write. More than a last-level cache holds.
struct Field {
    Field(scmp_ctx *context, int side, scmp_dtype type) : ctx(context), size(side), dtype(type) {
        const auto count = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
        const std::vector<float> numbers = normal_numbers(count, 3);
        scales.assign(static_cast<std::size_t>(size), 1.5F);
        x.resize(count * scmp_dtype_size(dtype));
        out.resize(x.size());
        level.resize(count), sign.resize(count);
        // Rounded to the type by the library itself.
        const std::vector<float> ones(static_cast<std::size_t>(size), 1.0F);
        const scmp_tensor from = scmp_tensor_2d(SCMP_DTYPE_F32, numbers.data(), size, size);
        const scmp_tensor to = view(dtype, x.data()), one = scmp_tensor_1d(SCMP_DTYPE_F32, ones.data(), size);
        check(scmp_smooth_weight(ctx, &from, &one, &to));
    }
    scmp_tensor view(scmp_dtype type, void *data) const { return scmp_tensor_2d(type, data, size, size); }

    scmp_ctx *ctx;
    int size;
    scmp_dtype dtype;
    std::vector<float> scales;
    std::vector<std::byte> x, out;
    std::vector<std::uint8_t> level;
    std::vector<std::int8_t> sign;
};

// One body and the bytes that it has to move.
struct Entrant {
    std::string name;
    double bytes;
    Contestant contestant;
};

void add_smoothing(Field &field, scmp_calib *calib, std::list<Entrant> &entrants) {
    const scmp_tensor x = field.view(field.dtype, field.x.data()), out = field.view(field.dtype, field.out.data());
    const scmp_tensor scales = scmp_tensor_1d(SCMP_DTYPE_F32, field.scales.data(), field.size);
    const auto bytes = double(field.x.size());
    entrants.push_back({"calib_observe", bytes, {[=] { check(scmp_calib_observe(calib, &x, nullptr)); }}});
    scmp_ctx *ctx = field.ctx;
    entrants.push_back(
        {"smooth_activation", 2 * bytes, {[=] { check(scmp_smooth_activation(ctx, &x, &scales, &out)); }}});
    entrants.push_back({"smooth_weight", 2 * bytes, {[=] { check(scmp_smooth_weight(ctx, &x, &scales, &out)); }}});
}

void add_quantization(Field &field, std::list<Entrant> &entrants) {
    scmp_ctx *ctx = field.ctx;
    const scmp_tensor x = field.view(field.dtype, field.x.data());
    const auto bytes = double(field.x.size());
    auto numbers = std::make_shared<std::vector<float>>(2 * static_cast<std::size_t>(field.size));
    const scmp_tensor ranges = scmp_tensor_2d(SCMP_DTYPE_F32, numbers->data(), field.size, 2);
    const scmp_tensor level = field.view(SCMP_DTYPE_U8, field.level.data()),
                      sign = field.view(SCMP_DTYPE_I8, field.sign.data());
    entrants.push_back(
        {"ranges", bytes, {[=, keep = numbers] { check(scmp_ranges(ctx, &x, SCMP_SIDE_LEFT, nullptr, &ranges)); }}});
    entrants.push_back({"quantize", bytes + 2 * double(field.level.size()), {[=] {
                            scmp_quantized out;
                            scmp_quantized_init(&out);
                            out.level = &level, out.sign = &sign;
                            check(scmp_quantize(ctx, &x, SCMP_SIDE_LEFT, nullptr, nullptr, &out));
                        }}});
}

// Sums of I32 to values of F32; the field's numbers do as sums.
void add_dequantization(Field &field, std::list<Entrant> &entrants) {
    scmp_ctx *ctx = field.ctx;
    const int size = field.size;
    const scmp_tensor sums = field.view(SCMP_DTYPE_I32, field.x.data()),
                      y = field.view(SCMP_DTYPE_F32, field.out.data());
    const scmp_tensor scale = scmp_tensor_1d(SCMP_DTYPE_F32, field.scales.data(), size);
    entrants.push_back({"dequantize", 2 * double(field.x.size()), {[=] {
                            scmp_quantized side;
                            scmp_quantized_init(&side);
                            side.scale = &scale;
                            check(scmp_dequantize(ctx, &sums, &side, &side, size, nullptr, &y));
                        }}});
}

} // namespace

std::vector<Pass> measure_passes(scmp_ctx *ctx, bool quick) {
    std::vector<Pass> passes;
    for (const scmp_dtype dtype : {SCMP_DTYPE_F32, SCMP_DTYPE_BF16, SCMP_DTYPE_F16}) {
        if (quick && dtype == SCMP_DTYPE_F16) continue;
        Field field(ctx, dtype == SCMP_DTYPE_F32 ? 4096 : 5792, dtype); // 64 MiB
        scmp_calib *raw = nullptr;
        check(scmp_calib_create(ctx, field.size, SCMP_DTYPE_F32, &raw));
        const std::unique_ptr<scmp_calib, CalibDeleter> calib(raw);

        std::list<Entrant> entrants;
        entrants.push_back({"memcpy", 2 * double(field.x.size()), {[&] {
                                std::memcpy(field.out.data(), field.x.data(), field.x.size());
                                asm volatile("" : : "r"(field.out.data()) : "memory");
                            }}});
        add_smoothing(field, raw, entrants);
        add_quantization(field, entrants);
        if (dtype == SCMP_DTYPE_F32) add_dequantization(field, entrants);
        std::vector<Contestant *> contestants;
        for (Entrant &entrant : entrants) contestants.push_back(&entrant.contestant);
        race(contestants, {.min_rounds = quick ? 3U : 5U, .seconds = 0});

        const auto gbs = [](const Entrant &entrant) { return entrant.bytes / entrant.contestant.median() / 1e9; };
        const double copied = gbs(entrants.front());
        for (const Entrant &entrant : entrants)
            if (&entrant != &entrants.front())
                passes.push_back({entrant.name, scmp_dtype_name(dtype), entrant.bytes, gbs(entrant), copied});
    }
    return passes;
}

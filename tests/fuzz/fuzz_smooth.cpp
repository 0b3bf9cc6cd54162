// Any arguments of smoothing: an error with a sentence and outputs and statistics as they were, or the same bits from
// every engine; statistics survive being merged, written and read.
#include "engines.h"
#include "memory_file.h"

namespace {

constexpr std::initializer_list<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16};

struct Calib {
    scmp_calib *pointer = nullptr;
    Calib() = default;
    Calib(const Calib &) = delete;
    Calib &operator=(const Calib &) = delete;
    ~Calib() { scmp_calib_destroy(&pointer); }
};

// All that statistics hold.
struct Statistics {
    std::uint64_t rows;
    scmp_dtype dtype;
    std::vector<double> maxima;
    bool operator==(const Statistics &) const = default;

    explicit Statistics(const scmp_calib *calib)
        : rows(scmp_calib_rows(calib)), dtype(scmp_calib_dtype(calib)), maxima(std::size_t(scmp_calib_d(calib))) {
        const scmp_tensor view = scmp_tensor_1d(SCMP_DTYPE_F64, maxima.data(), scmp_calib_d(calib));
        require(CALL(scmp_calib_act_scales, calib, &view) == SCMP_OK, "statistics can be looked at");
        for (const double value : maxima)
            require(std::isfinite(value) && value >= 0, "maxima are finite, none negative");
    }
};

void apply(Bytes &bytes, const Engines &engines, const Shape &shape, std::int64_t d) {
    Tensor x(bytes, floats, shape, {Fill::real}), out(bytes, floats, shape);
    const Tensor scales(bytes, floats, {d}, {Fill::positive});
    const bool weight = bytes.byte() % 2 == 1, in_place = bytes.rarely(4);
    Tensor &to = in_place ? x : out;
    const scmp_status status = engines.both({&to}, [&](scmp_ctx *ctx) {
        return weight ? CALL(scmp_smooth_weight, ctx, &x.view, &scales.view, &to.view)
                      : CALL(scmp_smooth_activation, ctx, &x.view, &scales.view, &to.view);
    });
    if (status == SCMP_OK)
        to.each([&](const std::uint8_t *at) { require(is_finite(at, to.view.dtype), "what is smoothed is finite"); });
}

// Statistics with up to three observations, the same on both engines.
void observe(Bytes &bytes, const Engines &engines, const Calib &first, const Calib &second, const Shape &shape) {
    for (int times = bytes.byte() % 4; times > 0; times--) {
        const Tensor x(bytes, floats, shape, {Fill::real});
        const Tensor mask(bytes, {SCMP_DTYPE_U8, SCMP_DTYPE_I8}, Shape(shape.begin(), shape.end() - 1),
                          {Fill::whole, 1});
        const scmp_tensor *rows = bytes.byte() % 2 == 0 ? nullptr : &mask.view;
        const Statistics before(first.pointer);
        const scmp_status status = CALL(scmp_calib_observe, first.pointer, &x.view, rows);
        if (status != SCMP_OK) require(Statistics(first.pointer) == before, "an error leaves statistics as they were");
        const scmp_status again = CALL(scmp_calib_observe, second.pointer, &x.view, rows);
        if (again == SCMP_ERROR_OUT_OF_MEMORY && engines.second.allowance.left == 0) {
            engines.second.allowance.left = -1;
            require(CALL(scmp_calib_observe, second.pointer, &x.view, rows) == status, "and succeeds with memory");
        } else {
            require(status == again, "both engines end alike");
        }
        require(Statistics(first.pointer) == Statistics(second.pointer), "both engines see the same maxima");
    }
}

// Written, read, merged.
void keep(Bytes &bytes, scmp_ctx *ctx, const Calib &calib, const Calib &other) {
    const Statistics before(calib.pointer);
    const MemoryDirectory directory;
    const std::string path = directory.path() + (bytes.rarely(16) ? "/none/calib" : "/calib");
    Calib again;
    if (CALL(scmp_calib_save, calib.pointer, path.c_str()) == SCMP_OK) {
        const std::int64_t d = bytes.rarely(8) ? bytes.number(-2, 9) : SCMP_NOT_GIVEN;
        const bool fits = d == SCMP_NOT_GIVEN || d == scmp_calib_d(calib.pointer);
        const scmp_status status = CALL(scmp_calib_load, ctx, path.c_str(), d, &again.pointer);
        require((status == SCMP_OK) == fits, "what was written can be read, as the D that it has");
        if (fits) require(Statistics(again.pointer) == before, "and is the same");
    }
    Tensor act(bytes, floats, {scmp_calib_d(calib.pointer)});
    act.written(CALL(scmp_calib_act_scales, calib.pointer, &act.view));
    const Statistics theirs(other.pointer);
    const scmp_status merged = CALL(scmp_calib_merge, calib.pointer, other.pointer);
    require(Statistics(other.pointer) == theirs, "merging reads the other");
    const Statistics after(calib.pointer);
    if (merged != SCMP_OK) {
        require(after == before, "an error leaves statistics as they were");
        return;
    }
    for (std::size_t i = 0; i < before.maxima.size(); i++)
        require(after.maxima[i] >= before.maxima[i], "maxima do not fall");
    require(after.rows >= before.rows && after.rows >= theirs.rows, "rows add up");
}

void scales(Bytes &bytes, const Engines &engines, const Calib &first, const Calib &second, std::int64_t d) {
    const Tensor weights[] = {{bytes, floats, {bytes.number(0, 4), d}, {Fill::real}},
                              {bytes, floats, {2, bytes.number(0, 3), d}, {Fill::real}}};
    const scmp_tensor views[] = {weights[0].view, weights[1].view};
    const std::size_t count = bytes.pick<std::size_t>({1, 2, 2, 0});
    const double alpha = bytes.pick({0.5, 0.0, 1.0, 0.85, -0.1, std::nan("")});
    const double eps = bytes.pick({SCMP_SMOOTH_EPS, 0.5, 1e-300, 0.0, double(INFINITY), std::nan("")});
    const Tensor act(bytes, floats, {d}, {Fill::positive});
    Tensor out(bytes, floats, {d});
    const scmp_tensor *list = bytes.rarely(32) ? nullptr : views;
    const bool from = bytes.byte() % 2 == 1;
    const scmp_status status = engines.both({&out}, [&](scmp_ctx *ctx) {
        if (from) return CALL(scmp_smooth_scales_from, ctx, &act.view, list, count, alpha, eps, &out.view);
        const Calib &calib = ctx == engines.first.ctx ? first : second;
        return CALL(scmp_smooth_scales, calib.pointer, list, count, alpha, &out.view);
    });
    if (status == SCMP_OK)
        out.each([&](const std::uint8_t *at) {
            require(is_finite(at, out.view.dtype) && is_positive(at, out.view.dtype), "scales are finite and positive");
        });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    const Engines engines(bytes);
    const std::int64_t d = bytes.rarely(8) ? bytes.number(0, 70) : bytes.number(0, 9);
    Shape shape = {d};
    for (int more = bytes.byte() % 4; more > 0; more--) shape.insert(shape.begin(), bytes.number(0, 4));
    const std::uint8_t subject = bytes.byte() % 4;
    if (subject == 0) {
        apply(bytes, engines, shape, d);
        return 0;
    }
    // Whatever statistics need of memory later, they are made with enough.
    const long left = std::exchange(engines.second.allowance.left, -1);
    const auto dtype =
        bytes.pick({SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F64, SCMP_DTYPE_F16, static_cast<scmp_dtype>(-1)});
    const std::int64_t calib_d = bytes.rarely(16) ? bytes.number(-1, 9) : d;
    Calib first, second;
    const scmp_status made = CALL(scmp_calib_create, engines.first.ctx, calib_d, dtype, &first.pointer);
    require((made == SCMP_OK) == (first.pointer != nullptr), "an error leaves the output as it was");
    const scmp_status again = CALL(scmp_calib_create, engines.second.ctx, calib_d, dtype, &second.pointer);
    require(made == again, "both engines end alike");
    if (made != SCMP_OK) return 0;
    engines.second.allowance.left = left;
    observe(bytes, engines, first, second, shape);
    if (subject == 1) scales(bytes, engines, first, second, d);
    if (subject != 2) return 0;
    engines.second.allowance.left = -1;
    Calib other;
    if (CALL(scmp_calib_create, engines.first.ctx, bytes.rarely(8) ? d + 1 : d,
             bytes.any({SCMP_DTYPE_F32, SCMP_DTYPE_F64}), &other.pointer) != SCMP_OK)
        return 0;
    const Tensor x(bytes, floats, shape, {Fill::real});
    static_cast<void>(CALL(scmp_calib_observe, other.pointer, &x.view, nullptr));
    keep(bytes, engines.first.ctx, first, other);
    return 0;
}

// What the caller's process looks like changes no bit: rounding mode, flush-to-zero, traps, other threads, a fork. And
// the library leaves the caller's floating-point environment as it was.
#include <cerrno>
#include <cfenv>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

// One call of every function that does arithmetic, with everything allocated beforehand, so that nothing but the
// library runs under a strange environment.
class Calls {
public:
    explicit Calls(const std::string &name) {
        Random random(name);
        const std::vector<std::pair<scmp_granularity, scmp_mode>> kinds = {
            {SCMP_GRANULARITY_PER_ROW, SCMP_MODE_BIPOLAR},
            {SCMP_GRANULARITY_PER_TENSOR, SCMP_MODE_BIPOLAR},
            {SCMP_GRANULARITY_PER_ROW, SCMP_MODE_UNIPOLAR},
            {SCMP_GRANULARITY_PER_TENSOR, SCMP_MODE_UNIPOLAR}};
        for (const auto &[granularity, mode] : kinds) {
            options.push_back(defaults());
            options.back().granularity = granularity;
            options.back().mode = mode;
            options.back().stoc_len = 100;
            options.back().rng_levels = 77;
        }
        options.push_back(defaults());
        options.back().chunk_d = 7;
        act = values(random, {5, 19}, SCMP_DTYPE_F32);
        // Subnormal quotients, sums that round, overflow: what flags and modes would change.
        small = values(random, {5, 19}, SCMP_DTYPE_F32);
        for (std::int64_t i = 0; i < small.count(); i++) small.set(i, small.get(i) * 0x1p-128);
        huge = values(random, {5, 19}, SCMP_DTYPE_F32);
        for (std::int64_t i = 0; i < huge.count(); i++) huge.set(i, huge.get(i) * 0x1p120);
        wide = values(random, {4, 19}, SCMP_DTYPE_F64);
        scales = random_scales(random, 19, SCMP_DTYPE_F32);
        for (auto &x : {&act, &small, &huge}) views.push_back(x->view());
        wide_view = wide.view();
        scales_view = scales.view();
        for (std::size_t i = 0; i < 3 * options.size(); i++) outputs.push_back(canary(SCMP_DTYPE_F32, {5, 4}));
        outputs.push_back(canary(SCMP_DTYPE_F32, {5, 4}));
        for (const scmp_dtype dtype : {SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F32, SCMP_DTYPE_F64}) {
            outputs.push_back(canary(dtype, {5, 19}));
            outputs.push_back(canary(dtype, {5, 19}));
            outputs.push_back(canary(dtype, {19}));
        }
        outputs.push_back(canary(SCMP_DTYPE_F32, {19})); // statistics
        outputs.push_back(canary(SCMP_DTYPE_F32, {5, 2}));
        outputs.push_back(canary(SCMP_DTYPE_I16, {5, 19}));
        outputs.push_back(canary(SCMP_DTYPE_F32, {5}));
        for (const Array &output : outputs) output_views.push_back(output.view());
    }

    // The first status that is not OK. No arithmetic of its own.
    scmp_status run(scmp_ctx *ctx) {
        std::size_t at = 0;
        scmp_status status = SCMP_OK;
        const auto note = [&status](scmp_status given) {
            if (status == SCMP_OK) status = given;
        };
        for (const scmp_matmul_options &option : options)
            for (const scmp_tensor &x : views)
                note(scmp_matmul(ctx, &x, &wide_view, &option, nullptr, &output_views[at++]));
        scmp_matmul_options smoothed = options[0];
        smoothed.smooth = &scales_view;
        note(scmp_matmul(ctx, &views[0], &wide_view, &smoothed, nullptr, &output_views[at++]));
        scmp_calib *calib = nullptr;
        note(scmp_calib_create(ctx, 19, SCMP_DTYPE_F32, &calib));
        note(scmp_calib_observe(calib, &views[0], nullptr));
        note(scmp_calib_observe(calib, &wide_view, nullptr));
        for (int i = 0; i < 4; i++) {
            note(scmp_smooth_activation(ctx, &views[0], &scales_view, &output_views[at++]));
            note(scmp_smooth_weight(ctx, &views[1], &scales_view, &output_views[at++]));
            note(scmp_smooth_scales(calib, &wide_view, 1, 0.3, &output_views[at++]));
        }
        note(scmp_calib_act_scales(calib, &output_views[at++]));
        scmp_calib_destroy(&calib);
        note(scmp_ranges(ctx, &views[1], SCMP_SIDE_LEFT, &options[0], &output_views[at++]));
        scmp_quantized levels;
        scmp_quantized_init(&levels);
        levels.boundary = &output_views[at++];
        levels.scale = &output_views[at++];
        note(scmp_quantize(ctx, &views[2], SCMP_SIDE_LEFT, &options[0], nullptr, &levels));
        return status;
    }

    void same_as(const Calls &other, const std::string &what) const {
        for (std::size_t i = 0; i < outputs.size(); i++)
            same(outputs[i], other.outputs[i], what + ", output " + std::to_string(i));
    }

private:
    static Array values(Random &random, Shape shape, scmp_dtype dtype) {
        Array array(dtype, std::move(shape));
        for (std::int64_t i = 0; i < array.count(); i++) array.set(i, random.normal() * 3);
        return array;
    }

    std::vector<scmp_matmul_options> options;
    Array act, small, huge, wide, scales;
    std::vector<scmp_tensor> views, output_views;
    scmp_tensor wide_view, scales_view;
    std::vector<Array> outputs;
};

// Modes, flags and traps of this thread.
struct Snapshot {
    int rounding = fegetround(), raised = fetestexcept(FE_ALL_EXCEPT), traps = fegetexcept();
#if defined(__x86_64__)
    unsigned control = _mm_getcsr();
#else
    unsigned control = 0;
#endif
    bool operator==(const Snapshot &) const = default;
    std::string text() const {
        return format("rounding %#x, flags %#x, traps %#x, mxcsr %#x", unsigned(rounding), unsigned(raised),
                      unsigned(traps), control);
    }
};

// Runs the calls after `strange()` changed the environment, and puts the environment back.
template <class Strange> void under(const std::string &what, scmp_ctx *ctx, const Calls &want, Strange &&strange) {
    Calls got("environment");
    std::fenv_t usual;
    std::fegetenv(&usual);
    strange();
    const Snapshot before;
    const scmp_status status = got.run(ctx);
    const Snapshot after;
    std::fesetenv(&usual);
    ok(status, what);
    check(before == after, what + ": the environment was " + before.text() + " and is " + after.text());
    got.same_as(want, what);
}

void flush_to_zero() {
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040); // FTZ and DAZ
#endif
}

void floating_point_environment() {
    for (const Engine &engine : engines())
        for (const int threads : {1, 3}) {
            const Ctx ctx = context(engine, threads);
            const auto here = [&](const std::string &what) {
                return engine.name() + ", " + std::to_string(threads) + " threads, " + what;
            };
            Calls want("environment");
            ok(want.run(ctx), here("as usual"));
            for (const int mode : {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO})
                for (const bool flush : {false, true})
                    for (const bool cached : {true, false})
                        under(here(format("rounding mode %#x%s", unsigned(mode), flush ? ", flush to zero" : "")), ctx,
                              want, [&] {
                                  if (!cached) scmp_ctx_clear_cache(ctx);
                                  std::fesetround(mode);
                                  if (flush) flush_to_zero();
                              });
            // Exception flags neither appear nor vanish.
            under(here("no flag raised"), ctx, want, [] { std::feclearexcept(FE_ALL_EXCEPT); });
            under(here("flags raised"), ctx, want, [] {
                std::feclearexcept(FE_ALL_EXCEPT);
                std::feraiseexcept(FE_OVERFLOW | FE_DIVBYZERO);
            });
            under(here("traps on"), ctx, want, [] {
                std::feclearexcept(FE_ALL_EXCEPT);
                feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT);
            });
        }
}

// --- Fork -----------------------------------------------------------------------------------------------------------

// 0 where the child's product equals `want`, with the parent's context and one of its own.
int child(scmp_ctx *inherited, const Product &product, const Result &want) {
    try {
        const Ctx own = context(2);
        for (scmp_ctx *ctx : {inherited, own.pointer}) {
            const Result got = multiply(ctx, product);
            if (!(got.y == want.y) || !(got.sum == want.sum)) return 2;
        }
        return 0;
    } catch (const std::exception &) {
        return 3;
    }
}

void forked_children() {
    for (const Engine &engine : engines()) {
        if (engine.backend == SCMP_BACKEND_CUDA) continue; // a driver does not survive a fork
        const Ctx ctx = context(engine, 3);
        Random random("fork");
        Product product;
        product.a = Array(SCMP_DTYPE_F32, {33, 64});
        product.b = Array(SCMP_DTYPE_F32, {17, 64});
        for (Array *x : {&product.a, &product.b})
            for (std::int64_t i = 0; i < x->count(); i++) x->set(i, random.normal());
        // Before any product of the parent, and after: caches and threads have been used then.
        for (const bool warm : {false, true}) {
            const Ctx other = context(engine, 3);
            const Result want = multiply(warm ? ctx : other, product);
            const pid_t pid = fork();
            check(pid >= 0, "fork failed");
            if (pid == 0) _exit(child(ctx, product, want));
            int status = -1;
            check(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "the child did not end by itself");
            check(WEXITSTATUS(status) == 0, engine.name() + ": the child's exit status is " +
                                                std::to_string(WEXITSTATUS(status)) + ", 2: other bits, 3: an error");
            const Result again = multiply(ctx, product);
            same(again.y, want.y, "the parent's y after the fork");
        }
    }
}

// --- Several threads of the caller ----------------------------------------------------------------------------------

void concurrent_contexts() {
    // Each thread has a context; a configuration and a packed operand are shared.
    const Ctx ctx = context(1);
    Random random("concurrent");
    Product product;
    product.a = random_values(random, {20, 48});
    product.b = random_values(random, {12, 48});
    product.options.stoc_len = 64;
    product.config_json = random_config(random, 8, 48);
    const Resolved shared(ctx, product);
    const Result want = multiply(ctx, product);
    Packed packed;
    const scmp_tensor a = product.a.view(), b = product.b.view();
    ok(scmp_packed_create(ctx, &b, shared.get(), packed.out()), "scmp_packed_create");

    std::vector<std::string> wrong(4);
    std::vector<std::thread> threads;
    threads.reserve(wrong.size());
    for (std::string &why : wrong)
        threads.emplace_back([&] {
            try {
                const Ctx own = context(2);
                for (int i = 0; i < 20; i++) {
                    Array y = canary(SCMP_DTYPE_F32, want.y.shape), y_packed = canary(SCMP_DTYPE_F32, want.y.shape);
                    const scmp_tensor view = y.view(), packed_view = y_packed.view();
                    ok(scmp_matmul(own, &a, &b, shared.get(), nullptr, &view), "scmp_matmul");
                    same(y, want.y, "shared configuration");
                    ok(scmp_matmul_packed(own, &a, packed, nullptr, &packed_view), "scmp_matmul_packed");
                    same(y_packed, want.y, "shared packed operand");
                    // Errors are each thread's own.
                    const scmp_tensor bad = scmp_tensor_2d(SCMP_DTYPE_F32, nullptr, 1, 1000 + i);
                    fails(scmp_matmul(own, &a, &bad, nullptr, nullptr, &view), SCMP_ERROR_INVALID_ARGUMENT, {},
                          "NULL data");
                    if (i % 5 == 0) scmp_ctx_clear_cache(own);
                }
            } catch (const std::exception &error) {
                why = error.what();
            }
        });
    for (std::thread &thread : threads) thread.join();
    for (const std::string &why : wrong) check(why.empty(), why);
}

void last_error_is_the_threads_own() {
    Ctx ctx;
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.threads = -7;
    fails(scmp_ctx_create(&options, ctx.out()), SCMP_ERROR_INVALID_ARGUMENT, {"-7"}, "threads = -7");
    const std::string here = scmp_last_error();
    std::string there = "not asked";
    std::thread([&] { there = scmp_last_error(); }).join();
    check(there.empty(), "a new thread has an error: " + there);
    options.threads = 1;
    ok(scmp_ctx_create(&options, ctx.out()), "scmp_ctx_create");
    check(here == scmp_last_error(), "a success changed the last error");
}

void last_errno_is_the_systems() {
    Ctx ctx;
    ok(scmp_ctx_create(nullptr, ctx.out()), "scmp_ctx_create");
    scmp_calib *calib = nullptr;
    const auto load = [&](const char *path) { return scmp_calib_load(ctx, path, SCMP_NOT_GIVEN, &calib); };
    fails(load("no such file"), SCMP_ERROR_IO, {"no such file"}, "a file that is not there");
    check(scmp_last_errno() == ENOENT, "errno of a file that is not there is " + std::to_string(scmp_last_errno()));
    int there = -1;
    std::thread([&] { there = scmp_last_errno(); }).join();
    check(there == 0, "errno of a new thread is " + std::to_string(there));
    fails(load("/"), SCMP_ERROR_IO, {"/"}, "a directory");
    check(scmp_last_errno() == EISDIR, "errno of a directory is " + std::to_string(scmp_last_errno()));
    fails(load("/dev/null"), SCMP_ERROR_IO, {"/dev/null"}, "a device");
    check(scmp_last_errno() == EINVAL, "errno of a device is " + std::to_string(scmp_last_errno()));
    fails(load("/dev/null/file"), SCMP_ERROR_IO, {"/dev/null/file"}, "a file in a device");
    check(scmp_last_errno() == ENOTDIR, "errno of a file in a device is " + std::to_string(scmp_last_errno()));
    ok(scmp_calib_create(ctx, 3, SCMP_DTYPE_F32, &calib), "scmp_calib_create");
    check(scmp_last_errno() == ENOTDIR, "errno after a success is " + std::to_string(scmp_last_errno()));
    fails(scmp_calib_save(calib, "/"), SCMP_ERROR_IO, {"/"}, "writing a directory");
    check(scmp_last_errno() == EISDIR, "errno of writing a directory is " + std::to_string(scmp_last_errno()));
    fails(scmp_calib_create(ctx, -1, SCMP_DTYPE_F32, &calib), SCMP_ERROR_INVALID_SHAPE, {"-1"}, "d = -1");
    check(scmp_last_errno() == 0, "errno of an error that is not the system's is " + std::to_string(scmp_last_errno()));
    scmp_calib_destroy(&calib);
}

// --- Instruction sets -----------------------------------------------------------------------------------------------

void instruction_sets() {
    check(scmp_isa_count() >= 1 && std::string(scmp_isa_name(0)) == "portable" && scmp_isa_available(0) == 1,
          "there is no portable instruction set");
    for (const std::int32_t bad : {-1, scmp_isa_count()}) {
        check(std::string(scmp_isa_name(bad)) == "unknown", "a name for a bad index");
        check(scmp_isa_available(bad) == 0, "a bad index is available");
    }
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    options.isa = "abacus";
    Ctx ctx;
    fails(scmp_ctx_create(&options, &ctx.pointer), SCMP_ERROR_UNSUPPORTED, {"isa = abacus"}, "isa = abacus");
    check(ctx == nullptr, "a handle after an error");
    options.isa = "portable";
    ok(scmp_ctx_create(&options, ctx.out()));
    check(std::string(scmp_ctx_isa(ctx)) == "portable", "the instruction set that was asked for");
    Ctx none;
    options.kernel = "rows";
    fails(scmp_ctx_create(&options, &none.pointer), SCMP_ERROR_UNSUPPORTED, {"kernel = rows", "cpu"}, "a kernel");
    options.kernel = nullptr;
    options.backend = SCMP_BACKEND_REFERENCE;
    fails(scmp_ctx_create(&options, &none.pointer), SCMP_ERROR_UNSUPPORTED, {"isa = portable", "reference"}, "an isa");
    options.isa = options.kernel = "";
    ok(scmp_ctx_create(&options, none.out()), "empty names");
}

} // namespace

int main(int argc, char **argv) {
    return run("environment",
               {
                   {"the floating-point environment changes no bit and is left alone", floating_point_environment},
                   {"forked children compute the same", forked_children},
                   {"threads with contexts of their own compute the same", concurrent_contexts},
                   {"the last error is the thread's own", last_error_is_the_threads_own},
                   {"the last errno is the system's", last_errno_is_the_systems},
                   {"instruction sets are chosen by name", instruction_sets},
               },
               argc, argv);
}

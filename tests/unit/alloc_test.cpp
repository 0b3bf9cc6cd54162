// Every allocation of every call fails once, by the context's allocator and by operator new, and every poll for
// cancellation is answered yes once: the call says so, leaks nothing, and leaves outputs and handles as they were.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <thread>

#include "scmp/scmp_model.h"
#include "support/directory.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

namespace {

// --- operator new that fails on demand ------------------------------------------------------------------------------

// Counts down where it is armed; the allocation that finds 0 fails, and with `onwards` all after it.
struct Countdown {
    std::atomic<bool> armed{false};
    std::atomic<long> left{0};
    std::atomic<bool> hit{false};
    bool onwards = false;

    void arm(long after, bool all_after) {
        left = after;
        hit = false;
        onwards = all_after;
        armed = true;
    }
    bool fails() {
        if (!armed) return false;
        const long now = left--;
        if (now > 0 || (now < 0 && !onwards)) return false;
        hit = true;
        return true;
    }
};

Countdown new_countdown;
std::atomic<long> new_live{0}; // allocations of operator new that have not been freed

void *allocate(std::size_t size, std::size_t alignment) {
    if (new_countdown.fails()) return nullptr;
    const std::size_t rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
    void *memory =
        alignment <= alignof(std::max_align_t) ? std::malloc(rounded) : std::aligned_alloc(alignment, rounded);
    if (memory != nullptr) new_live++;
    return memory;
}

void *allocate_or_throw(std::size_t size, std::size_t alignment) {
    void *memory = allocate(size, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void release(void *memory) {
    if (memory != nullptr) new_live--;
    std::free(memory);
}

constexpr std::size_t plain = alignof(std::max_align_t);

} // namespace

void *operator new(std::size_t size) {
    return allocate_or_throw(size, plain);
}
void *operator new[](std::size_t size) {
    return allocate_or_throw(size, plain);
}
void *operator new(std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, std::size_t(alignment));
}
void *operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, std::size_t(alignment));
}
void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
    return allocate(size, plain);
}
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept {
    return allocate(size, plain);
}
void operator delete(void *memory) noexcept {
    release(memory);
}
void operator delete[](void *memory) noexcept {
    release(memory);
}
void operator delete(void *memory, std::size_t) noexcept {
    release(memory);
}
void operator delete[](void *memory, std::size_t) noexcept {
    release(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept {
    release(memory);
}
void operator delete[](void *memory, std::align_val_t) noexcept {
    release(memory);
}
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept {
    release(memory);
}
void operator delete[](void *memory, std::size_t, std::align_val_t) noexcept {
    release(memory);
}
void operator delete(void *memory, const std::nothrow_t &) noexcept {
    release(memory);
}
void operator delete[](void *memory, const std::nothrow_t &) noexcept {
    release(memory);
}

using namespace test;

namespace {

// --- A context whose allocator fails on demand ----------------------------------------------------------------------

struct Allocator {
    Countdown countdown;
    long live = 0;                                // bytes
    long calls = 0;                               // allocations
    long large = 0;                               // of them, those of 32 KiB and more
    long most = std::numeric_limits<long>::max(); // bytes that there are
    std::thread::id thread = std::this_thread::get_id();
    bool wrong = false; // another thread, another size, or an odd alignment

    // Each block begins with its size and alignment, so that free can check what it is told.
    struct Header {
        std::size_t size, alignment;
    };
    static constexpr std::size_t room = 64;

    static void *alloc(void *user, std::size_t size, std::size_t alignment) {
        Allocator &self = *static_cast<Allocator *>(user);
        self.calls++;
        if (self.thread != std::this_thread::get_id()) self.wrong = true;
        if (alignment == 0 || alignment > 64 || (alignment & (alignment - 1)) != 0) self.wrong = true;
        if (self.countdown.fails() || self.live + long(size) > self.most) return nullptr;
        self.large += size >= 32768;
        char *block = static_cast<char *>(std::aligned_alloc(64, (size + room + 63) / 64 * 64));
        const Header header = {size, alignment};
        std::memcpy(block, &header, sizeof header);
        std::memset(block + room, 0xcd, size); // nothing may rely on zeros
        self.live += long(size);
        return block + room;
    }
    static void free(void *user, void *memory, std::size_t size, std::size_t alignment) {
        Allocator &self = *static_cast<Allocator *>(user);
        if (self.thread != std::this_thread::get_id()) self.wrong = true;
        char *block = static_cast<char *>(memory) - room;
        Header header;
        std::memcpy(&header, block, sizeof header);
        if (header.size != size || header.alignment != alignment) self.wrong = true;
        self.live -= long(size);
        std::free(block);
    }
};

struct Canceller {
    long after = -1; // polls that are answered no; negative: all
    long polls = 0;
    bool hit = false;

    static std::int32_t asked(void *user) {
        Canceller &self = *static_cast<Canceller *>(user);
        if (self.after < 0 || self.polls++ < self.after) return 0;
        self.hit = true;
        return 1;
    }
};

// What one attempt of a call needs: made anew for each, so that no attempt finds another's cache.
struct Attempt {
    Allocator allocator;
    Canceller canceller;
    bool own_allocator = true, cancel = false;
    std::uint64_t cache_bytes = std::uint64_t(256) << 20;
    int threads = 2;
    scmp_backend backend = SCMP_BACKEND_CPU;
    scmp_ctx_options options;
    scmp_ctx *ctx = nullptr;
    long handle_bytes = 0; // of the context itself, no part of a peak

    void open() {
        scmp_ctx_options_init(&options);
        options.backend = backend;
        options.threads = threads;
        options.cache_bytes = cache_bytes;
        if (own_allocator) {
            options.alloc = Allocator::alloc;
            options.free = Allocator::free;
            options.allocator_user = &allocator;
        }
        if (cancel) {
            options.cancelled = Canceller::asked;
            options.cancelled_user = &canceller;
        }
        ok(scmp_ctx_create(&options, &ctx), "scmp_ctx_create");
        handle_bytes = allocator.live;
    }
    void close() {
        scmp_ctx_destroy(&ctx);
        check(allocator.live == 0, std::to_string(allocator.live) + " bytes of the allocator are left");
        check(!allocator.wrong, "the allocator was called from another thread, or with other numbers at free");
    }
};

// A call of the library with everything it needs. One is made for each attempt, after the context.
struct Call {
    virtual ~Call() = default;
    virtual scmp_status run() = 0;
    // After an error: as if nothing had happened.
    virtual void unchanged() const = 0;
    // After success: what was written, to compare attempts.
    virtual std::vector<Array> results() { return {}; }
};

struct Kind {
    std::string name;
    std::function<std::unique_ptr<Call>(Attempt &)> make;
    bool polls = false; // whether it asks for cancellation at all
};

// --- The calls ------------------------------------------------------------------------------------------------------

// A call that writes arrays.
struct Writing : Call {
    std::vector<Array> outputs;
    std::vector<scmp_tensor> views;
    std::function<scmp_status(Writing &)> call;
    std::size_t number = unwritten; // what a call gives beside its arrays
    static constexpr std::size_t unwritten = 12345;

    Writing(std::vector<Array> arrays, std::function<scmp_status(Writing &)> function)
        : outputs(std::move(arrays)), call(std::move(function)) {
        for (const Array &array : outputs) views.push_back(array.view());
    }
    scmp_status run() override { return call(*this); }
    void unchanged() const override {
        for (const Array &array : outputs) untouched(array, "an output");
        check(number == unwritten, "a number was written by a call that failed");
    }
    std::vector<Array> results() override { return outputs; }
};

// A call that makes a handle.
template <class T, void (*destroy)(T **)> struct HandleCall : Call {
    T *handle = nullptr;
    std::function<scmp_status(T **)> call;

    explicit HandleCall(std::function<scmp_status(T **)> function) : call(std::move(function)) {}
    ~HandleCall() override { destroy(&handle); }
    scmp_status run() override { return call(&handle); }
    void unchanged() const override { check(handle == nullptr, "a handle after an error"); }
};

Product sample(bool batched, scmp_matmul_options options, bool smooth = false) {
    Random random("alloc");
    Product product;
    product.a = Array(SCMP_DTYPE_F32, batched ? Shape{2, 9, 40} : Shape{19, 40});
    product.b = Array(SCMP_DTYPE_F32, batched ? Shape{2, 5, 40} : Shape{11, 40});
    for (Array *x : {&product.a, &product.b})
        for (std::int64_t i = 0; i < x->count(); i++) x->set(i, random.normal());
    product.options = options;
    if (smooth) product.smooth = random_scales(random, 40, SCMP_DTYPE_F16);
    return product;
}

// A product as a call. Resolved holds a configuration of the attempt's context, made before anything fails.
std::unique_ptr<Call> product_call(Attempt &attempt, const Product &product) {
    auto shared = std::make_shared<std::pair<Product, std::unique_ptr<Resolved>>>(product, nullptr);
    shared->second = std::make_unique<Resolved>(attempt.ctx, shared->first);
    std::vector<Array> outputs = {canary(SCMP_DTYPE_F32, product.y_shape())};
    if (!product.chunked()) outputs.push_back(canary(SCMP_DTYPE_I64, product.y_shape()));
    return std::make_unique<Writing>(outputs, [&attempt, shared](Writing &self) {
        const Resolved &resolved = *shared->second;
        const scmp_tensor a = shared->first.a.view(), b = shared->first.b.view();
        const scmp_call call = call_with(self.views.size() > 1 ? &self.views[1] : nullptr);
        return scmp_matmul(attempt.ctx, &a, &b, resolved.get(), &call, &self.views[0]);
    });
}

Kind product_kind(const std::string &name, bool batched, void (*change)(scmp_matmul_options &), bool smooth = false) {
    scmp_matmul_options options = defaults();
    change(options);
    const Product product = sample(batched, options, smooth);
    return {"matmul " + name, [product](Attempt &attempt) { return product_call(attempt, product); }, true};
}

struct PackedProduct : Writing {
    Packed packed;
    Array a;
    PackedProduct(Attempt &attempt, const Product &product)
        : Writing({canary(SCMP_DTYPE_F32, product.y_shape())},
                  [this, &attempt](Writing &self) {
                      const scmp_tensor view = a.view();
                      return scmp_matmul_packed(attempt.ctx, &view, packed, nullptr, &self.views[0]);
                  }),
          a(product.a) {
        const Resolved resolved(attempt.ctx, product);
        const scmp_tensor b = product.b.view();
        ok(scmp_packed_create(attempt.ctx, &b, resolved.get(), packed.out()), "scmp_packed_create");
    }
};

// Statistics: changed only on success.
struct Statistics : Call {
    Calib calib, other;
    Array x;
    Array before;
    std::uint64_t rows;
    std::function<scmp_status(Statistics &)> call;

    Statistics(Attempt &attempt, std::function<scmp_status(Statistics &)> function) : call(std::move(function)) {
        Random random("statistics");
        const Array first = random_values(random, {4, 30});
        x = random_values(random, {50, 30}, SCMP_DTYPE_F16);
        const scmp_tensor view = first.view(), x_view = x.view();
        ok(scmp_calib_create(attempt.ctx, 30, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
        ok(scmp_calib_create(attempt.ctx, 30, SCMP_DTYPE_F32, other.out()), "scmp_calib_create");
        ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
        ok(scmp_calib_observe(other, &x_view, nullptr), "scmp_calib_observe");
        before = now();
        rows = scmp_calib_rows(calib);
    }
    // Many rows at no cost in memory, so that reading them takes long enough to be asked.
    scmp_tensor many_rows() const {
        scmp_tensor view = scmp_tensor_2d(x.dtype, x.bytes.data(), 100000, 30);
        view.strides[0] = 0;
        return view;
    }
    Array now() const {
        Array out = canary(SCMP_DTYPE_F32, {30});
        const scmp_tensor view = out.view();
        ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
        return out;
    }
    scmp_status run() override { return call(*this); }
    void unchanged() const override {
        same(now(), before, "statistics");
        check(scmp_calib_rows(calib) == rows, "rows of the statistics");
    }
    std::vector<Array> results() override { return {now()}; }
};

// A file is there after success, and nothing, temporary or not, after an error.
struct Saving : Statistics {
    std::string path;
    const Directory &directory;
    Saving(Attempt &attempt, std::string to, const Directory &in)
        : Statistics(attempt, [this](Statistics &self) { return scmp_calib_save(self.calib, path.c_str()); }),
          path(std::move(to)), directory(in) {}
    void unchanged() const override {
        Statistics::unchanged();
        check(directory.files() == 0, "a file after an error");
    }
    std::vector<Array> results() override {
        check(directory.files() == 1, "no file, or more than one");
        return Statistics::results();
    }
};

std::unique_ptr<Call> writing(std::vector<Array> outputs, std::function<scmp_status(Writing &)> call) {
    return std::make_unique<Writing>(std::move(outputs), std::move(call));
}

// Smoothing in place: x is both input and output, and must be as it was.
struct InPlace : Call {
    Attempt &attempt;
    Array x, was, scales;
    explicit InPlace(Attempt &of) : attempt(of) {
        Random random("in place");
        x = was = random_values(random, {30, 20}, SCMP_DTYPE_F16);
        scales = random_scales(random, 20, SCMP_DTYPE_F32);
    }
    scmp_status run() override {
        const scmp_tensor view = x.view(), s = scales.view();
        return scmp_smooth_activation(attempt.ctx, &view, &s, &view);
    }
    void unchanged() const override { same(x, was, "x"); }
    std::vector<Array> results() override { return {x}; }
};

const char *const json_text = R"({"rng_pool": [{"type": "sobol"}, {"type": "lfsr", "seed": 5, "taps": [7, 2, 1, 0]}],
    "sng": {"q": [{"rng_id": 0}, {"rng_id": 1}],
            "k": [{"rng_id": 1, "scramble": [7, 6, 5, 4, 3, 2, 1, 0]}, {"rng_id": 0}]}})";

// The functions of scmp_model.h on few and short streams: every cycle is looked at. `add` takes a name and what makes a
// call.
template <class Add> void add_model_kinds(const Add &add) {
    Random random("alloc model");
    Product product;
    product.a = random_values(random, {2, 5});
    product.b = random_values(random, {3, 5});
    product.options.sc_prec = 4;
    const auto levels_of = [product](Attempt &attempt) {
        auto levels = std::make_shared<std::pair<Levels, Levels>>();
        levels->first = all_levels(product.a, SCMP_SIDE_LEFT, product.options);
        levels->second = all_levels(product.b, SCMP_SIDE_RIGHT, product.options);
        quantize(attempt.ctx, product.a, SCMP_SIDE_LEFT, product.options, nullptr, levels->first);
        quantize(attempt.ctx, product.b, SCMP_SIDE_RIGHT, product.options, nullptr, levels->second);
        return levels;
    };
    const scmp_matmul_options options = product.options;
    // A call with operands a and b and some outputs.
    using Body = std::function<scmp_status(scmp_ctx *, const scmp_quantized &, const scmp_quantized &, Writing &)>;
    const auto with_operands = [&](const char *name, std::vector<Array> outputs, Body body, bool polls = false) {
        add(
            name,
            [levels_of, outputs, body](Attempt &attempt) {
                auto levels = levels_of(attempt);
                return writing(outputs, [&attempt, levels, body](Writing &self) {
                    const scmp_quantized a = levels->first.arrays(), b = levels->second.arrays();
                    return body(attempt.ctx, a, b, self);
                });
            },
            polls);
    };
    with_operands("trace_arrays", {canary(SCMP_DTYPE_U8, {2, 5, 16}), canary(SCMP_DTYPE_I32, {2, 3})},
                  [options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
                      scmp_trace trace;
                      scmp_trace_init(&trace);
                      trace.left_bit = &self.views[0];
                      trace.sum = &self.views[1];
                      return scmp_trace_arrays(ctx, &a, &b, &options, 0, &trace);
                  });
    // What was written before a failure is written.
    const scmp_write_fn ignore = [](void *, const char *, std::size_t) -> std::int32_t { return 0; };
    with_operands("trace_csv", {}, [ignore, options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &) {
        return scmp_trace_csv(ctx, &a, &b, &options, 0, ignore, nullptr);
    });
    with_operands("trace_vcd", {}, [ignore, options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &) {
        return scmp_trace_vcd(ctx, &a, &b, &options, 0, ignore, nullptr);
    });
    const auto none = std::make_shared<Array>(SCMP_DTYPE_U8, Shape{2, 5, 16});
    with_operands("trace_compare", {}, [none, options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
        const scmp_tensor view = none->view();
        scmp_trace observed;
        scmp_trace_init(&observed);
        observed.left_bit = &view;
        scmp_divergence divergence;
        scmp_divergence_init(&divergence);
        const scmp_status status = scmp_trace_compare(ctx, &a, &b, &options, 0, &observed, &divergence);
        if (divergence.signal != SCMP_SIGNAL_NONE) self.number = std::size_t(divergence.cycle);
        return status;
    });
    const auto cycles = std::make_shared<Array>(SCMP_DTYPE_I16, Shape{3}, std::vector<double>{3, 7, 16});
    with_operands(
        "progressive_counts", {canary(SCMP_DTYPE_I32, {3, 2, 3})},
        [cycles, options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
            const scmp_tensor list = cycles->view();
            return scmp_progressive_counts(ctx, &a, &b, &options, 0, &list, &self.views[0]);
        },
        true);
    with_operands(
        "cycles_to_tolerance", {canary(SCMP_DTYPE_I32, {2, 3})},
        [cycles, options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
            const scmp_tensor list = cycles->view();
            return scmp_cycles_to_tolerance(ctx, &a, &b, &options, 0, &list, nullptr, 9, &self.views[0]);
        },
        true);
    with_operands("accumulate",
                  {canary(SCMP_DTYPE_I32, {2, 3}), canary(SCMP_DTYPE_I64, {2, 3}), canary(SCMP_DTYPE_I64, {4})},
                  [options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
                      scmp_accumulator accumulator;
                      scmp_accumulator_init(&accumulator);
                      accumulator.place = SCMP_ACCUMULATOR_ADDER_TREE;
                      accumulator.width = 2;
                      return scmp_accumulate(ctx, &a, &b, &options, 0, &accumulator, &self.views[0], &self.views[1],
                                             &self.views[2]);
                  });
    with_operands("accumulator_width", {}, [options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
        std::int32_t width = -1;
        const scmp_status status = scmp_accumulator_width(ctx, &a, &b, &options, 0, nullptr, &width);
        if (width != -1) self.number = std::size_t(width);
        return status;
    });
    with_operands("count_or", {canary(SCMP_DTYPE_I32, {2, 3})},
                  [options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
                      return scmp_count_or(ctx, &a, &b, &options, 0, 3, &self.views[0]);
                  });
    with_operands("count_mux", {canary(SCMP_DTYPE_I32, {2, 3})},
                  [options](scmp_ctx *ctx, const auto &a, const auto &b, Writing &self) {
                      return scmp_count_mux(ctx, &a, &b, &options, 0, 3, nullptr, &self.views[0]);
                  });
    add("stream_correlation", [](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_F64, {257, 257})}, [&attempt](Writing &self) {
            return scmp_stream_correlation(attempt.ctx, nullptr, 3, nullptr, nullptr, &self.views[0]);
        });
    });
    add("count_table_error", [](Attempt &attempt) {
        return writing({}, [&attempt](Writing &self) {
            scmp_table_error error;
            scmp_table_error_init(&error);
            const scmp_status status =
                scmp_count_table_error(attempt.ctx, nullptr, 2, 9, nullptr, nullptr, nullptr, nullptr, &error);
            if (error.rms != 0) self.number = std::size_t(error.max_x);
            return status;
        });
    });
    add("score_generators", [](Attempt &attempt) {
        const auto sum = std::make_shared<Array>(SCMP_DTYPE_F32, Shape{1, 257, 257});
        return writing({canary(SCMP_DTYPE_F64, {2}), canary(SCMP_DTYPE_F32, {2, 1})}, [&attempt, sum](Writing &self) {
            scmp_generator candidates[2];
            for (scmp_generator &candidate : candidates) scmp_generator_init(&candidate);
            const scmp_tensor view = sum->view();
            scmp_score_weights weights;
            scmp_score_weights_init(&weights);
            weights.sum = &view;
            return scmp_score_generators(attempt.ctx, nullptr, 0, candidates, 2, &weights, &self.views[0],
                                         &self.views[1]);
        });
    });
    add("sequence_discrepancy", [](Attempt &attempt) {
        return writing({}, [&attempt](Writing &self) {
            double discrepancy = -1;
            const scmp_status status = scmp_sequence_discrepancy(attempt.ctx, nullptr, SCMP_SIDE_LEFT, 3, &discrepancy);
            if (discrepancy >= 0) self.number = 0;
            return status;
        });
    });
    add("lint", [](Attempt &attempt) {
        return writing({}, [&attempt](Writing &self) {
            std::int32_t count = -1;
            const scmp_status status = scmp_lint(attempt.ctx, nullptr, 300, nullptr, nullptr, &count);
            if (count >= 0) self.number = std::size_t(count);
            return status;
        });
    });
}

std::vector<Kind> kinds(const Directory &directory) {
    const Product product = sample(false, defaults());
    const auto levels_of = [product](Attempt &attempt) {
        auto levels = std::make_shared<std::pair<Levels, Levels>>();
        levels->first = all_levels(product.a, SCMP_SIDE_LEFT, product.options);
        levels->second = all_levels(product.b, SCMP_SIDE_RIGHT, product.options);
        quantize(attempt.ctx, product.a, SCMP_SIDE_LEFT, product.options, nullptr, levels->first);
        quantize(attempt.ctx, product.b, SCMP_SIDE_RIGHT, product.options, nullptr, levels->second);
        return levels;
    };
    const auto matrix = std::make_shared<Array>(product.a);
    std::vector<Kind> all = {
        product_kind("defaults", false, [](auto &) {}),
        product_kind(
            "per_tensor", false, [](auto &o) { o.granularity = SCMP_GRANULARITY_PER_TENSOR; }, true),
        product_kind("unipolar", true, [](auto &o) { o.mode = SCMP_MODE_UNIPOLAR; }),
        product_kind("per_head", true,
                     [](auto &o) {
                         o.granularity = SCMP_GRANULARITY_PER_HEAD;
                         o.stoc_len = 64;
                     }),
        product_kind(
            "in chunks", false, [](auto &o) { o.chunk_d = 7; }, true),
    };
    const auto add = [&all](const std::string &name, auto make, bool polls = false) {
        all.push_back({name, make, polls});
    };
    Product with_config = product;
    Random random("alloc config");
    with_config.config_json = random_config(random, 8, 40);
    add(
        "matmul with a configuration", [with_config](Attempt &attempt) { return product_call(attempt, with_config); },
        true);
    add(
        "matmul_packed", [product](Attempt &attempt) { return std::make_unique<PackedProduct>(attempt, product); },
        true);
    add(
        "packed_create",
        [product](Attempt &attempt) {
            return std::make_unique<HandleCall<scmp_packed, scmp_packed_destroy>>(
                [&attempt, product](scmp_packed **out) {
                    const scmp_tensor b = product.b.view();
                    return scmp_packed_create(attempt.ctx, &b, nullptr, out);
                });
        },
        true);
    add("ctx_create", [](Attempt &attempt) {
        return std::make_unique<HandleCall<scmp_ctx, scmp_ctx_destroy>>(
            [&attempt](scmp_ctx **out) { return scmp_ctx_create(&attempt.options, out); });
    });
    for (const char *name : {"sobol_simple", "lfsr_default", "sobol_tuned"})
        add(std::string("config_create_named ") + name, [name](Attempt &attempt) {
            return std::make_unique<HandleCall<scmp_config, scmp_config_destroy>>(
                [&attempt, name](scmp_config **out) { return scmp_config_create_named(attempt.ctx, name, 8, out); });
        });
    add("config_create_json", [](Attempt &attempt) {
        return std::make_unique<HandleCall<scmp_config, scmp_config_destroy>>([&attempt](scmp_config **out) {
            return scmp_config_create_json(attempt.ctx, json_text, std::strlen(json_text), 8, out);
        });
    });
    add("config_create_json with a warning", [](Attempt &attempt) {
        return std::make_unique<HandleCall<scmp_config, scmp_config_destroy>>([&attempt](scmp_config **out) {
            const char *text = R"({"rng_pool": [{"type": "lfsr", "seed": 5, "taps": [1]}],)"
                               R"( "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})";
            return scmp_config_create_json(attempt.ctx, text, std::strlen(text), 8, out);
        });
    });
    add("config_create", [](Attempt &attempt) {
        return std::make_unique<HandleCall<scmp_config, scmp_config_destroy>>([&attempt](scmp_config **out) {
            scmp_generator generator;
            scmp_generator_init(&generator);
            const scmp_element elements[2] = {};
            scmp_config_desc desc;
            scmp_config_desc_init(&desc);
            desc.generators = &generator;
            desc.generator_count = 1;
            desc.left = desc.right = elements;
            desc.left_count = desc.right_count = 2;
            return scmp_config_create(attempt.ctx, &desc, out);
        });
    });
    add("config_to_json", [](Attempt &attempt) {
        auto config = std::make_shared<Config>();
        ok(scmp_config_create_named(attempt.ctx, "sobol_tuned", 8, config->out()), "scmp_config_create_named");
        return writing({canary(SCMP_DTYPE_I8, {4096})}, [&attempt, config](Writing &self) {
            return scmp_config_to_json(attempt.ctx, *config, 3, static_cast<char *>(self.views[0].data), 4096,
                                       &self.number);
        });
    });
    add("calib_create", [](Attempt &attempt) {
        return std::make_unique<HandleCall<scmp_calib, scmp_calib_destroy>>(
            [&attempt](scmp_calib **out) { return scmp_calib_create(attempt.ctx, 100, SCMP_DTYPE_F64, out); });
    });
    add(
        "calib_observe",
        [](Attempt &attempt) {
            return std::make_unique<Statistics>(attempt, [](Statistics &self) {
                const scmp_tensor view = self.many_rows();
                return scmp_calib_observe(self.calib, &view, nullptr);
            });
        },
        true);
    add("calib_merge", [](Attempt &attempt) {
        return std::make_unique<Statistics>(attempt,
                                            [](Statistics &self) { return scmp_calib_merge(self.calib, self.other); });
    });
    add("calib_act_scales", [](Attempt &attempt) {
        auto statistics = std::make_shared<std::unique_ptr<Statistics>>(std::make_unique<Statistics>(attempt, nullptr));
        return writing({canary(SCMP_DTYPE_F16, {30})}, [statistics](Writing &self) {
            return scmp_calib_act_scales((*statistics)->calib, &self.views[0]);
        });
    });
    const std::string path = directory / "stats";
    add("calib_save", [path, &directory](Attempt &attempt) {
        std::filesystem::remove(path);
        return std::make_unique<Saving>(attempt, path, directory);
    });
    add("calib_load", [path](Attempt &attempt) {
        {
            const Ctx ctx = context();
            Calib calib;
            ok(scmp_calib_create(ctx, 30, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
            ok(scmp_calib_save(calib, path.c_str()), "scmp_calib_save");
        }
        return std::make_unique<HandleCall<scmp_calib, scmp_calib_destroy>>(
            [&attempt, path](scmp_calib **out) { return scmp_calib_load(attempt.ctx, path.c_str(), 30, out); });
    });
    add("smooth_scales", [](Attempt &attempt) {
        auto statistics = std::make_shared<std::unique_ptr<Statistics>>(std::make_unique<Statistics>(attempt, nullptr));
        return writing({canary(SCMP_DTYPE_F32, {30})}, [statistics](Writing &self) {
            const scmp_tensor weight = (*statistics)->x.view();
            return scmp_smooth_scales((*statistics)->calib, &weight, 1, 0.3, &self.views[0]);
        });
    });
    add("smooth_scales_from", [matrix](Attempt &attempt) {
        const auto act = std::make_shared<Array>(SCMP_DTYPE_F32, Shape{40}, std::vector<double>(40, 2));
        return writing({canary(SCMP_DTYPE_F32, {40})}, [&attempt, matrix, act](Writing &self) {
            const scmp_tensor view = act->view(), weight = matrix->view();
            return scmp_smooth_scales_from(attempt.ctx, &view, &weight, 1, 0.3, 1e-5, &self.views[0]);
        });
    });
    add("smooth_activation in place", [](Attempt &attempt) { return std::make_unique<InPlace>(attempt); });
    add("smooth_weight", [matrix](Attempt &attempt) {
        const auto scales = std::make_shared<Array>(SCMP_DTYPE_F64, Shape{40}, std::vector<double>(40, 2));
        return writing({canary(SCMP_DTYPE_BF16, matrix->shape)}, [&attempt, matrix, scales](Writing &self) {
            const scmp_tensor view = matrix->view(), s = scales->view();
            return scmp_smooth_weight(attempt.ctx, &view, &s, &self.views[0]);
        });
    });
    const auto pieces = std::make_shared<Array>(SCMP_DTYPE_F32, Shape{200, 1000}); // 4 of the hash
    add(
        "tensor_hash",
        [pieces](Attempt &attempt) {
            return writing({canary(SCMP_DTYPE_I64, {2})}, [&attempt, pieces](Writing &self) {
                const scmp_tensor view = pieces->view();
                return scmp_tensor_hash(attempt.ctx, &view, self.outputs[0].as<std::uint64_t>());
            });
        },
        true);
    add("ranges", [matrix](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_F32, {19, 2})}, [&attempt, matrix](Writing &self) {
            const scmp_tensor view = matrix->view();
            return scmp_ranges(attempt.ctx, &view, SCMP_SIDE_LEFT, nullptr, &self.views[0]);
        });
    });
    add("quantize", [matrix](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_U8, {19, 40}), canary(SCMP_DTYPE_I16, {19, 40}),
                        canary(SCMP_DTYPE_I8, {19, 40}), canary(SCMP_DTYPE_F32, {19})},
                       [&attempt, matrix](Writing &self) {
                           scmp_quantized out;
                           scmp_quantized_init(&out);
                           out.level = &self.views[0];
                           out.boundary = &self.views[1];
                           out.sign = &self.views[2];
                           out.scale = &self.views[3];
                           const scmp_tensor view = matrix->view();
                           return scmp_quantize(attempt.ctx, &view, SCMP_SIDE_LEFT, nullptr, nullptr, &out);
                       });
    });
    add(
        "count",
        [levels_of](Attempt &attempt) {
            auto levels = levels_of(attempt);
            return writing({canary(SCMP_DTYPE_I32, {19, 11})}, [&attempt, levels](Writing &self) {
                const scmp_quantized a = levels->first.arrays(), b = levels->second.arrays();
                return scmp_count(attempt.ctx, &a, &b, nullptr, 0, 0, &self.views[0]);
            });
        },
        true);
    add("dequantize", [levels_of](Attempt &attempt) {
        auto levels = levels_of(attempt);
        auto sums = std::make_shared<Array>(SCMP_DTYPE_I32, Shape{19, 11});
        return writing({canary(SCMP_DTYPE_F32, {19, 11})}, [&attempt, levels, sums](Writing &self) {
            const scmp_quantized a = levels->first.arrays(), b = levels->second.arrays();
            const scmp_tensor view = sums->view();
            return scmp_dequantize(attempt.ctx, &view, &a, &b, 40, nullptr, &self.views[0]);
        });
    });
    add("generator_draws", [](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_I32, {256})}, [&attempt](Writing &self) {
            scmp_generator generator;
            scmp_generator_init(&generator);
            generator.type = SCMP_GENERATOR_MT19937;
            generator.seed = 3;
            return scmp_generator_draws(attempt.ctx, &generator, 8, &self.views[0]);
        });
    });
    add("sequence", [](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_I32, {256})}, [&attempt](Writing &self) {
            return scmp_sequence(attempt.ctx, nullptr, SCMP_SIDE_RIGHT, 3, &self.views[0]);
        });
    });
    add("count_table", [](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_I16, {257, 257})}, [&attempt](Writing &self) {
            return scmp_count_table(attempt.ctx, nullptr, 3, nullptr, nullptr, &self.views[0]);
        });
    });
    add("table_index", [](Attempt &attempt) {
        return writing({canary(SCMP_DTYPE_I32, {50})}, [&attempt](Writing &self) {
            std::int32_t tables = Writing::unwritten;
            const scmp_status status = scmp_table_index(attempt.ctx, nullptr, 50, &self.views[0], &tables);
            self.number = std::size_t(tables);
            return status;
        });
    });
    add_model_kinds(add);
    return all;
}

// --- Attempts -------------------------------------------------------------------------------------------------------

// One attempt with a fresh context; `arm` runs right before the call, `hit` says whether what it armed happened.
struct Outcome {
    scmp_status status;
    std::vector<Array> results;
    bool hit;
};

template <class Arm, class Hit>
Outcome attempt_of(const Kind &kind, Attempt &attempt, Arm &&arm, Hit &&hit, scmp_status expected) {
    attempt.open();
    Outcome outcome;
    {
        const std::unique_ptr<Call> call = kind.make(attempt);
        arm();
        outcome.status = call->run();
        attempt.allocator.countdown.armed = false;
        new_countdown.armed = false;
        outcome.hit = hit();
        attempt.canceller.after = -1;
        if (outcome.status != SCMP_OK) {
            check(outcome.status == expected,
                  std::string("the status is ") + scmp_status_string(outcome.status) + ": " + scmp_last_error());
            check(outcome.hit, "an error although nothing failed");
            call->unchanged();
            // The handles are as good as new.
            ok(call->run(), "the call again, with nothing failing");
        }
        outcome.results = call->results();
    }
    attempt.close();
    return outcome;
}

void same_results(const Outcome &got, const Outcome &want) {
    check(got.results.size() == want.results.size(), "number of results");
    for (std::size_t i = 0; i < want.results.size(); i++)
        same(got.results[i], want.results[i], "result " + std::to_string(i));
}

// `set_up` makes an attempt what the test is about; `arm(attempt, k)` lets the k-th thing happen. Runs until it no
// longer happens, and returns how often it did.
template <class SetUp, class Arm, class Hit>
long one_by_one(const Kind &kind, scmp_status expected, SetUp &&set_up, Arm &&arm, Hit &&hit) {
    Attempt good;
    set_up(good);
    const Outcome want = attempt_of(
        kind, good, [] {}, [] { return false; }, SCMP_OK);
    for (long k = 0;; k++) {
        check(k < 100000, "it never ends");
        bool happened = false;
        within(kind.name + ", number " + std::to_string(k), [&] {
            Attempt attempt;
            set_up(attempt);
            const Outcome outcome = attempt_of(
                kind, attempt, [&] { arm(attempt, k); }, [&] { return hit(attempt); }, expected);
            same_results(outcome, want);
            happened = outcome.hit;
        });
        if (!happened) return k;
    }
}

// The context's allocator fails at each allocation, alone or with all after it.
void context_allocator(const Kind &kind, scmp_backend backend, int threads) {
    for (const bool onwards : {false, true}) {
        const long failures = one_by_one(
            kind, SCMP_ERROR_OUT_OF_MEMORY,
            [&](Attempt &attempt) {
                attempt.backend = backend;
                attempt.threads = threads;
            },
            [&](Attempt &attempt, long k) { attempt.allocator.countdown.arm(k, onwards); },
            [](Attempt &attempt) { return attempt.allocator.countdown.hit.load(); });
        std::printf("    %ld allocations\n", failures);
    }
}

// The same with operator new, which is what contexts without callbacks use, and the JSON parser always.
void operator_new(const Kind &kind) {
    const long before = new_live;
    for (const bool onwards : {false, true})
        one_by_one(
            kind, SCMP_ERROR_OUT_OF_MEMORY, [](Attempt &attempt) { attempt.own_allocator = false; },
            [&](Attempt &, long k) { new_countdown.arm(k, onwards); },
            [](Attempt &) { return new_countdown.hit.load(); });
    const long left = new_live - before; // before the text of the check allocates
    check(left == 0, std::to_string(left) + " allocations of operator new are left");
}

void cancelled(const Kind &kind, scmp_backend backend, int threads) {
    const long polls = one_by_one(
        kind, SCMP_ERROR_CANCELLED,
        [&](Attempt &attempt) {
            attempt.cancel = true;
            attempt.backend = backend;
            attempt.threads = threads;
        },
        [](Attempt &attempt, long k) {
            attempt.canceller.polls = 0;
            attempt.canceller.after = k;
        },
        [](Attempt &attempt) { return attempt.canceller.hit; });
    std::printf("    %ld polls\n", polls);
    check(!kind.polls || polls > 0, "it never asks");
}

// With an allocator of the caller's, the library takes its working memory from nowhere else.
void nothing_beside_the_allocator() {
    const Product product = sample(false, defaults());
    Attempt attempt;
    attempt.threads = 1;
    attempt.open();
    {
        const std::unique_ptr<Call> call = product_call(attempt, product);
        const long calls = attempt.allocator.calls;
        // Nothing armed ever fails; `left` counts what asks.
        constexpr long many = 1000000;
        new_countdown.arm(many, false);
        const scmp_status status = call->run();
        new_countdown.armed = false;
        ok(status, "scmp_matmul");
        check(attempt.allocator.calls > calls, "the allocator is never asked");
        // The test's own views and callbacks are made before; one thread starts no other.
        check(new_countdown.left == many, std::to_string(many - new_countdown.left) + " allocations went elsewhere");
    }
    attempt.close();
}

// A report's peak is what the allocator saw.
void peak_is_what_was_held() {
    Attempt attempt;
    attempt.open();
    {
        const Product product = sample(false, defaults());
        scmp_report report;
        scmp_report_init(&report);
        const Result got = multiply(attempt.ctx, product, &report);
        check(got.y.count() == 19 * 11, "a result");
        check(report.bytes_peak >= 2 * (19 * 40 + 11 * 40), "the peak is less than the quantized operands");
        check(report.bytes_peak >= std::uint64_t(attempt.allocator.live),
              "the peak is less than what is held afterwards");
        check(report.bytes_peak < 64 << 20, "the peak is more than anybody would expect");
    }
    attempt.close();
}

// --- Working memory that a context keeps ----------------------------------------------------------------------------

Product of_size(std::int64_t n, std::int64_t m, std::int64_t d) {
    Random random("kept memory");
    Product product;
    product.a = random_values(random, {n, d});
    product.b = random_values(random, {m, d});
    return product;
}

scmp_report reported(Attempt &attempt, const Product &product) {
    scmp_report report;
    scmp_report_init(&report);
    multiply(attempt.ctx, product, &report);
    check(long(report.bytes_peak) >= attempt.allocator.live - attempt.handle_bytes,
          "the peak is less than what is held");
    return report;
}

void working_memory_serves_the_next_call() {
    const Product product = of_size(70, 90, 600), larger = of_size(75, 96, 610);
    Attempt attempt;
    attempt.open();
    const Result first = multiply(attempt.ctx, product);
    const long live = attempt.allocator.live, large = attempt.allocator.large;
    check(large > 0 && live > 70 * 600, "nothing large is kept");
    for (int i = 0; i < 3; i++) same(multiply(attempt.ctx, product).y, first.y, "the product again");
    check(attempt.allocator.large == large && attempt.allocator.live == live, "the same call asks again");
    // What is kept may be a little larger than what is wanted.
    multiply(attempt.ctx, larger);
    const long after = attempt.allocator.large;
    same(multiply(attempt.ctx, product).y, first.y, "the product in the memory of a larger one");
    check(attempt.allocator.large == after, "a call that is a little smaller asks again");
    const long with_idle = attempt.allocator.live;
    scmp_ctx_trim(attempt.ctx);
    check(attempt.allocator.live < with_idle - 70 * 600, "trimming gives nothing back");
    scmp_ctx_clear_cache(attempt.ctx);
    scmp_ctx_trim(attempt.ctx);
    check(attempt.allocator.live < 32768,
          std::to_string(attempt.allocator.live) + " bytes without cache and idle memory");
    same(multiply(attempt.ctx, product).y, first.y, "the product after clearing the cache");
    attempt.close();
}

void working_memory_is_not_kept_for_ever() {
    const Product large = of_size(200, 220, 900), small = of_size(3, 4, 5);
    Attempt attempt;
    attempt.open();
    const std::uint64_t least = reported(attempt, small).bytes_peak;
    const std::uint64_t most = reported(attempt, large).bytes_peak;
    check(most > least + 2 * (200 + 220) * 900, "the large product needs no memory");
    for (int i = 0; i < 12; i++) reported(attempt, small);
    const std::uint64_t again = reported(attempt, small).bytes_peak;
    check(again < least + 65536, "the peak is " + std::to_string(again) + ", it was " + std::to_string(least));
    attempt.close();

    Attempt none;
    none.cache_bytes = 0;
    none.open();
    multiply(none.ctx, large);
    check(none.allocator.live < 32768, std::to_string(none.allocator.live) + " bytes are kept without a cache");
    none.close();
}

// What is idle stays within cache_bytes, as what the cache holds does; each block here would by itself.
void working_memory_has_a_limit() {
    Attempt attempt;
    attempt.cache_bytes = 200000;
    attempt.open();
    const Product product = of_size(200, 200, 400); // levels of 160000 bytes on either side, and panels
    const scmp_report report = reported(attempt, product);
    check(report.bytes_peak > 400000, "the product needs too little memory for this test");
    const long kept = attempt.allocator.live - attempt.handle_bytes - long(scmp_ctx_cache_bytes(attempt.ctx));
    check(kept > 16384 && kept <= 200000 + 32768, std::to_string(kept) + " bytes are kept");
    attempt.close();
}

// Idle memory is no reason for a call to fail.
void working_memory_gives_way() {
    const Product first = of_size(300, 20, 400), second = of_size(20, 500, 400);
    const auto peak = [](const Product &product) {
        Attempt attempt;
        attempt.open();
        const long bytes = long(reported(attempt, product).bytes_peak);
        attempt.close();
        return bytes;
    };
    Attempt attempt;
    attempt.allocator.most = std::max(peak(first), peak(second)) + 65536;
    attempt.open();
    multiply(attempt.ctx, first);
    multiply(attempt.ctx, second);
    multiply(attempt.ctx, first);
    attempt.close();
}

} // namespace

int main(int argc, char **argv) {
    const Directory directory;
    std::vector<Case> cases = {{"nothing beside the allocator", nothing_beside_the_allocator},
                               {"the peak is what was held", peak_is_what_was_held},
                               {"working memory serves the next call", working_memory_serves_the_next_call},
                               {"working memory is not kept for ever", working_memory_is_not_kept_for_ever},
                               {"working memory has a limit", working_memory_has_a_limit},
                               {"working memory gives way", working_memory_gives_way}};
    const std::vector<Kind> all = kinds(directory);
    for (const Kind &kind : all) {
        cases.push_back({"allocator: " + kind.name, [&kind] { context_allocator(kind, SCMP_BACKEND_CPU, 2); }});
        cases.push_back({"operator new: " + kind.name, [&kind] { operator_new(kind); }});
        cases.push_back({"cancelled: " + kind.name, [&kind] { cancelled(kind, SCMP_BACKEND_CPU, 2); }});
    }
    for (const Kind &kind : all) {
        if (!kind.polls) continue;
        cases.push_back(
            {"allocator, reference: " + kind.name, [&kind] { context_allocator(kind, SCMP_BACKEND_REFERENCE, 1); }});
        cases.push_back(
            {"cancelled, reference: " + kind.name, [&kind] { cancelled(kind, SCMP_BACKEND_REFERENCE, 1); }});
        cases.push_back({"cancelled, one thread: " + kind.name, [&kind] { cancelled(kind, SCMP_BACKEND_CPU, 1); }});
    }
    return run("alloc", cases, argc, argv);
}

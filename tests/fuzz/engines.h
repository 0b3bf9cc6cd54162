// Contexts that must give the same bits, made once, and one whose allocator runs out.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <utility>
#include <vector>

#include "tensors.h"

// Counts allocations down where `left` is not negative.
struct Allowance {
    long left = -1;

    static void *alloc(void *user, std::size_t size, std::size_t) {
        long &left = static_cast<Allowance *>(user)->left;
        if (left == 0) return nullptr;
        if (left > 0) left--;
        // More than any input needs is refused at once, so that no input costs the machine its memory.
        return size > std::size_t(64) << 20 ? nullptr : std::aligned_alloc(64, (size + 63) / 64 * 64);
    }
    static void free(void *, void *memory, std::size_t, std::size_t) { std::free(memory); }
};

struct Engine {
    scmp_ctx *ctx = nullptr;
    Allowance allowance;

    Engine(scmp_backend backend, int threads, const char *isa = nullptr) {
        scmp_ctx_options options;
        scmp_ctx_options_init(&options);
        options.backend = backend;
        options.threads = threads;
        options.alloc = Allowance::alloc;
        options.free = Allowance::free;
        options.allocator_user = &allowance;
        options.isa = isa;
        require(CALL(scmp_ctx_create, &options, &ctx) == SCMP_OK, "a context can be created");
    }
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    // As it was when it was made: an input finds nothing of the inputs before it.
    void clean() {
        allowance.left = -1;
        scmp_ctx_clear_cache(ctx);
        scmp_ctx_trim(ctx);
    }
};

// Where an input computes, and where again: the second of another kind, or short of memory; or nowhere.
struct Engines {
    Engine &first, &second;

    explicit Engines(Bytes &bytes) : first(cpu()), second(other(bytes.byte())) {
        // Threads cost more than all else that an input does.
        const std::uint8_t how = bytes.byte();
        require(CALL(scmp_ctx_set_threads, second.ctx, how >= 240 ? 2 : 1) == SCMP_OK, "2 threads can be asked for");
        none_ = how == 239;
        second.allowance.left = bytes.rarely(8) ? bytes.byte() % 40 : -1;
    }
    // Here and not before the next input, or libFuzzer looks for a leak and runs the input again.
    ~Engines() {
        first.clean();
        second.clean();
    }
    Engines(const Engines &) = delete;
    Engines &operator=(const Engines &) = delete;

    scmp_ctx *first_ctx() const { return none_ ? nullptr : first.ctx; }

    static Engine &cpu() {
        static Engine engine(SCMP_BACKEND_CPU, 1);
        return engine;
    }

    // Makes a call on both. Outputs start from the same bytes and end with the same; the status of the first is
    // given back.
    template <class Call> scmp_status both(std::initializer_list<Tensor *> outputs, Call call) const {
        std::vector<std::vector<std::uint8_t>> before, after;
        for (Tensor *output : outputs) before.push_back(output->memory);
        const scmp_status status = call(first_ctx());
        for (Tensor *output : outputs) {
            output->written(status);
            after.push_back(output->memory);
        }
        std::size_t i = 0;
        for (Tensor *output : outputs) output->put_back(before[i++]);
        const scmp_status again = call(none_ ? nullptr : second.ctx);
        for (Tensor *output : outputs) output->written(again);
        const bool short_of_memory = again == SCMP_ERROR_OUT_OF_MEMORY && second.allowance.left == 0;
        if (!short_of_memory) require(status == again, "both engines end alike");
        i = 0;
        for (Tensor *output : outputs) {
            if (!short_of_memory) require(output->memory == after[i], "both engines give the same bits");
            output->put_back(after[i++]);
        }
        return status;
    }

private:
    bool none_ = false; // NULL for a context

    static Engine &other(std::uint8_t which) {
        static Engine reference(SCMP_BACKEND_REFERENCE, 1), portable(SCMP_BACKEND_CPU, 1, "portable"),
            best(SCMP_BACKEND_CPU, 1);
        return which < 100 ? reference : which < 180 ? portable : best;
    }
};

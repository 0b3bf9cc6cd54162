// Any options of a context, an allocator that runs out, a cancel callback and a log: contexts come and go without a
// leak, and a product is right, refused or cancelled.
#include "engines.h"

namespace {

// What the callbacks of a context keep.
struct Seen {
    Allowance allowance;
    long live = 0, polls_left = -1, lines = 0;
    double share = 0;

    static void *alloc(void *user, std::size_t size, std::size_t alignment) {
        auto &seen = *static_cast<Seen *>(user);
        void *memory = Allowance::alloc(&seen.allowance, size, alignment);
        if (memory != nullptr) seen.live += long(size);
        return memory;
    }
    static void free(void *user, void *memory, std::size_t size, std::size_t alignment) {
        static_cast<Seen *>(user)->live -= long(size);
        Allowance::free(nullptr, memory, size, alignment);
    }
    static void log(void *user, scmp_log_level level, const char *message) {
        require(level >= SCMP_LOG_WARNING && level <= SCMP_LOG_DEBUG && message[0] != '\0', "a line has a text");
        require(std::strchr(message, '\n') == nullptr, "and no end");
        static_cast<Seen *>(user)->lines++;
    }
    static void progress(void *user, double share) {
        double &before = static_cast<Seen *>(user)->share;
        require(share >= before && share <= 1, "progress never falls");
        before = share;
    }
    static std::int32_t cancelled(void *user) {
        long &left = static_cast<Seen *>(user)->polls_left;
        return left == 0 ? 1 : (left -= left > 0, 0);
    }
};

scmp_ctx_options make_options(Bytes &bytes, Seen &seen) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    // A context of a GPU takes too long to be made for each input.
    options.backend = bytes.pick({SCMP_BACKEND_AUTO, SCMP_BACKEND_CPU, SCMP_BACKEND_REFERENCE,
                                  static_cast<scmp_backend>(4), static_cast<scmp_backend>(-1)});
    options.device = bytes.pick({0, 1, -1});
    options.threads = bytes.pick({1, 2, SCMP_NOT_GIVEN, 1024, 0, -2, 1025});
    options.cache_bytes = bytes.pick<std::uint64_t>({std::uint64_t(1) << 28, 0, 1, 1000, ~std::uint64_t(0)});
    options.alloc = bytes.rarely(32) ? nullptr : Seen::alloc;
    options.free = bytes.rarely(32) ? nullptr : Seen::free;
    options.allocator_user = &seen;
    options.log = bytes.byte() % 2 == 0 ? nullptr : Seen::log;
    options.log_user = &seen;
    options.log_level = bytes.pick({SCMP_LOG_DEBUG, SCMP_LOG_INFO, SCMP_LOG_WARNING, static_cast<scmp_log_level>(3)});
    options.progress = bytes.byte() % 2 == 0 ? nullptr : Seen::progress;
    options.progress_user = &seen;
    options.cancelled = bytes.byte() % 2 == 0 ? nullptr : Seen::cancelled;
    options.cancelled_user = &seen;
    if (bytes.rarely(32)) options.size = bytes.byte() % sizeof options;
    return options;
}

void multiply(Bytes &bytes, scmp_ctx *ctx, Seen &seen) {
    const std::int64_t n = bytes.number(0, 5), m = bytes.number(0, 5), d = bytes.number(0, 9);
    const Tensor a(bytes, {SCMP_DTYPE_F32}, {n, d}, {Fill::real}), b(bytes, {SCMP_DTYPE_F32}, {m, d}, {Fill::real});
    Tensor y(bytes, {SCMP_DTYPE_F32}, {n, m}), want(bytes, {SCMP_DTYPE_F32}, {n, m});
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.sc_prec = bytes.any({4, 3, 6});
    seen.polls_left = bytes.byte() % 2 == 0 ? -1 : bytes.byte() % 20;
    seen.allowance.left = bytes.byte() % 2 == 0 ? -1 : bytes.byte() % 40;
    seen.share = 0;
    const scmp_status status = CALL(scmp_matmul, ctx, &a.view, &b.view, &options, nullptr, &y.view);
    y.written(status);
    require(status != SCMP_ERROR_CANCELLED || seen.polls_left == 0, "cancelled only where it was asked for");
    require(status != SCMP_ERROR_OUT_OF_MEMORY || seen.allowance.left == 0, "out of memory only where it is");
    seen.allowance.left = seen.polls_left = -1;
    const scmp_status wanted = CALL(scmp_matmul, Engines::cpu().ctx, &a.view, &b.view, &options, nullptr, &want.view);
    if (status == SCMP_OK && wanted == SCMP_OK)
        require(y.elements<std::uint32_t>() == want.elements<std::uint32_t>(), "the same bits in every context");
    Engines::cpu().clean();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    Seen seen;
    const scmp_ctx_options options = make_options(bytes, seen);
    seen.allowance.left = bytes.rarely(8) ? bytes.byte() % 8 : -1;
    scmp_ctx *ctx = nullptr;
    const scmp_status status = CALL(scmp_ctx_create, &options, &ctx);
    require((status == SCMP_OK) == (ctx != nullptr), "an error leaves the output as it was");
    require(ctx != nullptr || seen.live == 0, "and no memory");
    seen.allowance.left = -1;
    for (int calls = bytes.byte() % 6; calls > 0; calls--) {
        const int threads = bytes.pick({1, 2, SCMP_NOT_GIVEN, 0, 1024, 1025});
        const bool right = ctx != nullptr && threads != 0 && threads != 1025;
        char memory[256];
        switch (bytes.byte() % 6) {
        case 0:
            if (ctx != nullptr) multiply(bytes, ctx, seen);
            break;
        case 1:
            require((CALL(scmp_ctx_set_threads, ctx, threads) == SCMP_OK) == right, "1 .. 1024 threads");
            require(!right || threads == SCMP_NOT_GIVEN || scmp_ctx_threads(ctx) <= threads,
                    "no more than were asked for");
            break;
        case 2:
            require((CALL(scmp_ctx_synchronize, ctx) == SCMP_OK) == (ctx != nullptr), "there is nothing to wait for");
            break;
        case 3:
            require(CALL(scmp_ctx_set_cuda_stream, ctx, nullptr) != SCMP_OK, "no stream without a GPU");
            require(CALL(scmp_ctx_set_cuda_workspace, ctx, memory, bytes.byte()) != SCMP_OK, "no workspace either");
            break;
        case 4:
            scmp_ctx_clear_cache(ctx);
            require(scmp_ctx_cache_bytes(ctx) == 0, "a cleared cache is empty");
            break;
        default:
            scmp_ctx_trim(ctx);
        }
    }
    scmp_ctx_destroy(&ctx);
    require(ctx == nullptr && seen.live == 0, "a context leaves nothing behind");
    return 0;
}

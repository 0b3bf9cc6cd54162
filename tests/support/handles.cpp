// Contexts for tests.
#include "support/handles.h"

#include "support/test.h"

namespace test {
std::vector<Engine> engines() {
    std::vector<Engine> all = {{SCMP_BACKEND_REFERENCE, ""}};
    for (std::int32_t i = 0; i < scmp_isa_count(); i++)
        if (scmp_isa_available(i) != 0) all.push_back({SCMP_BACKEND_CPU, scmp_isa_name(i)});
    if (scmp_backend_available(SCMP_BACKEND_CUDA) != 0) all.push_back({SCMP_BACKEND_CUDA, ""});
    return all;
}

Ctx context(const Engine &engine, int threads) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = engine.backend;
    options.threads = threads;
    options.isa = engine.isa.c_str(); // "": the library's choice, whatever SCMP_CPU says
    Ctx ctx;
    ok(scmp_ctx_create(&options, ctx.out()), "scmp_ctx_create for " + engine.name());
    check(scmp_ctx_backend(ctx) == engine.backend, "the context has another backend than " + engine.name());
    check(engine.isa.empty() || scmp_ctx_isa(ctx) == engine.isa,
          "the context has another instruction set than " + engine.name());
    return ctx;
}

Ctx context(int threads) {
    return context({SCMP_BACKEND_CPU, ""}, threads);
}

} // namespace test

// Finds usual mistakes in a configuration.
#pragma once

#include <cstdint>

#include "base/memory.h"
#include "scmp/scmp_model.h"
#include "streams/sequence.h"

namespace scmp::model {

const char *lint_name(scmp_lint_code code) noexcept;

// Reports the findings over the inner indices 0 .. d - 1, and says how many there are.
struct Findings {
    scmp_lint_fn function;
    void *user;
    std::int32_t count = 0;

    [[gnu::format(printf, 4, 5)]] void add(scmp_lint_code code, std::int64_t index, const char *format, ...);
};
void lint(const streams::Config &config, const streams::StreamShape &shape, std::int64_t d, Findings &findings,
          std::pmr::memory_resource &memory);

} // namespace scmp::model

// Parts of segments, one after another.
#include "cuda/host/counter.h"

#include <algorithm>

#include "base/error.h"
#include "cuda/block/count.h"
#include "cuda/host/choice.h"

namespace scmp::cuda {
namespace {

CountMethod method_for(const Device &device, const CountJob &job) {
    return choose(device, {job.n, job.m, job.tables->streams.stoc_len, static_cast<int>(job.tables->right_codes())});
}

} // namespace

void check_codes(const streams::CountTables &tables) {
    if (tables.right_codes() > std::size_t(most_codes))
        fail(SCMP_ERROR_UNSUPPORTED, "b has %zu levels, the GPU's count kernels have room for %d", tables.right_codes(),
             most_codes);
}

Counter::Counter(const Device &device, const CountJob &job, const Work &work)
    : plan_(device, job, method_for(device, job), work), method_(method_of()) {}

Counter::Method Counter::method_of() const {
    switch (plan_.method) {
    case CountMethod::bytes:
        return CountByBytes(plan_);
    case CountMethod::bits:
    case CountMethod::wgmma:
        return CountByBits(plan_);
    case CountMethod::rows:
        break;
    }
    return CountByRows(plan_);
}

const char *Counter::kernel() const {
    return std::visit([](const auto &method) { return method.kernel(); }, method_);
}

bool Counter::writes() const {
    const auto *rows = std::get_if<CountByRows>(&method_);
    return rows != nullptr && rows->writes(plan_);
}

void Counter::write(const ValuesArgs &results) {
    std::get<CountByRows>(method_).write(plan_, results);
}

void Counter::add(std::int64_t segment, std::int32_t *sums) { // NOLINT(readability-non-const-parameter): written to
    const count::Segments &segments = plan_.job.segments;
    const std::int64_t length = segments.length(segment);
    for (const Part &part : plan_.slots.parts) {
        if (part.d0 >= length) break;
        const PartOfSegment at{part, segments.begin(segment), std::min(part.d1, length), sums};
        std::visit([&](auto &method) { method.count(plan_, at); }, method_);
    }
}

} // namespace scmp::cuda

// Hands products to the slots of the context's backend.
#include "product/pipeline.h"

namespace scmp::product {

std::shared_ptr<const streams::CountTables> level_tables(Resources &resources, const ProductSpec &spec, std::int64_t d,
                                                         const TableUse &use) {
    const Vector<std::uint16_t> boundaries = spec.level_boundaries(spec.rule(d), resources.memory);
    return resources.tables.get({spec.config, spec.streams, 0, spec.table_d(d)}, boundaries, boundaries, use);
}

Packed pack(Resources &resources, const ProductSpec &spec, const View &b, std::pmr::memory_resource &memory) {
    Monitor monitor = resources.monitor();
    scmp_report unread{};
    return resources.slots().pack(resources, spec, spec.operand(b, SCMP_SIDE_RIGHT, "b"), unread,
                                  {resources.worker_threads(), monitor, memory});
}

void multiply(Resources &resources, const ProductSpec &spec, const View &a, const RightOperand &b, Stopwatch &watch,
              scmp_report &report) {
    Operands operands{spec.operand(a, SCMP_SIDE_LEFT, "a"), std::nullopt, b.packed};
    if (b.view != nullptr) operands.b = spec.operand(*b.view, SCMP_SIDE_RIGHT, "b");
    Monitor monitor = resources.monitor();
    begin_report(resources, spec, report);
    resources.slots().product(resources, spec, operands, report, resources.work(monitor));
    finish_report(resources, operands.a.scopes, operands.scopes_b().rows, watch.lap(), report);
}

} // namespace scmp::product

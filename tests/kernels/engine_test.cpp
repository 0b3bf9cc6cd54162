// The engine around the kernels: segments, the last of them short, blocks of rows and groups of panels, the last of
// each partial, batch entries; every kernel against the reference, in memory that tells of every byte too many.
#include <algorithm>

#include "count/engine.h"
#include "guarded.h"
#include "kernel_list.h"
#include "sample.h"
#include "support/test.h"

using namespace kernels;
using namespace scmp;

namespace {

// A product as the engine gets it, with tasks smaller than any kernel would choose.
struct Shape {
    std::int64_t batch, n, m, d, chunk; // chunk: the length of all segments but the last
    std::int64_t rows, panels;          // of a task

    std::string text() const {
        return test::format("batch %d, n %d, m %d, d %d in chunks of %d, tasks of %d rows and %d panels", int(batch),
                            int(n), int(m), int(d), int(chunk), int(rows), int(panels));
    }
};

// Sums as (segments, batch, n, m).
struct Sums {
    std::int64_t batch, n, m;
    std::vector<std::int32_t> values;
    std::vector<int> written;

    static void take(void *context, const count::Block &block) {
        Sums &sums = *static_cast<Sums *>(context);
        for (std::int64_t r = 0; r < block.rows; r++)
            for (std::int64_t c = 0; c < block.columns; c++) {
                const std::int64_t row = (block.segment * sums.batch + block.batch) * sums.n + block.n0 + r;
                const std::size_t at = std::size_t(row * sums.m + block.m0 + c);
                sums.values.at(at) = block.sums[r * block.stride + c];
                sums.written.at(at)++;
            }
    }
};

struct Operands {
    std::shared_ptr<streams::CountTables> tables;
    std::vector<std::int16_t> a, b;
};

Operands operands(const Shape &shape, const Spec &options) {
    test::Random random("engine " + shape.text());
    Spec spec = options;
    spec.d = std::min(shape.d, shape.chunk);
    Operands made{make_tables(spec, random, guarded_memory()), {}, {}};
    made.a = make_codes(shape.batch * shape.n * shape.d, made.tables->left_codes(), spec.is_signed, Fill::any, random);
    made.b = make_codes(shape.batch * shape.m * shape.d, made.tables->right_codes(), spec.is_signed, Fill::any, random);
    return made;
}

std::vector<std::int32_t> counted(const count::Kernel &kernel, const Shape &shape, const Operands &x, int threads) {
    const count::Segments segments{shape.d, shape.chunk};
    Monitor monitor;
    const Work work{threads, monitor, guarded_memory()};
    const std::int64_t panels = ceil_divide(shape.m, kernel.columns);
    count::Blocking blocking{shape.rows, std::min(shape.panels, kernel.task_panels(shape.rows)), 0, threads};
    blocking.items = shape.batch * ceil_divide(shape.n, shape.rows) * ceil_divide(panels, blocking.panels);
    const count::PackedRight right = count::pack_right(kernel, {x.b.data(), shape.batch, shape.m, segments}, work);
    const count::PackedLeft left =
        count::pack_left(kernel, blocking, *x.tables, {x.a.data(), shape.batch, shape.n, segments}, work);
    const std::size_t outputs = std::size_t(segments.number() * shape.batch * shape.n * shape.m);
    Sums sums{shape.batch, shape.n, shape.m, std::vector<std::int32_t>(outputs), std::vector<int>(outputs)};
    count::run(kernel, blocking, left, right, work, {Sums::take, &sums});
    test::check(std::all_of(sums.written.begin(), sums.written.end(), [](int times) { return times == 1; }),
                "an output was written twice, or never");
    return sums.values;
}

// The sums by the reference, each segment cut out of the operands and counted as a product of its own.
std::vector<std::int32_t> wanted(const Shape &shape, const Operands &x) {
    std::vector<std::int32_t> all;
    for (std::int64_t begin = 0; begin < shape.d; begin += shape.chunk) {
        Shape part = shape;
        part.d = part.chunk = std::min(shape.chunk, shape.d - begin);
        const auto cut = [&](const std::vector<std::int16_t> &codes) {
            std::vector<std::int16_t> some;
            for (auto row = codes.begin(); row != codes.end(); row += shape.d)
                some.insert(some.end(), row + begin, row + begin + part.d);
            return some;
        };
        const std::vector<std::int32_t> sums =
            counted(count::reference_kernel, part, {x.tables, cut(x.a), cut(x.b)}, 1);
        all.insert(all.end(), sums.begin(), sums.end());
    }
    return all;
}

void check_shape(const Shape &shape, const Spec &options) {
    const Operands x = operands(shape, options);
    const std::vector<std::int32_t> want = wanted(shape, x);
    for (const Listed &listed : kernel_list()) {
        if (listed.kernel == nullptr) continue;
        const count::Kernel &kernel = *listed.kernel;
        if (!kernel.fits({x.tables->left_codes(), x.tables->right_codes(), options.is_signed, options.stoc_len}))
            continue;
        // Without and with tables in the kernel's own form: what is packed of a is another thing.
        for (const bool prepared : {false, true}) {
            x.tables->prepared = {};
            x.tables->prepared_for = nullptr;
            if (prepared) {
                x.tables->prepared = Buffer<std::byte>(guarded_memory(), kernel.prepared_bytes(*x.tables));
                kernel.prepare(*x.tables, x.tables->prepared.data());
                x.tables->prepared_for = &kernel;
            }
            for (const int threads : {1, 3})
                test::within(listed.name + (prepared ? ", prepared tables: " : ": ") + shape.text(), [&] {
                    const std::vector<std::int32_t> got = counted(kernel, shape, x, threads);
                    const auto differs = std::mismatch(want.begin(), want.end(), got.begin()).first - want.begin();
                    if (std::size_t(differs) < want.size())
                        test::fail(test::format("output %d: %d, the reference has %d", int(differs),
                                                got[std::size_t(differs)], want[std::size_t(differs)]));
                    guarded_memory().check();
                });
        }
    }
    x.tables->prepared = {};
    x.tables->prepared_for = nullptr;
}

void check_shapes(const std::vector<Shape> &shapes) {
    Spec is_signed, is_unsigned, narrow;
    is_unsigned.is_signed = false;
    narrow.p = 4;
    narrow.stoc_len = narrow.rng_levels = 8; // a mask for each inner index
    for (const Shape &shape : shapes)
        for (const Spec &options : {is_signed, is_unsigned, narrow}) check_shape(shape, options);
}

// What is packed of a lies by segments, and in each by blocks of rows; those of a short last segment are smaller.
void a_short_last_chunk_with_blocks_of_rows() {
    check_shapes({
        {1, 13, 9, 130, 128, 5, 1}, // 2 inner indices in the last of 2 segments, 3 blocks of rows
        {1, 13, 9, 200, 64, 4, 1},  // 4 segments, 4 blocks
        {1, 8, 9, 65, 64, 4, 1},    // whole blocks of rows
        {1, 7, 9, 71, 70, 3, 1},    // chunks that are no multiple of anything
        {1, 7, 9, 127, 64, 3, 1},   // one inner index less than whole chunks
        {1, 9, 9, 100, 1, 4, 1},    // as many segments as inner indices
        {2, 7, 300, 71, 64, 3, 1},  // several panels, the last with fewer columns; several batch entries
    });
}

void a_last_chunk_as_long_as_the_others() {
    check_shapes({{1, 13, 9, 128, 64, 5, 1}, {1, 6, 9, 24, 8, 2, 1}});
}

void blocks_of_rows_without_chunks() {
    check_shapes({{1, 13, 9, 70, 70, 5, 1}, {1, 12, 9, 33, 33, 4, 1}, {1, 1, 1, 1, 1, 1, 1}});
}

void batch_entries() {
    check_shapes({{3, 7, 9, 40, 40, 3, 1}, {2, 5, 70, 33, 33, 2, 1}, {2, 4, 9, 10, 4, 3, 1}});
}

// Several panels a task, the last group with fewer; the last panel with fewer columns.
void groups_of_panels() {
    check_shapes({{1, 5, 300, 20, 20, 3, 2}, {2, 3, 290, 9, 9, 2, 3}, {1, 5, 300, 20, 16, 3, 2}});
}

} // namespace

int main(int argc, char **argv) {
    return test::run("engine",
                     {
                         {"a short last chunk with several blocks of rows", a_short_last_chunk_with_blocks_of_rows},
                         {"a last chunk as long as the others", a_last_chunk_as_long_as_the_others},
                         {"blocks of rows without chunks", blocks_of_rows_without_chunks},
                         {"batch entries", batch_entries},
                         {"groups of panels", groups_of_panels},
                     },
                     argc, argv);
}

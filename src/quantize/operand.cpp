// Walks over the rows of an operand, a few at a time on each thread.
#include "quantize/operand.h"

#include <algorithm>
#include <atomic>

namespace scmp::quantize {
namespace {

constexpr std::int64_t piece = std::int64_t(1) << 14;         // elements of a row that are read at a time
constexpr std::int64_t item_elements = std::int64_t(1) << 17; // about what one work item covers

// Reads pieces of rows for one worker.
class Reader {
public:
    Reader(const Source &source, const RowAccess &access, float *scratch) noexcept
        : source_(source), access_(access), x_(operand_of(source.view)), scratch_(scratch),
          in_place_(source.smoothing.how == Smoothing::none && in_place<float>(x_.data, x_.dtype, x_.stride_d, x_.d)) {}

    // `count` <= piece floats, valid until the next call. Reading the same piece again costs nothing.
    const float *read(std::int64_t batch, std::int64_t row, std::int64_t d0, std::int64_t count) noexcept {
        if (in_place_) return reinterpret_cast<const float *>(x_.row(batch, row)) + d0;
        const Held wanted{batch, row, d0};
        if (!(held_ == wanted)) fetch(batch, row, source_.smoothing, d0, count);
        held_ = wanted;
        return scratch_;
    }

    // An f64 beyond f32 may be back in range once smoothed, and is an error all the same.
    bool finite_as_given(std::int64_t batch, std::int64_t row, std::int64_t d0, std::int64_t count) noexcept {
        if (x_.dtype != SCMP_DTYPE_F64 || source_.smoothing.how == Smoothing::none) return true;
        held_ = {};
        fetch(batch, row, {}, d0, count);
        return access_.below(scratch_, count, __builtin_inff());
    }

private:
    struct Held {
        std::int64_t batch = -1, row = -1, d0 = -1;
        bool operator==(const Held &) const = default;
    };

    void fetch(std::int64_t batch, std::int64_t row, const Smoothing &smoothing, std::int64_t d0,
               std::int64_t count) noexcept {
        access_.read({x_.row(batch, row), x_.dtype, x_.stride_d}, smoothing, d0, count, scratch_);
    }

    const Source &source_;
    const RowAccess &access_;
    Operand x_;
    float *scratch_;
    bool in_place_;
    Held held_; // the piece that is in scratch_
};

// One row of one scope.
struct Line {
    std::int64_t batch, row, d0, d;

    template <class Body> void for_pieces(Body &&body) const {
        for (std::int64_t at = d0; at < d0 + d; at += piece) body(at, std::min(piece, d0 + d - at));
    }
};

RowRange line_range(Reader &reader, const Line &line, RowRangeFunction function) {
    RowRange all;
    line.for_pieces([&](std::int64_t at, std::int64_t count) {
        all.finite = all.finite && reader.finite_as_given(line.batch, line.row, at, count);
        const RowRange part = function(reader.read(line.batch, line.row, at, count), count);
        all = {combine(all.range, part.range), all.finite && part.finite};
    });
    return all;
}

// Calls body(reader, line, entry) for every row of every scope. The body returns false at a value that is not finite.
template <class Body> void for_lines(const OperandSpec &x, const RowAccess &access, const Work &work, Body &&body) {
    const Source &source = x.source;
    const Scopes &scopes = x.scopes;
    const std::int64_t lines = scopes.batch * scopes.rows;
    const std::int64_t step = std::max<std::int64_t>(1, item_elements / std::max<std::int64_t>(scopes.d, 1));
    const std::int64_t items = ceil_divide(lines, step);
    const std::int64_t chunks = scopes.chunks();
    const std::int64_t chunk_d = scopes.kind == ScopeKind::chunk ? scopes.chunk_d : scopes.d;
    const std::int64_t workers = std::clamp<std::int64_t>(items, 1, work.threads);
    // Each worker's piece starts on a cache line of its own.
    constexpr std::int64_t line_floats = Buffer<float>::alignment / sizeof(float);
    const std::int64_t own = round_up(std::min(piece, scopes.d), line_floats);
    Buffer<float> scratch(work.memory, std::size_t(workers * own));
    std::atomic<bool> finite{true};
    parallel_for(static_cast<int>(workers), items, work.monitor, [&](std::int64_t item, int worker) {
        Reader reader(source, access, scratch.data() + worker * own);
        std::int64_t batch = item * step / scopes.rows;
        std::int64_t row = item * step % scopes.rows;
        for (std::int64_t i = item * step; i < std::min(lines, (item + 1) * step); i++) {
            for (std::int64_t c = 0; c < chunks; c++) {
                const std::int64_t d0 = c * chunk_d;
                if (!body(reader, Line{batch, row, d0, std::min(chunk_d, scopes.d - d0)}, c))
                    finite.store(false, std::memory_order_relaxed);
            }
            if (++row == scopes.rows) batch++, row = 0;
        }
    });
    if (finite) return;
    require_finite(source.view, {}, true, source.name);
    require_finite(source.view, source.smoothing, true, source.name);
}

// Ranges of rows become ranges of their groups, in place.
void combine_groups(const Scopes &scopes, Range *rows) {
    if (scopes.group == 1 || scopes.rows == 0) return;
    for (std::int64_t b = 0; b < scopes.batch; b++)
        for (std::int64_t r0 = 0; r0 < scopes.rows;) {
            const std::int64_t size = std::min(scopes.group, scopes.rows - r0);
            Range *group = rows + b * scopes.rows + r0;
            Range all;
            for (std::int64_t r = 0; r < size; r++) all = combine(all, group[r]);
            std::fill_n(group, size, all);
            r0 += size;
        }
}

// Writes what a scope's range becomes to its entry of the result.
ScopeScale set_entry(Quantized &out, std::int64_t entry, Range range, int q_max) {
    const ScopeScale scale = scope_scale(out.rule, range, q_max);
    out.scale[std::size_t(entry)] = scale.scale;
    if (!is_bipolar(out.rule)) out.zero_point[std::size_t(entry)] = scale.zero_point;
    return scale;
}

} // namespace

std::int64_t Scopes::entries() const noexcept {
    switch (kind) {
    case ScopeKind::tensor:
        return 1;
    case ScopeKind::head:
        return batch;
    case ScopeKind::row:
        return batch * rows;
    case ScopeKind::chunk:
        return chunks() * rows;
    }
    return 0;
}

std::int64_t Scopes::entry(std::int64_t batch_index, std::int64_t row_index, std::int64_t chunk_index) const noexcept {
    switch (kind) {
    case ScopeKind::tensor:
        return 0;
    case ScopeKind::head:
        return batch_index;
    case ScopeKind::row:
        return batch_index * rows + row_index;
    case ScopeKind::chunk:
        return chunk_index * rows + row_index;
    }
    return 0;
}

Buffer<Range> ranges(const OperandSpec &x, const RowFunctions &functions, const Work &work) {
    const Scopes &scopes = x.scopes;
    const std::int64_t chunks = scopes.chunks();
    Buffer<Range> lines(work.memory, std::size_t(scopes.batch * scopes.rows * chunks));
    for_lines(x, *functions.access, work, [&](Reader &reader, const Line &line, std::int64_t chunk) {
        const RowRange found = line_range(reader, line, functions.range);
        const std::int64_t at = scopes.kind == ScopeKind::chunk ? scopes.entry(line.batch, line.row, chunk)
                                                                : line.batch * scopes.rows + line.row;
        lines[std::size_t(at)] = found.range;
        return found.finite;
    });
    if (scopes.kind == ScopeKind::row) combine_groups(scopes, lines.data());
    if (scopes.kind == ScopeKind::row || scopes.kind == ScopeKind::chunk) return lines;

    Buffer<Range> entries(work.memory, std::size_t(scopes.entries()));
    std::fill_n(entries.data(), entries.size(), Range{});
    for (std::int64_t i = 0; i < scopes.batch * scopes.rows; i++) {
        Range &entry = entries[std::size_t(scopes.entry(i / scopes.rows, 0, 0))];
        entry = combine(entry, lines[std::size_t(i)]);
    }
    return entries;
}

Quantized quantize(const OperandSpec &x, const Range *given, const RowFunctions &functions, const Work &work) {
    const Scopes &scopes = x.scopes;
    const Rule rule = x.by.rule;
    const int q_max = x.by.q_max;
    const auto entries = std::size_t(scopes.entries());
    const auto rows = std::size_t(scopes.batch * scopes.rows);
    const bool unipolar = !is_bipolar(rule);
    Quantized out{scopes, rule, {}, {}, {}, {}};
    out.q = Buffer<std::int16_t>(work.memory, rows * std::size_t(scopes.d));
    out.scale = Buffer<double>(work.memory, entries);
    out.zero_point = Buffer<double>(work.memory, unipolar ? entries : 0);
    out.row_sum = Buffer<std::int64_t>(work.memory, unipolar ? rows : 0);

    const bool own = given == nullptr && scopes.lines_are_scopes();
    Buffer<Range> found;
    if (given == nullptr && !own) {
        found = ranges(x, functions, work);
        given = found.data();
    }
    // Without any row there is no line to set an entry, and there may be entries all the same (per_tensor, per_head).
    if (!own)
        for (std::size_t e = 0; e < entries; e++) set_entry(out, std::int64_t(e), given[e], q_max);

    for_lines(x, *functions.access, work, [&](Reader &reader, const Line &line, std::int64_t chunk) {
        const std::int64_t entry = scopes.entry(line.batch, line.row, chunk);
        const RowRange check = found.size() > 0 ? RowRange{} : line_range(reader, line, functions.range);
        if (!check.finite) return false;
        const ScopeScale scale =
            own ? set_entry(out, entry, check.range, q_max) : scope_scale(rule, given[entry], q_max);
        std::int16_t *q = out.q.data() + (line.batch * scopes.rows + line.row) * scopes.d;
        std::int64_t sum = 0;
        line.for_pieces([&](std::int64_t at, std::int64_t count) {
            sum += functions.quantize(rule, reader.read(line.batch, line.row, at, count), count, scale, q_max, q + at);
        });
        if (unipolar) out.row_sum[std::size_t(line.batch * scopes.rows + line.row)] = sum;
        return true;
    });
    return out;
}

} // namespace scmp::quantize

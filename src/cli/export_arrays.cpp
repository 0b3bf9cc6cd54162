// The arrays of an export; see export_arrays.h.
#include "export_arrays.h"

#include <algorithm>

#include "failure.h"
#include "number_text.h"
#include "scmp/scmp_model.h"

namespace cli {
namespace {

constexpr std::int64_t most_table_counts = std::int64_t(1) << 26;

void add(ExportedArrays &out, std::string name, std::string axes, std::string note, int bits, Array array) {
    out.list.push_back({std::move(name), std::move(axes), std::move(note), bits, std::move(array)});
}

// In these, `first` has for each table the first inner index that uses it.

void add_tables(scmp_ctx *ctx, const ExportedProduct &product, const std::vector<std::int64_t> &first,
                ExportedArrays &out) {
    const scmp_matmul_options &options = product.options;
    const std::int64_t levels =
        std::int64_t(options.mode == SCMP_MODE_BIPOLAR ? 1 << (options.sc_prec - 1) : 1 << options.sc_prec);
    Array boundaries = make_array(SCMP_DTYPE_I32, {levels});
    check(scmp_level_boundaries(&options, &boundaries.view));
    if (product.tables) {
        const auto tables = std::int64_t(first.size());
        if (tables * levels * levels > most_table_counts)
            fail(SCMP_ERROR_INVALID_SHAPE, tables, " tables of ", levels, " x ", levels,
                 " counts are more than 2^26: export with --no-tables");
        Array table = make_array(SCMP_DTYPE_I32, {tables, levels, levels});
        for (std::int64_t t = 0; t < tables; t++) {
            const scmp_tensor one =
                scmp_tensor_2d(SCMP_DTYPE_I32, table.as<std::int32_t>() + t * levels * levels, levels, levels);
            check(scmp_count_table(ctx, &options, first[std::size_t(t)], &boundaries.view, &boundaries.view, &one));
        }
        add(out, "table", "table,left_level,right_level", "counts of the multiplier for levels |q| of both sides",
            bits_for(options.stoc_len), std::move(table));
    }
    add(out, "level_boundary", "level", "boundary of each level |q|", bits_for(options.rng_levels),
        std::move(boundaries));
}

void add_sequences(scmp_ctx *ctx, const ExportedProduct &product, const std::vector<std::int64_t> &first,
                   ExportedArrays &out) {
    const scmp_matmul_options &options = product.options;
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        const bool left = side == SCMP_SIDE_LEFT;
        Array draws = make_array(SCMP_DTYPE_I32, {std::int64_t(first.size()), options.stoc_len});
        for (std::size_t t = 0; t < first.size(); t++) {
            const scmp_tensor row = scmp_tensor_1d(
                SCMP_DTYPE_I32, draws.as<std::int32_t>() + std::int64_t(t) * options.stoc_len, options.stoc_len);
            check(scmp_sequence(ctx, &options, side, first[t], &row));
        }
        add(out, left ? "left_sequence" : "right_sequence", "table,draw",
            left ? "numbers that the left side compares with, one a cycle"
                 : "numbers that the right side compares with, one an enabled cycle",
            bits_for(options.rng_levels - 1), std::move(draws));
    }
}

void add_masks(const ExportedProduct &product, ExportedArrays &out) {
    const scmp_matmul_options &options = product.options;
    Array masks = make_array(SCMP_DTYPE_I32, {product.stream_d()});
    const bool applies = product.scrambled();
    for (std::int64_t i = 0; i < product.stream_d(); i++)
        masks.as<std::int32_t>()[i] =
            applies ? std::int32_t(scmp_scramble_mask(options.scramble, i, options.sc_prec)) : 0;
    add(out, "mask", "d", "scramble mask, already in the sequences: number = rescale(draw xor mask)", options.sc_prec,
        std::move(masks));
}

void add_streams(scmp_ctx *ctx, const ExportedProduct &product, ExportedArrays &out) {
    const std::int64_t d = product.stream_d();
    Array index = make_array(SCMP_DTYPE_I32, {d});
    std::int32_t tables = 0;
    check(scmp_table_index(ctx, &product.options, d, &index.view, &tables));
    out.tables = tables;
    std::vector<std::int64_t> first(std::size_t(tables), -1);
    for (std::int64_t i = d; i-- > 0;) first[std::size_t(index.as<std::int32_t>()[i])] = i;

    add_sequences(ctx, product, first, out);
    add_masks(product, out);
    const std::string restart = product.chunked() ? "; d restarts at 0 in each chunk" : "";
    add(out, "table_index", "d", "row of left_sequence, right_sequence and table that inner index d uses" + restart,
        bits_for(std::max(tables - 1, 0)), std::move(index));
    add_tables(ctx, product, first, out);
}

void add_operands(scmp_ctx *ctx, const ExportedProduct &product, ExportedArrays &out) {
    const scmp_matmul_options &options = product.options;
    Array boundary[2], sign[2];
    scmp_quantized quantized[2];
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    for (const int side : {0, 1}) {
        const scmp_tensor &x = side == 0 ? product.a : product.b;
        scmp_quantized_init(&quantized[side]);
        boundary[side] = make_array(SCMP_DTYPE_I32, shape_of(x));
        quantized[side].boundary = &boundary[side].view;
        if (bipolar) {
            sign[side] = make_array(SCMP_DTYPE_I8, shape_of(x));
            quantized[side].sign = &sign[side].view;
        }
        check(scmp_quantize(ctx, &x, side == 0 ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT, &options, nullptr, &quantized[side]),
              side == 0 ? "a" : "b");
    }
    auto shape = shape_of(product.a);
    shape.back() = product.b.shape[product.b.rank - 2];
    const bool batched = shape.size() == 3;
    if (product.chunked()) shape.insert(shape.begin(), (product.d() + options.chunk_d - 1) / options.chunk_d);
    Array sums = make_array(SCMP_DTYPE_I32, shape);
    check(scmp_count(ctx, &quantized[0], &quantized[1], &options, 0, 0, &sums.view));
    const std::string batch = batched ? "batch," : "";
    for (const int side : {0, 1}) {
        const std::string name = side == 0 ? "a" : "b", axes = batch + (side == 0 ? "n,d" : "m,d");
        add(out, name + "_boundary", axes, "threshold: the stream has a 1 where number < boundary",
            bits_for(options.rng_levels), std::move(boundary[side]));
        if (bipolar) add(out, name + "_sign", axes, "-1, 0 or 1, two's complement", 2, std::move(sign[side]));
    }
    add(out, "sum", (product.chunked() ? "chunk," : "") + batch + "n,m",
        "expected: sum over d of signs times counts, two's complement", 32, std::move(sums));
}

} // namespace

bool ExportedProduct::scrambled() const noexcept {
    return scmp_scramble_applies(options.scramble, options.sc_prec, options.stoc_len, options.rng_levels) != 0;
}

ExportedArrays export_arrays(scmp_ctx *ctx, const ExportedProduct &product) {
    ExportedArrays out;
    add_streams(ctx, product, out);
    add_operands(ctx, product, out);
    return out;
}

} // namespace cli

// Products to test: random operands, options and configurations, and a text that says what they were.
#pragma once

#include <memory>
#include <string>

#include "scmp/scmp.h"
#include "support/array.h"
#include "support/handles.h"
#include "support/random.h"

namespace test {

// Options that are not at their defaults, "granularity = per_head, stoc_len = 64".
std::string text(const scmp_matmul_options &options);

scmp_matmul_options defaults();
// 2^(p-1) for each of L and G that a bipolar product is not given, as the bindings' halve has it.
void halve(scmp_matmul_options &options);
// A call with further outputs; either may be NULL.
scmp_call call_with(const scmp_tensor *counts, scmp_report *report = nullptr);

// Operands with everything that a product depends on.
struct Product {
    Array a, b;
    scmp_matmul_options options = defaults(); // config and smooth stay NULL here: see resolved()
    std::string config_json;                  // empty: none
    std::string config_name;                  // empty: none
    Array smooth;                             // no elements: none
    std::string about;                        // the seed, or where the case came from

    std::int64_t d() const { return a.shape.back(); }
    Shape y_shape() const;
    // True where the sums come in several chunks.
    bool chunked() const { return options.chunk_d > 0 && options.chunk_d < d(); }
    std::int64_t chunks() const { return chunked() ? (d() + options.chunk_d - 1) / options.chunk_d : 1; }
    Shape sum_shape() const;
    std::string text() const;
};

// The options of a product as the library wants them, with what they point at.
class Resolved {
public:
    Resolved(scmp_ctx *ctx, const Product &product);
    scmp_matmul_options *operator->() { return &options_; }
    const scmp_matmul_options *get() const { return &options_; }
    const scmp_config *config() const { return config_; }

private:
    Config config_;
    Array smooth_;
    scmp_tensor smooth_view_;
    scmp_matmul_options options_;
};

struct Result {
    Array y, sum; // sum: I64; empty where it comes in chunks
};

// scmp_matmul with these operands in C order.
Result multiply(scmp_ctx *ctx, const Product &product, scmp_report *report = nullptr);

// Values as networks have them, with outliers, zeros of both signs, ties and tiny ones.
Array random_values(Random &random, Shape shape, scmp_dtype dtype = SCMP_DTYPE_F32);
// Positive and finite, around 1; powers of two only if asked.
Array random_scales(Random &random, std::int64_t d, scmp_dtype dtype, bool powers_of_two = false);
// A configuration for `entries` inner indices, as JSON.
std::string random_config(Random &random, int sc_prec, std::int64_t entries);

struct Limits {
    std::int64_t rows = 9, d = 40, batch = 3;
    int most_prec = SCMP_SC_PREC_MAX;
    bool chunks = true, smooth = true, configs = true, zero_sizes = true;
};
// Everything at random: shapes, dtypes, options, configuration, smoothing.
Product random_product(Random &random, const Limits &limits = {});

} // namespace test

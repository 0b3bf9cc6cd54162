// Operands of count kernels with the sums that the reference kernel gets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "count/kernel.h"
#include "streams/table.h"
#include "support/random.h"

namespace kernels {

// Which codes an operand has: any; few small ones; none; the largest, positive or negative; those and zeros mixed.
enum class Fill { any, small, zero, most, least, extremes };

// What a sample is made of. What is a number here is exactly that in the sample.
struct Spec {
    int p = 8, stoc_len = 256, rng_levels = 256;
    scmp_scramble scramble = SCMP_SCRAMBLE_BITREV;
    std::string config = "sobol_simple"; // a name, or JSON
    bool is_signed = true;
    std::vector<std::uint16_t> left, right; // boundaries of the codes; empty: those of the levels
    std::int64_t rows = 2, columns = 256, d = 9;
    std::int64_t more_d = 0; // inner indices that the tables know beyond d
    Fill a = Fill::any, b = Fill::any;

    double products() const { return double(rows) * double(columns) * double(d); }
    double cycles() const { return products() * stoc_len; } // what the reference takes
};

struct Sample {
    Spec spec;
    std::string text;
    std::unique_ptr<scmp::streams::CountTables> tables;
    std::vector<std::int16_t> a, b;   // (rows, d), (columns, d): signed codes
    std::vector<std::int32_t> wanted; // (rows, columns)

    scmp::count::Demand demand() const {
        return {tables->left_codes(), tables->right_codes(), spec.is_signed, spec.stoc_len};
    }
};

// `random` chooses the codes and, for levels, which rule their boundaries follow.
Sample make_sample(const Spec &spec, test::Random &random);

// Tables as a product would have them.
std::unique_ptr<scmp::streams::CountTables> make_tables(const Spec &spec, test::Random &random,
                                                        std::pmr::memory_resource &memory);
std::vector<std::int16_t> make_codes(std::int64_t count, std::size_t codes, bool is_signed, Fill fill,
                                     test::Random &random);

// Edges of one kind. Made on first use, the same for every kernel.
struct Group {
    const char *name;
    const std::vector<Sample> &(*samples)();
};
const std::vector<Group> &groups();

// Fewer samples, for slow builds. Before the first use of a group.
void use_few_samples();

} // namespace kernels

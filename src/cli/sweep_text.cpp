// The results of a sweep as CSV, and as a table for a terminal.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "failure.h"
#include "sweep.h"

namespace cli {
namespace {

// Every column of the table is this wide.
constexpr std::size_t mse_width = 10, db_width = 8, relative_width = 8, ms_width = 8;

std::string blanks(const std::string &word, std::size_t width) {
    return std::string(columns(word) < width ? width - columns(word) : 0, ' ');
}

std::string left(const std::string &word, std::size_t width) {
    return word + blanks(word, width);
}

std::string right(const std::string &word, std::size_t width) {
    return blanks(word, width) + word;
}

// The width of a column: that of its numbers, or of its name.
std::size_t width_of(const Variant &variant) {
    return std::max(mse_width + db_width + relative_width + ms_width, columns(variant.streams) + 1);
}

std::string error_cells(const Errors &errors) {
    return right(scientific(errors.mse), mse_width) + right(fixed(errors.sqnr_db, 1), db_width) +
           right(percent(errors.relative), relative_width);
}

std::string error_heads() {
    return right("MSE", mse_width) + right("SQNR dB", db_width) + right("error", relative_width);
}

// All digits: what is read back is what was computed.
std::string csv_number(double value) {
    if (std::isnan(value)) return "";
    char out[64];
    std::snprintf(out, sizeof out, "%.17g", value);
    return out;
}

std::string csv_line(const Group &group, const std::string &streams, const std::string &stoc_len, const Errors &errors,
                     const std::string &ms) {
    return group.granularity + ',' + (group.smoothed ? "yes" : "no") + ',' + streams + ',' + stoc_len + ',' +
           csv_number(errors.mse) + ',' + csv_number(errors.sqnr_db) + ',' + csv_number(errors.relative) + ',' + ms +
           '\n';
}

std::string csv_field(const std::string &word) {
    if (word.find_first_of(",\"\n\r") == std::string::npos) return word;
    std::string out = "\"";
    for (const char c : word) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

// Left of each cell group stands a bar.
std::string table_head(const Group &group, std::size_t first_width) {
    const std::size_t exact_width = mse_width + db_width + relative_width;
    std::string names = left("", first_width) + " |" + right("exact product", exact_width);
    std::string units = left("granularity  smoothing  cycles", first_width) + " |" + error_heads();
    for (const Variant &variant : group.variants) {
        names += " |" + right(variant.streams, width_of(variant));
        units += " |" + right(error_heads() + right("ms", ms_width), width_of(variant));
    }
    return names + '\n' + units + '\n';
}

std::string ruler(const std::string &line) {
    std::string out = line.substr(0, line.find('\n'));
    for (char &c : out) c = c == '|' ? '+' : '-';
    return out + '\n';
}

} // namespace

std::string number(double value, int digits) {
    if (std::isnan(value)) return "";
    char out[64];
    std::snprintf(out, sizeof out, "%.*g", digits, value);
    return out;
}

std::string fixed(double value, int decimals) {
    if (std::abs(value) >= 1e6) return number(value, 2); // infinite, too
    if (std::isnan(value)) return "";
    char out[64];
    std::snprintf(out, sizeof out, "%.*f", decimals, value);
    return out;
}

std::string scientific(double value) {
    if (std::isnan(value)) return "";
    char out[64];
    std::snprintf(out, sizeof out, "%.2e", value);
    return out;
}

std::string percent(double value) {
    if (std::isnan(value)) return "";
    const double hundredfold = 100 * value;
    return (hundredfold >= 0.01 || hundredfold == 0 ? fixed(hundredfold, hundredfold < 1 ? 2 : 1)
                                                    : number(hundredfold, 2)) +
           "%";
}

std::string conclusion(const Sweep &sweep) {
    const Group *best_group = nullptr;
    const Variant *best = nullptr;
    for (const Group &group : sweep.groups)
        for (const Variant &variant : group.variants) {
            const double error = variant.measurements.back().errors.relative;
            if (std::isfinite(error) && (best == nullptr || error < best->measurements.back().errors.relative)) {
                best_group = &group;
                best = &variant;
            }
        }
    // Nothing is closest where no error is a number.
    if (best == nullptr || std::isnan(best_group->exact.sqnr_db)) return "";
    const Measurement &last = best->measurements.back();
    return text("At ", last.stoc_len, " cycles, ", best->streams, " ", best_group->granularity, " ",
                best_group->smoothed ? "with" : "without", " smoothing comes closest: ", fixed(last.errors.sqnr_db, 1),
                " dB; the exact product of the same quantized operands has ", fixed(best_group->exact.sqnr_db, 1),
                " dB.");
}

std::string csv_report(const Sweep &sweep) {
    std::string out = text("# scmp ", scmp_version(), ", specification ", scmp_spec_version(),
                           "; streams = exact: the exact product of the quantized operands\n"
                           "granularity,smoothing,streams,stoc_len,mse,sqnr_db,relative_error,ms\n");
    for (const Group &group : sweep.groups) {
        out += csv_line(group, "exact", "", group.exact, "");
        for (const Variant &variant : group.variants)
            for (const Measurement &at : variant.measurements)
                out += csv_line(group, csv_field(variant.streams), std::to_string(at.stoc_len), at.errors,
                                csv_number(at.ms));
    }
    return out;
}

std::string table_report(const Sweep &sweep) {
    std::string out = sweep.title + "\n\n";
    for (const std::string &fact : sweep.facts) out += fact + '\n';
    out +=
        "MSE: mean squared error. SQNR: energy of the product over that of the error. error: its relative Frobenius "
        "norm.\n"
        "The exact product of the quantized operands is the same at every length: what quantization alone leaves.\n\n";
    const std::size_t first_width = 31;
    const std::string head = table_head(sweep.groups.front(), first_width);
    out += head;
    std::string granularity;
    for (const Group &group : sweep.groups) {
        const bool first = granularity != group.granularity;
        if (first) out += ruler(head);
        granularity = group.granularity;
        for (std::size_t i = 0; i < sweep.stoc_lens.size(); i++) {
            out += left(first && i == 0 ? granularity : "", 13) +
                   left(i > 0            ? ""
                        : group.smoothed ? "with"
                                         : "without",
                        10) +
                   right(std::to_string(sweep.stoc_lens[i]), 7) + "  |";
            const std::string exact = error_cells(group.exact);
            out += i == 0 ? exact : std::string(exact.size(), ' ');
            for (const Variant &variant : group.variants) {
                const Measurement &at = variant.measurements[i];
                out += " |" + right(error_cells(at.errors) + right(fixed(at.ms, 1), ms_width), width_of(variant));
            }
            out += '\n';
        }
    }
    const std::string last = conclusion(sweep);
    return last.empty() ? out : out + '\n' + last + '\n';
}

} // namespace cli

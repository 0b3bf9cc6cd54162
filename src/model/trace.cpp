// Writes traces as CSV and as value change dumps.
#include "model/trace.h"

#include <algorithm>
#include <bit>
#include <cstdarg>
#include <cstdio>

#include "base/error.h"

namespace scmp::model {
namespace {

// Collects text and hands it on in pieces.
class Text {
public:
    explicit Text(Writer writer) noexcept : writer_(writer) {}

    [[gnu::format(printf, 2, 3)]] void print(const char *format, ...) {
        if (sizeof text_ - size_ < longest) flush();
        std::va_list arguments;
        va_start(arguments, format);
        size_ += std::size_t(std::vsnprintf(text_ + size_, longest, format, arguments));
        va_end(arguments);
    }
    void flush() {
        const std::int32_t failed = size_ == 0 ? 0 : writer_.function(writer_.user, text_, size_);
        size_ = 0;
        if (failed != 0) fail(SCMP_ERROR_IO, "the write callback gave %d", failed);
    }

private:
    static constexpr std::size_t longest = 320; // of one print

    Writer writer_;
    std::size_t size_ = 0;
    char text_[16384];
};

// --- value change dumps --------------------------------------------------------------------------------------------

// Identifiers are made of the printable characters (IEEE 1364-2005, 18.2.1), here as numbers to the base 94.
struct Identifier {
    explicit Identifier(std::int64_t number) noexcept {
        std::size_t length = 0;
        for (; number > 0 || length == 0; number /= 94) text[length++] = static_cast<char>('!' + number % 94);
        text[length] = '\0';
    }
    char text[12];
};

struct Variable {
    const char *name;
    int width;
};

// The variables of an inner index, in the order of the signals.
using Variables = std::array<Variable, cycle_signals + 1>;
Variables variables_of(const streams::StreamShape &shape) {
    const int draw = std::max(int(std::bit_width(unsigned(shape.rng_levels - 1))), 1);
    const int count = int(std::bit_width(unsigned(shape.stoc_len)));
    return {{{"left_draw", draw},
             {"left_bit", 1},
             {"right_position", count},
             {"right_draw", draw},
             {"right_bit", 1},
             {"and_bit", 1},
             {"partial", count},
             {"sign", 2}}};
}

class Dump {
public:
    Dump(const Operands &operands, Writer writer, std::pmr::memory_resource &memory)
        : operands_(operands), text_(writer), variables_(variables_of(operands.shape)), multipliers_(&memory),
          sums_(std::size_t(operands.n * operands.m), 0, &memory) {
        multipliers_.reserve(std::size_t(operands.n * operands.m * operands.d));
        for (std::int64_t n = 0; n < operands.n; n++)
            for (std::int64_t m = 0; m < operands.m; m++)
                for (std::int64_t d = 0; d < operands.d; d++) multipliers_.emplace_back(operands, n, m, d);
    }

    void write() {
        write_header();
        for (int t = 0; t < operands_.stoc_len(); t++) {
            text_.print("#%d\n", 10 * t);
            if (t == 0) text_.print("$dumpvars\n");
            text_.print("1%s\n", Identifier(0).text);
            change(1, 16, std::uint32_t(t));
            clock(t);
            if (t == 0) text_.print("$end\n");
            text_.print("#%d\n0%s\n", 10 * t + 5, Identifier(0).text);
        }
        text_.print("#%d\n", 10 * operands_.stoc_len());
        text_.flush();
    }

private:
    // Variables: clk, cycle, then of each output its sum and those of its inner indices.
    std::int64_t first_of(std::int64_t output) const noexcept {
        return 2 + output * (1 + operands_.d * std::int64_t(variables_.size()));
    }

    void declare(const Variable &variable, std::int64_t number) {
        if (variable.width == 1)
            text_.print("$var wire 1 %s %s $end\n", Identifier(number).text, variable.name);
        else
            text_.print("$var wire %d %s %s [%d:0] $end\n", variable.width, Identifier(number).text, variable.name,
                        variable.width - 1);
    }

    void write_header() {
        const streams::StreamShape &shape = operands_.shape;
        text_.print("$version libscmp %s, specification %d $end\n", scmp_version(), SCMP_SPEC_VERSION);
        text_.print(
            "$comment sc_prec %d, stoc_len %d, rng_levels %d, scramble %s; cycle t lasts from 10 t to 10 t + 10 "
            "$end\n$timescale 1ns $end\n$scope module scmp $end\n",
            shape.sc_prec, shape.stoc_len, shape.rng_levels, scmp_scramble_name(shape.scramble));
        declare({"clk", 1}, 0);
        declare({"cycle", 16}, 1);
        for (std::int64_t output = 0; output < operands_.n * operands_.m; output++) {
            std::int64_t number = first_of(output);
            text_.print("$scope module n%lld_m%lld $end\n", ll(output / operands_.m), ll(output % operands_.m));
            declare({"sum", 32}, number++);
            for (std::int64_t d = 0; d < operands_.d; d++) {
                text_.print("$scope module d%lld $end\n", ll(operands_.d_offset + d));
                for (const Variable &variable : variables_) declare(variable, number++);
                text_.print("$upscope $end\n");
            }
            text_.print("$upscope $end\n");
        }
        text_.print("$upscope $end\n$enddefinitions $end\n");
    }

    void change(std::int64_t number, int width, std::uint32_t value) {
        if (width == 1) {
            text_.print("%u%s\n", value, Identifier(number).text);
            return;
        }
        char bits[33];
        for (int i = 0; i < width; i++) bits[i] = (value >> (width - 1 - i) & 1U) != 0 ? '1' : '0';
        bits[width] = '\0';
        text_.print("b%s %s\n", bits, Identifier(number).text);
    }

    static std::array<int, cycle_signals> values_of(const Multiplier &wires) noexcept {
        return {wires.left_draw,         wires.left_bit ? 1 : 0,  wires.position, wires.right_draw,
                wires.right_bit ? 1 : 0, wires.and_bit() ? 1 : 0, wires.partial};
    }

    void clock(int t) {
        std::size_t next = 0;
        for (std::int64_t output = 0; output < operands_.n * operands_.m; output++) {
            std::int32_t &sum = sums_[std::size_t(output)];
            const std::int32_t sum_before = sum;
            std::int64_t number = first_of(output) + 1;
            for (std::int64_t d = 0; d < operands_.d; d++) {
                const int sign = operands_.sign(output / operands_.m, output % operands_.m, d);
                Multiplier &wires = multipliers_[next++];
                const auto before = values_of(wires);
                wires.clock(t);
                const auto after = values_of(wires);
                for (std::size_t i = 0; i < after.size(); i++, number++)
                    if (t == 0 || after[i] != before[i]) change(number, variables_[i].width, std::uint32_t(after[i]));
                if (t == 0) change(number, 2, std::uint32_t(sign));
                number++;
                if (wires.and_bit()) sum += sign;
            }
            if (t == 0 || sum != sum_before) change(first_of(output), 32, std::uint32_t(sum));
        }
    }

    const Operands &operands_;
    Text text_;
    Variables variables_;
    Vector<Multiplier> multipliers_; // (n, m, d)
    Vector<std::int32_t> sums_;      // (n, m)
};

} // namespace

const char *signal_name(scmp_signal signal) noexcept {
    static constexpr std::array<const char *, 11> names = {"none",       "left_draw", "left_bit", "right_position",
                                                           "right_draw", "right_bit", "and_bit",  "partial",
                                                           "sign",       "count",     "sum"};
    const auto index = static_cast<std::size_t>(signal);
    return index < names.size() ? names[index] : "unknown";
}

void SignalRows::trace(Multiplier multiplier) noexcept {
    const auto length = std::size_t(stoc_len_);
    for (std::size_t t = 0; t < length; t++) {
        multiplier.clock(int(t));
        std::int32_t *column = values_.data() + t;
        column[0] = multiplier.left_draw;
        column[length] = multiplier.left_bit ? 1 : 0;
        column[2 * length] = multiplier.position;
        column[3 * length] = multiplier.right_draw;
        column[4 * length] = multiplier.right_bit ? 1 : 0;
        column[5 * length] = multiplier.and_bit() ? 1 : 0;
        column[6 * length] = multiplier.partial;
    }
}

void write_csv(const Operands &operands, Writer writer) {
    Text text(writer);
    const streams::StreamShape &shape = operands.shape;
    text.print("# scmp %s, specification %d\n", scmp_version(), SCMP_SPEC_VERSION);
    text.print("# sc_prec %d, stoc_len %d, rng_levels %d, scramble %s\n", shape.sc_prec, shape.stoc_len,
               shape.rng_levels, scmp_scramble_name(shape.scramble));
    text.print("# right_position: enabled cycles before this one; partial: and_bits up to and with this cycle\n");
    text.print("n,m,d,cycle");
    for (int signal = SCMP_SIGNAL_LEFT_DRAW; signal <= SCMP_SIGNAL_SIGN; signal++)
        text.print(",%s", signal_name(scmp_signal(signal)));
    text.print("\n");
    for (std::int64_t n = 0; n < operands.n; n++)
        for (std::int64_t m = 0; m < operands.m; m++)
            for (std::int64_t d = 0; d < operands.d; d++) {
                Multiplier wires(operands, n, m, d);
                for (int t = 0; t < operands.stoc_len(); t++) {
                    wires.clock(t);
                    text.print("%lld,%lld,%lld,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", ll(n), ll(m), ll(operands.d_offset + d),
                               t, wires.left_draw, wires.left_bit ? 1 : 0, wires.position, wires.right_draw,
                               wires.right_bit ? 1 : 0, wires.and_bit() ? 1 : 0, wires.partial, operands.sign(n, m, d));
                }
            }
    text.flush();
}

void write_vcd(const Operands &operands, Writer writer, std::pmr::memory_resource &memory) {
    Dump(operands, writer, memory).write();
}

} // namespace scmp::model

// Runs a kernel the way the engine does, in memory that tells of every byte too many.
#include "check.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <unistd.h>

#include "guarded.h"
#include "support/test.h"

namespace kernels {

using namespace scmp;

namespace {

constexpr std::size_t line = Buffer<std::byte>::alignment; // what the engine gives panels, sums and scratch

// What is being checked, for the handler of a fault: the frame of the tests does not say.
char doing[2048];

void report_fault(int number) {
    const char *text = "fault in ";
    (void)!write(STDERR_FILENO, text, std::strlen(text));
    (void)!write(STDERR_FILENO, doing, std::strlen(doing));
    (void)!write(STDERR_FILENO, "\n", 1);
    std::signal(number, SIG_DFL);
}

// As long as one lives, a fault names the case in which it came.
class FaultReport {
public:
    explicit FaultReport(const std::string &text) {
        std::snprintf(doing, sizeof doing, "%s", text.c_str());
        struct sigaction action {};
        action.sa_handler = report_fault;
        for (int i = 0; i < 3; i++) sigaction(numbers[i], &action, &before_[i]);
    }
    ~FaultReport() {
        for (int i = 0; i < 3; i++) sigaction(numbers[i], &before_[i], nullptr);
    }
    FaultReport(const FaultReport &) = delete;
    FaultReport &operator=(const FaultReport &) = delete;

private:
    static constexpr int numbers[3] = {SIGSEGV, SIGBUS, SIGILL};
    struct sigaction before_[3];
};

// Rows of codes with gaps between them, whose end is the end of memory.
class Rows {
public:
    Rows(const std::int16_t *codes, std::int64_t rows, std::int64_t d, std::int64_t gap, unsigned char poison)
        : stride_(d + gap), memory_(rows == 0 || d == 0 ? 0 : std::size_t((rows - 1) * stride_ + d), poison) {
        for (std::int64_t n = 0; n < rows && d > 0; n++) std::copy_n(codes + n * d, d, memory_.data() + n * stride_);
        before_ = memory_.copy();
    }
    const std::int16_t *data() { return memory_.data(); }
    std::int64_t stride() const { return stride_; }
    bool unchanged() { return memory_.copy() == before_; }

private:
    std::int64_t stride_;
    Guarded<std::int16_t> memory_;
    std::vector<std::int16_t> before_;
};

// A task of these panels from column m0 on; the plan's tasks may have more rows than this one.
void check_task(const count::Kernel &kernel, const Sample &sample, std::int64_t m0, std::int64_t panels,
                std::int64_t more_rows, Rows &a, unsigned char poison) {
    const auto [rows, d] = std::pair{sample.spec.rows, sample.spec.d};
    const count::Plan plan{sample.tables.get(), rows + more_rows, panels};
    const std::size_t panel_bytes = kernel.panel_bytes(d);
    Guarded<std::byte> packed(panel_bytes * std::size_t(panels), poison, line);
    for (std::int64_t p = 0; p < panels; p++) {
        const std::int64_t first = m0 + p * kernel.columns;
        const std::int64_t columns = std::min<std::int64_t>(kernel.columns, sample.spec.columns - first);
        Rows b(sample.b.data() + first * d, columns, d, poison % 4, poison);
        kernel.pack(b.data(), b.stride(), columns, d, packed.data() + std::size_t(p) * panel_bytes);
        test::check(b.unchanged(), "pack wrote to b");
    }
    Guarded<std::byte> left(kernel.left_bytes(plan, d), poison, line);
    if (kernel.left_bytes(plan, d) > 0) kernel.pack_left(plan, a.data(), a.stride(), rows, d, left.data());
    const std::vector<std::byte> panels_before = packed.copy(), left_before = left.copy();
    Guarded<std::int32_t> sums(std::size_t(panels * rows * kernel.columns), poison, line);
    Guarded<std::byte> scratch(kernel.scratch_bytes(plan), poison, line);
    kernel.count({.plan = plan,
                  .a = a.data(),
                  .a_stride = a.stride(),
                  .left = left.data(),
                  .rows = rows,
                  .panel = packed.data(),
                  .panel_stride = panel_bytes,
                  .panels = panels,
                  .d = d,
                  .sums = sums.data(),
                  .scratch = scratch.data()});
    test::check(packed.copy() == panels_before, "count wrote to the panels");
    test::check(left.copy() == left_before, "count wrote to the packed rows of a");
    test::check(a.unchanged(), "count wrote to a");
    for (std::int64_t n = 0; n < rows; n++)
        for (std::int64_t m = 0; m < std::min(panels * kernel.columns, sample.spec.columns - m0); m++) {
            const std::int64_t panel = m / kernel.columns, column = m % kernel.columns;
            const std::int32_t got = sums[std::size_t((panel * rows + n) * kernel.columns + column)];
            const std::int32_t want = sample.wanted[std::size_t(n * sample.spec.columns + m0 + m)];
            if (got != want)
                test::fail(test::format("n = %lld, m = %lld: %d, the reference has %d", (long long)n,
                                        (long long)(m0 + m), got, want));
        }
}

// By single panels, then with as many in a task as the kernel likes.
void check_all_panels(const count::Kernel &kernel, const Sample &sample, const char *tables) {
    const std::int64_t all = (sample.spec.columns + kernel.columns - 1) / kernel.columns;
    // A gap's codes would be looked up far outside of every table.
    for (const unsigned char poison : {0x7F, 0x95}) {
        const std::string where = test::format("%s, %s, poison %x: ", kernel.name, tables, poison) + sample.text;
        const FaultReport faults(where);
        test::within(where, [&] {
            {
                Rows a(sample.a.data(), sample.spec.rows, sample.spec.d, poison % 4, poison);
                for (std::int64_t p = 0; p < all; p++) check_task(kernel, sample, p * kernel.columns, 1, 0, a, poison);
                const std::int64_t together = std::min(all, kernel.task_panels(sample.spec.rows));
                if (together > 1) check_task(kernel, sample, 0, together, 3, a, poison);
            }
            guarded_memory().check();
        });
    }
}

void prepare(const count::Kernel &kernel, const Sample &sample) {
    const FaultReport faults(test::format("%s, prepare: ", kernel.name) + sample.text);
    streams::CountTables &tables = *sample.tables;
    tables.prepared = Buffer<std::byte>(guarded_memory(), kernel.prepared_bytes(tables));
    std::fill_n(tables.prepared.data(), tables.prepared.size(), std::byte(0x95));
    kernel.prepare(tables, tables.prepared.data());
    tables.prepared_for = &kernel;
}

} // namespace

bool suits(const Listed &listed, const Sample &sample, std::size_t index) {
    const Spec &spec = sample.spec;
    // Level rows of whole panels take their time whatever the columns of b.
    const bool slow = spec.products() > 150e3 || spec.d * spec.stoc_len > 16384;
    if (listed.simulated && (spec.rows > 130 || (slow && index % 5 != 0))) return false;
    return spec.rows <= listed.kernel->max_rows && listed.kernel->fits(sample.demand());
}

void check_kernel(const Listed &listed, const Sample &sample) {
    const count::Kernel &kernel = *listed.kernel;
    streams::CountTables &tables = *sample.tables;
    tables.prepared = {};
    // Tables of somebody else must be left alone.
    for (const void *prepared_for : {static_cast<const void *>(nullptr), static_cast<const void *>(&listed)}) {
        if (prepared_for != nullptr && listed.simulated) continue;
        tables.prepared_for = prepared_for;
        check_all_panels(kernel, sample, prepared_for == nullptr ? "no prepared tables" : "another's prepared tables");
    }
    // Whatever the kernel wants: the cache may hold prepared tables from a call that wanted them.
    prepare(kernel, sample);
    check_all_panels(kernel, sample, "prepared tables");
    tables.prepared = {};
    tables.prepared_for = nullptr;
    guarded_memory().check();
}

} // namespace kernels

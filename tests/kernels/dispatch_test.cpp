// The choice of an instruction set: by name, by what the processor has, and by what the operating system lets run.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "backend/processor.h"
#include "base/error.h"
#include "support/test.h"

using namespace scmp;

namespace {

int machine; // instruction sets from this one on are not there

bool below_machine(int index) {
    return index < machine;
}

void the_fastest_that_runs() {
    for (machine = 1; machine <= isa_count(); machine++)
        for (const auto id : {SCMP_BACKEND_AUTO, SCMP_BACKEND_CPU}) {
            const std::string chosen = select_backend(id, {"isa", ""}, below_machine).isa;
            test::check(chosen == isa_name(machine - 1),
                        "a machine with " + std::string(isa_name(machine - 1)) + " and all below runs " + chosen);
        }
}

void a_name_is_obeyed() {
    machine = isa_count();
    for (int i = 0; i < isa_count(); i++) {
        const Backend &backend = select_backend(SCMP_BACKEND_CPU, {"isa", isa_name(i)}, below_machine);
        test::check(std::strcmp(backend.isa, isa_name(i)) == 0, std::string(isa_name(i)) + " gives " + backend.isa);
    }
}

// What a machine lacks is an error, not something slower.
void a_name_that_the_machine_lacks() {
    for (machine = 1; machine < isa_count(); machine++)
        for (int i = machine; i < isa_count(); i++) {
            bool failed = false;
            try {
                select_backend(SCMP_BACKEND_CPU, {"isa", isa_name(i)}, below_machine);
            } catch (const Error &error) {
                failed = true;
                test::check(error.status() == SCMP_ERROR_UNSUPPORTED, "another status");
                test::check(std::strstr(error.what(), isa_name(i)) != nullptr, error.what());
                test::check(std::strstr(error.what(), "this machine does not run") != nullptr, error.what());
            }
            test::check(failed, std::string(isa_name(i)) + " was given to a machine that lacks it");
        }
}

void tables_are_complete() {
    // 10 bits, the most codes: no vector kernel's, but somebody must take it.
    const count::Demand most = {1U << SCMP_SC_PREC_MAX, 1U << SCMP_SC_PREC_MAX, false, 1 << SCMP_SC_PREC_MAX};
    machine = isa_count();
    for (int i = 0; i < isa_count(); i++) {
        const Backend &backend = select_backend(SCMP_BACKEND_CPU, {"isa", isa_name(i)}, below_machine);
        const RowFunctions &rows = backend.row_functions;
        test::check(rows.access != nullptr && rows.quantize.range != nullptr && rows.quantize.quantize != nullptr &&
                        rows.dequantize != nullptr && rows.smooth.take32 != nullptr && rows.smooth.take64 != nullptr,
                    std::string(backend.isa) + " has an empty slot");
        test::check(backend.kernel_for(most).fits(most), std::string(backend.isa) + " leaves products uncounted");
    }
}

// Each is faster where it counts at all, and the last is the one that counts everything.
void kernels_are_tried_in_order() {
    count::Kernel narrow = count::portable_kernel, wide = narrow, all = narrow;
    narrow.fits = [](const count::Demand &demand) { return demand.stoc_len <= 16; };
    wide.fits = [](const count::Demand &demand) { return demand.stoc_len <= 256; };
    const std::array<const count::Kernel *, 3> kernels = {&narrow, &wide, &all};
    machine = isa_count();
    Backend backend = select_backend(SCMP_BACKEND_CPU, {}, below_machine);
    const auto index_for = [&](int stoc_len) {
        const count::Kernel *found = &backend.kernel_for({16, 16, true, stoc_len});
        return int(std::find(kernels.begin(), kernels.end(), found) - kernels.begin());
    };
    backend.kernels = kernels;
    test::check(index_for(16) == 0 && index_for(17) == 1 && index_for(256) == 1 && index_for(257) == 2,
                "not the first that fits");
}

int isa_named(const std::string &name) {
    int i = 0;
    while (i < isa_count() && isa_name(i) != name) i++;
    return i;
}

// Those of the list whose instruction set the machine runs, in the list's order; then the one that runs everywhere.
void kernels_are_those_of_the_machine() {
    const std::vector<std::pair<const count::Kernel *, int>> list = {
#define SCMP_KERNEL(name, isa) {&count::name##_kernel, isa_named(#isa)},
#include "count/kernels.inc"
        {&count::portable_kernel, isa_named("portable")},
    };
    machine = isa_count();
    for (int i = 0; i < isa_count(); i++) {
        std::vector<const count::Kernel *> expected;
        for (const auto &[kernel, isa] : list)
            if (isa <= i) expected.push_back(kernel);
        const auto kernels = select_backend(SCMP_BACKEND_CPU, {"isa", isa_name(i)}, below_machine).kernels;
        test::check(std::equal(kernels.begin(), kernels.end(), expected.begin(), expected.end()),
                    std::string(isa_name(i)) + " has other kernels than the list");
    }
}

#if defined(__x86_64__)
// Whether the machine of this record runs avx2, avx512bw, avx512vbmi.
struct Machine {
    const char *what;
    Processor processor;
    bool avx2, avx512bw, avx512vbmi;
};

constexpr std::uint32_t bit(int number) {
    return std::uint32_t(1) << number;
}

// Words of CPUID as processors have them, whittled down one bit at a time. Numbers of bits are written out here: those
// of the library are what is tested.
std::vector<Machine> machines() {
    constexpr std::uint32_t system = bit(27) | bit(28); // OSXSAVE, AVX
    constexpr std::uint32_t avx2 = bit(5);
    constexpr std::uint32_t skylake_x = avx2 | bit(16) | bit(17) | bit(28) | bit(30) | bit(31); // F DQ CD BW VL
    constexpr std::uint32_t knights_landing = avx2 | bit(16) | bit(26) | bit(27) | bit(28);     // F PF ER CD
    constexpr std::uint32_t vbmi = bit(1);
    constexpr std::uint64_t x87 = 1, sse = 2, ymm = 4, masks = 0x20, zmm = 0xC0;
    constexpr std::uint64_t all = x87 | sse | ymm | masks | zmm;
    std::vector<Machine> machines = {
        {"nothing", {}, false, false, false},
        {"Nehalem", {0, 0, 0, 0}, false, false, false},
        {"Sandy Bridge, AVX alone", {system, 0, 0, x87 | sse | ymm}, false, false, false},
        {"Haswell", {system, avx2, 0, x87 | sse | ymm}, true, false, false},
        {"Haswell, XSAVE not enabled", {bit(28), avx2, 0, 0}, false, false, false},
        {"Haswell, XSAVE not enabled, XCR0 all the same", {bit(28), avx2, 0, all}, false, false, false},
        {"Haswell, AVX hidden", {bit(27), avx2, 0, all}, false, false, false},
        {"Haswell, SSE state alone", {system, avx2, 0, x87 | sse}, false, false, false},
        {"Haswell, YMM state without SSE's", {system, avx2, 0, x87 | ymm}, false, false, false},
        {"Haswell, other bits of leaf 7", {system, ~avx2, ~vbmi, all}, false, false, false},
        {"Knights Landing", {system, knights_landing, 0, all}, true, false, false},
        {"Skylake-X", {system, skylake_x, 0, all}, true, true, false},
        {"Skylake-X, other bits of leaf 7's ECX", {system, skylake_x, ~vbmi, all}, true, true, false},
        {"Skylake-X, a system that saves AVX alone", {system, skylake_x, vbmi, x87 | sse | ymm}, true, false, false},
        {"Skylake-X, no masks saved", {system, skylake_x, vbmi, all & ~masks}, true, false, false},
        {"Skylake-X, lower ZMM not saved", {system, skylake_x, vbmi, all & ~std::uint64_t(0x40)}, true, false, false},
        {"Skylake-X, upper ZMM not saved", {system, skylake_x, vbmi, all & ~std::uint64_t(0x80)}, true, false, false},
        {"Skylake-X, XSAVE not enabled", {bit(28), skylake_x, vbmi, all}, false, false, false},
        {"Ice Lake", {system, skylake_x | bit(21), vbmi, all}, true, true, true},
        {"VBMI without AVX2", {system, skylake_x & ~avx2, vbmi, all}, false, false, false},
        {"VBMI alone", {system, avx2, vbmi, all}, true, false, false},
    };
    for (const int part : {16, 17, 30, 31})
        machines.push_back(
            {"Ice Lake without one part", {system, skylake_x & ~bit(part), vbmi, all}, true, false, false});
    return machines;
}

void what_processors_run() {
    for (const Machine &each : machines()) {
        const struct {
            const char *name;
            bool runs;
        } expected[] = {
            {"portable", true}, {"avx2", each.avx2}, {"avx512bw", each.avx512bw}, {"avx512vbmi", each.avx512vbmi}};
        int known = 0;
        for (const auto &[name, runs] : expected)
            for (int i = 0; i < isa_count(); i++)
                if (std::strcmp(isa_name(i), name) == 0) {
                    known++;
                    test::check(isa_runs(i, each.processor) == runs,
                                test::format("%s on %s: %d", name, each.what, !runs));
                }
        test::check(known == isa_count(), "an instruction set that this test does not know");
        for (int i = 1; i < isa_count(); i++)
            test::check(!isa_runs(i, each.processor) || isa_runs(i - 1, each.processor),
                        test::format("%s runs %s without the one before", each.what, isa_name(i)));
    }
    test::check(!isa_runs(-1, {}) && !isa_runs(isa_count(), {}), "a bad index runs");
}

// The record is this processor's: what the compiler's own run-time checks say, which ask the system too.
void the_record_is_of_this_machine() {
    const Processor here = this_processor();
    std::printf("CPUID 1 %08x, 7 %08x %08x, XCR0 %llx\n", here.leaf1_ecx, here.leaf7_ebx, here.leaf7_ecx,
                static_cast<unsigned long long>(here.xcr0));
    const bool avx512bw = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    test::check(runs_avx2(here) == bool(__builtin_cpu_supports("avx2")), "avx2");
    test::check(runs_avx512bw(here) == avx512bw, "avx512bw");
    test::check(runs_avx512vbmi(here) == (avx512bw && __builtin_cpu_supports("avx512vbmi")), "avx512vbmi");
    for (int i = 0; i < isa_count(); i++)
        test::check(isa_available(i) == isa_runs(i, here), std::string(isa_name(i)) + " is available, or not");
}
#else
void what_processors_run() {
    throw test::Skip("CPUID and XCR0 are x86's");
}
void the_record_is_of_this_machine() {
    throw test::Skip("CPUID and XCR0 are x86's");
}
#endif

} // namespace

int main(int argc, char **argv) {
    return test::run("dispatch",
                     {
                         {"without a name, the fastest that runs", the_fastest_that_runs},
                         {"a name is obeyed", a_name_is_obeyed},
                         {"a name that the machine lacks is an error", a_name_that_the_machine_lacks},
                         {"tables of stage functions are complete", tables_are_complete},
                         {"kernels are tried in order", kernels_are_tried_in_order},
                         {"kernels are those of the machine", kernels_are_those_of_the_machine},
                         {"what processors and systems run", what_processors_run},
                         {"the record is of this machine", the_record_is_of_this_machine},
                     },
                     argc, argv);
}

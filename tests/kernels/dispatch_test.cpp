// The choice of an instruction set: by name, by what the processor has, and by what the operating system lets run.
#include <cstdio>
#include <cstring>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "backend/backend.h"
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
            const std::string chosen = select_backend(id, "", below_machine).isa;
            test::check(chosen == isa_name(machine - 1),
                        "a machine with " + std::string(isa_name(machine - 1)) + " and all below runs " + chosen);
        }
}

void a_name_is_obeyed() {
    machine = isa_count();
    for (int i = 0; i < isa_count(); i++) {
        const Backend &backend = select_backend(SCMP_BACKEND_CPU, isa_name(i), below_machine);
        test::check(std::strcmp(backend.isa, isa_name(i)) == 0, std::string(isa_name(i)) + " gives " + backend.isa);
    }
}

// What a machine lacks is an error, not something slower.
void a_name_that_the_machine_lacks() {
    for (machine = 1; machine < isa_count(); machine++)
        for (int i = machine; i < isa_count(); i++) {
            bool failed = false;
            try {
                select_backend(SCMP_BACKEND_CPU, isa_name(i), below_machine);
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
        const Backend &backend = select_backend(SCMP_BACKEND_CPU, isa_name(i), below_machine);
        const RowFunctions &rows = backend.rows;
        test::check(rows.access != nullptr && rows.quantize.range != nullptr && rows.quantize.quantize != nullptr &&
                        rows.dequantize != nullptr && rows.smooth.take32 != nullptr && rows.smooth.take64 != nullptr,
                    std::string(backend.isa) + " has an empty slot");
        test::check(backend.kernel_for(most).fits(most), std::string(backend.isa) + " leaves products uncounted");
    }
}

void native_runs_are_told() {
    for (int i = 0; i < isa_count(); i++) {
        test::check(isa_native_runs(i) != nullptr, "no answer");
        std::printf("%s: %s\n", isa_name(i), *isa_native_runs(i) != 0 ? isa_native_runs(i) : "nowhere natively");
    }
    test::check(*isa_native_runs(-1) == 0 && *isa_native_runs(isa_count()) == 0, "runs of a bad index");
}

#if defined(__x86_64__)
// The processor's features, and which registers the operating system saves (XCR0).
struct Machine {
    bool avx2 = false, avx512bw = false, avx512vbmi = false; // CPUID alone
    unsigned saved = 0;
};

Machine this_machine() {
    Machine found;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) {
        found.avx2 = (b & bit_AVX2) != 0;
        found.avx512bw =
            (b & bit_AVX512F) != 0 && (b & bit_AVX512BW) != 0 && (b & bit_AVX512VL) != 0 && (b & bit_AVX512DQ) != 0;
        found.avx512vbmi = found.avx512bw && (c & bit_AVX512VBMI) != 0;
    }
    if (__get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_OSXSAVE) != 0)
        __asm__("xgetbv" : "=a"(found.saved), "=d"(d) : "c"(0));
    return found;
}

void the_system_has_its_say() {
    constexpr unsigned avx = 0x6, avx512 = 0xE6; // SSE and AVX; mask registers, both parts of the 512-bit ones as well
    const Machine found = this_machine();
    std::printf("CPUID: avx2 %d, avx512bw %d, avx512vbmi %d; XCR0 %x\n", found.avx2, found.avx512bw, found.avx512vbmi,
                found.saved);
    const struct {
        const char *name;
        bool runs;
    } expected[] = {{"portable", true},
                    {"avx2", found.avx2 && (found.saved & avx) == avx},
                    {"avx512bw", found.avx512bw && (found.saved & avx512) == avx512},
                    {"avx512vbmi", found.avx512vbmi && (found.saved & avx512) == avx512}};
    int known = 0;
    for (const auto &[name, runs] : expected)
        for (int i = 0; i < isa_count(); i++)
            if (std::strcmp(isa_name(i), name) == 0) {
                known++;
                test::check(isa_available(i) == runs,
                            test::format("%s: available %d, by CPUID and XCR0 %d", name, isa_available(i), runs));
            }
    test::check(known == isa_count(), "an instruction set that this test does not know");
}
#else
void the_system_has_its_say() {
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
                         {"native runs are told", native_runs_are_told},
                         {"available: what CPUID has and XCR0 enables", the_system_has_its_say},
                     },
                     argc, argv);
}

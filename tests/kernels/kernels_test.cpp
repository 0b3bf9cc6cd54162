// Checks every count kernel of every instruction set against the reference on edges, or measures it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "backend/backend.h"
#include "bench.h"
#include "check.h"
#include "support/test.h"

using namespace kernels;

namespace {

void check_group(const Listed &listed, const Group &group) {
    int checked = 0;
    const std::vector<Sample> &samples = group.samples();
    for (std::size_t i = 0; i < samples.size(); i++)
        if (suits(listed, samples[i], i)) {
            check_kernel(listed, samples[i]);
            checked++;
        }
    test::check(checked > 0, "no sample is for this kernel");
    std::printf("%d samples\n", checked);
}

// What stands in the dispatch for an instruction set is compiled over SIMDe too.
void all_are_simulated() {
    const std::vector<Listed> list = kernel_list();
    for (const Listed &native : list) {
        if (native.simulated || native.kernel == nullptr || native.isa == scmp::isa_name(0)) continue;
        bool found = false;
        for (const Listed &other : list)
            found |= other.simulated && std::strcmp(other.kernel->name, native.kernel->name) == 0;
        test::check(found, native.name + " is not among the kernels over SIMDe");
    }
}

std::vector<test::Case> all_cases() {
    std::vector<test::Case> cases;
    const char *wanted_isa = std::getenv("SCMP_CPU");
    bool simulated = false;
    for (const Listed &listed : kernel_list()) {
        simulated |= listed.simulated;
        if (wanted_isa != nullptr && listed.isa != wanted_isa) continue;
        if (listed.kernel == nullptr) {
            cases.push_back({listed.name, [listed] { throw test::Skip("this machine does not run " + listed.isa); }});
            continue;
        }
        for (const Group &group : groups())
            cases.push_back({listed.name + ": " + group.name, [listed, &group] { check_group(listed, group); }});
    }
    if (cases.empty())
        cases.push_back({"SCMP_CPU", [] { test::fail("no instruction set of this build is called like that"); }});
    if (simulated)
        cases.push_back({"every vector kernel runs over SIMDe", all_are_simulated});
    else
        cases.push_back(
            {"kernels over SIMDe",
             [] { throw test::Skip("not in a build with sanitizers, or without SIMDe (Debian: libsimde-dev)"); }});
    return cases;
}

int usage(const char *program) {
    std::fprintf(stderr,
                 "usage: %s [--filter STRING] [--seed N] [--quick] [--bench | --list]\n"
                 "  --filter STRING  only cases, or kernels to measure, with this in their name\n"
                 "  --seed N         repeats a run that printed it\n"
                 "  --quick          fewer samples\n"
                 "  --bench          G products/s of every kernel that runs here\n"
                 "  --list           the names of the cases\n"
                 "SCMP_CPU=NAME leaves the kernels of one instruction set.\n",
                 program);
    return 2;
}

} // namespace

int main(int argc, char **argv) {
    std::string filter;
    bool measure = false, list = false;
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--filter" && i + 1 < argc)
            filter = argv[++i];
        else if (word == "--seed" && i + 1 < argc)
            setenv("SCMP_TEST_SEED", argv[++i], 1);
        else if (word == "--quick")
            use_few_samples();
        else if (word == "--bench")
            measure = true;
        else if (word == "--list")
            list = true;
        else
            return usage(argv[0]);
    }
    if (measure) return bench(filter);
    const std::vector<test::Case> cases = all_cases();
    if (list) {
        for (const test::Case &test : cases) std::printf("%s\n", test.name.c_str());
        return 0;
    }
    test::run_seed();
    std::string name = argv[0];
    char *arguments[] = {name.data(), filter.data()};
    return test::run("kernels", cases, 2, arguments);
}

// Times whole tasks of one panel each, as the engine would give them to a worker; packing and preparing by themselves.
#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include "kernel_list.h"
#include "sample.h"

namespace kernels {

using namespace scmp;

namespace {

struct Work {
    const char *name;
    Spec spec;
};

std::vector<Work> all_work() {
    std::vector<Work> all;
    const auto add = [&](const char *name, bool is_signed, int grid, scmp_scramble scramble, const char *config) {
        Spec spec;
        spec.is_signed = is_signed;
        spec.stoc_len = spec.rng_levels = grid;
        spec.scramble = scramble;
        spec.config = config;
        spec.d = 1024;
        for (const std::int64_t rows : {1, 8, 512}) {
            spec.rows = rows;
            all.push_back({name, spec});
        }
    };
    add("bipolar 256", true, 256, SCMP_SCRAMBLE_BITREV, "sobol_simple");
    add("bipolar 128 masks", true, 128, SCMP_SCRAMBLE_BITREV, "sobol_simple");
    add("bipolar 256 lfsr", true, 256, SCMP_SCRAMBLE_BITREV, "lfsr_default");
    add("unipolar 256", false, 256, SCMP_SCRAMBLE_BITREV, "sobol_simple");
    return all;
}

// Nanoseconds of the fastest of many calls.
template <class Call> double fastest(Call &&call) {
    using Clock = std::chrono::steady_clock;
    double best = std::numeric_limits<double>::infinity();
    const auto start = Clock::now();
    int calls = 0;
    do {
        const auto from = Clock::now();
        call();
        best = std::min(best, std::chrono::duration<double, std::nano>(Clock::now() - from).count());
        calls++;
    } while (calls < 5 || Clock::now() - start < std::chrono::milliseconds(150));
    return best;
}

struct Times {
    double prepare = 0, pack = 0, pack_left = 0, count = 0;
    std::int64_t panels = 0; // of the task that was counted
};

Times measure(const count::Kernel &kernel, const Spec &spec, streams::CountTables &tables, test::Random &random) {
    auto &memory = *std::pmr::new_delete_resource();
    Times times;
    tables.prepared = {};
    tables.prepared_for = nullptr;
    if (kernel.prepare_pays(tables, spec.rows, INFINITY)) {
        tables.prepared = Buffer<std::byte>(memory, kernel.prepared_bytes(tables));
        times.prepare = fastest([&] { kernel.prepare(tables, tables.prepared.data()); });
        tables.prepared_for = &kernel;
    }
    times.panels = kernel.task_panels(spec.rows);
    const count::Plan plan{&tables, spec.rows, times.panels};
    const std::vector<std::int16_t> a =
        make_codes(spec.rows * spec.d, tables.left_codes(), spec.is_signed, spec.a, random);
    const std::vector<std::int16_t> b =
        make_codes(kernel.columns * spec.d, tables.right_codes(), spec.is_signed, spec.b, random);
    const std::size_t panel_bytes = kernel.panel_bytes(spec.d);
    Buffer<std::byte> panels(memory, panel_bytes * std::size_t(times.panels));
    for (std::int64_t p = 0; p < times.panels; p++)
        kernel.pack(b.data(), spec.d, kernel.columns, spec.d, panels.data() + std::size_t(p) * panel_bytes);
    Buffer<std::byte> left(memory, kernel.left_bytes(plan, spec.d));
    Buffer<std::byte> scratch(memory, kernel.scratch_bytes(plan));
    Buffer<std::int32_t> sums(memory, std::size_t(spec.rows * times.panels * kernel.columns));
    times.pack = fastest([&] { kernel.pack(b.data(), spec.d, kernel.columns, spec.d, panels.data()); });
    if (left.size() > 0)
        times.pack_left = fastest([&] { kernel.pack_left(plan, a.data(), spec.d, spec.rows, spec.d, left.data()); });
    times.count = fastest([&] {
        kernel.count({.plan = plan,
                      .a = a.data(),
                      .a_stride = spec.d,
                      .left = left.data(),
                      .rows = spec.rows,
                      .panel = panels.data(),
                      .panel_stride = panel_bytes,
                      .panels = times.panels,
                      .d = spec.d,
                      .sums = sums.data(),
                      .scratch = scratch.data()});
    });
    return times;
}

} // namespace

int bench(const std::string &filter) {
    std::printf(
        "One task, d = 1024, fastest of many calls on one core; prepare: all tables; pack: one panel; left: all "
        "rows.\n");
    std::printf("%-40s %-18s %4s %10s %10s %10s %10s %9s %9s\n", "kernel", "streams", "rows", "prepare us", "pack us",
                "left us", "count us", "Gprod/s", "portable");
    int measured = 0;
    for (const Work &work : all_work()) {
        test::Random random("kernels/bench", 1);
        const auto tables = make_tables(work.spec, random, *std::pmr::new_delete_resource());
        double portable = 0;
        for (const Listed &listed : kernel_list()) {
            if (listed.simulated || listed.kernel == nullptr) continue;
            const count::Kernel &kernel = *listed.kernel;
            const bool is_portable = &kernel == &count::portable_kernel;
            const bool shown = (listed.name + " " + work.name).find(filter) != std::string::npos;
            if (!shown && !is_portable) continue;
            if (work.spec.rows > kernel.max_rows ||
                !kernel.fits({tables->left_codes(), tables->right_codes(), work.spec.is_signed, work.spec.stoc_len}))
                continue;
            const Times times = measure(kernel, work.spec, *tables, random);
            const double speed = double(work.spec.rows * work.spec.d * times.panels) * kernel.columns / times.count;
            if (is_portable) portable = speed;
            if (!shown) continue;
            std::printf("%-40s %-18s %4lld %10.1f %10.1f %10.1f %10.1f %9.2f %8.2fx\n", listed.name.c_str(), work.name,
                        (long long)work.spec.rows, times.prepare / 1e3, times.pack / 1e3, times.pack_left / 1e3,
                        times.count / 1e3, speed, speed / portable);
            std::fflush(stdout);
            measured++;
        }
    }
    if (measured == 0) std::fprintf(stderr, "no kernel that runs here has '%s' in its name\n", filter.c_str());
    return measured > 0 ? 0 : 1;
}

} // namespace kernels

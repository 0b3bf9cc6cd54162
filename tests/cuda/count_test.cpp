// The count methods of the CUDA backend on the host, each forced: random products against the reference.
#include <set>

#include "cuda/host/choice.h"
#include "shim.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

struct Forced {
    HostDevice &host;
    const char *name;
    std::set<std::string> kernels = {}; // that products took

    // The larger the grid, the more blocks share the inner indices of a tile.
    Ctx context(Random &random, std::int64_t full_grid) const {
        cuda::Device device = host.device(0);
        cuda::force_method(device, {"kernel", name});
        device.full_grid = full_grid;
        if (random.chance(30)) device.table_bytes = std::size_t(random.whole(0, 1 << 17));
        return on(device);
    }
};

// y and sums are the reference's.
void same_as(const Result &want, const Product &product, Forced &forced, Random &random, std::int64_t full_grid) {
    const Ctx ctx = forced.context(random, full_grid);
    within(std::string(forced.name), [&] {
        Array y = canary(SCMP_DTYPE_F32, product.y_shape()), sum = canary(SCMP_DTYPE_I64, product.y_shape());
        const scmp_tensor a = product.a.view(), b = product.b.view(), to = y.view(), sums = sum.view();
        const Resolved options(ctx, product);
        scmp_report report;
        scmp_report_init(&report);
        const scmp_call call = call_with(product.chunked() ? nullptr : &sums, &report);
        ok(scmp_matmul(ctx, &a, &b, options.get(), &call, &to), "scmp_matmul");
        forced.kernels.insert(report.kernel);
        within(report.kernel, [&] {
            if (!product.chunked()) same(sum, want.sum, "sums");
            same(y, want.y, "y");
        });
    });
}

void products(const std::string &name, int number, const Limits &limits) {
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    HostDevice host(name + " host");
    Forced methods[] = {{host, "rows"}, {host, "bytes"}, {host, "bits"}, {host, "wgmma"}};
    for (int i = 0; i < number; i++) {
        Random random(name + " " + std::to_string(i));
        const Product product = random_product(random, limits);
        within(product.text(), [&] {
            const Result want = multiply(reference, product);
            for (Forced &method : methods) same_as(want, product, method, random, random.whole(1, 40));
        });
        check(host.blocks_held() == 0, "device memory is left over");
    }
}

void small_products() {
    products("cuda count small", 300, {.rows = 9, .d = 40, .batch = 3});
}

void products_of_several_tiles() {
    products("cuda count tiles", 40, {.rows = 300, .d = 60, .batch = 2, .most_prec = 5, .zero_sizes = false});
}

// One product of given options, N x M x D.
Product product_of(Random &random, std::int64_t n, std::int64_t m, std::int64_t d) {
    Product product;
    product.a = random_values(random, {n, d});
    product.b = random_values(random, {m, d});
    return product;
}

// Returns the names of the kernels that were used.
std::set<std::string> all_methods_agree(const std::string &name, const std::vector<Product> &all,
                                        std::int64_t most_grid) {
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    HostDevice host(name);
    Forced methods[] = {{host, "rows"}, {host, "bytes"}, {host, "bits"}, {host, "wgmma"}};
    Random random(name);
    for (const Product &product : all)
        within(product.text(), [&] {
            const Result want = multiply(reference, product);
            for (Forced &method : methods) same_as(want, product, method, random, random.whole(1, most_grid));
        });
    std::set<std::string> kernels;
    for (const Forced &method : methods) kernels.insert(method.kernels.begin(), method.kernels.end());
    return kernels;
}

void every_kernel() {
    Random random("cuda count kernels");
    std::vector<Product> all;
    std::set<std::string> names = {"cuda_bytes128"};
    for (const int rows : {16, 32, 64}) {
        all.push_back(product_of(random, rows, 5, 12));
        names.insert(format("cuda_rows%d", rows));
    }
    for (int stoc_len = 16; stoc_len <= 1024; stoc_len *= 2) {
        all.push_back(product_of(random, 5, 6, 12));
        all.back().options.sc_prec = 10;
        all.back().options.stoc_len = stoc_len;
        names.insert({format("cuda_bits%d", stoc_len), format("cuda_wgmma%d", stoc_len)});
    }
    const std::set<std::string> kernels = all_methods_agree("cuda count kernels", all, 40);
    for (const std::string &name : names) check(kernels.count(name) == 1, name + " was not used");
}

// More inner indices than sums of 16 bits have room for, of counts at random and of counts that are all at their most.
void long_products() {
    Random random("cuda count long");
    std::vector<Product> all;
    for (const int stoc_len : {64, 256}) {
        all.push_back(product_of(random, 40, 5, 700));
        all.back().options.stoc_len = stoc_len;
        for (Array *x : {&all.back().a, &all.back().b})
            for (std::int64_t i = 0; i < x->count(); i++) x->set(i, i / 700 % 3 == 1 ? -100.0 : 100.0);
    }
    for (const int stoc_len : {8, 64, 256}) {
        all.push_back(product_of(random, 3, 5, 5000));
        all.back().options.stoc_len = stoc_len;
    }
    all_methods_agree("cuda count long", all, 1);
}

// Where operands are at their limits, and residuals large: bits of an ascending sequence are anything but spread.
void extreme_products() {
    Random random("cuda count extreme");
    std::vector<Product> all;
    const char *ascending = R"({"rng_pool": [{"type": "sobol", "seed_type": "q"}, {"type": "sobol", "seed_type": "q"}],
        "sng": {"q": [E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E],
                "k": [F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F]}})";
    std::string config;
    for (const char c : std::string(ascending))
        config += c == 'E'   ? std::string(R"({"rng_id": 0})")
                  : c == 'F' ? std::string(R"({"rng_id": 1, "scramble": [7, 6, 5, 4, 3, 2, 1, 0]})")
                             : std::string(1, c);
    for (const int stoc_len : {1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 127, 128, 129, 200, 255, 256})
        for (const scmp_mode mode : {SCMP_MODE_BIPOLAR, SCMP_MODE_UNIPOLAR}) {
            Product product = product_of(random, 6, 7, 20);
            for (Array *x : {&product.a, &product.b})
                for (std::int64_t i = 0; i < x->count(); i++)
                    if (random.chance(60)) x->set(i, random.chance(50) ? 100.0 : -100.0);
            product.options.mode = mode;
            product.options.stoc_len = stoc_len;
            all.push_back(product);
            product.config_json = config;
            all.push_back(product);
        }
    all_methods_agree("cuda count extreme", all, 40);
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_count",
               {{"every kernel", every_kernel},
                {"small products, any options", small_products},
                {"products of several tiles", products_of_several_tiles},
                {"long products", long_products},
                {"extreme products", extreme_products}},
               argc, argv);
}

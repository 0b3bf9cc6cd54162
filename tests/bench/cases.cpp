// See cases.h.
#include "cases.h"

namespace {

Case decode(int n, int stoc_len, bool halve) {
    Case product{n, 4096, 4096, stoc_len, halve};
    product.decode = true;
    return product;
}

// Unipolar, scrambles (up to 256 tables), and generators whose tables have no structure to make use of.
std::vector<Case> option_cases() {
    const Case usual{1024, 1024, 1024};
    std::vector<Case> all(8, usual);
    all[0].granularity = SCMP_GRANULARITY_PER_TENSOR;
    all[1].mode = SCMP_MODE_UNIPOLAR;
    all[2].scramble = SCMP_SCRAMBLE_ALWAYS_BITREV;
    all[3].scramble = SCMP_SCRAMBLE_OFF, all[3].stoc_len = 64;
    all[4].config = "lfsr_default";
    all[5].config = "permuted";
    all[6].rng_levels = 200; // another grid than 2^8: scrambled, too
    all[7].rng_levels = 200, all[7].scramble = SCMP_SCRAMBLE_OFF;
    return all;
}

} // namespace

double products(const Case &product) {
    return double(product.n) * product.m * product.d;
}

std::vector<Case> cases(bool quick) {
    std::vector<Case> all;
    for (const int size : {1024, 512, 128}) {
        if (quick && size == 512) continue;
        all.push_back({size, size, size, 256});
        all.push_back({size, size, size, 128, true});
        if (!quick) all.push_back({size, size, size, 64});
    }
    for (const int n : {8, 1}) {
        all.push_back(decode(n, 256, false));
        if (quick) continue;
        all.push_back(decode(n, 128, true));
        all.push_back(decode(n, 64, false));
    }
    if (!quick)
        for (Case &product : option_cases()) all.push_back(product);
    return all;
}

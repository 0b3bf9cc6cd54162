// See products.h.
#include "products.h"

namespace {

std::vector<CudaProduct> with_lengths(const std::vector<CudaProduct> &shapes, bool quick) {
    std::vector<CudaProduct> all;
    for (const CudaProduct &shape : shapes)
        for (const int stoc_len : stream_lengths(quick)) {
            all.push_back(shape);
            all.back().stoc_len = stoc_len;
        }
    return all;
}

} // namespace

double products(const CudaProduct &product) {
    return double(product.batch) * product.n * product.m * product.d;
}

std::string shape_text(const CudaProduct &product) {
    std::string text = product.batch == 1 ? "" : std::to_string(product.batch) + " x ";
    return text + std::to_string(product.n) + " x " + std::to_string(product.m) + " x " + std::to_string(product.d);
}

std::vector<int> stream_lengths(bool quick) {
    return quick ? std::vector{256, 64} : std::vector{256, 128, 64, 32, 16};
}

std::vector<CudaProduct> cuda_products(bool quick) {
    std::vector<CudaProduct> shapes;
    for (const int size : {128, 1024, 4096}) shapes.push_back({1, size, size, size});
    shapes.push_back({16, 197, 197, 64});
    for (const int n : {1, 2, 4, 8, 16})
        if (!quick || n == 1 || n == 8) shapes.push_back({1, n, 4096, 4096});
    return with_lengths(shapes, quick);
}

std::vector<CudaProduct> kernel_products(bool quick) {
    return with_lengths({{1, 1024, 1024, 1024}}, quick);
}

const std::vector<std::string> &cuda_kernels() {
    static const std::vector<std::string> names = {"rows", "bytes", "bits", "wgmma"};
    return names;
}

// Which memory views touch, by tensor/view.h, against the bytes written down one by one: every small layout.
#include <set>

#include "support/test.h"
#include "tensor/view.h"

using namespace scmp;

namespace {

// A place far from the ends of memory; nothing is read there.
std::byte *const base = reinterpret_cast<std::byte *>(std::uintptr_t(1) << 32);

View view_of(scmp_dtype dtype, std::int64_t rows, std::int64_t columns, std::int64_t stride_row, std::int64_t stride,
             std::int64_t offset_bytes) {
    scmp_tensor tensor = scmp_tensor_2d(dtype, base + offset_bytes, rows, columns);
    tensor.strides[0] = stride_row;
    tensor.strides[1] = stride;
    return checked_view(tensor, "view");
}

// How often each byte belongs to an element.
std::multiset<std::int64_t> bytes_of(const View &view) {
    std::multiset<std::int64_t> bytes;
    for (std::int64_t i = 0; i < view.shape[0]; i++)
        for (std::int64_t j = 0; j < view.shape[1]; j++)
            for (std::int64_t byte = 0; byte < view.element_size(); byte++)
                bytes.insert((i * view.strides[0] + j * view.strides[1]) * view.element_size() + byte +
                             (view.data - base));
    return bytes;
}

struct Layout {
    std::int64_t rows, columns, stride_row, stride;
};
const std::vector<Layout> layouts = {{1, 1, 0, 0}, {2, 2, 2, 1},  {2, 2, -2, 1}, {2, 2, 1, 2}, {2, 2, 3, 1},
                                     {2, 3, 1, 3}, {2, 3, 1, 1},  {3, 2, 4, -1}, {3, 1, 2, 7}, {1, 4, 9, 3},
                                     {2, 2, 5, 5}, {3, 2, 0, 1},  {2, 3, 7, 0},  {2, 2, 3, 2}, {3, 3, 2, 3},
                                     {0, 3, 1, 1}, {3, 3, 6, -2}, {2, 4, 2, 1},  {2, 4, 4, 2}};

std::string text(const Layout &layout, scmp_dtype dtype) {
    return test::format("(%d, %d) by (%d, %d) of %s", int(layout.rows), int(layout.columns), int(layout.stride_row),
                        int(layout.stride), dtype_name(dtype));
}

void overlaps_of_two() {
    for (const scmp_dtype left : {SCMP_DTYPE_I8, SCMP_DTYPE_F16, SCMP_DTYPE_F32, SCMP_DTYPE_F64})
        for (const scmp_dtype right : {SCMP_DTYPE_U8, SCMP_DTYPE_BF16, SCMP_DTYPE_I32, SCMP_DTYPE_I64})
            for (const Layout &a : layouts)
                for (const Layout &b : layouts)
                    for (std::int64_t offset = -19; offset <= 19; offset++) {
                        const View x = view_of(left, a.rows, a.columns, a.stride_row, a.stride, 0);
                        const View y = view_of(right, b.rows, b.columns, b.stride_row, b.stride, offset);
                        const auto bytes = bytes_of(x), others = bytes_of(y);
                        bool shared = false;
                        for (const std::int64_t byte : bytes) shared = shared || others.count(byte) > 0;
                        test::check(overlap(x, y) == shared && overlap(y, x) == shared,
                                    text(a, left) + " and " + text(b, right) +
                                        test::format(", %d bytes further: %d", int(offset), !shared));
                    }
}

void overlaps_with_itself() {
    for (const scmp_dtype dtype : {SCMP_DTYPE_I8, SCMP_DTYPE_F32})
        for (std::int64_t rows = 0; rows <= 4; rows++)
            for (std::int64_t columns = 0; columns <= 4; columns++)
                for (std::int64_t stride_row = -6; stride_row <= 6; stride_row++)
                    for (std::int64_t stride = -6; stride <= 6; stride++) {
                        const View view = view_of(dtype, rows, columns, stride_row, stride, 0);
                        bool twice = false;
                        const auto bytes = bytes_of(view);
                        for (const std::int64_t byte : bytes) twice = twice || bytes.count(byte) > 1;
                        test::check(overlaps_itself(view) == twice,
                                    text({rows, columns, stride_row, stride}, dtype) + test::format(": %d", !twice));
                    }
}

void other_devices_share_nothing() {
    View x = view_of(SCMP_DTYPE_F32, 2, 2, 2, 1, 0), y = x;
    test::check(overlap(x, y) && same_elements(x, y), "a view overlaps itself");
    y.device = SCMP_DEVICE_CUDA_0;
    test::check(!overlap(x, y) && !same_elements(x, y), "two devices");
}

void the_same_elements() {
    const View x = view_of(SCMP_DTYPE_F32, 2, 3, 3, 1, 0);
    for (const View &other : {view_of(SCMP_DTYPE_F32, 2, 3, 3, 1, 4), view_of(SCMP_DTYPE_I32, 2, 3, 3, 1, 0),
                              view_of(SCMP_DTYPE_F32, 3, 2, 3, 1, 0), view_of(SCMP_DTYPE_F32, 2, 3, 4, 1, 0),
                              view_of(SCMP_DTYPE_F32, 2, 3, 3, 2, 0), view_of(SCMP_DTYPE_F32, 2, 2, 3, 1, 0)})
        test::check(!same_elements(x, other), "another view has the same elements");
    test::check(view_of(SCMP_DTYPE_F32, 2, 3, 3, 1, 0).contiguous() &&
                    !view_of(SCMP_DTYPE_F32, 2, 3, 4, 1, 0).contiguous() &&
                    view_of(SCMP_DTYPE_F32, 1, 3, 4, 1, 0).contiguous() &&
                    !view_of(SCMP_DTYPE_F32, 2, 3, 3, -1, 0).contiguous(),
                "contiguous");
}

} // namespace

int main(int argc, char **argv) {
    return test::run("views",
                     {
                         {"overlaps of two", overlaps_of_two},
                         {"overlaps with itself", overlaps_with_itself},
                         {"other devices share nothing", other_devices_share_nothing},
                         {"the same elements", the_same_elements},
                     },
                     argc, argv);
}

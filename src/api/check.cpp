// Shapes, types and overlaps of tensors.
#include "api/check.h"

#include <algorithm>
#include <cstdio>

#include "api/c_boundary.h"

namespace scmp::api {

// An operand's copies and panels take at most 64 * 4 bytes for one of its elements.
constexpr std::int64_t most_elements = std::int64_t(1) << 52;

ShapeText::ShapeText(std::span<const std::int64_t> shape) noexcept {
    std::size_t at = 0;
    text[at++] = '(';
    for (std::size_t i = 0; i < shape.size(); i++)
        at += std::size_t(std::snprintf(text + at, sizeof text - at, i == 0 ? "%lld" : ", %lld", ll(shape[i])));
    std::snprintf(text + at, sizeof text - at, shape.size() == 1 ? ",)" : ")");
}

View input(const scmp_tensor *tensor, const char *name, std::int32_t device) {
    require(tensor, name);
    return checked_view(*tensor, name, device);
}

View input(const scmp_tensor *tensor, const char *name, std::initializer_list<scmp_dtype> dtypes, std::int32_t device) {
    const View view = input(tensor, name, device);
    check_dtype(view, name, dtypes);
    return view;
}

void check_dtype(const View &view, const char *name, std::initializer_list<scmp_dtype> dtypes) {
    if (std::find(dtypes.begin(), dtypes.end(), view.dtype) != dtypes.end()) return;
    char list[64] = "";
    std::size_t at = 0;
    for (const scmp_dtype dtype : dtypes)
        at += std::size_t(std::snprintf(list + at, sizeof list - at, at == 0 ? "%s" : ", %s", scmp_dtype_name(dtype)));
    fail(SCMP_ERROR_INVALID_DTYPE, "%s has dtype %s, it must be one of %s", name, scmp_dtype_name(view.dtype), list);
}

View operand(const scmp_tensor *tensor, const char *name, std::int32_t device) {
    const View view = input(tensor, name, floats, device);
    check_matrix(view, name);
    return view;
}

void check_matrix(const View &view, const char *name) {
    if (view.rank != 2 && view.rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, "%s has rank %d, it must be 2 or 3", name, view.rank);
    std::int64_t elements = 1;
    for (int axis = 0; axis < view.rank; axis++) // no overflow: checked_view multiplied the same
        elements *= std::max<std::int64_t>(view.shape[std::size_t(axis)], 1);
    if (elements > most_elements)
        fail(SCMP_ERROR_INVALID_SHAPE, "%s has shape %s, more than 2^52 elements", name, ShapeText(view).text);
}

View output(const scmp_tensor *tensor, const char *name, std::initializer_list<scmp_dtype> dtypes,
            std::span<const std::int64_t> shape, std::int32_t device) {
    const View view = input(tensor, name, dtypes, device);
    check_shape(view, name, shape);
    if (overlaps_itself(view)) fail(SCMP_ERROR_OVERLAP, "elements of %s overlap one another", name);
    return view;
}

void check_shape(const View &view, const char *name, std::span<const std::int64_t> shape) {
    if (std::size_t(view.rank) == shape.size() && std::equal(shape.begin(), shape.end(), view.shape.begin())) return;
    fail(SCMP_ERROR_INVALID_SHAPE, "%s has shape %s, it must be %s", name, ShapeText(view).text, ShapeText(shape).text);
}

void check_apart(const View &out, const char *out_name, const View &other, const char *other_name) {
    if (overlap(out, other)) fail(SCMP_ERROR_OVERLAP, "%s overlaps %s", out_name, other_name);
}

void check_pair(const View &a, const View &b) {
    if (a.rank != b.rank)
        fail(SCMP_ERROR_INVALID_SHAPE, "a has rank %d, b has rank %d, they must be the same", a.rank, b.rank);
    if (a.rank == 3 && a.shape[0] != b.shape[0])
        fail(SCMP_ERROR_INVALID_SHAPE, "a has BH = %lld, b has BH = %lld, they must be the same", ll(a.shape[0]),
             ll(b.shape[0]));
    if (a.d() != b.d()) fail(SCMP_ERROR_D_MISMATCH, "D mismatch: b has D = %lld, a has D = %lld", ll(b.d()), ll(a.d()));
}

} // namespace scmp::api

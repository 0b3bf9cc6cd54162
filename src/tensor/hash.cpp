// Hashes the elements of views, piece by piece.
#include "tensor/hash.h"

#include <algorithm>
#include <cstring>

// Everything of xxHash becomes static here: no symbol of it leaves this file.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace scmp {
namespace {

// More threads than there are of these would wait for their start longer than they work.
constexpr std::int64_t bytes_per_thread = std::int64_t(1) << 20;

template <std::size_t size>
void gather(const std::byte *from, std::int64_t stride_bytes, std::int64_t count, std::byte *out) {
    for (std::int64_t i = 0; i < count; i++) std::memcpy(out + i * std::int64_t(size), from + i * stride_bytes, size);
}

// Some elements, `stride` apart, one behind the other.
void gather(const std::byte *from, std::int64_t size, std::int64_t stride, std::int64_t count, std::byte *out) {
    if (stride == 1) {
        std::memcpy(out, from, std::size_t(count * size));
        return;
    }
    switch (size) {
    case 1:
        return gather<1>(from, stride * size, count, out);
    case 2:
        return gather<2>(from, stride * size, count, out);
    case 4:
        return gather<4>(from, stride * size, count, out);
    default:
        return gather<8>(from, stride * size, count, out);
    }
}

// Elements first .. first + count of a view that is not contiguous.
XXH128_hash_t strided_hash(const View &view, std::int64_t first, std::int64_t count) {
    const std::int64_t size = view.element_size();
    std::array<std::int64_t, max_rank> index{};
    std::int64_t offset = 0;
    for (int axis = view.rank - 1; axis >= 0; axis--) {
        const auto i = std::size_t(axis);
        index[i] = first % view.shape[i];
        first /= view.shape[i];
        offset += index[i] * view.strides[i];
    }
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    std::array<std::byte, 4096> buffer;
    std::int64_t filled = 0;
    const auto last = std::size_t(view.rank - 1);
    while (count > 0) {
        const std::int64_t room = (std::int64_t(buffer.size()) - filled) / size;
        const std::int64_t run = std::min({room, count, view.shape[last] - index[last]});
        gather(view.data + offset * size, size, view.strides[last], run, buffer.data() + filled);
        filled += run * size;
        count -= run;
        if (filled == std::int64_t(buffer.size()) || count == 0) {
            XXH3_128bits_update(&state, buffer.data(), std::size_t(filled));
            filled = 0;
        }
        index[last] += run;
        offset += run * view.strides[last];
        for (std::size_t i = last; i > 0 && index[i] == view.shape[i]; i--) {
            offset += view.strides[i - 1] - view.shape[i] * view.strides[i];
            index[i] = 0;
            index[i - 1]++;
        }
    }
    return XXH3_128bits_digest(&state);
}

XXH128_hash_t piece_hash(const View &view, bool contiguous, std::int64_t first, std::int64_t count) {
    if (!contiguous) return strided_hash(view, first, count);
    const std::int64_t size = view.element_size();
    return XXH3_128bits(view.data + first * size, std::size_t(count * size));
}

} // namespace

std::array<std::uint64_t, 2> contents_hash(const View &view, const Work &work) {
    const std::int64_t bytes = view.count * view.element_size();
    const bool contiguous = view.contiguous();
    if (bytes <= hash_piece_bytes) {
        const XXH128_hash_t all = bytes == 0 ? XXH3_128bits(nullptr, 0) : piece_hash(view, contiguous, 0, view.count);
        return {all.low64, all.high64};
    }
    const std::int64_t piece = hash_piece_bytes / view.element_size();
    const std::int64_t pieces = (view.count - 1) / piece + 1;
    Buffer<XXH128_canonical_t> hashes(work.memory, std::size_t(pieces));
    const auto threads = int(std::min<std::int64_t>(work.threads, bytes / bytes_per_thread + 1));
    parallel_for(threads, pieces, work.monitor, [&](std::int64_t item, int) {
        const std::int64_t first = item * piece;
        XXH128_canonicalFromHash(&hashes[std::size_t(item)],
                                 piece_hash(view, contiguous, first, std::min(piece, view.count - first)));
    });
    const XXH128_hash_t all =
        XXH3_128bits_withSeed(hashes.data(), hashes.size() * sizeof(XXH128_canonical_t), std::uint64_t(bytes));
    return {all.low64, all.high64};
}

} // namespace scmp

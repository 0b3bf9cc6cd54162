// A 128-bit hash of what a view holds, whatever its strides.
#pragma once

#include <array>
#include <cstdint>

#include "base/work.h"
#include "tensor/view.h"

namespace scmp {

// XXH3 in its 128 bits, low half first, of the elements' bytes in C order. What has more bytes than a piece is hashed
// in pieces, by as many threads as there are, and the hash is that of the pieces' hashes: see scmp_tensor_hash. In host
// memory.
constexpr std::int64_t hash_piece_bytes = std::int64_t(256) << 10;
std::array<std::uint64_t, 2> contents_hash(const View &view, const Work &work);

} // namespace scmp

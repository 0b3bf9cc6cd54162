// The hash of a tensor's contents: xxHash's own numbers, the same for any layout and thread count, another one for any
// other bytes.
#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "support/array.h"
#include "support/handles.h"
#include "support/test.h"

using namespace test;

namespace {

using Hash = std::array<std::uint64_t, 2>;

constexpr std::int64_t piece = 262144; // bytes

Hash hash_of(scmp_ctx *ctx, const scmp_tensor &tensor) {
    Hash hash{1, 2};
    ok(scmp_tensor_hash(ctx, &tensor, hash.data()), "scmp_tensor_hash");
    return hash;
}

void is(const Hash &got, const Hash &want, const std::string &what) {
    check(got == want, format("%s has the hash %016llx %016llx, it must be %016llx %016llx", what.c_str(),
                              static_cast<unsigned long long>(got[0]), static_cast<unsigned long long>(got[1]),
                              static_cast<unsigned long long>(want[0]), static_cast<unsigned long long>(want[1])));
}

// Any bits at all, NaN and infinities among them.
Array random_bytes(Random &random, scmp_dtype dtype, const Shape &shape) {
    Array array(dtype, shape);
    for (std::byte &byte : array.bytes) byte = std::byte(random.whole(0, 255));
    return array;
}

// Made with xxHash's binding for Python: xxh3_128 of the bytes, of one piece, and of the pieces' digests.
void hashes_are_those_of_xxhash() {
    const Ctx ctx = context();
    is(hash_of(ctx, Array(SCMP_DTYPE_F32, {0, 5}).view()), {0x6001c324468d497f, 0x99aa06d3014798d8}, "no element");
    const Array six(SCMP_DTYPE_F32, {2, 3}, {1, 2, 3, 4, 5, 6});
    is(hash_of(ctx, six.view()), {0xda5bf39245eec019, 0x22f9f05544bb8065}, "(2, 3)");
    is(hash_of(ctx, reshaped(six, {6}).view()), {0xda5bf39245eec019, 0x22f9f05544bb8065},
       "(6), which has the same bytes");
    Array whole(SCMP_DTYPE_U8, {piece});
    for (std::int64_t i = 0; i < piece; i++) whole.set(i, double(i * 7 % 251));
    is(hash_of(ctx, whole.view()), {0x789173d32626cddb, 0x91fbf8f6934b1863}, "one whole piece");
    Array pieces(SCMP_DTYPE_I16, {400, 1000});
    for (std::int64_t i = 0; i < pieces.count(); i++) pieces.set(i, double(i * 7 % 32749));
    is(hash_of(ctx, pieces.view()), {0x463b11b69b5411e5, 0xb8d473a2cd68af3d}, "four pieces");
}

void strides_make_no_difference() {
    const Ctx ctx = context(3);
    const std::vector<scmp_dtype> dtypes = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16,
                                            SCMP_DTYPE_F64, SCMP_DTYPE_I8,  SCMP_DTYPE_I64};
    for (int i = 0; i < 300; i++) {
        Random random(format("strides %d", i));
        Shape shape;
        for (std::int64_t rank = random.whole(0, 5); rank > 0; rank--) shape.push_back(random.whole(0, 9));
        if (i % 10 == 0) shape = {random.whole(1, 3), random.whole(150, 300), random.whole(400, 900)};
        within(random.text(), [&] {
            const Array array = random_bytes(random, random.one_of(dtypes), shape);
            const Strided elsewhere = strided(array, random);
            is(hash_of(ctx, elsewhere.view), hash_of(ctx, array.view()), text(shape) + " with strides");
        });
    }
    Random random("broadcast");
    const Array row = random_bytes(random, SCMP_DTYPE_F32, {70});
    Array rows(SCMP_DTYPE_F32, {2000, 70});
    for (std::size_t i = 0; i < 2000; i++) std::memcpy(&rows.bytes[i * 280], row.bytes.data(), 280);
    scmp_tensor broadcast = rows.view();
    broadcast.data = const_cast<std::byte *>(row.bytes.data());
    broadcast.strides[0] = 0;
    is(hash_of(ctx, broadcast), hash_of(ctx, rows.view()), "a broadcast row");
}

void engines_and_threads_agree() {
    Random random("threads");
    const Array array = random_bytes(random, SCMP_DTYPE_F32, {700, 1024}); // 11 pieces
    const Strided elsewhere = strided(array, random);
    const Hash want = hash_of(context(), array.view());
    for (const Engine &engine : engines())
        for (const int threads : {1, 2, 3, 16}) {
            const Ctx ctx = context(engine, threads);
            is(hash_of(ctx, array.view()), want, format("%s, %d threads", engine.name().c_str(), threads));
            is(hash_of(ctx, elsewhere.view), want, format("%s, %d threads, strides", engine.name().c_str(), threads));
        }
}

void every_bit_counts() {
    const Ctx ctx = context();
    Random random("bits");
    Array small = random_bytes(random, SCMP_DTYPE_F32, {5, 5});
    std::set<Hash> seen = {hash_of(ctx, small.view())};
    for (std::size_t bit = 0; bit < 8 * small.bytes.size(); bit++) {
        small.bytes[bit / 8] ^= std::byte(1 << bit % 8);
        check(seen.insert(hash_of(ctx, small.view())).second, format("bit %zu makes no difference", bit));
        small.bytes[bit / 8] ^= std::byte(1 << bit % 8);
    }
    Array large = random_bytes(random, SCMP_DTYPE_F32, {3, piece / 4});
    const Hash before = hash_of(ctx, large.view());
    for (std::size_t i = 0; i < large.bytes.size(); i += std::size_t(random.whole(1, 9000))) {
        large.bytes[i] ^= std::byte{1};
        check(hash_of(ctx, large.view()) != before, format("byte %zu makes no difference", i));
        large.bytes[i] ^= std::byte{1};
    }
    // Pieces that change places, signs that all turn, a tensor that ends earlier.
    Array other = large;
    std::swap_ranges(other.bytes.begin(), other.bytes.begin() + piece, other.bytes.begin() + piece);
    check(hash_of(ctx, other.view()) != before, "two pieces may change places");
    other = large;
    for (std::size_t i = 3; i < other.bytes.size(); i += 4) other.bytes[i] ^= std::byte{0x80};
    check(hash_of(ctx, other.view()) != before, "all signs may turn");
    check(hash_of(ctx, slice(large, 0, 0, 2).view()) != before, "the last piece makes no difference");
}

} // namespace

int main(int argc, char **argv) {
    return run("hash",
               {{"hashes are those of xxHash", hashes_are_those_of_xxhash},
                {"strides make no difference", strides_make_no_difference},
                {"engines and threads agree", engines_and_threads_agree},
                {"every bit counts", every_bit_counts}},
               argc, argv);
}

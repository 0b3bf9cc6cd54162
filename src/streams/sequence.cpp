// Sequences as circuits see them, and the distinct pairs of them over the inner indices (Spec 3).
#include "streams/sequence.h"

#include <algorithm>
#include <unordered_map>

#include "streams/bits.h"
#include "streams/generator_type.h"

namespace scmp::streams {
namespace {

// Permutation, complement and scramble together: a rearrangement of bits, then an xor. A rearrangement is linear over
// xor, so that of a draw is the xor of those of its lower and its upper five bits.
class BitMap {
public:
    BitMap(const Element &element, std::uint32_t mask, int sc_prec)
        : constant_(mask ^ (element.complement ? all_ones(sc_prec) : 0)) {
        for (int out = 0; out < sc_prec; out++) {
            const int in = element.permutation[std::size_t(out)];
            std::array<std::uint16_t, 32> &half = in < 5 ? low_ : high_;
            const int bit = in < 5 ? in : in - 5;
            for (unsigned v = 0; v < 32; v++) half[v] = static_cast<std::uint16_t>(half[v] | (v >> bit & 1U) << out);
        }
    }
    std::uint32_t operator()(std::uint32_t value) const noexcept {
        return std::uint32_t(low_[value & 31U] ^ high_[value >> 5]) ^ constant_;
    }

private:
    std::array<std::uint16_t, 32> low_{}, high_{};
    std::uint32_t constant_;
};

std::uint32_t mask_at(const StreamShape &shape, std::int64_t d) {
    if (!scramble_applies(shape.scramble, shape.sc_prec, shape.stoc_len, shape.rng_levels)) return 0;
    return scramble_mask(shape.scramble, d, shape.sc_prec);
}

// `out` may be `draws`.
void see(std::span<const std::uint16_t> draws, const Element &element, std::uint32_t mask, const StreamShape &shape,
         std::uint16_t *out) {
    const BitMap map(element, mask, shape.sc_prec);
    const bool full_grid = shape.rng_levels == 1 << shape.sc_prec;
    for (std::size_t t = 0; t < draws.size(); t++) {
        const std::uint32_t value = map(draws[t]);
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): out has as many places as draws
        out[t] = static_cast<std::uint16_t>(full_grid ? value : rescale(value, shape.sc_prec, shape.rng_levels));
    }
}

// The definition of a thing as bytes; equal things have equal definitions.
using Definition = std::array<std::uint64_t, 4>;

struct DefinitionHash {
    std::size_t operator()(const Definition &definition) const noexcept {
        std::uint64_t hash = 0;
        for (const std::uint64_t word : definition) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15U; // 2^64 over the golden ratio (Knuth 6.4)
            hash ^= hash >> 32;
        }
        return static_cast<std::size_t>(hash);
    }
};

// Numbers definitions by first appearance.
class Numbering {
public:
    explicit Numbering(std::pmr::memory_resource &memory) : numbers_(&memory) {}

    std::int32_t size() const noexcept { return static_cast<std::int32_t>(numbers_.size()); }
    std::int32_t operator()(const Definition &definition) {
        return numbers_.try_emplace(definition, size()).first->second;
    }

private:
    std::pmr::unordered_map<Definition, std::int32_t, DefinitionHash> numbers_;
};

Definition definition_of(const Generator &generator) {
    return {std::uint64_t(generator.type), generator.fields[0], generator.fields[1], generator.fields[2]};
}

// An element under a mask, with its generator's number. Complement and mask are one xor, so only the two together
// count: a complement on both sides is another mask.
void define(const Element &element, std::int32_t generator, std::uint32_t mask, int sc_prec, std::uint64_t *words) {
    words[0] = std::uint64_t(std::uint32_t(generator)) << 16 | (mask ^ (element.complement ? all_ones(sc_prec) : 0));
    words[1] = 0;
    for (std::size_t i = 0; i < element.permutation.size(); i++)
        words[1] |= std::uint64_t(element.permutation[i]) << (4 * i);
}

// For each generator of the pool the first one that equals it.
Vector<std::int32_t> first_equals(const Vector<Generator> &pool, std::pmr::memory_resource &memory) {
    Numbering numbering(memory);
    Vector<std::int32_t> first(&memory), number_to_first(&memory);
    first.reserve(pool.size());
    for (std::size_t i = 0; i < pool.size(); i++) {
        const auto number = std::size_t(numbering(definition_of(pool[i])));
        if (number == number_to_first.size()) number_to_first.push_back(static_cast<std::int32_t>(i));
        first.push_back(number_to_first[number]);
    }
    return first;
}

// The draws of generators, computed once each.
class Draws {
public:
    Draws(const Config &config, int stoc_len, std::pmr::memory_resource &memory)
        : config_(config), stoc_len_(std::size_t(stoc_len)), slot_(config.pool.size(), -1, &memory), draws_(&memory) {}

    // Valid until the next call.
    std::span<const std::uint16_t> of(std::int32_t generator) {
        std::int64_t &slot = slot_[std::size_t(generator)];
        if (slot < 0) {
            slot = static_cast<std::int64_t>(draws_.size());
            draws_.resize(draws_.size() + stoc_len_);
            draw(config_.pool[std::size_t(generator)], config_.sc_prec, {&draws_[std::size_t(slot)], stoc_len_});
        }
        return {&draws_[std::size_t(slot)], stoc_len_};
    }

private:
    const Config &config_;
    std::size_t stoc_len_;
    Vector<std::int64_t> slot_; // where the draws of a generator begin; -1: not drawn yet
    Vector<std::uint16_t> draws_;
};

// One pair of elements for every inner index: the mask alone tells pairs apart, and it repeats every 2^p indices.
void fill_uniform(const Config &config, const StreamShape &shape, std::int64_t d_offset,
                  std::pmr::memory_resource &memory, StreamSet &out) {
    const bool scrambled = scramble_applies(shape.scramble, shape.sc_prec, shape.stoc_len, shape.rng_levels);
    const std::int64_t period = scrambled ? std::int64_t(1) << shape.sc_prec : 1;
    out.pairs = static_cast<int>(std::min(out.d, period));
    const auto stoc_len = std::size_t(shape.stoc_len);
    if (out.pairs > 1) {
        out.index = Buffer<std::int32_t>(memory, std::size_t(out.d));
        for (std::int64_t i = 0; i < out.d; i++) out.index[std::size_t(i)] = static_cast<std::int32_t>(i % period);
    }
    out.left = Buffer<std::uint16_t>(memory, std::size_t(out.pairs) * stoc_len);
    out.right = Buffer<std::uint16_t>(memory, std::size_t(out.pairs) * stoc_len);
    Buffer<std::uint16_t> draws(memory, stoc_len);
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        const Element &element = config.element(side, 0);
        draw(config.pool[std::size_t(element.generator)], shape.sc_prec, draws.span());
        std::uint16_t *row = side == SCMP_SIDE_LEFT ? out.left.data() : out.right.data();
        for (std::int64_t i = 0; i < out.pairs; i++, row += stoc_len)
            see(draws.span(), element, mask_at(shape, d_offset + i), shape, row);
    }
}

void fill_general(const Config &config, const StreamShape &shape, std::int64_t d_offset,
                  std::pmr::memory_resource &memory, StreamSet &out) {
    const Vector<std::int32_t> first = first_equals(config.pool, memory);
    Buffer<std::int32_t> index(memory, std::size_t(out.d));
    Vector<std::int64_t> first_index(&memory); // of each pair
    {
        Numbering numbering(memory);
        for (std::int64_t i = 0; i < out.d; i++) {
            const Element &left = config.element(SCMP_SIDE_LEFT, d_offset + i);
            const Element &right = config.element(SCMP_SIDE_RIGHT, d_offset + i);
            const std::uint32_t mask = mask_at(shape, d_offset + i);
            Definition pair;
            define(left, first[std::size_t(left.generator)], mask, shape.sc_prec, &pair[0]);
            define(right, first[std::size_t(right.generator)], mask, shape.sc_prec, &pair[2]);
            const std::int32_t number = numbering(pair);
            index[std::size_t(i)] = number;
            if (std::size_t(number) == first_index.size()) first_index.push_back(d_offset + i);
        }
        out.pairs = numbering.size();
    }
    if (out.pairs > 1) out.index = std::move(index);

    const auto stoc_len = std::size_t(shape.stoc_len);
    out.left = Buffer<std::uint16_t>(memory, first_index.size() * stoc_len);
    out.right = Buffer<std::uint16_t>(memory, first_index.size() * stoc_len);
    Draws draws(config, shape.stoc_len, memory);
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        std::uint16_t *row = side == SCMP_SIDE_LEFT ? out.left.data() : out.right.data();
        for (const std::int64_t d : first_index) {
            const Element &element = config.element(side, d);
            see(draws.of(first[std::size_t(element.generator)]), element, mask_at(shape, d), shape, row);
            row += stoc_len;
        }
    }
}

} // namespace

void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    type_of(generator).draw(generator, sc_prec, out);
}

std::uint32_t scramble_mask(scmp_scramble mode, std::int64_t d, int sc_prec) {
    const std::uint32_t position = static_cast<std::uint32_t>(d) & all_ones(sc_prec);
    switch (mode) {
    case SCMP_SCRAMBLE_NOT_GIVEN:
    case SCMP_SCRAMBLE_BITREV:
    case SCMP_SCRAMBLE_ALWAYS_BITREV:
        return bit_reverse(position, sc_prec);
    case SCMP_SCRAMBLE_COUNTER:
    case SCMP_SCRAMBLE_ALWAYS_COUNTER:
        return position;
    case SCMP_SCRAMBLE_OFF:
        return 0;
    }
    return 0;
}

bool scramble_applies(scmp_scramble mode, int sc_prec, int stoc_len, int rng_levels) {
    switch (mode) {
    case SCMP_SCRAMBLE_ALWAYS_BITREV:
    case SCMP_SCRAMBLE_ALWAYS_COUNTER:
        return true;
    case SCMP_SCRAMBLE_NOT_GIVEN:
    case SCMP_SCRAMBLE_BITREV:
    case SCMP_SCRAMBLE_COUNTER:
        return rng_levels != 1 << sc_prec || stoc_len < 1 << sc_prec;
    case SCMP_SCRAMBLE_OFF:
        return false;
    }
    return false;
}

void sequence(const Config &config, const StreamShape &shape, scmp_side side, std::int64_t d,
              std::span<std::uint16_t> out) {
    const Element &element = config.element(side, d);
    sequence_of(config.pool[std::size_t(element.generator)], element, shape, d, out);
}

void sequence_of(const Generator &generator, const Element &element, const StreamShape &shape, std::int64_t d,
                 std::span<std::uint16_t> out) {
    draw(generator, shape.sc_prec, out);
    see(out, element, mask_at(shape, d), shape, out.data());
}

StreamSet stream_set(const Config &config, const StreamShape &shape, std::int64_t d_offset, std::int64_t d,
                     std::pmr::memory_resource &memory) {
    StreamSet set;
    set.d = d;
    set.stoc_len = shape.stoc_len;
    if (d == 0) return set;
    if (config.uniform)
        fill_uniform(config, shape, d_offset, memory, set);
    else
        fill_general(config, shape, d_offset, memory, set);
    return set;
}

} // namespace scmp::streams

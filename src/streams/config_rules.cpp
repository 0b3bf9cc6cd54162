// The rules of Spec 3 for elements, and their error sentences.
#include "streams/config_rules.h"

#include "base/error.h"

namespace scmp::streams {
namespace {

std::array<std::uint8_t, max_prec> identity(int sc_prec) {
    std::array<std::uint8_t, max_prec> permutation{};
    for (int i = 0; i < sc_prec; i++) permutation[std::size_t(i)] = static_cast<std::uint8_t>(i);
    return permutation;
}

std::array<std::uint8_t, max_prec> checked_permutation(const IntegerList &list, int sc_prec, const Place &place) {
    if (!list.given) return identity(sc_prec);
    const char *field = place.names.permutation;
    if (list.count != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld numbers, a permutation at sc_prec = %d has %d", place.list,
             place.index, field, ll(list.count), sc_prec, sc_prec);
    std::array<std::uint8_t, max_prec> permutation{};
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < std::size_t(list.count); i++) {
        const std::int64_t bit = list.values[i];
        if (bit < 0 || bit >= sc_prec)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld is outside 0 .. %d", place.list, place.index, field,
                 i, ll(bit), sc_prec - 1);
        if ((seen >> bit & 1U) != 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld appears twice, which is no permutation", place.list,
                 place.index, field, i, ll(bit));
        seen |= 1U << bit;
        permutation[i] = static_cast<std::uint8_t>(bit);
    }
    return permutation;
}

} // namespace

void check_given(const WideSeed &seed, const char *type, const Place &place) {
    if (!seed.given)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].seed is missing, a generator of type %s needs one", place.list,
             place.index, type);
}

Element checked_element(const ElementInput &input, int sc_prec, std::size_t pool_size, const Place &place) {
    if (input.generator < 0 || std::uint64_t(input.generator) >= pool_size)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %lld names no generator, %s has %zu", place.list, place.index,
             place.names.generator, ll(input.generator), place.names.pool, pool_size);
    Element element;
    element.generator = static_cast<std::int32_t>(input.generator);
    element.complement = input.complement;
    element.permutation = checked_permutation(input.permutation, sc_prec, place);
    return element;
}

} // namespace scmp::streams

// Fields of the entries of a configuration in JSON; see json_fields.h.
#include "streams/json_fields.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/error.h"

namespace scmp::streams {

using json::Array;
using json::Object;
using json::Value;

const Value *find(const Object &object, const char *key) {
    const Value *found = json::find(object, key);
    return found == nullptr || found->is_null() ? nullptr : found;
}

void fail_field(const Place &place, const char *field, const char *wanted) {
    fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s must be %s", place.list, place.index, field, wanted);
}

bool is_text(const Value &value, std::string_view text) {
    return value.text() != nullptr && *value.text() == text;
}

std::int64_t integer(const Value &value, const Place &place, const char *field) {
    if (const std::int64_t *number = value.negative()) return *number;
    const std::uint64_t *number = value.natural();
    if (number == nullptr) fail_field(place, field, "an integer");
    if (*number > INT64_MAX)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %llu is out of range", place.list, place.index, field,
             static_cast<unsigned long long>(*number));
    return static_cast<std::int64_t>(*number);
}

IntegerList integer_list(const Value *value, const Place &place, const char *field) {
    IntegerList list;
    if (value == nullptr) return list;
    const Array *array = value->array();
    if (array == nullptr) fail_field(place, field, "a list of integers");
    list.given = true;
    list.count = static_cast<std::int64_t>(array->size());
    for (std::size_t i = 0; i < std::min<std::size_t>(array->size(), max_prec); i++) {
        char item[32];
        std::snprintf(item, sizeof item, "%s[%zu]", field, i);
        list.values[i] = integer((*array)[i], place, item);
    }
    return list;
}

bool flag(const Value *value, const Place &place, const char *field) {
    if (value == nullptr) return false;
    if (value->boolean() == nullptr) fail_field(place, field, "true or false");
    return *value->boolean();
}

WideSeed wide_seed(const Value *value, const Place &place, const char *field) {
    WideSeed seed;
    if (value == nullptr) return seed;
    const std::int64_t *negative = value->negative();
    const std::uint64_t *natural = value->natural();
    if (negative == nullptr && natural == nullptr) fail_field(place, field, "an integer that fits 64 bits");
    seed.given = true;
    seed.negative = negative != nullptr;
    // Negation of the unsigned number, because the least int64 has no positive counterpart.
    seed.magnitude = negative != nullptr ? std::uint64_t(0) - static_cast<std::uint64_t>(*negative) : *natural;
    return seed;
}

void append(std::pmr::string &text, std::uint64_t number) {
    char digits[20];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

} // namespace scmp::streams

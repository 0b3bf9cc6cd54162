// Fields of the entries of a configuration in JSON: read with the sentence that a wrong one deserves, and written.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "streams/config_rules.h"

namespace scmp::streams {

// The value of a key; NULL where it is absent, or null, which means the same.
const json::Value *find(const json::Object &object, const char *key);

// "rng_pool[2].seed must be WANTED"
[[noreturn]] void fail_field(const Place &place, const char *field, const char *wanted);

bool is_text(const json::Value &value, std::string_view text);

// `field` may end in an index: "seed[4]".
std::int64_t integer(const json::Value &value, const Place &place, const char *field);

// NULL: not given.
IntegerList integer_list(const json::Value *value, const Place &place, const char *field);
bool flag(const json::Value *value, const Place &place, const char *field);
WideSeed wide_seed(const json::Value *value, const Place &place, const char *field);

void append(std::pmr::string &text, std::uint64_t number);

template <class Values> void append_list(std::pmr::string &text, const Values &values, int count) {
    text += '[';
    for (int i = 0; i < count; i++) {
        if (i > 0) text += ", ";
        append(text, values[std::size_t(i)]);
    }
    text += ']';
}

} // namespace scmp::streams

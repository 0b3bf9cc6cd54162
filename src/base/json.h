// JSON text as a tree on the library's own memory. The text is read by nlohmann/json's event parser; its tree is not
// used, because that one's destructor allocates, and a failing allocator would then end the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/memory.h"

namespace scmp::json {

struct Value;
struct Member;
using Text = std::pmr::string;
using Array = Vector<Value>;
using Object = Vector<Member>;

struct Value {
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Text, Array, Object>
        held; // monostate: null

    bool is_null() const noexcept { return std::holds_alternative<std::monostate>(held); }
    const bool *boolean() const noexcept { return std::get_if<bool>(&held); }
    // Integers that are not negative are uint64, the others int64; numbers with a point or exponent are neither.
    const std::int64_t *negative() const noexcept { return std::get_if<std::int64_t>(&held); }
    const std::uint64_t *natural() const noexcept { return std::get_if<std::uint64_t>(&held); }
    const Text *text() const noexcept { return std::get_if<Text>(&held); }
    const Array *array() const noexcept { return std::get_if<Array>(&held); }
    const Object *object() const noexcept { return std::get_if<Object>(&held); }
};

struct Member {
    Text key;
    Value value;
};

// The value of a key, NULL where there is none.
const Value *find(const Object &object, std::string_view key) noexcept;

// The whole text, byte for byte. Throws FORMAT where it is not JSON (RFC 8259: no zero byte, no byte order mark,
// nothing behind it but blanks), has a key twice in an object, or is nested deeper than 64; `name` is what the sentence
// calls it.
Value parse(std::string_view text, const char *name, std::pmr::memory_resource &memory);

} // namespace scmp::json

// Builds the tree from the parser's events.
#include "base/json.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/quoted.h"

namespace scmp::json {
namespace {

using Parser = nlohmann::json;

// Open containers are on a stack: the last one's elements grow, which moves none of the others.
class Builder {
public:
    Builder(Value &root, std::string_view text, const char *name, std::pmr::memory_resource &memory)
        : root_(root), text_(text), name_(name), memory_(memory), keys_(&memory) {}

    bool null() { return add({}); }
    bool boolean(bool value) { return add({value}); }
    bool number_integer(std::int64_t value) { return add({value}); }
    bool number_unsigned(std::uint64_t value) { return add({value}); }
    bool number_float(double value, const std::string &) { return add({value}); }
    bool string(const std::string &value) { return add({Text(value, &memory_)}); }
    bool binary(const Parser::binary_t &) { return false; } // JSON text has none
    bool start_array(std::size_t) { return open({Array(&memory_)}); }
    bool start_object(std::size_t) { return open({Object(&memory_)}); }
    bool key(const std::string &name) {
        std::get<Object>(open_[depth_ - 1]->held).push_back({Text(name, &memory_), {}});
        return true;
    }
    bool end_array() { return close(); }
    bool end_object() {
        check_keys(std::get<Object>(open_[depth_ - 1]->held));
        return close();
    }

    // The sentence says where, not what was there: the text may hold anything.
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &error) {
        constexpr int out_of_range = 406;
        if (error.id == out_of_range)
            fail(SCMP_ERROR_FORMAT, "%s is not JSON that can be used: it has a number that no double can hold", name_);
        fail(SCMP_ERROR_FORMAT, "%s is not JSON: error at byte %zu of %zu", name_, position, text_.size());
    }

private:
    bool add(Value &&value) {
        place(std::move(value));
        return true;
    }
    bool open(Value &&container) {
        if (depth_ == open_.size()) fail(SCMP_ERROR_FORMAT, "%s is nested deeper than %zu levels", name_, open_.size());
        open_[depth_] = &place(std::move(container));
        depth_++;
        return true;
    }
    bool close() {
        depth_--;
        return true;
    }
    // JSON leaves open which of two values of a key counts; safetensors forbids two.
    void check_keys(const Object &object) {
        keys_.clear();
        for (const Member &member : object) keys_.push_back(member.key);
        std::sort(keys_.begin(), keys_.end());
        const auto twice = std::adjacent_find(keys_.begin(), keys_.end());
        if (twice == keys_.end()) return;
        fail(SCMP_ERROR_FORMAT, "%s has the key \"%s\" twice%s%s", name_, Quoted(*twice).text,
             depth_ > 1 ? ", in " : "", path().c_str());
    }
    // The path of the innermost open container: "sng.q[3]".
    Text path() const {
        Text out(&memory_);
        for (std::size_t i = 0; i + 1 < depth_; i++) {
            if (const auto *array = std::get_if<Array>(&open_[i]->held)) {
                char index[24];
                std::snprintf(index, sizeof index, "[%zu]", array->size() - 1);
                out += index;
                continue;
            }
            if (i > 0) out += '.';
            out += Quoted(std::get<Object>(open_[i]->held).back().key).text;
        }
        return out;
    }
    Value &place(Value &&value) {
        if (depth_ == 0) return root_ = std::move(value);
        Value &container = *open_[depth_ - 1];
        if (auto *array = std::get_if<Array>(&container.held)) {
            array->push_back(std::move(value));
            return array->back();
        }
        return std::get<Object>(container.held).back().value = std::move(value);
    }

    Value &root_;
    std::string_view text_;
    const char *name_;
    std::pmr::memory_resource &memory_;
    std::array<Value *, 64> open_{};
    std::size_t depth_ = 0;
    Vector<std::string_view> keys_; // of the object that ends
};

// Refuses bytes that the parser would take for the end of the text, or skip.
void check_bytes(std::string_view text, const char *name) {
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        fail(SCMP_ERROR_FORMAT, "%s is not JSON: byte %zu of %zu is zero", name, zero, text.size());
    if (text.starts_with("\xef\xbb\xbf"))
        fail(SCMP_ERROR_FORMAT, "%s is not JSON: it begins with a byte order mark", name);
}

} // namespace

const Value *find(const Object &object, std::string_view key) noexcept {
    const auto found = std::find_if(object.begin(), object.end(), [&](const Member &m) { return m.key == key; });
    return found == object.end() ? nullptr : &found->value;
}

Value parse(std::string_view text, const char *name, std::pmr::memory_resource &memory) {
    check_bytes(text, name);
    Value root;
    Builder builder(root, text, name, memory);
    Parser::sax_parse(text.begin(), text.end(), &builder);
    return root;
}

} // namespace scmp::json

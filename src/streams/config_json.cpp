// Configurations from and to JSON, in the dictionary shape of Spec 3.
#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "streams/config_rules.h"
#include "streams/generator_type.h"
#include "streams/json_fields.h"

namespace scmp::streams {
namespace {

using json::Array;
using json::Object;
using json::Value;

[[noreturn]] void fail_unknown(std::string_view key, const char *where) {
    fail(SCMP_ERROR_INVALID_CONFIG, "%s has an unknown key \"%s\"", where, Quoted(key).text);
}

void check_keys(const Object &object, std::initializer_list<std::string_view> known, const char *where) {
    for (const json::Member &member : object)
        if (std::find(known.begin(), known.end(), member.key) == known.end()) fail_unknown(member.key, where);
}

// "rng_pool[2]"
struct EntryName {
    explicit EntryName(const Place &place) noexcept {
        std::snprintf(text, sizeof text, "%s[%zu]", place.list, place.index);
    }
    char text[64];
};

const Object &entry_object(const Value &entry, const Place &place) {
    const Object *object = entry.object();
    if (object == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "%s must be an object", EntryName(place).text);
    return *object;
}

// "a", "b" or "c"
std::pmr::string type_names(std::pmr::memory_resource &memory) {
    std::pmr::string names(&memory);
    const auto types = generator_types();
    for (std::size_t i = 0; i < types.size(); i++) {
        if (i > 0) names += i + 1 < types.size() ? ", " : " or ";
        names += '"';
        names += types[i]->name;
        names += '"';
    }
    return names;
}

// An entry without a type is an LFSR.
const GeneratorType &generator_type(const Value *value, const Place &place, std::pmr::memory_resource &memory) {
    if (value == nullptr) return *find_type(SCMP_GENERATOR_LFSR);
    const GeneratorType *type = value->text() == nullptr ? nullptr : find_type(*value->text());
    if (type == nullptr) fail_field(place, "type", type_names(memory).c_str());
    return *type;
}

bool has(std::span<const std::string_view> keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_known(std::string_view key) {
    const auto types = generator_types();
    return key == "type" || std::any_of(types.begin(), types.end(), [&](auto *type) { return has(type->keys, key); });
}

// A key of another type is refused unless its value is null.
void check_types_keys(const Object &entry, const GeneratorType &own, const Place &place) {
    for (const GeneratorType *type : generator_types())
        for (const std::string_view key : type->keys)
            if (!has(own.keys, key) && find(entry, key.data()) != nullptr)
                fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s does not go with type %s", place.list, place.index,
                     key.data(), own.name);
}

Generator read_generator(const Value &value, int sc_prec, const Place &place, std::pmr::memory_resource &memory) {
    const Object &entry = entry_object(value, place);
    for (const json::Member &member : entry)
        if (!is_known(member.key)) fail_unknown(member.key, EntryName(place).text);
    const GeneratorType &type = generator_type(find(entry, "type"), place, memory);
    check_types_keys(entry, type, place);
    return type.from_json(entry, sc_prec, place);
}

Element read_element(const Value &value, const Config &config, const Place &place) {
    const Object &entry = entry_object(value, place);
    check_keys(entry, {"rng_id", "scramble", "complement"}, EntryName(place).text);
    ElementInput input;
    const Value *generator = find(entry, "rng_id");
    if (generator == nullptr) fail_field(place, "rng_id", "given");
    input.generator = integer(*generator, place, "rng_id");
    input.permutation = integer_list(find(entry, "scramble"), place, "scramble");
    input.complement = flag(find(entry, "complement"), place, "complement");
    return checked_element(input, config.sc_prec, config.pool.size(), place);
}

// The list under a key, which must be there; its entries are numbered by an int32.
const Array &list_at(const Object &object, const char *key, const char *name) {
    const Value *value = find(object, key);
    if (value == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "the configuration has no %s", name);
    const Array *list = value->array();
    if (list == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "%s must be a list", name);
    if (list->size() > SCMP_D_TIMES_L_MAX)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s has %zu entries, at most %d can be used", name, list->size(),
             SCMP_D_TIMES_L_MAX);
    return *list;
}

void read_elements(const Array &list, const char *name, const Config &config, Vector<Element> &out) {
    out.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); i++) out.push_back(read_element(list[i], config, {json_names, name, i}));
}

scmp_scramble scramble_mode(const Value *value) {
    if (value == nullptr) return SCMP_SCRAMBLE_NOT_GIVEN;
    scmp_scramble mode = SCMP_SCRAMBLE_NOT_GIVEN;
    if (value->text() == nullptr || !scramble_from_name(*value->text(), mode))
        fail(SCMP_ERROR_INVALID_CONFIG,
             "scramble_mode must be \"bitrev\", \"counter\", \"off\", \"always_bitrev\" or \"always_counter\"");
    return mode;
}

// The dictionary itself, out of the object that saved files wrap it in.
const Object &unwrapped(const Value &document) {
    const Object *outer = document.object();
    if (outer == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "the configuration must be an object");
    const Value *inner = find(*outer, "config");
    if (inner == nullptr) return *outer;
    check_keys(*outer, {"config", "metadata"}, "the object around config");
    if (inner->object() == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "config must be an object");
    return *inner->object();
}

bool is_identity(const Element &element, int sc_prec) {
    for (int i = 0; i < sc_prec; i++)
        if (element.permutation[std::size_t(i)] != i) return false;
    return true;
}

void append_element(std::pmr::string &text, const Element &element, int sc_prec) {
    text += R"({"rng_id": )";
    append(text, std::uint64_t(element.generator));
    text += R"(, "scramble": )";
    if (is_identity(element, sc_prec))
        text += "null";
    else
        append_list(text, element.permutation, sc_prec);
    text += element.complement ? R"(, "complement": true})" : R"(, "complement": false})";
}

void append_elements(std::pmr::string &text, const Config &config, scmp_side side, std::int64_t d) {
    for (std::int64_t i = 0; i < d; i++) {
        text += i == 0 ? "\n    " : ",\n    ";
        append_element(text, config.element(side, i), config.sc_prec);
    }
}

} // namespace

void config_from_json(std::string_view text, int sc_prec, Config &out) {
    std::pmr::memory_resource &memory = *out.pool.get_allocator().resource();
    const Value document = json::parse(text, "the configuration", memory);
    const Object &config = unwrapped(document);
    check_keys(config, {"rng_pool", "sng", "scramble_mode"}, "the configuration");
    out.sc_prec = sc_prec;
    out.uniform = false;
    out.scramble = scramble_mode(find(config, "scramble_mode"));

    const Array &pool = list_at(config, "rng_pool", "rng_pool");
    out.pool.reserve(pool.size());
    for (std::size_t i = 0; i < pool.size(); i++)
        out.pool.push_back(read_generator(pool[i], sc_prec, {json_names, json_names.pool, i}, memory));

    const Value *sng = find(config, "sng");
    const Object *sides = sng == nullptr ? nullptr : sng->object();
    if (sides == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "the configuration has no object sng");
    check_keys(*sides, {"q", "k"}, "sng");
    read_elements(list_at(*sides, "q", json_names.left), json_names.left, out, out.left);
    read_elements(list_at(*sides, "k", json_names.right), json_names.right, out, out.right);
}

std::pmr::string config_to_json(const Config &config, std::int64_t d, std::pmr::memory_resource &memory) {
    std::pmr::string text(&memory);
    text += "{\n  \"rng_pool\": [";
    for (std::size_t i = 0; i < config.pool.size(); i++) {
        text += i == 0 ? "\n    " : ",\n    ";
        const GeneratorType &type = type_of(config.pool[i]);
        text += R"({"type": ")";
        text += type.name;
        text += '"';
        type.append_json(config.pool[i], config.sc_prec, text);
        text += '}';
    }
    text += "],\n  \"sng\": {\n   \"q\": [";
    append_elements(text, config, SCMP_SIDE_LEFT, d);
    text += "],\n   \"k\": [";
    append_elements(text, config, SCMP_SIDE_RIGHT, d);
    text += "]}";
    if (config.scramble != SCMP_SCRAMBLE_NOT_GIVEN) {
        text += ",\n  \"scramble_mode\": \"";
        text += scramble_name(config.scramble);
        text += '"';
    }
    text += "\n}\n";
    return text;
}

} // namespace scmp::streams

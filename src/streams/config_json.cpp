// Configurations from and to JSON, in the dictionary shape of Spec 3.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <initializer_list>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "streams/config_rules.h"

namespace scmp::streams {
namespace {

using json::Array;
using json::Object;
using json::Value;

// The value of a key; NULL where it is absent, or null, which means the same.
const Value *find(const Object &object, const char *key) {
    const Value *found = json::find(object, key);
    return found == nullptr || found->is_null() ? nullptr : found;
}

using Keys = std::initializer_list<std::string_view>;

void check_keys(const Object &object, Keys known, const char *where) {
    for (const json::Member &member : object)
        if (std::find(known.begin(), known.end(), member.key) == known.end())
            fail(SCMP_ERROR_INVALID_CONFIG, "%s has an unknown key \"%s\"", where, Quoted(member.key).text);
}

[[noreturn]] void fail_field(const Place &place, const char *field, const char *wanted) {
    fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s must be %s", place.list, place.index, field, wanted);
}

const Object &entry_object(const Value &entry, Keys known, const Place &place) {
    char where[64];
    std::snprintf(where, sizeof where, "%s[%zu]", place.list, place.index);
    const Object *object = entry.object();
    if (object == nullptr) fail(SCMP_ERROR_INVALID_CONFIG, "%s must be an object", where);
    check_keys(*object, known, where);
    return *object;
}

// `field` may end in an index: "seed[4]".
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

void read_seed(const Value *value, const Place &place, GeneratorInput &input) {
    if (value == nullptr) return;
    const std::int64_t *negative = value->negative();
    const std::uint64_t *natural = value->natural();
    if (negative == nullptr && natural == nullptr) fail_field(place, place.names.seed, "an integer that fits 64 bits");
    input.seed_given = true;
    input.seed_negative = negative != nullptr;
    // Negation of the unsigned number, because the least int64 has no positive counterpart.
    input.seed = negative != nullptr ? std::uint64_t(0) - static_cast<std::uint64_t>(*negative) : *natural;
}

bool is(const Value &value, std::string_view text) {
    return value.text() != nullptr && *value.text() == text;
}

scmp_generator_type generator_type(const Value *value, const Place &place) {
    if (value == nullptr) return SCMP_GENERATOR_LFSR;
    if (is(*value, "sobol")) return SCMP_GENERATOR_SOBOL;
    if (is(*value, "lfsr")) return SCMP_GENERATOR_LFSR;
    if (is(*value, "true_random")) return SCMP_GENERATOR_MT19937;
    fail_field(place, "type", "\"sobol\", \"lfsr\" or \"true_random\"");
}

scmp_side seed_type(const Value *value, const Place &place) {
    if (value == nullptr || is(*value, "q")) return SCMP_SIDE_LEFT;
    if (is(*value, "k")) return SCMP_SIDE_RIGHT;
    fail_field(place, "seed_type", "\"q\" or \"k\"");
}

// A key of another type is refused unless its value is null.
void check_absent(const Object &entry, std::initializer_list<const char *> keys, const char *type, const Place &place) {
    for (const char *key : keys)
        if (find(entry, key) != nullptr)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s does not go with type %s", place.list, place.index, key, type);
}

Generator read_generator(const Value &value, int sc_prec, const Place &place) {
    const Object &entry = entry_object(value, {"type", "seed", "seed_type", "start", "taps", "zero_state"}, place);
    GeneratorInput input;
    input.type = generator_type(find(entry, "type"), place);
    switch (input.type) {
    case SCMP_GENERATOR_SOBOL:
        check_absent(entry, {"taps", "zero_state"}, "sobol", place);
        input.sobol_side = seed_type(find(entry, "seed_type"), place);
        input.sobol_seeds = integer_list(find(entry, "seed"), place, "seed");
        if (const Value *start = find(entry, "start")) input.sobol_start = integer(*start, place, "start");
        break;
    case SCMP_GENERATOR_LFSR:
        check_absent(entry, {"seed_type", "start"}, "lfsr", place);
        read_seed(find(entry, "seed"), place, input);
        input.taps = integer_list(find(entry, "taps"), place, "taps");
        input.lfsr_zero_state = flag(find(entry, "zero_state"), place, "zero_state");
        break;
    case SCMP_GENERATOR_MT19937:
        check_absent(entry, {"seed_type", "start", "taps", "zero_state"}, "true_random", place);
        read_seed(find(entry, "seed"), place, input);
        break;
    }
    return checked_generator(input, sc_prec, place);
}

Element read_element(const Value &value, const Config &config, const Place &place) {
    const Object &entry = entry_object(value, {"rng_id", "scramble", "complement"}, place);
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

void append(std::pmr::string &text, std::uint64_t number) {
    char digits[20];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

template <class Values> void append_list(std::pmr::string &text, const Values &values, int count) {
    text += '[';
    for (int i = 0; i < count; i++) {
        if (i > 0) text += ", ";
        append(text, values[std::size_t(i)]);
    }
    text += ']';
}

void append_taps(std::pmr::string &text, std::uint16_t mask) {
    std::array<std::uint8_t, max_prec> taps{};
    int count = 0;
    for (int bit = max_prec - 1; bit >= 0; bit--)
        if ((mask >> bit & 1) != 0) taps[std::size_t(count++)] = static_cast<std::uint8_t>(bit);
    append_list(text, taps, count);
}

void append_generator(std::pmr::string &text, const Generator &generator, int sc_prec) {
    switch (generator.type) {
    case SCMP_GENERATOR_SOBOL:
        text += R"({"type": "sobol", "seed": )";
        append_list(text, generator.sobol_seeds, sc_prec);
        text += R"(, "start": )";
        append(text, generator.sobol_start);
        break;
    case SCMP_GENERATOR_LFSR:
        text += R"({"type": "lfsr", "seed": )";
        append(text, generator.seed);
        text += R"(, "taps": )";
        append_taps(text, generator.lfsr_taps);
        if (generator.lfsr_zero_state) text += R"(, "zero_state": true)";
        break;
    case SCMP_GENERATOR_MT19937:
        text += R"({"type": "true_random", "seed": )";
        append(text, generator.seed);
        break;
    }
    text += '}';
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
    const Value document = json::parse(text, "the configuration", *out.pool.get_allocator().resource());
    const Object &config = unwrapped(document);
    check_keys(config, {"rng_pool", "sng", "scramble_mode"}, "the configuration");
    out.sc_prec = sc_prec;
    out.uniform = false;
    out.scramble = scramble_mode(find(config, "scramble_mode"));

    const Array &pool = list_at(config, "rng_pool", "rng_pool");
    out.pool.reserve(pool.size());
    for (std::size_t i = 0; i < pool.size(); i++)
        out.pool.push_back(read_generator(pool[i], sc_prec, {json_names, json_names.pool, i}));

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
        append_generator(text, config.pool[i], config.sc_prec);
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

// Configurations and statistics files are read to the last byte: what JSON or safetensors forbids is refused.
#include <cmath>

#include "support/directory.h"
#include "support/handles.h"
#include "support/npy.h"
#include "support/test.h"

using namespace test;

namespace {

const std::string good_config = R"({"rng_pool": [{"type": "sobol"}, {"type": "lfsr", "seed": 5}],)"
                                R"( "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 1}]}})";

// A text that is refused with a sentence that has the words.
struct BadText {
    std::string what, text;
    std::vector<std::string> words;
};

std::string replaced(std::string text, const std::string &from, const std::string &to) {
    const std::size_t at = text.find(from);
    check(at != std::string::npos, "there is no " + from);
    return text.replace(at, from.size(), to);
}

void configurations_are_one_text() {
    const Ctx ctx = context();
    const std::string zero(1, '\0'), mark = "\xef\xbb\xbf";
    const std::vector<BadText> all = {
        {"a zero byte behind the text", good_config + zero, {"byte 115 of 116 is zero"}},
        {"a zero byte and more behind it", good_config + zero + "{\"this is\": not json", {"byte 115 of 136"}},
        {"a second text behind a zero byte", good_config + zero + good_config, {"zero"}},
        {"a zero byte before the text", zero + good_config, {"byte 0 of 116 is zero"}},
        {"a zero byte between tokens", replaced(good_config, ", \"sng\"", zero + ", \"sng\""), {"zero"}},
        {"a zero byte in a string", replaced(good_config, "sobol", "sob" + zero + "ol"), {"zero"}},
        {"a zero byte behind blanks", good_config + "\n  " + zero, {"byte 118 of 119 is zero"}},
        {"a byte order mark", mark + good_config, {"byte order mark"}},
        {"a byte order mark behind the text", good_config + mark, {"error at byte"}},
        {"UTF-16", std::string("{\0}\0", 4), {"zero"}},
        {"a second object", good_config + good_config, {"error at byte"}},
        {"a comma behind it", good_config + ",", {"error at byte"}},
        {"a bracket behind it", good_config + "}", {"error at byte"}},
        {"a comment", good_config + " // done", {"error at byte"}},
        {"a comment in front", "/* ours */ " + good_config, {"error at byte"}},
        {"a trailing comma", replaced(good_config, "}]}}", "}],}}"), {"error at byte"}},
        {"a trailing comma in a list", replaced(good_config, "5}]", "5},]"), {"error at byte"}},
        {"NaN", replaced(good_config, "5", "NaN"), {"error at byte"}},
        {"Infinity", replaced(good_config, "5", "-Infinity"), {"error at byte"}},
        {"a number that no double holds", replaced(good_config, "5", "1e999"), {"no double"}},
        {"a leading zero", replaced(good_config, "5", "05"), {"error at byte"}},
        {"a plus sign", replaced(good_config, "5", "+5"), {"error at byte"}},
        {"a hexadecimal number", replaced(good_config, "5", "0x5"), {"error at byte"}},
        {"single quotes", replaced(good_config, "\"lfsr\"", "'lfsr'"), {"error at byte"}},
        {"invalid UTF-8", replaced(good_config, "lfsr", "lf\xe9sr"), {"error at byte"}},
        {"an overlong encoding", replaced(good_config, "lfsr", "\xc0\xac"), {"error at byte"}},
        {"half of a surrogate pair", replaced(good_config, "lfsr", "\\ud800"), {"error at byte"}},
        {"a raw newline in a string", replaced(good_config, "lfsr", "lf\nsr"), {"error at byte"}},
        {"a form feed", "\f" + good_config, {"error at byte"}},
        {"a key twice", replaced(good_config, "{\"rng_pool\"", "{\"sng\": null, \"rng_pool\""), {"\"sng\" twice"}},
        {"a key twice in a generator",
         replaced(good_config, "\"seed\": 5", "\"seed\": 7, \"seed\": 5"),
         {"\"seed\" twice, in rng_pool[1]"}},
        {"a key twice in an element",
         replaced(good_config, "\"rng_id\": 1", "\"rng_id\": 1, \"rng_id\": 1"),
         {"\"rng_id\" twice, in sng.k[0]"}},
        {"a key twice, once escaped",
         replaced(good_config, "\"seed\": 5", "\"seed\": 7, \"s\\u0065ed\": 5"),
         {"\"seed\" twice"}},
        {"a side twice", replaced(good_config, "\"q\": [", "\"k\": [], \"q\": ["), {"\"k\" twice, in sng"}},
        {"a key twice in metadata",
         R"({"metadata": {"a": [{"b": 1, "c": 2, "b": 3}]}, "config": )" + good_config + "}",
         {"\"b\" twice, in metadata.a[0]"}},
    };
    scmp_config *const sentinel = reinterpret_cast<scmp_config *>(std::uintptr_t(0x10));
    for (const BadText &bad : all) {
        scmp_config *config = sentinel;
        fails(scmp_config_create_json(ctx, bad.text.data(), bad.text.size(), 8, &config), SCMP_ERROR_FORMAT, bad.words,
              bad.what);
        check(config == sentinel, "the handle changed after an error");
    }
}

void blanks_around_a_configuration_are_json() {
    const Ctx ctx = context();
    for (const std::string &text : {good_config, good_config + "\n", " \t\r\n" + good_config + "\r\n\t  \n",
                                    R"({"metadata": {"a": {"b": 1}, "c": {"b": 1}}, "config": )" + good_config + "}"}) {
        Config config;
        ok(scmp_config_create_json(ctx, text.data(), text.size(), 8, config.out()), text);
        check(scmp_config_d_max(config) == 1, "its entries");
    }
    // The length decides, not a terminating zero.
    Config config;
    const std::string longer = good_config + std::string(1, '\0') + "more";
    ok(scmp_config_create_json(ctx, longer.data(), good_config.size(), 8, config.out()), "a part of a buffer");
}

// --- Statistics -----------------------------------------------------------------------------------------------------

// A statistics file from its header's text and its data, with the checksum in place of CHECKSUM.
std::string file_of(std::string header, const std::string &rows, const std::string &data, const std::string &dtype) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : dtype + '\0' + rows + '\0' + data)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    if (const std::size_t at = header.find("CHECKSUM"); at != std::string::npos)
        header.replace(at, 8, format("%016llx", static_cast<unsigned long long>(hash)));
    std::string length;
    for (int i = 0; i < 8; i++) length += char(header.size() >> 8 * i & 0xff);
    return length + header + data;
}

const std::string good_header = R"({"__metadata__":{"format":"scmp-calib","format_version":"1","spec_version":"1",)"
                                R"("rows":"2","checksum":"CHECKSUM"},)"
                                R"("act_scales":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})";

std::string three_floats(float first = 1.0F) {
    const float data[] = {first, 2.0F, 3.0F};
    return {reinterpret_cast<const char *>(data), sizeof data};
}

void statistics_are_safetensors() {
    const Ctx ctx = context();
    const Directory directory;
    const std::string path = directory / "stats", zero(1, '\0');
    const auto refused = [&](const std::string &bytes, const std::vector<std::string> &words, const std::string &what) {
        write_text(path, bytes);
        scmp_calib *none = nullptr;
        std::vector<std::string> all = words;
        all.push_back(path);
        fails(scmp_calib_load(ctx, path.c_str(), SCMP_NOT_GIVEN, &none), SCMP_ERROR_FORMAT, all, what);
        check(none == nullptr, "a handle after an error");
    };
    const auto header_refused = [&](const std::string &header, const std::vector<std::string> &words,
                                    const std::string &what) {
        refused(file_of(header, "2", three_floats(), "F32"), words, what);
    };
    const auto changed = [&](const std::string &from, const std::string &to, const std::vector<std::string> &words) {
        header_refused(replaced(good_header, from, to), words, from + " replaced by " + to);
    };
    // Around the header's object.
    header_refused(" " + good_header, {"does not begin with {"}, "a space in front");
    header_refused("\n" + good_header, {"does not begin with {"}, "a newline in front");
    header_refused("\xef\xbb\xbf" + good_header, {"does not begin with {"}, "a byte order mark");
    header_refused("", {"does not begin with {"}, "no header");
    header_refused("[" + good_header + "]", {"does not begin with {"}, "a list");
    header_refused(good_header + "\n", {"} and spaces"}, "a newline behind it");
    header_refused(good_header + "\t ", {"} and spaces"}, "a tab behind it");
    header_refused(good_header + zero, {"} and spaces"}, "a zero byte behind it");
    header_refused(good_header + zero + "}", {"is zero"}, "a zero byte and a bracket behind it");
    header_refused(good_header + "}", {"error at byte"}, "a bracket behind it");
    header_refused(good_header + good_header, {"error at byte"}, "two headers");
    // Keys.
    changed("\"rows\":\"2\"", "\"rows\":\"7\",\"rows\":\"2\"", {"\"rows\" twice, in __metadata__"});
    changed("\"shape\":[3]", "\"shape\":[3],\"shape\":[3]", {"\"shape\" twice, in act_scales"});
    changed("{\"__metadata__\"", "{\"act_scales\":{},\"__metadata__\"", {"\"act_scales\" twice"});
    changed("\"shape\":[3]", "\"shape\":[3],\"stride\":[1]", {"act_scales", "stride"});
    changed("\"spec_version\":\"1\"", "\"spec_version\":1", {"spec_version", "not a string"});
    changed("\"rows\":\"2\"", "\"rows\":\"2\",\"note\":7", {"note", "not a string"});
    changed("\"rows\":\"2\"", "\"rows\":\"2\",\"note\":{\"a\":\"b\"}", {"note", "not a string"});
    changed("\"rows\":\"2\"", "\"rows\":\"2\",\"note\":null", {"note", "not a string"});
    changed("\"rows\":\"2\"", "\"rows\":\"02\"", {"rows", "02", "decimal"});
    changed("\"rows\":\"2\"", "\"rows\":\"\"", {"rows", "decimal"});
    changed("\"rows\":\"2\"", "\"rows\":\"-2\"", {"rows", "-2"});
    changed("\"rows\":\"2\"", "\"rows\":\"2\\u0000\"", {"rows", "2?"});
    changed("\"spec_version\":\"1\"", "\"spec_version\":\"0\"", {"spec version is 0"});
    changed("\"spec_version\":\"1\"", "\"spec_version\":\"99\"", {"spec version is 99"});
    changed("scmp-calib", "scmp-calib\\u0000", {"format"});
    changed("\"format_version\":\"1\"", "\"format_version\":\"2\"", {"format version is \"2\""});
    // The tensor's description.
    changed("{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}", "7", {"act_scales", "not an object"});
    changed("F32", "I32", {"I32"});
    changed("[3]", "3", {"shape", "array of 1"});
    changed("[3]", "[]", {"shape", "array of 1"});
    changed("[3]", "[1,3]", {"shape", "array of 1"});
    changed("[3]", "[-3]", {"shape"});
    changed("[3]", "[3.0]", {"shape"});
    changed("[3]", "[4]", {"do not hold D = 4"});
    changed("[3]", "[2]", {"do not hold D = 2"});
    changed("[3]", "[4611686018427387907]", {"do not hold"}); // times 4 it is 12 modulo 2^64
    changed("[0,12]", "[0,12,12]", {"data_offsets", "array of 2"});
    changed("[0,12]", "{}", {"data_offsets", "array of 2"});
    changed("[0,12]", "[12,0]", {"data_offsets 12 .. 0"});
    changed("[0,12]", "[4,16]", {"data_offsets 4 .. 16"});
    changed("[0,12]", "[0,13]", {"data_offsets 0 .. 13"});
    changed("[0,12]", "[0,11]", {"data_offsets 0 .. 11"});
    changed("[0,12]", "[-0,12]", {"data_offsets"});
    changed("}}", "},\"more\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[12,12]}}", {"2 tensors"});
    // The data.
    const auto data_refused = [&](const std::string &data, const std::vector<std::string> &words) {
        refused(file_of(good_header, "2", data, "F32"), words, "data");
    };
    data_refused(three_floats() + "x", {"13 bytes of data", "12"});
    data_refused(three_floats().substr(0, 11), {"11 bytes of data", "12"});
    data_refused(three_floats(-1.0F), {"maximum 0 is -1"});
    data_refused(three_floats(HUGE_VALF), {"maximum 0 is inf"});
    data_refused(three_floats(-HUGE_VALF), {"maximum 0 is -inf"});
    data_refused(three_floats(__builtin_nanf("")), {"maximum 0 is"});
    // The length.
    std::string file = file_of(good_header, "2", three_floats(), "F32");
    file[2] = 1; // 64 KiB more
    refused(file, {"a header of"}, "a header beyond the file");
    refused(std::string(7, '\0'), {"7 bytes"}, "half of a length");
}

void what_safetensors_allows_is_read() {
    const Ctx ctx = context();
    const Directory directory;
    const std::string path = directory / "stats";
    const auto loads = [&](const std::string &header, const std::string &what) {
        write_text(path, file_of(header, "2", three_floats(), "F32"));
        Calib calib;
        ok(scmp_calib_load(ctx, path.c_str(), 3, calib.out()), what);
        check(scmp_calib_rows(calib) == 2, "its rows");
    };
    loads(good_header, "the file itself");
    loads(good_header + std::string(13, ' '), "spaces behind the header");
    loads(replaced(good_header, "\"rows\":\"2\"", "\"rows\":\"2\",\"note\":\"by hand \xc3\xa9\""), "further strings");
    loads(replaced(good_header, "{\"dtype\":\"F32\",\"shape\":[3]", "{ \"shape\" : [ 3 ],\n\"dtype\":\"F32\""),
          "another order, and blanks between tokens");
    // -0.0 is a maximum of 0.
    write_text(path, file_of(good_header, "2", three_floats(-0.0F), "F32"));
    Calib calib;
    ok(scmp_calib_load(ctx, path.c_str(), 3, calib.out()), "-0.0");
    Array act = canary(SCMP_DTYPE_F32, {3});
    const scmp_tensor view = act.view();
    ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
    same(act, Array(SCMP_DTYPE_F32, {3}, {0, 2, 3}), "its maxima");
}

} // namespace

int main(int argc, char **argv) {
    return run("strict_json",
               {
                   {"a configuration is one JSON text and nothing else", configurations_are_one_text},
                   {"blanks around a configuration are JSON", blanks_around_a_configuration_are_json},
                   {"statistics files are safetensors and nothing else", statistics_are_safetensors},
                   {"what safetensors allows is read", what_safetensors_allows_is_read},
               },
               argc, argv);
}

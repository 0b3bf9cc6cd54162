// Files of statistics that somebody else has made or damaged: each thing that the reader refuses, one file each, and
// numbers of rows near the end of 64 bits.
#include <array>
#include <bit>
#include <cstdio>
#include <limits>
#include <sys/stat.h>

#include "support/directory.h"
#include "support/handles.h"
#include "support/npy.h"
#include "support/test.h"

using namespace test;

namespace {

// 64-bit FNV-1a, as scmp_calib_save documents it: dtype, a zero byte, rows, a zero byte, data.
std::string checksum(const std::string &dtype, const std::string &rows, const std::string &data) {
    std::uint64_t state = 0xcbf29ce484222325;
    for (const char byte : dtype + '\0' + rows + '\0' + data)
        state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return format("%016llx", static_cast<unsigned long long>(state));
}

template <class T> std::string bytes_of(const std::vector<T> &values) {
    return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

// A whole file of good parts; a test replaces some.
struct Parts {
    std::string format = "\"scmp-calib\"", version = "\"1\"", spec = "\"1\"", rows = "\"4\"";
    std::string dtype = "\"F32\"", shape = "[3]", offsets = "[0,12]";
    std::string tensor = "act_scales", more; // more: other members of the outermost object
    std::string data = bytes_of<float>({1, 0.5F, 2});
    std::string sum; // empty: the right one

    std::string metadata() const {
        const auto plain = [](const std::string &quoted) { return quoted.substr(1, quoted.size() - 2); };
        return "{\"format\":" + format + ",\"format_version\":" + version + ",\"spec_version\":" + spec +
               ",\"library_version\":\"0\",\"rows\":" + rows + ",\"checksum\":\"" +
               (sum.empty() ? checksum(plain(dtype), plain(rows), data) : sum) + "\"}";
    }
    std::string description() const {
        return "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }
    std::string header() const {
        return "{\"__metadata__\":" + metadata() + ",\"" + tensor + "\":" + description() + more + "}";
    }
};

std::string file_of(std::string header, const std::string &data) {
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return bytes_of<std::uint64_t>({header.size()}) + header + data;
}
std::string file_of(const Parts &parts) {
    return file_of(parts.header(), parts.data);
}

void write(const std::string &path, const std::string &bytes) {
    std::FILE *file = std::fopen(path.c_str(), "wb");
    check(file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fclose(file) == 0,
          "cannot write " + path);
}

struct Reader {
    Ctx ctx = context();
    Directory directory;
    std::string path = directory / "stats";

    scmp_status load(const std::string &bytes, Calib &calib) {
        write(path, bytes);
        return scmp_calib_load(ctx, path.c_str(), SCMP_NOT_GIVEN, calib.out());
    }
    void refuses(const std::string &bytes, const std::string &what, std::vector<std::string> words) {
        write(path, bytes);
        scmp_calib *none = nullptr;
        words.push_back(path);
        fails(scmp_calib_load(ctx, path.c_str(), SCMP_NOT_GIVEN, &none), SCMP_ERROR_FORMAT, words, what);
        check(none == nullptr, what + ": a handle after an error");
    }
};

// What the others break is read as it stands.
void a_good_file_is_read() {
    Reader reader;
    Calib calib;
    ok(reader.load(file_of(Parts()), calib), "a good file");
    check(scmp_calib_rows(calib) == 4 && scmp_calib_d(calib) == 3 && scmp_calib_dtype(calib) == SCMP_DTYPE_F32,
          "rows, D or dtype of a good file");
    Array act = canary(SCMP_DTYPE_F32, {3});
    const scmp_tensor view = act.view();
    ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
    same(act, Array(SCMP_DTYPE_F32, {3}, {1, 0.5, 2}), "maxima");

    Parts wide;
    wide.dtype = "\"F64\"";
    wide.offsets = "[0,24]";
    wide.data = bytes_of<double>({1, 0.1, -0.0});
    ok(reader.load(file_of(wide), calib), "a good file of f64");
    Array act64 = canary(SCMP_DTYPE_F64, {3});
    const scmp_tensor view64 = act64.view();
    ok(scmp_calib_act_scales(calib, &view64), "scmp_calib_act_scales");
    same(act64, Array(SCMP_DTYPE_F64, {3}, {1, 0.1, 0}), "f64 maxima; a zero's sign is none");
}

using Change = void (*)(Parts &parts);
struct Refusal {
    const char *what;
    std::vector<std::string> words;
    Change change;
};

void what_a_header_may_not_say() {
    const std::vector<Refusal> refusals = {
        {"another format", {"format"}, [](Parts &p) { p.format = "\"scmp-other\""; }},
        {"a format that is no string", {"format"}, [](Parts &p) { p.format = "1"; }},
        {"another format version", {"version"}, [](Parts &p) { p.version = "\"2\""; }},
        {"spec version 0", {"spec version"}, [](Parts &p) { p.spec = "\"0\""; }},
        {"a spec version to come", {"spec version"}, [](Parts &p) { p.spec = "\"99\""; }},
        {"a spec version that is no number", {"spec_version"}, [](Parts &p) { p.spec = "\"one\""; }},
        {"rows in hexadecimal", {"rows"}, [](Parts &p) { p.rows = "\"0x4\""; }},
        {"rows with a leading zero", {"rows"}, [](Parts &p) { p.rows = "\"04\""; }},
        {"rows with something behind", {"rows"}, [](Parts &p) { p.rows = "\"4x\""; }},
        {"negative rows", {"rows"}, [](Parts &p) { p.rows = "\"-4\""; }},
        {"no digits of rows", {"rows"}, [](Parts &p) { p.rows = "\"\""; }},
        {"rows of 2^64", {"rows"}, [](Parts &p) { p.rows = "\"18446744073709551616\""; }},
        {"rows that are no string", {"rows"}, [](Parts &p) { p.rows = "[4]"; }},
        {"another dtype", {"dtype"}, [](Parts &p) { p.dtype = "\"F16\""; }},
        {"a dtype that is no string", {"dtype"}, [](Parts &p) { p.dtype = "[32]"; }},
        {"a shape that is no array", {"shape"}, [](Parts &p) { p.shape = "3"; }},
        {"a shape of rank 2", {"shape"}, [](Parts &p) { p.shape = "[1,3]"; }},
        {"a shape of rank 0", {"shape"}, [](Parts &p) { p.shape = "[]"; }},
        {"a negative size", {"shape"}, [](Parts &p) { p.shape = "[-3]"; }},
        {"a size that is no integer", {"shape"}, [](Parts &p) { p.shape = "[3.5]"; }},
        {"a size beyond 64 bits", {"shape"}, [](Parts &p) { p.shape = "[18446744073709551619]"; }},
        {"offsets that are no array", {"data_offsets"}, [](Parts &p) { p.offsets = "12"; }},
        {"one offset", {"data_offsets"}, [](Parts &p) { p.offsets = "[12]"; }},
        {"three offsets", {"data_offsets"}, [](Parts &p) { p.offsets = "[0,12,12]"; }},
        {"an offset that is a string", {"data_offsets"}, [](Parts &p) { p.offsets = "[0,\"12\"]"; }},
        {"data that begins later", {"data_offsets"}, [](Parts &p) { p.offsets = "[4,16]"; }},
        {"another D than the data has", {"data_offsets"}, [](Parts &p) { p.shape = "[4]"; }},
        {"no such tensor", {"act_scales"}, [](Parts &p) { p.tensor = "bct_scales"; }},
        {"a second tensor", {"tensor"}, [](Parts &p) { p.more = ",\"b\":" + p.description(); }},
        {"another checksum", {"checksum"}, [](Parts &p) { p.sum = "0123456789abcdef"; }},
        {"a checksum of other rows", {"checksum"}, [](Parts &p) { p.sum = checksum("F32", "5", p.data); }},
        {"a checksum of another dtype", {"checksum"}, [](Parts &p) { p.sum = checksum("F64", "4", p.data); }},
    };
    Reader reader;
    for (const Refusal &refusal : refusals) {
        Parts parts;
        refusal.change(parts);
        reader.refuses(file_of(parts), refusal.what, refusal.words);
    }
}

// Numbers of four bytes each that end within one: the bytes are there, and the header agrees with them.
void bytes_that_are_no_whole_number() {
    Reader reader;
    Parts parts;
    for (const char *more : {"x", "xy", "xyz"}) {
        parts.data = bytes_of<float>({1, 0.5F, 2}) + more;
        parts.offsets = format("[0,%zu]", parts.data.size());
        reader.refuses(file_of(parts), std::string("12 bytes and ") + more, {"data_offsets"});
    }
    parts = Parts();
    parts.dtype = "\"F64\"";
    reader.refuses(file_of(parts), "12 bytes of f64", {"data_offsets"});
}

void headers_that_are_none() {
    Reader reader;
    const std::string data = Parts().data;
    const std::string good = Parts().header(), metadata = "{\"__metadata__\":" + Parts().metadata();
    const std::string tensor = ",\"act_scales\":" + Parts().description();
    const std::vector<std::pair<const char *, std::string>> headers = {
        {"an array", "[" + good + "]"},
        {"a number", "12"},
        {"no JSON", "{\"__metadata__\":"},
        {"nothing", ""},
        {"two values", good + good},
        {"no metadata", "{" + tensor.substr(1) + "}"},
        {"metadata that is no object", "{\"__metadata__\":[]" + tensor + "}"},
        {"metadata without members", "{\"__metadata__\":{}" + tensor + "}"},
        {"a tensor that is no object", metadata + ",\"act_scales\":[3]}"},
        {"a tensor without a dtype", metadata + ",\"act_scales\":{\"shape\":[3],\"data_offsets\":[0,12]}}"},
        {"a tensor without a shape", metadata + ",\"act_scales\":{\"dtype\":\"F32\",\"data_offsets\":[0,12]}}"},
        {"a tensor without offsets", metadata + ",\"act_scales\":{\"dtype\":\"F32\",\"shape\":[3]}}"},
    };
    for (const auto &[what, header] : headers) reader.refuses(file_of(header, data), what, {});
    for (const char *key : {"format", "format_version", "spec_version", "rows", "checksum"}) {
        std::string without = good;
        const std::size_t at = without.find(std::string("\"") + key + "\":");
        without.replace(at + 1, 1, "_");
        reader.refuses(file_of(without, data), std::string("no ") + key, {key});
    }
}

// A header's length against the file's: what it announces is not allocated, and nothing is read behind the end.
void lengths_that_do_not_fit() {
    Reader reader;
    const std::string good = file_of(Parts());
    const auto with_length = [&](std::uint64_t length) { return bytes_of<std::uint64_t>({length}) + good.substr(8); };
    for (const std::uint64_t length : {std::uint64_t(good.size() - 7), std::uint64_t(1) << 40, std::uint64_t(1) << 63,
                                       ~std::uint64_t(0), std::uint64_t(0)})
        reader.refuses(with_length(length), format("a header of %llu bytes", static_cast<unsigned long long>(length)),
                       {});
    // Within the file, but more than any header has: spaces behind it are JSON, all the same.
    std::string header = Parts().header();
    header.resize(std::size_t(1) << 17, ' ');
    reader.refuses(file_of(header, Parts().data), "a header of 128 KiB", {"131072"});
    reader.refuses(good.substr(0, good.size() - 1), "a byte too few", {});
    reader.refuses(good + "x", "a byte too many", {});
    reader.refuses("1234567", "seven bytes", {"7"});
}

void maxima_that_are_none() {
    Reader reader;
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const std::vector<std::pair<const char *, float>> bad = {
        {"a negative maximum", -1.0F},
        {"the least negative maximum", -std::numeric_limits<float>::denorm_min()},
        {"an infinite maximum", infinity},
        {"a maximum of minus infinity", -infinity},
        {"a maximum that is NaN", std::numeric_limits<float>::quiet_NaN()}};
    for (const auto &[what, value] : bad)
        for (const std::size_t at : {0, 2}) {
            std::vector<float> values = {1, 0.5F, 2};
            values[at] = value;
            Parts parts;
            parts.data = bytes_of(values);
            reader.refuses(file_of(parts), what, {format("%zu", at)});
            Parts wide;
            wide.dtype = "\"F64\"";
            wide.offsets = "[0,24]";
            wide.data = bytes_of(std::vector<double>(values.begin(), values.end()));
            reader.refuses(file_of(wide), std::string(what) + " in f64", {format("%zu", at)});
        }
}

void what_is_no_regular_file() {
    Reader reader;
    scmp_calib *none = nullptr;
    Calib calib;
    ok(scmp_calib_create(reader.ctx, 3, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
    const std::string folder = reader.directory / ".";
    // Opening a pipe without a writer must not wait for one.
    const std::string pipe = reader.directory / "pipe";
    check(::mkfifo(pipe.c_str(), 0600) == 0, "cannot make a pipe");
    for (const std::string &path : {folder, pipe, std::string("/dev/null")}) {
        fails(scmp_calib_load(reader.ctx, path.c_str(), SCMP_NOT_GIVEN, &none), SCMP_ERROR_IO, {"regular", path},
              "reading " + path);
        check(none == nullptr, "a handle after an error");
        fails(scmp_calib_save(calib, path.c_str()), SCMP_ERROR_IO, {"regular", path}, "writing " + path);
    }
    struct stat status;
    check(::stat(pipe.c_str(), &status) == 0 && S_ISFIFO(status.st_mode), "the pipe is no pipe any more");
}

void another_d_than_expected() {
    Reader reader;
    write(reader.path, file_of(Parts()));
    scmp_calib *none = nullptr;
    for (const std::int64_t d : {0, 2, 4})
        fails(scmp_calib_load(reader.ctx, reader.path.c_str(), d, &none), SCMP_ERROR_D_MISMATCH,
              {"D = 3", format("D = %d", int(d))}, "another D");
    Calib calib;
    ok(scmp_calib_load(reader.ctx, reader.path.c_str(), 3, calib.out()), "the D that it has");
}

// --- Rows near 2^64 -------------------------------------------------------------------------------------------------

constexpr std::uint64_t most_rows = std::numeric_limits<std::uint64_t>::max();

Calib of_rows(Reader &reader, std::uint64_t rows) {
    Parts parts;
    parts.rows = "\"" + std::to_string(rows) + "\"";
    Calib calib;
    ok(reader.load(file_of(parts), calib), parts.rows + " rows");
    check(scmp_calib_rows(calib) == rows, parts.rows + " rows are read as " + std::to_string(scmp_calib_rows(calib)));
    return calib;
}

void merged_rows_stay_at_the_most() {
    Reader reader;
    const struct {
        std::uint64_t into, from, all;
    } sums[] = {{most_rows - 5, 4, most_rows - 1},
                {most_rows - 5, 5, most_rows},
                {most_rows - 5, 6, most_rows},
                {most_rows, 0, most_rows},
                {most_rows, 1, most_rows},
                {most_rows, most_rows, most_rows},
                {most_rows / 2 + 1, most_rows / 2 + 1, most_rows},
                {3, 4, 7}};
    for (const auto &[into, from, all] : sums) {
        const Calib calib = of_rows(reader, into), other = of_rows(reader, from);
        ok(scmp_calib_merge(calib, other), "scmp_calib_merge");
        check(scmp_calib_rows(calib) == all, std::to_string(into) + " and " + std::to_string(from) + " rows are " +
                                                 std::to_string(scmp_calib_rows(calib)));
    }
}

void observed_rows_stay_at_the_most() {
    Reader reader;
    const Calib calib = of_rows(reader, most_rows - 1);
    const Array x(SCMP_DTYPE_F32, {5, 3}, std::vector<double>(15, 1));
    const scmp_tensor view = x.view();
    ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
    check(scmp_calib_rows(calib) == most_rows, "observed rows wrap: " + std::to_string(scmp_calib_rows(calib)));
    // And they are written and read as that.
    ok(scmp_calib_save(calib, reader.path.c_str()), "scmp_calib_save");
    Calib again;
    ok(scmp_calib_load(reader.ctx, reader.path.c_str(), 3, again.out()), "scmp_calib_load");
    check(scmp_calib_rows(again) == most_rows, "2^64 - 1 rows do not come back");
}

} // namespace

int main(int argc, char **argv) {
    return run("calib_file",
               {
                   {"a good file is read", a_good_file_is_read},
                   {"what a header may not say", what_a_header_may_not_say},
                   {"bytes that are no whole number", bytes_that_are_no_whole_number},
                   {"headers that are none", headers_that_are_none},
                   {"lengths that do not fit", lengths_that_do_not_fit},
                   {"maxima that are none", maxima_that_are_none},
                   {"what is no regular file", what_is_no_regular_file},
                   {"another D than expected", another_d_than_expected},
                   {"merged rows stay at 2^64 - 1", merged_rows_stay_at_the_most},
                   {"observed rows stay at 2^64 - 1", observed_rows_stay_at_the_most},
               },
               argc, argv);
}

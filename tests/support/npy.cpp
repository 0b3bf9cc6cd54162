// A reader for well-formed files only, written apart from the program's own so that neither hides the other's mistakes.
#include "support/npy.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "support/test.h"

namespace test {
namespace {

// The text between `key` and the next `end` of the header, which is a Python dictionary on one line.
std::string field(const std::string &header, const std::string &key, char begin, char end) {
    const std::size_t at = header.find("'" + key + "'");
    check(at != std::string::npos, "the header has no " + key);
    const std::size_t from = header.find(begin, at + key.size() + 2) + 1;
    return header.substr(from, header.find(end, from) - from);
}

} // namespace

std::string read_text(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    check(file.good(), path + " cannot be read");
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
}

void write_text(const std::string &path, const std::string &content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.close();
    check(file.good(), path + " cannot be written");
}

Array read_npy(const std::string &path) {
    Array array;
    within(path, [&] {
        const std::string file = read_text(path);
        check(file.size() >= 10 && std::memcmp(file.data(), "\x93NUMPY", 6) == 0, "not an .npy file");
        const bool long_header = file[6] != 1;
        const auto byte = [&](std::size_t i) { return std::size_t(static_cast<unsigned char>(file[i])); };
        const std::size_t length = byte(8) | byte(9) << 8 | (long_header ? byte(10) << 16 | byte(11) << 24 : 0);
        const std::size_t start = long_header ? 12 : 10;
        const std::string header = file.substr(start, length);
        check(field(header, "fortran_order", ':', ',').find("False") != std::string::npos, "not in C order");
        static const std::map<std::string, scmp_dtype> names = {
            {"<f2", SCMP_DTYPE_F16}, {"<f4", SCMP_DTYPE_F32}, {"<f8", SCMP_DTYPE_F64}, {"|i1", SCMP_DTYPE_I8},
            {"|u1", SCMP_DTYPE_U8},  {"<i2", SCMP_DTYPE_I16}, {"<i4", SCMP_DTYPE_I32}, {"<i8", SCMP_DTYPE_I64}};
        const auto dtype = names.find(field(header, "descr", '\'', '\''));
        check(dtype != names.end(), "an element type that tests do not use");
        Shape shape;
        std::istringstream sizes(field(header, "shape", '(', ')'));
        for (std::string size; std::getline(sizes, size, ',');)
            if (size.find_first_not_of(' ') != std::string::npos) shape.push_back(std::stoll(size));
        array = Array(dtype->second, shape);
        check(file.size() - start - length == array.bytes.size(), "another number of bytes than its shape says");
        if (!array.bytes.empty()) std::memcpy(array.bytes.data(), file.data() + start + length, array.bytes.size());
    });
    return array;
}

std::string data_path(const std::string &name) {
    const char *given = std::getenv("SCMP_TEST_DATA");
    return std::string(given != nullptr ? given : SCMP_TEST_DATA) + "/" + name;
}

} // namespace test

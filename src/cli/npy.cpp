// Reads and writes .npy files; see npy.h.
#include "npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <charconv>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>

#include "failure.h"

namespace cli {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

// Headers are about a hundred bytes long; a file that announces more than this is not one of ours to read.
constexpr std::size_t header_limit = std::size_t(1) << 20;

struct NamedType {
    std::string_view name;
    scmp_dtype dtype;
};

constexpr std::array<NamedType, 8> types{{
    {"f4", SCMP_DTYPE_F32},
    {"f2", SCMP_DTYPE_F16},
    {"f8", SCMP_DTYPE_F64},
    {"i1", SCMP_DTYPE_I8},
    {"u1", SCMP_DTYPE_U8},
    {"i2", SCMP_DTYPE_I16},
    {"i4", SCMP_DTYPE_I32},
    {"i8", SCMP_DTYPE_I64},
}};

struct Header {
    scmp_dtype dtype = SCMP_DTYPE_F32;
    bool swapped = false; // bytes are in the other order than this machine's
    bool fortran = false;
    std::vector<std::int64_t> shape;
};

// Reads the one kind of Python literal that a header is: a dictionary of a string, a boolean and a tuple of integers.
class HeaderReader {
public:
    HeaderReader(std::string_view content, const std::string &path) : rest_(content), path_(path) {}

    Header read() {
        bool descr = false, order = false, shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr" && !descr) {
                descr = true;
                read_type();
            } else if (key == "fortran_order" && !order) {
                order = true;
                header_.fortran = boolean();
            } else if (key == "shape" && !shape) {
                shape = true;
                read_shape();
            } else {
                broken("unknown or repeated key");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (!rest_.empty()) broken("something follows the dictionary");
        if (!descr || !order || !shape) broken("descr, fortran_order or shape is missing");
        return header_;
    }

private:
    [[noreturn]] void broken(const char *why) const {
        fail(SCMP_ERROR_FORMAT, path_, " has a broken .npy header: ", why);
    }

    void skip_space() {
        while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r'))
            rest_.remove_prefix(1);
    }

    bool accept(char wanted) {
        skip_space();
        if (rest_.empty() || rest_[0] != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) {
        const char why[] = {wanted, ' ', 'e', 'x', 'p', 'e', 'c', 't', 'e', 'd', '\0'};
        if (!accept(wanted)) broken(why);
    }

    std::string_view quoted() {
        skip_space();
        if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) broken("a string expected");
        const std::size_t end = rest_.find(rest_[0], 1);
        if (end == std::string_view::npos) broken("a string does not end");
        const std::string_view content = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return content;
    }

    bool boolean() {
        skip_space();
        for (const std::string_view word : {"True", "False"})
            if (rest_.starts_with(word)) {
                rest_.remove_prefix(word.size());
                return word == "True";
            }
        broken("fortran_order is neither True nor False");
    }

    std::int64_t size() {
        skip_space();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error == std::errc::result_out_of_range) broken("a size does not fit 64 bits");
        if (error != std::errc()) broken("an integer expected");
        if (value < 0) broken("a size is negative");
        rest_.remove_prefix(std::size_t(end - rest_.data()));
        if (rest_.starts_with('L')) rest_.remove_prefix(1); // a long of Python 2
        return value;
    }

    void read_shape() {
        expect('(');
        while (!accept(')')) {
            header_.shape.push_back(size());
            if (accept(',')) continue;
            expect(')');
            break;
        }
        if (header_.shape.size() > SCMP_MAX_RANK)
            fail(SCMP_ERROR_INVALID_SHAPE, path_, " has ", header_.shape.size(), " dimensions, at most ", SCMP_MAX_RANK,
                 " are supported");
    }

    void read_type() {
        skip_space();
        if (!rest_.empty() && rest_[0] == '[')
            fail(SCMP_ERROR_INVALID_DTYPE, path_, " has a structured dtype; float16, float32 or float64 is needed");
        const std::string_view name = quoted();
        std::string_view bare = name;
        const char order = bare.empty() ? '=' : bare[0];
        if (order == '<' || order == '>' || order == '=' || order == '|') bare.remove_prefix(1);
        const auto found =
            std::find_if(types.begin(), types.end(), [&](const auto &type) { return type.name == bare; });
        if (found == types.end())
            fail(SCMP_ERROR_INVALID_DTYPE, path_, " has dtype '", name.substr(0, 20),
                 "'; float16, float32 or float64 is needed");
        header_.dtype = found->dtype;
        header_.swapped = order == (std::endian::native == std::endian::little ? '>' : '<');
    }

    std::string_view rest_;
    const std::string &path_;
    Header header_;
};

[[noreturn]] void fail_truncated(const Input &input, const char *where) {
    fail(SCMP_ERROR_FORMAT, input.path(), " is truncated: it ends in the .npy ", where);
}

Header read_header(Input &input) {
    unsigned char front[12]; // magic, version, and the header's length: 2 bytes in version 1, 4 later
    const std::size_t got = input.read(front, 8);
    if (got < magic.size() || std::memcmp(front, magic.data(), magic.size()) != 0)
        fail(SCMP_ERROR_FORMAT, input.path(), " is not a .npy file");
    if (got < 8) fail_truncated(input, "header");
    const int version = front[6];
    if (version < 1 || version > 3 || front[7] != 0)
        fail(SCMP_ERROR_FORMAT, input.path(), " has .npy version ", version, ".", int(front[7]),
             ", not 1.0, 2.0 or 3.0");
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    if (input.read(front + 8, length_bytes) < length_bytes) fail_truncated(input, "header");
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; i++) length |= std::size_t(front[8 + i]) << (8 * i);
    if (const auto left = input.remaining(); left && length > *left) fail_truncated(input, "header");
    if (length > header_limit)
        fail(SCMP_ERROR_FORMAT, input.path(), " announces a .npy header of ", length, " bytes, at most ", header_limit,
             " are read");
    std::string content(length, '\0');
    if (input.read(content.data(), length) < length) fail_truncated(input, "header");
    return HeaderReader(content, input.path()).read();
}

// Bytes of an array; nothing where they do not fit 64 bits. A size of 0 is left out, so that strides fit too.
std::optional<std::size_t> byte_count(scmp_dtype dtype, const std::vector<std::int64_t> &shape) {
    std::size_t bytes = scmp_dtype_size(dtype);
    bool empty = false;
    for (const std::int64_t size : shape) {
        empty |= size == 0;
        if (size != 0 && __builtin_mul_overflow(bytes, std::size_t(size), &bytes)) return std::nullopt;
    }
    if (bytes > std::size_t(PTRDIFF_MAX)) return std::nullopt;
    return empty ? 0 : bytes;
}

// Grows or makes memory; never none, not even for 0 bytes.
void resize(std::unique_ptr<std::byte, FreeMemory> &memory, std::size_t bytes) {
    void *grown = std::realloc(memory.get(), std::max<std::size_t>(bytes, 1));
    if (grown == nullptr) throw std::bad_alloc();
    (void)memory.release();
    memory.reset(static_cast<std::byte *>(grown));
}

// A file's size is checked first; from a pipe, memory grows only as bytes arrive.
void read_payload(Input &input, std::size_t bytes, Array &array) {
    const auto left = input.remaining();
    if (left && *left < bytes)
        fail(SCMP_ERROR_FORMAT, input.path(), " is truncated: shape ", shape_text(array.view), " of ",
             scmp_dtype_name(array.view.dtype), " needs ", bytes, " bytes, ", *left, " are there");
    std::size_t capacity = left ? bytes : std::min(bytes, std::size_t(1) << 20);
    for (std::size_t done = 0;;) {
        resize(array.memory, capacity);
        done += input.read(array.memory.get() + done, capacity - done);
        if (done < capacity)
            fail(SCMP_ERROR_FORMAT, input.path(), " is truncated: shape ", shape_text(array.view), " of ",
                 scmp_dtype_name(array.view.dtype), " needs ", bytes, " bytes, ", done, " are there");
        if (done == bytes) break;
        capacity = std::min(bytes, capacity > bytes / 2 ? bytes : 2 * capacity);
    }
    char beyond;
    if (input.read(&beyond, 1) != 0)
        fail(SCMP_ERROR_FORMAT, input.path(), " goes on after the ", bytes, " bytes that shape ",
             shape_text(array.view), " of ", scmp_dtype_name(array.view.dtype), " needs");
}

void swap_bytes(std::byte *data, std::size_t elements, std::size_t size) {
    for (std::size_t i = 0; i < elements; i++, data += size) std::reverse(data, data + size);
}

// In Fortran order the first index is the fastest.
void set_fortran_strides(scmp_tensor &view) {
    std::int64_t stride = 1;
    for (int i = 0; i < view.rank; i++) {
        view.strides[i] = stride;
        stride *= std::max<std::int64_t>(view.shape[i], 1);
    }
}

std::string header_text(const scmp_tensor &view) {
    const auto found =
        std::find_if(types.begin(), types.end(), [&](const auto &type) { return type.dtype == view.dtype; });
    assert(found != types.end());
    const char native = std::endian::native == std::endian::little ? '<' : '>';
    const char order = scmp_dtype_size(view.dtype) == 1 ? '|' : native;
    std::string content =
        text("{'descr': '", order, found->name, "', 'fortran_order': False, 'shape': ", shape_text(view), ", }");
    // Magic, version, length and text together are a multiple of 64 bytes; the text ends in a newline.
    const std::size_t total = (10 + content.size() + 1 + 63) / 64 * 64;
    content.resize(total - 10 - 1, ' ');
    return content + '\n';
}

} // namespace

Array read_npy(const std::string &path) {
    Input input(path);
    const Header header = read_header(input);
    const auto bytes = byte_count(header.dtype, header.shape);
    Array array;
    array.view = scmp_tensor_nd(header.dtype, nullptr, 0, nullptr);
    array.view.rank = std::int32_t(header.shape.size());
    std::copy(header.shape.begin(), header.shape.end(), array.view.shape);
    if (!bytes)
        fail(SCMP_ERROR_FORMAT, input.path(), " announces shape ", shape_text(array.view),
             ", more bytes than can be addressed");
    // Strides are computed only after the checks, so that they cannot overflow.
    array.view = scmp_tensor_nd(header.dtype, nullptr, array.view.rank, header.shape.data());
    if (header.fortran) set_fortran_strides(array.view);
    read_payload(input, *bytes, array);
    array.view.data = array.memory.get();
    const std::size_t size = scmp_dtype_size(header.dtype);
    if (header.swapped) swap_bytes(array.memory.get(), *bytes / size, size);
    return array;
}

Array make_array(scmp_dtype dtype, const std::vector<std::int64_t> &shape) {
    const auto bytes = byte_count(dtype, shape);
    if (!bytes) throw std::bad_alloc();
    Array array;
    resize(array.memory, *bytes);
    array.view = scmp_tensor_nd(dtype, array.memory.get(), std::int32_t(shape.size()), shape.data());
    return array;
}

namespace {

std::string npy_front(const Array &array) {
    const std::string content = header_text(array.view);
    std::string front(magic);
    front += {'\x01', '\x00', char(content.size() & 0xff), char(content.size() >> 8)};
    return front + content;
}

} // namespace

std::string npy_text(const Array &array) {
    std::string out = npy_front(array);
    const std::size_t size = scmp_dtype_size(array.view.dtype);
    const auto shape = shape_of(array.view);
    std::vector<std::int64_t> index(shape.size(), 0);
    for (std::size_t i = 0; i < element_count(array.view); i++) {
        std::int64_t offset = 0;
        for (std::size_t axis = 0; axis < shape.size(); axis++) offset += index[axis] * array.view.strides[axis];
        out.append(reinterpret_cast<const char *>(array.memory.get()) + std::size_t(offset) * size, size);
        for (std::size_t axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];) index[axis] = 0;
    }
    return out;
}

void write_npy(Output &output, const Array &array) {
    output.write(npy_front(array));
    output.write(array.memory.get(), element_count(array.view) * scmp_dtype_size(array.view.dtype));
}

std::size_t element_count(const scmp_tensor &view) {
    std::size_t count = 1;
    for (const std::int64_t size : shape_of(view)) {
        if (size == 0) return 0;
        count *= std::size_t(size);
    }
    return count;
}

std::vector<std::int64_t> shape_of(const scmp_tensor &view) {
    return {view.shape, view.shape + view.rank};
}

std::string shape_text(const scmp_tensor &view) {
    std::string out = "(";
    for (int i = 0; i < view.rank; i++) out += (i > 0 ? ", " : "") + std::to_string(view.shape[i]);
    return out + (view.rank == 1 ? ",)" : ")");
}

} // namespace cli

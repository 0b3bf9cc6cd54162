// The file of activation statistics: a safetensors file with one tensor and a checksum, laid out as scmp_calib_save
// documents.
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/json.h"
#include "base/quoted.h"
#include "base/replacement.h"
#include "smooth/calibration.h"

namespace scmp::smooth {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are written as they stand in memory");

using json::Object;
using json::Value;

constexpr const char *tensor_name = "act_scales";
constexpr const char *format_name = "scmp-calib";
constexpr const char *format_version = "1";
constexpr std::uint64_t largest_header = 1 << 16; // ours has less than 400 bytes

[[noreturn]] void fail_io(const char *what, const std::string &path, int error) {
    fail_system(error, "cannot %s (error %d, %s): %s", what, error, std::generic_category().message(error).c_str(),
                path.c_str());
}

[[noreturn]] void fail_kind(const char *what, const std::string &path, mode_t mode) {
    fail_system(S_ISDIR(mode) ? EISDIR : EINVAL, "cannot %s, not a regular file (mode %o): %s", what,
                static_cast<unsigned>(mode), path.c_str());
}

// Throws FORMAT; every sentence about a file's contents ends in its path.
[[noreturn, gnu::format(printf, 2, 3)]] void fail_format(const std::string &path, const char *format, ...) {
    std::array<char, 200> text;
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text.data(), text.size(), format, arguments);
    va_end(arguments);
    fail(SCMP_ERROR_FORMAT, "%s: %s", text.data(), path.c_str());
}

// A file descriptor that closes itself.
struct File {
    explicit File(int descriptor) noexcept : fd(descriptor) {}
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    ~File() {
        if (fd >= 0) ::close(fd);
    }
    int fd;
};

// 64-bit FNV-1a (Fowler, Noll and Vo): offset basis and prime of the 64-bit variant.
struct Checksum {
    std::uint64_t state = 0xcbf29ce484222325;

    void add(std::span<const std::byte> bytes) noexcept {
        for (const std::byte byte : bytes) state = (state ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3;
    }
    void add_with_zero(std::string_view text) noexcept {
        add(std::as_bytes(std::span(text)));
        state *= 0x100000001b3; // a zero byte: the xor changes nothing
    }
};

std::string checksum(std::string_view dtype, std::string_view rows, std::span<const std::byte> data) {
    Checksum sum;
    sum.add_with_zero(dtype);
    sum.add_with_zero(rows);
    sum.add(data);
    std::array<char, 17> digits;
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(sum.state));
    return digits.data();
}

const char *dtype_in_file(bool wide) {
    return wide ? "F64" : "F32";
}

std::span<const std::byte> bytes_of(const Calibration &calibration) {
    return calibration.wide ? std::as_bytes(std::span(calibration.max64)) : std::as_bytes(std::span(calibration.max32));
}

std::span<std::byte> writable_bytes_of(Calibration &calibration) {
    return calibration.wide ? std::as_writable_bytes(std::span(calibration.max64))
                            : std::as_writable_bytes(std::span(calibration.max32));
}

// Writing.

// Header length and header, padded with spaces so that the data begins at a multiple of 8 bytes.
std::string header_of(const Calibration &calibration) {
    const std::string rows = std::to_string(calibration.rows);
    const std::string dtype = dtype_in_file(calibration.wide);
    // Nothing in here needs escaping.
    std::array<char, 512> json;
    std::snprintf(json.data(), json.size(),
                  "{\"__metadata__\":{\"format\":\"%s\",\"format_version\":\"%s\",\"spec_version\":\"%d\","
                  "\"library_version\":\"%s\",\"rows\":\"%s\",\"checksum\":\"%s\"},"
                  "\"%s\":{\"dtype\":\"%s\",\"shape\":[%lld],\"data_offsets\":[0,%zu]}}",
                  format_name, format_version, SCMP_SPEC_VERSION, scmp_version(), rows.c_str(),
                  checksum(dtype, rows, bytes_of(calibration)).c_str(), tensor_name, dtype.c_str(), ll(calibration.d),
                  bytes_of(calibration).size());
    std::string text = json.data();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(text.size()));
    return std::string(length.data(), length.size()) + text;
}

void write_all(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::system_error(errno, std::generic_category());
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

// Keeps a file that may not grow (RLIMIT_FSIZE) an error of write(), and the signal that comes with it from ending the
// caller's process. A signal goes to the thread that writes.
class WithoutSizeSignal {
public:
    WithoutSizeSignal() noexcept {
        sigemptyset(&signal_);
        sigaddset(&signal_, SIGXFSZ);
        sigset_t pending;
        // A signal that is pending already comes from another source.
        own_ = sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 0 &&
               pthread_sigmask(SIG_BLOCK, &signal_, &before_) == 0;
    }
    WithoutSizeSignal(const WithoutSizeSignal &) = delete;
    WithoutSizeSignal &operator=(const WithoutSizeSignal &) = delete;
    ~WithoutSizeSignal() {
        if (!own_) return;
        const timespec now{};
        while (sigtimedwait(&signal_, nullptr, &now) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t signal_, before_;
    bool own_;
};

// A directory or device must not be renamed over.
void check_target(const std::string &path) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) fail_kind("write", path, status.st_mode);
}

// Reading.

std::uint64_t size_of_file(int fd, const std::string &path) {
    struct stat status;
    if (::fstat(fd, &status) != 0) fail_io("inspect", path, errno);
    if (!S_ISREG(status.st_mode)) fail_kind("read", path, status.st_mode);
    return static_cast<std::uint64_t>(status.st_size);
}

void read_all(int fd, std::span<std::byte> bytes, const std::string &path) {
    while (!bytes.empty()) {
        const ssize_t got = ::read(fd, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_io("read", path, errno);
        if (got == 0) fail_format(path, "the file ends %zu bytes early", bytes.size());
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

// The contents of the header, checked against itself.
struct Header {
    bool wide = false;
    std::int64_t d = 0;
    std::uint64_t data_bytes = 0;
    std::uint64_t rows = 0;
    std::string rows_text, checksum;
};

// Reads members of the header's objects.
struct HeaderReader {
    const std::string &path;

    const Value &member(const Object &object, const char *key) const {
        const Value *found = json::find(object, key);
        if (found == nullptr) fail_format(path, "the header has no \"%s\"", key);
        return *found;
    }
    const Object &object(const Object &outer, const char *key) const {
        const Object *inner = member(outer, key).object();
        if (inner == nullptr) fail_format(path, "\"%s\" is not an object", key);
        return *inner;
    }
    const json::Text &text(const Object &object, const char *key) const {
        const json::Text *value = member(object, key).text();
        if (value == nullptr) fail_format(path, "\"%s\" is not a string", key);
        return *value;
    }
    // A number as std::to_string writes it.
    std::uint64_t decimal(const Object &object, const char *key) const {
        const json::Text &digits = text(object, key);
        std::uint64_t value = 0;
        const char *last = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), last, value);
        const bool leading_zero = digits.size() > 1 && digits[0] == '0';
        if (error != std::errc() || end != last || leading_zero)
            fail_format(path, "\"%s\" is \"%s\", not a decimal number", key, Quoted(digits).text);
        return value;
    }
    // An array of `count` integers that are not negative.
    std::array<std::uint64_t, 2> integers(const Object &object, const char *key, std::size_t count) const {
        const json::Array *values = member(object, key).array();
        if (values == nullptr || values->size() != count)
            fail_format(path, "\"%s\" is not an array of %zu", key, count);
        std::array<std::uint64_t, 2> numbers{};
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t *number = (*values)[i].natural();
            if (number == nullptr)
                fail_format(path, "\"%s\"[%zu] is not an integer, or negative, or too large", key, i);
            numbers[i] = *number;
        }
        return numbers;
    }
};

// A dictionary of strings, as safetensors has it.
void check_strings(const std::string &path, const Object &metadata) {
    for (const json::Member &member : metadata)
        if (member.value.text() == nullptr)
            fail_format(path, "\"__metadata__\" has \"%s\", which is not a string", Quoted(member.key).text);
}

// Nothing in a tensor's description goes unread.
void check_members(const std::string &path, const Object &tensor) {
    for (const json::Member &member : tensor)
        if (member.key != "dtype" && member.key != "shape" && member.key != "data_offsets")
            fail_format(path, "\"%s\" has \"%s\", a tensor has dtype, shape and data_offsets", tensor_name,
                        Quoted(member.key).text);
}

void check_versions(const HeaderReader &reader, const Object &metadata) {
    const json::Text &format = reader.text(metadata, "format");
    if (format != format_name)
        fail_format(reader.path, "the format is \"%s\", not \"%s\"", Quoted(format).text, format_name);
    const json::Text &version = reader.text(metadata, "format_version");
    if (version != format_version)
        fail_format(reader.path, "the format version is \"%s\", this library reads \"%s\"", Quoted(version).text,
                    format_version);
    const std::uint64_t spec = reader.decimal(metadata, "spec_version");
    if (spec < 1 || spec > SCMP_SPEC_VERSION)
        fail_format(reader.path, "the spec version is %llu, this library follows 1 .. %d",
                    static_cast<unsigned long long>(spec), SCMP_SPEC_VERSION);
}

Header parse_header(std::string_view text, const std::string &path, std::pmr::memory_resource &memory) {
    const HeaderReader reader{path};
    // Blanks are JSON's anywhere; safetensors has spaces behind the object, and nothing else.
    if (!text.starts_with('{')) fail_format(path, "the header does not begin with {");
    if (text[text.find_last_not_of(' ')] != '}')
        fail_format(path, "the header of %zu bytes does not end with } and spaces", text.size());
    Value document;
    try {
        document = json::parse(text, "the header", memory);
    } catch (const Error &error) { // it does not know the path
        fail_format(path, "%s", error.what());
    }
    const Object &all = *document.object(); // since it begins with {
    const Object &metadata = reader.object(all, "__metadata__");
    check_strings(path, metadata);
    check_versions(reader, metadata);
    Header header;
    header.rows = reader.decimal(metadata, "rows");
    header.rows_text = reader.text(metadata, "rows");
    header.checksum = reader.text(metadata, "checksum");
    const Object &tensor = reader.object(all, tensor_name);
    check_members(path, tensor);
    if (all.size() != 2) fail_format(path, "the file has %zu tensors, not 1", all.size() - 1);
    const json::Text &dtype = reader.text(tensor, "dtype");
    header.wide = dtype == dtype_in_file(true);
    if (!header.wide && dtype != dtype_in_file(false))
        fail_format(path, "the dtype is \"%s\", not \"F32\" or \"F64\"", Quoted(dtype).text);
    const std::uint64_t d = reader.integers(tensor, "shape", 1)[0];
    const auto [begin, end] = reader.integers(tensor, "data_offsets", 2);
    const std::uint64_t size = header.wide ? sizeof(double) : sizeof(float);
    if (begin != 0 || end % size != 0 || end / size != d)
        fail_format(path, "data_offsets %llu .. %llu do not hold D = %llu numbers of %llu bytes",
                    static_cast<unsigned long long>(begin), static_cast<unsigned long long>(end),
                    static_cast<unsigned long long>(d), static_cast<unsigned long long>(size));
    header.data_bytes = end;
    header.d = static_cast<std::int64_t>(d); // at most 2^62
    return header;
}

// The header of an open file, checked against the file's size: what it says may be allocated then.
Header read_header(int fd, const std::string &path, std::pmr::memory_resource &memory) {
    const std::uint64_t file_bytes = size_of_file(fd, path);
    std::uint64_t header_bytes = 0;
    if (file_bytes < sizeof header_bytes)
        fail(SCMP_ERROR_FORMAT, "the file has %llu bytes, not even a header's length: %s",
             static_cast<unsigned long long>(file_bytes), path.c_str());
    read_all(fd, std::as_writable_bytes(std::span(&header_bytes, 1)), path);
    const std::uint64_t behind_length = file_bytes - sizeof header_bytes;
    if (header_bytes > behind_length || header_bytes > largest_header)
        fail(SCMP_ERROR_FORMAT, "a header of %llu bytes in a file of %llu (%llu at most): %s",
             static_cast<unsigned long long>(header_bytes), static_cast<unsigned long long>(file_bytes),
             static_cast<unsigned long long>(largest_header), path.c_str());
    std::string text(static_cast<std::size_t>(header_bytes), ' ');
    read_all(fd, std::as_writable_bytes(std::span(text)), path);
    Header header = parse_header(text, path, memory);
    if (header.data_bytes != behind_length - header_bytes)
        fail(SCMP_ERROR_FORMAT, "%llu bytes of data where the header says %llu: %s",
             static_cast<unsigned long long>(behind_length - header_bytes),
             static_cast<unsigned long long>(header.data_bytes), path.c_str());
    return header;
}

// The checksum is none against intent, so values are looked at as well.
template <class W> void check_maxima(Vector<W> &maxima, const std::string &path) {
    for (std::size_t i = 0; i < maxima.size(); ++i) {
        if (!(maxima[i] >= 0) || std::isinf(maxima[i]))
            fail_format(path, "maximum %zu is %g, not finite or negative", i, static_cast<double>(maxima[i]));
        maxima[i] = std::abs(maxima[i]); // -0.0 counts as 0.0
    }
}

} // namespace

void save(const Calibration &calibration, const char *path) {
    const std::string target(path);
    const std::string header = header_of(calibration);
    check_target(target);
    const WithoutSizeSignal guard;
    try {
        files::Replacement file(target);
        write_all(file.descriptor(), std::as_bytes(std::span(header)));
        write_all(file.descriptor(), bytes_of(calibration));
        // Only what is on disk may take the target's place.
        file.sync();
        file.close();
        file.publish();
        file.sync_folder();
    } catch (const std::system_error &error) {
        fail_io("write", target, error.code().value());
    }
}

Calibration load(const char *path, std::int64_t d, std::pmr::memory_resource &memory) {
    const std::string source(path);
    // Opening a pipe must not wait for a writer.
    const File file(files::open_at(AT_FDCWD, source, O_RDONLY | O_NONBLOCK));
    if (file.fd < 0) fail_io("open", source, errno);
    const Header header = read_header(file.fd, source, memory);
    if (d != SCMP_NOT_GIVEN && d != header.d)
        fail(SCMP_ERROR_D_MISMATCH, "the file's statistics have D = %lld, expected is D = %lld: %s", ll(header.d),
             ll(d), source.c_str());
    Calibration calibration(memory, header.d, header.wide);
    calibration.rows = header.rows;
    read_all(file.fd, writable_bytes_of(calibration), source);
    const std::string sum = checksum(dtype_in_file(header.wide), header.rows_text, bytes_of(calibration));
    if (sum != header.checksum)
        fail_format(source, "the checksum is %s where the header says \"%s\"", sum.c_str(),
                    Quoted(header.checksum).text);
    check_maxima(calibration.max32, source);
    check_maxima(calibration.max64, source);
    return calibration;
}

} // namespace scmp::smooth

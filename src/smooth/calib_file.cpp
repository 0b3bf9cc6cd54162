// The file of activation statistics: a safetensors file with one tensor and a checksum, laid out as scmp_calib_save
// documents.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "smooth/calibration.h"

namespace scmp::smooth {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are written as they stand in memory");

using Json = nlohmann::ordered_json;

constexpr const char *tensor_name = "act_scales";
constexpr const char *format_name = "scmp-calib";
constexpr const char *format_version = "1";
constexpr std::uint64_t largest_header = 1 << 16; // ours has less than 400 bytes

[[noreturn]] void fail_io(const char *what, const std::string &path, int error) {
    fail(SCMP_ERROR_IO, "cannot %s (error %d, %s): %s", what, error, std::generic_category().message(error).c_str(),
         path.c_str());
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
    std::array<char, 40> version;
    std::snprintf(version.data(), version.size(), "%d.%d.%d", SCMP_VERSION_MAJOR, SCMP_VERSION_MINOR,
                  SCMP_VERSION_PATCH);
    Json header;
    header["__metadata__"] = {{"format", format_name},
                              {"format_version", format_version},
                              {"spec_version", std::to_string(SCMP_SPEC_VERSION)},
                              {"library_version", version.data()},
                              {"rows", rows},
                              {"checksum", checksum(dtype, rows, bytes_of(calibration))}};
    header[tensor_name] = {{"dtype", dtype},
                           {"shape", Json::array({calibration.d})},
                           {"data_offsets", Json::array({0, bytes_of(calibration).size()})}};
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(text.size()));
    return std::string(length.data(), length.size()) + text;
}

void write_all(int fd, std::span<const std::byte> bytes, const std::string &path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_io("write", path, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

// A new file beside the target, removed unless it has been renamed. mkstemp's file would be its owner's alone whatever
// the umask says, hence names of our own, tried until one is new.
class Temporary {
public:
    explicit Temporary(const std::string &target) {
        for (int attempt = 0; attempt < 1000; ++attempt) {
            path_ = target + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
            fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (fd_ >= 0 || (errno != EEXIST && errno != EINTR)) break;
        }
        if (fd_ < 0) fail_io("create a temporary file", path_, errno);
    }
    Temporary(const Temporary &) = delete;
    Temporary &operator=(const Temporary &) = delete;
    ~Temporary() {
        if (fd_ >= 0) ::close(fd_);
        if (!renamed_) ::unlink(path_.c_str());
    }

    void write(std::span<const std::byte> bytes) { write_all(fd_, bytes, path_); }

    // Only what is on disk may take the target's place.
    void rename_to(const std::string &target) {
        if (::fsync(fd_) != 0) fail_io("write to disk", path_, errno);
        const int result = ::close(std::exchange(fd_, -1));
        if (result != 0 && errno != EINTR) fail_io("close", path_, errno);
        if (::rename(path_.c_str(), target.c_str()) != 0) fail_io("rename a temporary file to", target, errno);
        renamed_ = true;
    }

private:
    std::string path_;
    int fd_ = -1;
    bool renamed_ = false;
};

// A directory or device must not be renamed over.
void check_target(const std::string &path) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        fail(SCMP_ERROR_IO, "cannot write, not a regular file (mode %o): %s", static_cast<unsigned>(status.st_mode),
             path.c_str());
}

// Makes the rename last. The file is whole by now whatever happens, so a file system that cannot do this is no error.
void sync_directory(const std::string &path) {
    const std::size_t slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const File file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.fd >= 0) ::fsync(file.fd);
}

// Reading.

std::uint64_t size_of_file(int fd, const std::string &path) {
    struct stat status;
    if (::fstat(fd, &status) != 0) fail_io("inspect", path, errno);
    if (!S_ISREG(status.st_mode))
        fail(SCMP_ERROR_IO, "cannot read, not a regular file (mode %o): %s", static_cast<unsigned>(status.st_mode),
             path.c_str());
    return static_cast<std::uint64_t>(status.st_size);
}

void read_all(int fd, std::span<std::byte> bytes, const std::string &path) {
    while (!bytes.empty()) {
        const ssize_t got = ::read(fd, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_io("read", path, errno);
        if (got == 0) fail(SCMP_ERROR_FORMAT, "the file ends %zu bytes early: %s", bytes.size(), path.c_str());
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

// What the header says, checked against itself.
struct Header {
    bool wide = false;
    std::int64_t d = 0;
    std::uint64_t data_bytes = 0;
    std::uint64_t rows = 0;
    std::string rows_text, checksum;
};

const Json &member(const Json &object, const char *key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end())
        fail(SCMP_ERROR_FORMAT, "statistics file: its header has no \"%s\"", key);
    return *found;
}

std::string text_member(const Json &object, const char *key) {
    const Json &value = member(object, key);
    if (!value.is_string()) fail(SCMP_ERROR_FORMAT, "statistics file: \"%s\" is not a string", key);
    return value.get<std::string>();
}

// A number as std::to_string writes it.
std::uint64_t decimal_member(const Json &object, const char *key) {
    const std::string text = text_member(object, key);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text != std::to_string(value))
        fail(SCMP_ERROR_FORMAT, "statistics file: \"%s\" is \"%.40s\", not a decimal number", key, text.c_str());
    return value;
}

// An array of `count` integers that are not negative.
std::array<std::uint64_t, 2> integers_member(const Json &object, const char *key, std::size_t count) {
    const Json &value = member(object, key);
    if (!value.is_array() || value.size() != count)
        fail(SCMP_ERROR_FORMAT, "statistics file: \"%s\" is not an array of %zu", key, count);
    std::array<std::uint64_t, 2> numbers{};
    for (std::size_t i = 0; i < count; ++i) {
        if (!value[i].is_number_unsigned())
            fail(SCMP_ERROR_FORMAT, "statistics file: \"%s\"[%zu] is not an integer, or negative, or too large", key,
                 i);
        numbers[i] = value[i].get<std::uint64_t>();
    }
    return numbers;
}

void check_versions(const Json &metadata) {
    const std::string format = text_member(metadata, "format");
    if (format != format_name)
        fail(SCMP_ERROR_FORMAT, "statistics file: its format is \"%.40s\", not \"%s\"", format.c_str(), format_name);
    const std::string version = text_member(metadata, "format_version");
    if (version != format_version)
        fail(SCMP_ERROR_FORMAT, "statistics file: its format version is \"%.40s\", this library reads \"%s\"",
             version.c_str(), format_version);
    const std::uint64_t spec = decimal_member(metadata, "spec_version");
    if (spec < 1 || spec > SCMP_SPEC_VERSION)
        fail(SCMP_ERROR_FORMAT, "statistics file: its spec version is %llu, this library follows 1..%d",
             static_cast<unsigned long long>(spec), SCMP_SPEC_VERSION);
}

Header parse_header(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        fail(SCMP_ERROR_FORMAT, "statistics file: its header of %zu bytes is not a JSON object", text.size());
    const Json &metadata = member(json, "__metadata__");
    check_versions(metadata);
    Header header;
    header.rows = decimal_member(metadata, "rows");
    header.rows_text = text_member(metadata, "rows");
    header.checksum = text_member(metadata, "checksum");
    const Json &tensor = member(json, tensor_name);
    if (json.size() != 2) fail(SCMP_ERROR_FORMAT, "statistics file: it has %zu tensors, not 1", json.size() - 1);
    const std::string dtype = text_member(tensor, "dtype");
    header.wide = dtype == dtype_in_file(true);
    if (!header.wide && dtype != dtype_in_file(false))
        fail(SCMP_ERROR_FORMAT, "statistics file: its dtype is \"%.40s\", not \"F32\" or \"F64\"", dtype.c_str());
    const std::uint64_t d = integers_member(tensor, "shape", 1)[0];
    const auto [begin, end] = integers_member(tensor, "data_offsets", 2);
    const std::uint64_t size = header.wide ? sizeof(double) : sizeof(float);
    if (begin != 0 || end % size != 0 || end / size != d)
        fail(SCMP_ERROR_FORMAT, "statistics file: data_offsets %llu..%llu do not hold D = %llu numbers of %llu bytes",
             static_cast<unsigned long long>(begin), static_cast<unsigned long long>(end),
             static_cast<unsigned long long>(d), static_cast<unsigned long long>(size));
    header.data_bytes = end;
    header.d = static_cast<std::int64_t>(d); // at most 2^62
    return header;
}

// The header of an open file, checked against the file's size: what it says may be allocated then.
Header read_header(int fd, const std::string &path) {
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
    const Header header = parse_header(text);
    if (header.data_bytes != behind_length - header_bytes)
        fail(SCMP_ERROR_FORMAT, "%llu bytes of data where the header says %llu: %s",
             static_cast<unsigned long long>(behind_length - header_bytes),
             static_cast<unsigned long long>(header.data_bytes), path.c_str());
    return header;
}

// The checksum is none against intent, so values are looked at as well.
template <class W> void check_maxima(Vector<W> &maxima) {
    for (std::size_t i = 0; i < maxima.size(); ++i) {
        if (!(maxima[i] >= 0) || std::isinf(maxima[i]))
            fail(SCMP_ERROR_FORMAT, "statistics file: maximum %zu is %g, not finite or negative", i,
                 static_cast<double>(maxima[i]));
        maxima[i] = std::abs(maxima[i]); // -0.0 counts as 0.0
    }
}

} // namespace

void save(const Calibration &calibration, const char *path) {
    const std::string target(path);
    const std::string header = header_of(calibration);
    check_target(target);
    Temporary file(target);
    file.write(std::as_bytes(std::span(header)));
    file.write(bytes_of(calibration));
    file.rename_to(target);
    sync_directory(target);
}

Calibration load(const char *path, std::int64_t d, std::pmr::memory_resource &memory) {
    const std::string source(path);
    // Opening a pipe must not wait for a writer.
    const File file(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.fd < 0) fail_io("open", source, errno);
    const Header header = read_header(file.fd, source);
    if (d != SCMP_NOT_GIVEN && d != header.d)
        fail(SCMP_ERROR_D_MISMATCH, "the file's statistics have D = %lld, expected is D = %lld: %s", ll(header.d),
             ll(d), source.c_str());
    Calibration calibration(memory, header.d, header.wide);
    calibration.rows = header.rows;
    read_all(file.fd, writable_bytes_of(calibration), source);
    const std::string sum = checksum(dtype_in_file(header.wide), header.rows_text, bytes_of(calibration));
    if (sum != header.checksum)
        fail(SCMP_ERROR_FORMAT, "the checksum is %s where the header says %.40s: %s", sum.c_str(),
             header.checksum.c_str(), source.c_str());
    check_maxima(calibration.max32);
    check_maxima(calibration.max64);
    return calibration;
}

} // namespace scmp::smooth

// Files as the verbs read and write them; see files.h.
#include "files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "progress.h"

namespace cli {
namespace {

// Small enough that Ctrl-C is noticed soon.
constexpr std::size_t step = std::size_t(16) << 20;

// Takes errno before anything else can change it.
[[noreturn]] void fail_io(const char *what, const std::string &path) {
    const int code = errno;
    fail(SCMP_ERROR_IO, "cannot ", what, " ", path, ": ", std::generic_category().message(code));
}

// Repeats a call that a signal interrupts, unless the signal was Ctrl-C.
template <class Call> auto uninterrupted(const Call &call) {
    for (;;) {
        check_cancelled();
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

} // namespace

Input::Input(const std::string &path) : path_(path == "-" ? "standard input" : path) {
    file_ = path == "-" ? STDIN_FILENO : uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
    if (file_ < 0) fail_io("open", path_);
    struct stat status;
    regular_ = ::fstat(file_, &status) == 0 && S_ISREG(status.st_mode);
}

Input::~Input() {
    if (file_ > STDIN_FILENO) ::close(file_);
}

std::size_t Input::read(void *data, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const std::size_t wanted = std::min(size - done, step);
        const ssize_t got = uninterrupted([&] { return ::read(file_, static_cast<char *>(data) + done, wanted); });
        if (got < 0) fail_io("read", path_);
        if (got == 0) break;
        done += std::size_t(got);
    }
    return done;
}

std::optional<std::uint64_t> Input::remaining() const {
    if (!regular_) return std::nullopt;
    struct stat status;
    const off_t position = ::lseek(file_, 0, SEEK_CUR);
    if (position < 0 || ::fstat(file_, &status) != 0) fail_io("read", path_);
    return status.st_size > position ? std::uint64_t(status.st_size - position) : 0;
}

std::string read_text(const std::string &path, std::size_t limit) {
    Input input(path);
    std::string content;
    char block[1 << 16];
    while (const std::size_t got = input.read(block, sizeof block)) {
        content.append(block, got);
        if (content.size() > limit) fail(SCMP_ERROR_FORMAT, path, " has more than ", limit, " bytes");
    }
    return content;
}

Output::Output(const std::string &target) : target_(target) {
    if (target == "-") {
        target_ = "standard output";
        file_ = STDOUT_FILENO;
        owned_ = false;
        return;
    }
    // A link stays a link: what it points at is replaced.
    std::error_code ignored;
    const auto status = std::filesystem::status(target, ignored);
    if (std::filesystem::exists(status)) target_ = std::filesystem::canonical(target, ignored).string();
    if (target_.empty()) target_ = target;
    if (std::filesystem::is_directory(status)) fail(SCMP_ERROR_IO, "cannot write ", target, ": it is a directory");
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        file_ = uninterrupted([&] { return ::open(target_.c_str(), O_WRONLY | O_CLOEXEC); });
    } else {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
        for (int attempt = 0; file_ < 0 && attempt < 100; attempt++) {
            temporary_ = text(target_, ".", ::getpid(), ".", attempt, ".tmp");
            file_ = uninterrupted([&] { return ::open(temporary_.c_str(), flags, 0666); });
            if (file_ < 0 && errno != EEXIST) break;
        }
    }
    if (file_ < 0) {
        temporary_.clear();
        fail_io("write", target);
    }
}

Output::Output(Output &&other) noexcept
    : target_(std::move(other.target_)), temporary_(std::move(other.temporary_)), file_(other.file_),
      owned_(other.owned_) {
    other.file_ = -1;
    other.temporary_.clear();
}

Output::~Output() {
    if (file_ >= 0 && owned_) ::close(file_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void Output::write(const void *data, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const std::size_t wanted = std::min(size - done, step);
        const ssize_t put =
            uninterrupted([&] { return ::write(file_, static_cast<const char *>(data) + done, wanted); });
        if (put < 0) fail_io("write", target_);
        done += std::size_t(put);
    }
}

void Output::close() {
    if (!owned_ || file_ < 0) return;
    const int result = ::close(file_);
    file_ = -1;
    if (result != 0 && errno != EINTR) fail_io("write", target_);
}

void commit(std::vector<Output> &outputs) {
    for (Output &output : outputs) output.close();
    check_cancelled();
    for (Output &output : outputs) {
        if (output.temporary_.empty()) continue;
        if (::rename(output.temporary_.c_str(), output.target_.c_str()) != 0) fail_io("write", output.target_);
        output.temporary_.clear();
    }
}

void commit(Output output) {
    std::vector<Output> one;
    one.push_back(std::move(output));
    commit(one);
}

void check_outputs(const std::vector<std::string> &targets) {
    std::set<std::string> names;
    for (const std::string &target : targets) {
        if (target.empty() || target == "/dev/null") continue;
        std::error_code ignored;
        const std::string full = std::filesystem::weakly_canonical(target, ignored).string();
        if (!names.insert(target == "-" || full.empty() ? target : full).second)
            wrong_usage(target == "-" ? "only one output can go to standard output"
                                      : target + " is named for two outputs");
    }
}

} // namespace cli

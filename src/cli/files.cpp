// Files as the verbs read and write them; see files.h.
#include "files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "signals.h"

namespace cli {
namespace {

using scmp::files::Place;
using scmp::files::Replacement;

// Small enough that Ctrl-C is noticed soon.
constexpr std::size_t step = std::size_t(16) << 20;

[[noreturn]] void fail_io(const char *what, const std::string &path, int code) {
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

// Above the standard streams, which are open by now.
Replacement replacement(const std::string &target) {
    for (;;) {
        check_cancelled();
        try {
            return Replacement(target);
        } catch (const std::system_error &error) {
            if (error.code().value() != EINTR) fail_io("write", target, error.code().value());
        }
    }
}

} // namespace

void open_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) >= 0) continue;
        // The other way round, so that to use it is an error, as it is without. The lowest free number is this one.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream) ::_exit(exit_failed);
    }
}

Input::Input(const std::string &path) : path_(path == "-" ? "standard input" : path) {
    file_ = path == "-" ? STDIN_FILENO : uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
    if (file_ < 0) fail_io("open", path_, errno);
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
        if (got < 0) fail_io("read", path_, errno);
        if (got == 0) break;
        done += std::size_t(got);
    }
    return done;
}

std::optional<std::uint64_t> Input::remaining() const {
    if (!regular_) return std::nullopt;
    struct stat status;
    const off_t position = ::lseek(file_, 0, SEEK_CUR);
    if (position < 0 || ::fstat(file_, &status) != 0) fail_io("read", path_, errno);
    return status.st_size > position ? std::uint64_t(status.st_size - position) : 0;
}

std::string read_text(const std::string &path, std::size_t limit) {
    Input input(path);
    return read_text(input, limit);
}

std::string read_text(Input &input, std::size_t limit) {
    std::string content;
    std::array<char, 1 << 16> block;
    while (const std::size_t got = input.read(block.data(), block.size())) {
        content.append(block.data(), got);
        if (content.size() > limit) fail(SCMP_ERROR_FORMAT, input.path(), " has more than ", limit, " bytes");
    }
    return content;
}

void write_all(int descriptor, const void *data, std::size_t size, const std::string &name) {
    for (std::size_t done = 0; done < size;) {
        const std::size_t wanted = std::min(size - done, step);
        const ssize_t put =
            uninterrupted([&] { return ::write(descriptor, static_cast<const char *>(data) + done, wanted); });
        if (put < 0) fail_io("write", name, errno);
        done += std::size_t(put);
    }
}

Output::Output(const std::string &target) : target_(target == "-" ? "standard output" : target) {
    if (target != "-") file_.emplace(replacement(target));
}

void Output::write(const void *data, std::size_t size) {
    write_all(file_ ? file_->descriptor() : STDOUT_FILENO, data, size, target_);
}

void close(std::vector<Output> &outputs) {
    for (Output &output : outputs) {
        try {
            if (output.file_) output.file_->close();
        } catch (const std::system_error &error) {
            fail_io("write", output.target_, error.code().value());
        }
    }
}

void commit(std::vector<Output> &outputs) {
    close(outputs);
    check_cancelled();
    std::vector<Replacement *> files;
    std::string names;
    for (Output &output : outputs) {
        if (output.direct()) continue;
        files.push_back(&*output.file_);
        names += (names.empty() ? "" : ", ") + output.target_;
    }
    try {
        Replacement::publish(files);
    } catch (const std::system_error &error) {
        fail_io("write", names, error.code().value());
    }
}

void commit(Output output) {
    std::vector<Output> one;
    one.push_back(std::move(output));
    commit(one);
}

bool is_standard_output(const std::string &target) {
    try {
        return target == "-" || Place(target).own_descriptor() == STDOUT_FILENO;
    } catch (const std::system_error &) {
        return false; // opening it says why
    }
}

void check_outputs(const std::vector<std::string> &targets) {
    std::vector<Place> places;
    bool standard_output = false;
    for (const std::string &target : targets) {
        if (target.empty()) continue;
        if (is_standard_output(target)) {
            if (std::exchange(standard_output, true)) wrong_usage("only one output can go to standard output");
            continue;
        }
        // Null devices, pipes and the like take any number of outputs.
        struct stat status;
        if (::stat(target.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) continue;
        try {
            Place place(target);
            if (std::find(places.begin(), places.end(), place) != places.end())
                wrong_usage(target, " is named for two outputs");
            places.push_back(std::move(place));
        } catch (const std::system_error &) {
            continue; // opening it says why
        }
    }
}

void check_inputs(const std::vector<std::string> &paths) {
    if (std::count(paths.begin(), paths.end(), "-") > 1) wrong_usage("only one input can come from standard input");
}

} // namespace cli

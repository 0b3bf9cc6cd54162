// Follows links by hand, folder by folder, so that no path is longer than what the caller gave; see replacement.h.
#include "base/replacement.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace scmp::files {

namespace {

constexpr int most_links = 40; // as the kernel has it
#ifdef O_PATH
constexpr int folder_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
#else
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif

[[noreturn]] void fail(int code) {
    throw std::system_error(code, std::generic_category());
}

void close_if_open(int descriptor) noexcept {
    if (descriptor >= 0) ::close(descriptor);
}

// A file opened while a standard stream is closed would get its number and its data.
int above_standard_streams(int descriptor) {
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    const int above = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int code = errno;
    ::close(descriptor);
    errno = code;
    return above;
}

std::string link_at(int folder, const std::string &name) {
    std::string content(PATH_MAX, '\0');
    const ssize_t length = ::readlinkat(folder, name.c_str(), content.data(), content.size());
    if (length < 0) fail(errno);
    content.resize(std::size_t(length));
    return content;
}

// N of a name in /proc/self/fd; nothing in any other folder.
std::optional<int> descriptor_of(int folder, const std::string &name) {
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number < 0) return std::nullopt;
    struct stat here, own;
    if (::fstat(folder, &here) != 0 || ::stat("/proc/self/fd", &own) != 0) return std::nullopt;
    if (here.st_dev != own.st_dev || here.st_ino != own.st_ino) return std::nullopt;
    return number;
}

// The status of the file under a name, links followed or not; nothing where nothing is.
std::optional<struct stat> status_at(int folder, const std::string &name, bool follow) {
    struct stat status;
    if (::fstatat(folder, name.c_str(), &status, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0) return status;
    if (errno != ENOENT) fail(errno);
    return std::nullopt;
}

bool exists(int folder, const std::string &name) {
    return ::faccessat(folder, name.c_str(), F_OK, 0) == 0;
}

// The rights of the old file, less those that the change of the group would give to new users.
void take_over(int file, const struct stat &old) {
    struct stat fresh;
    if (::fstat(file, &fresh) != 0) fail(errno);
    bool group = fresh.st_gid == old.st_gid;
    if (fresh.st_uid != old.st_uid || !group) {
        if (::fchown(file, old.st_uid, old.st_gid) == 0 || group || ::fchown(file, uid_t(-1), old.st_gid) == 0)
            group = true;
    }
    mode_t mode = old.st_mode & 0777;
    if (!group) {
        const mode_t both = (mode >> 3) & mode & 07;
        mode = (mode & 0700) | both << 3 | both;
    }
    if (::fchmod(file, mode) != 0) fail(errno);
}

// Short whatever the target is called, and new: other processes have other numbers, files of this one count on.
std::string temporary_name() {
    static std::atomic<unsigned> count = 0;
    std::array<char, 48> name;
    std::snprintf(name.data(), name.size(), "scmp-%ld-%u.tmp", long(::getpid()), count.fetch_add(1));
    return name.data();
}

} // namespace

int open_at(int folder, const std::string &name, int flags, mode_t mode) {
    return above_standard_streams(::openat(folder, name.c_str(), flags | O_CLOEXEC, mode));
}

Place::Place(const std::string &path) {
    std::string rest = path;
    int from = AT_FDCWD;
    try {
        for (int links = 0;; links++) {
            if (links > most_links) fail(ELOOP);
            const std::size_t slash = rest.rfind('/');
            name_ = rest.substr(slash == std::string::npos ? 0 : slash + 1);
            // The slash stays, for a root folder and for names that must be folders.
            const std::string folder = slash == std::string::npos ? "." : rest.substr(0, slash + 1);
            if (rest.empty()) fail(ENOENT);
            folder_ = open_at(from, folder, folder_flags);
            close_if_open(std::exchange(from, -1));
            if (folder_ < 0) fail(errno);
            if (name_.empty() || name_ == "." || name_ == "..") fail(EISDIR);
            own_descriptor_ = descriptor_of(folder_, name_);
            if (own_descriptor_) break;
            const auto status = status_at(folder_, name_, false);
            if (!status || !S_ISLNK(status->st_mode)) break;
            rest = link_at(folder_, name_);
            // Links of /proc lead to what may have no name: a pipe, say.
            if (exists(folder_, name_) && !exists(folder_, rest)) break;
            from = std::exchange(folder_, -1);
        }
        struct stat status;
        if (::fstat(folder_, &status) != 0) fail(errno);
        device_ = status.st_dev;
        inode_ = status.st_ino;
    } catch (...) {
        if (from != AT_FDCWD) close_if_open(from);
        close_if_open(folder_);
        throw;
    }
}

Place::Place(Place &&other) noexcept
    : folder_(std::exchange(other.folder_, -1)), name_(std::move(other.name_)), own_descriptor_(other.own_descriptor_),
      device_(other.device_), inode_(other.inode_) {}

Place::~Place() {
    close_if_open(folder_);
}

bool Place::operator==(const Place &other) const noexcept {
    return device_ == other.device_ && inode_ == other.inode_ && name_ == other.name_;
}

Replacement::Replacement(const std::string &path) : place_(path) {
    if (!open_directly()) open_beside();
}

Replacement::Replacement(Replacement &&other) noexcept
    : place_(std::move(other.place_)), temporary_(std::exchange(other.temporary_, {})),
      file_(std::exchange(other.file_, -1)) {}

Replacement::~Replacement() {
    close_if_open(file_);
    remove();
}

bool Replacement::open_directly() {
    if (const auto own = place_.own_descriptor()) {
        file_ = ::fcntl(*own, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    } else {
        const auto status = status_at(place_.folder(), place_.name(), true);
        if (!status || S_ISREG(status->st_mode)) return false;
        if (S_ISDIR(status->st_mode)) fail(EISDIR);
        file_ = open_at(place_.folder(), place_.name(), O_WRONLY);
    }
    if (file_ < 0) fail(errno);
    return true;
}

void Replacement::open_beside() {
    const auto old = status_at(place_.folder(), place_.name(), true);
    // No other user reads a file that may turn out to be private.
    const mode_t mode = old ? 0600 : 0666;
    for (int attempt = 0; file_ < 0 && attempt < 100; attempt++) {
        temporary_ = temporary_name();
        file_ = open_at(place_.folder(), temporary_, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (file_ < 0 && errno != EEXIST) break;
    }
    if (file_ < 0) fail(errno);
    try {
        if (old) take_over(file_, *old);
    } catch (...) {
        ::close(file_);
        remove();
        throw;
    }
}

void Replacement::remove() noexcept {
    if (!temporary_.empty() && place_.folder() >= 0) ::unlinkat(place_.folder(), temporary_.c_str(), 0);
    temporary_.clear();
}

void Replacement::sync() {
    if (!direct() && ::fsync(file_) != 0) fail(errno);
}

void Replacement::sync_folder() const noexcept {
    const int folder = open_at(place_.folder(), ".", O_RDONLY | O_DIRECTORY);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
}

void Replacement::close() {
    if (file_ < 0) return;
    const int result = ::close(std::exchange(file_, -1));
    if (result != 0 && errno != EINTR) fail(errno);
}

void Replacement::publish() {
    if (direct()) return;
    if (::renameat(place_.folder(), temporary_.c_str(), place_.folder(), place_.name().c_str()) != 0) fail(errno);
    temporary_.clear();
}

namespace {

// Two names change their files: what stood under the second can be put back. False where that cannot be done.
bool exchange(int folder, const std::string &one, const std::string &other) {
#ifdef RENAME_EXCHANGE
    return ::renameat2(folder, one.c_str(), folder, other.c_str(), RENAME_EXCHANGE) == 0;
#else
    static_cast<void>(folder), static_cast<void>(one), static_cast<void>(other);
    return false;
#endif
}

} // namespace

void Replacement::publish(std::span<Replacement *const> files) {
    struct Done {
        Replacement *file;
        std::string temporary; // where the old file is; nothing where there was none
    };
    std::vector<Done> done;
    done.reserve(files.size());
    for (Replacement *file : files) {
        if (file->direct()) continue;
        const Place &place = file->place_;
        if (files.size() > 1 && exchange(place.folder(), file->temporary_, place.name())) {
            done.push_back({file, std::exchange(file->temporary_, {})});
            continue;
        }
        const bool there = ::faccessat(place.folder(), place.name().c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
        try {
            file->publish();
        } catch (...) {
            while (!done.empty()) {
                const Done last = std::move(done.back());
                done.pop_back();
                const int folder = last.file->place_.folder();
                const char *name = last.file->place_.name().c_str();
                if (last.temporary.empty())
                    ::unlinkat(folder, name, 0);
                else
                    ::renameat(folder, last.temporary.c_str(), folder, name);
            }
            throw;
        }
        if (!there) done.push_back({file, {}});
    }
    for (const Done &last : done)
        if (!last.temporary.empty()) ::unlinkat(last.file->place_.folder(), last.temporary.c_str(), 0);
}

} // namespace scmp::files

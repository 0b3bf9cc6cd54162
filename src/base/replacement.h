// A file that takes another's place, whole or not at all. The scmp program uses it, too, so it needs nothing else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <system_error>

#include <sys/types.h>

namespace scmp::files {

// openat() with O_CLOEXEC, of which the descriptor is above 2: where a standard stream is closed, a file in its place
// would get what is printed, or be read as input. -1 and errno where it fails.
int open_at(int folder, const std::string &name, int flags, mode_t mode = 0);

// The place that a path leads to once every symbolic link is followed, there or not: a folder, held open, and a name in
// it. Names in /proc/self/fd (which /dev/stdout and /dev/fd/N lead to) are descriptors of this process.
class Place {
public:
    // Throws std::system_error: no such folder, a loop of links, a name that is too long, a folder in place of a file.
    explicit Place(const std::string &path);
    Place(Place &&other) noexcept;
    Place &operator=(Place &&) = delete;
    ~Place();

    int folder() const noexcept { return folder_; }
    const std::string &name() const noexcept { return name_; }
    std::optional<int> own_descriptor() const noexcept { return own_descriptor_; }
    // True where two paths are one file, or would be.
    bool operator==(const Place &other) const noexcept;

private:
    int folder_ = -1;
    std::string name_;
    std::optional<int> own_descriptor_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

// Output goes to a temporary file in the folder of the target; publish() gives it the target's name, and until then it
// goes with the object. Links stay: what they lead to is replaced. The new file has the permissions of the old one, and
// its owner and group as far as this process may give them; where not, no user gains a right. (Access control lists and
// extended attributes are not carried over.) A file that was not there obeys the umask.
//
// Files that are there and are not regular (a device, a pipe), and the process's own descriptors, are written directly.
// Descriptors are above 2. Every function that may fail throws std::system_error; EINTR only the constructor.
class Replacement {
public:
    explicit Replacement(const std::string &path);
    Replacement(Replacement &&other) noexcept;
    Replacement &operator=(Replacement &&) = delete;
    ~Replacement();

    int descriptor() const noexcept { return file_; }
    bool direct() const noexcept { return temporary_.empty(); }

    void sync();
    // Makes a rename last. Where a file system cannot do it the file is whole all the same, so that is no error.
    void sync_folder() const noexcept;
    void close();
    void publish(); // closed by then
    // All or none, as far as the file system can: what was renamed before a failure is put back.
    static void publish(std::span<Replacement *const> files);

private:
    bool open_directly();
    void open_beside();
    void remove() noexcept;

    Place place_;
    std::string temporary_; // a name in the target's folder
    int file_ = -1;
};

} // namespace scmp::files

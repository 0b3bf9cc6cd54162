// Makes folders, and takes them back; see folders.h.
#include "folders.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"

namespace cli {
namespace {

constexpr int most_links = 40; // as the kernel has it

} // namespace

Folders::Folders(const std::string &path) {
    try {
        make(path, 0);
    } catch (const std::system_error &error) {
        remove();
        fail(SCMP_ERROR_IO, "cannot make the folder ", path, ": ", error.code().message());
    }
}

Folders::~Folders() {
    remove();
}

void Folders::make(const std::string &path, int links) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode)) throw std::system_error(ENOTDIR, std::generic_category());
        return;
    }
    if (errno != ENOENT || links > most_links) throw std::system_error(errno, std::generic_category());
    std::filesystem::path folder = std::filesystem::path(path);
    if (!folder.has_filename()) folder = folder.parent_path(); // a slash at the end
    if (std::filesystem::is_symlink(folder)) {
        make((folder.parent_path() / std::filesystem::read_symlink(folder)).string(), links + 1);
        return;
    }
    if (folder.has_parent_path() && folder.parent_path() != folder) make(folder.parent_path().string(), links);
    // Another process may have been faster.
    if (::mkdir(folder.c_str(), 0777) == 0)
        made_.push_back(folder.string());
    else if (errno != EEXIST)
        throw std::system_error(errno, std::generic_category());
}

void Folders::remove() noexcept {
    for (; !made_.empty(); made_.pop_back()) ::rmdir(made_.back().c_str());
}

} // namespace cli

// Files and directories in memory that have a path, for what reads and writes files. Gone with the objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"

class MemoryFile {
public:
    MemoryFile(const std::uint8_t *data, std::size_t size) : descriptor_(memfd_create("fuzz", 0)) {
        require(descriptor_ >= 0, "memfd_create");
        require(write(descriptor_, data, size) == static_cast<ssize_t>(size), "write");
    }
    ~MemoryFile() { close(descriptor_); }
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

// In a file system of memory where there is one, since a file that is written is waited for until it is on disk.
class MemoryDirectory {
public:
    MemoryDirectory() {
        std::error_code ignored;
        const std::filesystem::path memory = "/dev/shm";
        const bool there = std::filesystem::is_directory(memory, ignored) && access(memory.c_str(), W_OK) == 0;
        path_ = (there ? memory : std::filesystem::temp_directory_path()) / "scmp-fuzz-XXXXXX";
        require(mkdtemp(path_.data()) != nullptr, "mkdtemp");
    }
    ~MemoryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    MemoryDirectory(const MemoryDirectory &) = delete;
    MemoryDirectory &operator=(const MemoryDirectory &) = delete;

    const std::string &path() const { return path_; }

private:
    std::string path_;
};

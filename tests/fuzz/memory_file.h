// A file in memory that has a path, for what reads files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"

// Gone with the object.
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

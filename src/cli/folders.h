// A folder for files that are still in the making.
#pragma once

#include <string>
#include <vector>

namespace cli {

// Makes a folder and those above it that are missing; a link that leads nowhere leads to it then. Those that it made go
// again with the object, unless keep() was called.
class Folders {
public:
    explicit Folders(const std::string &path);
    Folders(const Folders &) = delete;
    Folders &operator=(const Folders &) = delete;
    ~Folders();

    void keep() noexcept { made_.clear(); }

private:
    void make(const std::string &path, int links);
    void remove() noexcept;

    std::vector<std::string> made_;
};

} // namespace cli

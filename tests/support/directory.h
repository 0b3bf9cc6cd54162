// A temporary directory that goes, with what is in it, when it does.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/test.h"

namespace test {

class Directory {
public:
    Directory() : path_((std::filesystem::temp_directory_path() / "scmp-test-XXXXXX").string()) {
        check(mkdtemp(path_.data()) != nullptr, "no temporary directory");
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Directory(const Directory &) = delete;
    Directory &operator=(const Directory &) = delete;
    std::string operator/(const std::string &name) const { return path_ + "/" + name; }
    std::size_t files() const { return std::size_t(std::distance(std::filesystem::directory_iterator(path_), {})); }

private:
    std::string path_;
};

} // namespace test

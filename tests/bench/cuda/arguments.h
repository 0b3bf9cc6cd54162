// The command line of the CUDA benchmark.
#pragma once

#include <optional>
#include <string>
#include <vector>

struct Arguments {
    bool quick = false;
    std::string json; // empty: no file
};

// Nothing where the words are not a command line of it.
std::optional<Arguments> parse_arguments(const std::vector<std::string> &words);

// See arguments.h.
#include "arguments.h"

#include <cstddef>

std::optional<Arguments> parse_arguments(const std::vector<std::string> &words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); i++) {
        if (words[i] == "--quick")
            arguments.quick = true;
        else if (words[i] == "--json" && i + 1 < words.size() && !words[i + 1].empty())
            arguments.json = words[++i];
        else
            return std::nullopt;
    }
    return arguments;
}

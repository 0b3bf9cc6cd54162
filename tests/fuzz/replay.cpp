// Runs a fuzzer on the files of its corpus, without libFuzzer: what every test run does. Prints each file before it
// runs, and at the end how often each function of the library succeeded and failed.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "call.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

// Exactly as long as the file, so that AddressSanitizer sees its end.
void run(const std::string &name, std::string bytes) {
    bytes.shrink_to_fit();
    std::printf("input %s\n", name.c_str());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size());
}

} // namespace

int main(int argc, char **argv) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; i++) {
        if (std::filesystem::is_regular_file(argv[i])) {
            files.emplace_back(argv[i]);
            continue;
        }
        for (const auto &entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
    }
    if (files.empty()) {
        std::fprintf(stderr, "usage: %s FILE or FOLDER with files ...\n", argv[0]);
        return 2;
    }
    std::sort(files.begin(), files.end());
    run("nothing", {});
    for (const std::filesystem::path &path : files) {
        std::ifstream file(path, std::ios::binary);
        run(path.string(), {std::istreambuf_iterator<char>(file), {}});
        require(!file.bad(), "a corpus can be read");
    }
    for (const Tally &tally : tallies()) std::printf("calls %s %ld %ld\n", tally.name, tally.succeeded, tally.failed);
    std::printf("%zu inputs\n", files.size() + 1);
    return 0;
}

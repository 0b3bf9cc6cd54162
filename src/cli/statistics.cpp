// The library reads and writes statistics as files with a name; a pipe's bytes are given one in memory. See
// statistics.h.
#include "statistics.h"

#include <cerrno>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

#include "failure.h"
#include "files.h"

namespace cli {
namespace {

// D is below 2^31.
constexpr std::size_t longest_file = (std::size_t(1) << 34) + (std::size_t(1) << 16);

// A file without a folder, and a name under which this process can open it.
class MemoryFile {
public:
    MemoryFile() : descriptor_(::memfd_create("statistics", MFD_CLOEXEC)) {
        if (descriptor_ < 0)
            fail(SCMP_ERROR_IO, "cannot make a file in memory: ", std::generic_category().message(errno));
    }
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    int descriptor() const noexcept { return descriptor_; }
    std::string path() const { return text("/proc/self/fd/", descriptor_); }

private:
    int descriptor_;
};

} // namespace

Calibration load_statistics(scmp_ctx *ctx, const std::string &path, std::int64_t d) {
    Calibration calib;
    Input input(path);
    if (input.regular() && path != "-") {
        check(scmp_calib_load(ctx, path.c_str(), d, calib.out()));
        return calib;
    }
    const MemoryFile file;
    const std::string content = read_text(input, longest_file), name = file.path();
    write_all(file.descriptor(), content.data(), content.size(), "a file in memory");
    const scmp_status status = scmp_calib_load(ctx, name.c_str(), d, calib.out());
    if (status == SCMP_OK) return calib;
    std::string sentence = scmp_last_error();
    if (const std::size_t at = sentence.find(name); at != std::string::npos)
        sentence.replace(at, name.size(), input.path());
    throw Failure(status, sentence, exit_failed);
}

void save_statistics(const Calibration &calib, const std::string &path) {
    {
        Output out(path);
        if (out.direct()) {
            const MemoryFile file;
            check(scmp_calib_save(calib.get(), file.path().c_str()));
            out.write(read_text(file.path(), longest_file));
            commit(std::move(out));
            return;
        }
    }
    check(scmp_calib_save(calib.get(), path.c_str()));
}

} // namespace cli

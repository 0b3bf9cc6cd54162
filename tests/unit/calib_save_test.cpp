// Where scmp_calib_save puts its file: through links, over files with permissions, under long names, on full disks.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <csignal>

#include "support/directory.h"
#include "support/handles.h"
#include "support/npy.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;
namespace fs = std::filesystem;

namespace {

bool is_open(int file) {
    return ::fcntl(file, F_GETFD) >= 0;
}
bool streams_were_open_meanwhile = false;

} // namespace

// The library calls this one, while it has its file and folder open.
extern "C" int fsync(int file) {
    for (const int stream : {0, 1, 2})
        if (is_open(stream)) streams_were_open_meanwhile = true;
    return int(::syscall(SYS_fsync, file));
}

namespace {

Calib statistics(scmp_ctx *ctx, std::int64_t d = 5) {
    Calib calib;
    ok(scmp_calib_create(ctx, d, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
    return calib;
}

void save(const Calib &calib, const std::string &path) {
    ok(scmp_calib_save(calib, path.c_str()), "scmp_calib_save to " + path);
}

void write(const std::string &path, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    check(file >= 0 && ::write(file, "old", 3) == 3 && ::fchmod(file, mode) == 0 && ::close(file) == 0, path);
}

struct stat status(const std::string &path) {
    struct stat out {};
    check(::lstat(path.c_str(), &out) == 0, path);
    return out;
}

void links_stay() {
    const Ctx ctx = context();
    const Calib calib = statistics(ctx);
    const Directory directory;
    save(calib, directory / "plain");
    fs::create_directory(directory / "folder");
    fs::create_symlink("folder/link", directory / "first");
    fs::create_symlink("../folder/target", directory / "folder/link");
    for (const bool live : {false, true}) {
        if (live) fs::remove(directory / "folder/target"), write(directory / "folder/target", 0640);
        save(calib, directory / "first");
        check(fs::is_symlink(directory / "first") && fs::is_symlink(directory / "folder/link"), "a link is gone");
        check(read_text(directory / "folder/target") == read_text(directory / "plain"), "the target's content");
        check(std::distance(fs::directory_iterator(directory / "folder"), {}) == 2, "files beside the target");
        if (live) check((status(directory / "folder/target").st_mode & 07777) == 0640, "the target's mode");
    }
    fs::create_symlink("two", directory / "one");
    fs::create_symlink("one", directory / "two");
    fails(scmp_calib_save(calib, (directory / "one").c_str()), SCMP_ERROR_IO, {directory / "one"}, "a circle of links");
}

void permissions_stay() {
    const Ctx ctx = context();
    const Calib calib = statistics(ctx);
    const Directory directory;
    const std::string path = directory / "stats";
    for (const mode_t mode : {0600, 0640, 0444, 0666, 06755}) {
        fs::remove(path);
        write(path, mode);
        save(calib, path);
        check((status(path).st_mode & 07777) == (mode & 0777), format("mode %o", unsigned(mode)));
    }
    if (::geteuid() == 0) {
        check(::chown(path.c_str(), 4321, 1234) == 0, "chown");
        save(calib, path);
        check(status(path).st_uid == 4321 && status(path).st_gid == 1234, "owner and group");
    }
    for (const mode_t mask : {0022, 0077}) {
        fs::remove(path);
        const mode_t before = ::umask(mask);
        const scmp_status saved = scmp_calib_save(calib, path.c_str());
        ::umask(before);
        ok(saved, "scmp_calib_save");
        check((status(path).st_mode & 0777) == (0666 & ~mask), "a new file obeys the umask");
    }
}

void long_names_are_written() {
    const Ctx ctx = context();
    const Calib calib = statistics(ctx);
    const Directory directory;
    save(calib, directory / std::string(255, 'n'));
    fails(scmp_calib_save(calib, (directory / std::string(256, 'n')).c_str()), SCMP_ERROR_IO, {}, "256 bytes");
    std::string deep = directory / "deep";
    while (deep.size() < PATH_MAX - 300) deep += "/" + std::string(200, 'd');
    fs::create_directories(deep);
    save(calib, deep + "/" + std::string(PATH_MAX - 2 - deep.size(), 'n').substr(0, 255));
    check(directory.files() == 2, "files that nobody asked for");
}

// In a process of its own, because limits cannot be taken back. 0 where all is well.
template <class Body> int in_child(const Body &body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int code = -1;
    check(child > 0 && ::waitpid(child, &code, 0) == child, "fork");
    return code;
}

void a_limit_of_file_sizes_is_an_error() {
    const Ctx ctx = context();
    const Calib calib = statistics(ctx, 1000);
    const Directory directory;
    write(directory / "kept", 0640);
    const int code = in_child([&] {
        const rlimit limit{1000, 1000};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        for (const char *name : {"kept", "new"})
            if (scmp_calib_save(calib, (directory / name).c_str()) != SCMP_ERROR_IO) return 2;
        sigset_t pending, blocked;
        if (::sigpending(&pending) != 0 || ::sigismember(&pending, SIGXFSZ) != 0) return 3;
        return ::sigprocmask(SIG_BLOCK, nullptr, &blocked) == 0 && ::sigismember(&blocked, SIGXFSZ) == 0 ? 0 : 4;
    });
    check(code == 0, format("the child ended with %x", unsigned(code)));
    check(read_text(directory / "kept") == "old" && directory.files() == 1, "what a failed save leaves");
}

void closed_streams_stay_closed() {
    const Ctx ctx = context();
    const Calib calib = statistics(ctx);
    const Directory directory;
    const int code = in_child([&] {
        for (const int stream : {0, 1, 2}) ::close(stream);
        streams_were_open_meanwhile = false;
        if (scmp_calib_save(calib, (directory / "stats").c_str()) != SCMP_OK) return 1;
        if (streams_were_open_meanwhile) return 2; // what another thread prints would go into the file
        return is_open(0) || is_open(1) || is_open(2) ? 3 : 0;
    });
    check(code == 0, format("the child ended with %x", unsigned(code)));
    save(calib, directory / "again");
    check(read_text(directory / "stats") == read_text(directory / "again"), "the file's content");
}

} // namespace

int main(int argc, char **argv) {
    return run("calib_save",
               {
                   {"links stay, live and not", links_stay},
                   {"permissions of what is replaced stay", permissions_stay},
                   {"names and paths as long as they may be", long_names_are_written},
                   {"a limit of file sizes is an error, and leaves nothing", a_limit_of_file_sizes_is_an_error},
                   {"closed standard streams stay closed", closed_streams_stay_closed},
               },
               argc, argv);
}

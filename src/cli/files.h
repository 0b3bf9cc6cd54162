// Files as the verbs read and write them: whole or not at all, "-" for the standard streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../base/replacement.h"

namespace cli {

// Gives a standard stream that is closed something to be, before a file takes its number: reading and writing fail.
void open_standard_streams();

// A file, pipe or the standard input that is read once from front to back.
class Input {
public:
    explicit Input(const std::string &path); // "-": standard input
    Input(const Input &) = delete;
    Input &operator=(const Input &) = delete;
    ~Input();

    // Reads up to `size` bytes; fewer only at the end.
    std::size_t read(void *data, std::size_t size);

    // Bytes that are left; nothing where only reading on can tell (a pipe).
    std::optional<std::uint64_t> remaining() const;

    bool regular() const noexcept { return regular_; }
    const std::string &path() const noexcept { return path_; }

private:
    std::string path_;
    int file_ = -1;
    bool regular_ = false;
};

// All of a file of at most `limit` bytes.
std::string read_text(const std::string &path, std::size_t limit);

// All of an open one.
std::string read_text(Input &input, std::size_t limit);

// Writes all of it; `name` is for the sentence about a failure.
void write_all(int descriptor, const void *data, std::size_t size, const std::string &name);

// A file in the making, that commit() makes visible; gone if it is never committed. What is no regular file (a device,
// a pipe, "-" for the standard output) is written directly.
class Output {
public:
    explicit Output(const std::string &target);

    void write(const void *data, std::size_t size);
    void write(std::string_view text) { write(text.data(), text.size()); }

    bool direct() const noexcept { return !file_ || file_->direct(); }

private:
    friend void close(std::vector<Output> &outputs);
    friend void commit(std::vector<Output> &outputs);

    std::string target_;
    std::optional<scmp::files::Replacement> file_; // none: standard output
};

// Nothing more is written: what may still fail but for the names fails here.
void close(std::vector<Output> &outputs);

// Makes files visible under their names, all or none.
void commit(std::vector<Output> &outputs);
void commit(Output output);

// "-", or a name of the same descriptor.
bool is_standard_output(const std::string &target);

// Refuses two outputs of one name, and more than one that goes to standard output; "" is none.
void check_outputs(const std::vector<std::string> &targets);

// Refuses more than one input that is standard input.
void check_inputs(const std::vector<std::string> &paths);

} // namespace cli

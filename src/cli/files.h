// Files as the verbs read and write them: whole or not at all, "-" for the standard streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

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

    const std::string &path() const noexcept { return path_; }

private:
    std::string path_;
    int file_ = -1;
    bool regular_ = false;
};

// All of a file of at most `limit` bytes.
std::string read_text(const std::string &path, std::size_t limit);

// A file in the making: a temporary file beside its target until commit() renames it; gone if it is never committed.
// What is no regular file (a device, a pipe, "-" for the standard output) is written directly.
class Output {
public:
    explicit Output(const std::string &target);
    Output(Output &&other) noexcept;
    Output &operator=(Output &&) = delete;
    ~Output();

    void write(const void *data, std::size_t size);
    void write(std::string_view text) { write(text.data(), text.size()); }

private:
    friend void commit(std::vector<Output> &outputs);
    void close();

    std::string target_, temporary_; // temporary_ is empty where the target is written directly
    int file_ = -1;
    bool owned_ = true;
};

// Makes files visible under their names: first everything is on its way to the disk, then everything is renamed.
void commit(std::vector<Output> &outputs);
void commit(Output output);

// Refuses two outputs of one name, and more than one that goes to standard output; "" is none.
void check_outputs(const std::vector<std::string> &targets);

} // namespace cli

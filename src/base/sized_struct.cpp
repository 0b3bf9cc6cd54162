// Reads and writes structs of programs that may be older or newer than the library.
#include "base/sized_struct.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace scmp {
namespace {

// No version of a struct is ever this large: a larger size is memory that was never initialised.
constexpr std::size_t most_bytes = 4096;

std::size_t size_member(const void *sized) noexcept {
    std::size_t size = 0;
    std::memcpy(&size, sized, sizeof size);
    return size;
}

} // namespace

void init_sized_bytes(void *out, std::size_t size, const void *defaults, const SizedType &type) noexcept {
    if (out == nullptr || size < sizeof size) return;
    std::memset(out, 0, size);
    std::memcpy(out, defaults, std::min(size, type.known));
    std::memcpy(out, &size, sizeof size);
}

void check_sized_bytes(const void *given, const char *name, const SizedType &type) {
    const std::size_t size = size_member(given);
    if (size < type.first || size > most_bytes)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s has size %zu, which no version of %s has: call %s_init first", name, size,
             type.name, type.name);
}

void read_sized_bytes(const void *given, const char *name, void *into, const SizedType &type) {
    check_sized_bytes(given, name, type);
    const std::size_t size = size_member(given);
    const auto *bytes = static_cast<const std::byte *>(given);
    for (std::size_t i = type.known; i < size; i++)
        if (bytes[i] != std::byte{0})
            fail(SCMP_ERROR_UNSUPPORTED,
                 "%s is a %s of %zu bytes, libscmp %s knows %zu of them, and byte %zu is not 0: it needs a later "
                 "library",
                 name, type.name, size, scmp_version(), type.known, i);
    std::memcpy(into, given, std::min(size, type.known));
    std::memcpy(into, &type.known, sizeof type.known);
}

const void *sized_entry(const void *array, const char *name, std::size_t index, const SizedType &type) {
    char first[64];
    std::snprintf(first, sizeof first, "%s[0]", name);
    check_sized_bytes(array, first, type);
    const std::size_t distance = size_member(array);
    const auto *entry = static_cast<const std::byte *>(array) + index * distance;
    if (size_member(entry) != distance || distance % sizeof distance != 0)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s[%zu] has size %zu, %s[0] has %zu: call %s_init first", name, index,
             size_member(entry), name, distance, type.name);
    return entry;
}

void write_sized_bytes(void *out, const void *value, const SizedType &type) noexcept {
    const std::size_t both = std::min(size_member(out), type.known);
    std::memcpy(static_cast<std::byte *>(out) + sizeof both, static_cast<const std::byte *>(value) + sizeof both,
                both - sizeof both);
}

} // namespace scmp

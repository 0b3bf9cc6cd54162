// Structs of the public interface that begin with their own size and grow at their end.
//
// A program and the library may come from different versions. The program's _init hands in the size that its header
// has, the library keeps that size in the struct, and reads and writes only what both know:
//
//   program older: members that it lacks keep the library's defaults, and are not written
//   program newer: what the library does not know must be 0, which means "not asked for" in every version
//
// A member is added at the end only, with 0 as the value that changes nothing, and without padding behind it.
#pragma once

#include <cstddef>

#include "scmp/scmp.h"
#include "scmp/scmp_model.h"

namespace scmp {

// `first`: the bytes of the struct in the first version that had it, which no program is below.
struct SizedType {
    const char *name;
    std::size_t first, known;
};
template <class Struct> inline constexpr SizedType sized_type{};
#define SCMP_SIZED_STRUCT(type, first)                                                                                 \
    template <> inline constexpr SizedType sized_type<type> {                                                          \
#type, first, sizeof(type)                                                                                     \
    }
SCMP_SIZED_STRUCT(scmp_ctx_options, 120);
SCMP_SIZED_STRUCT(scmp_generator, 56);
SCMP_SIZED_STRUCT(scmp_config_desc, 72);
SCMP_SIZED_STRUCT(scmp_report, 152);
SCMP_SIZED_STRUCT(scmp_matmul_options, 72);
SCMP_SIZED_STRUCT(scmp_call, 24);
SCMP_SIZED_STRUCT(scmp_quantized, 56);
SCMP_SIZED_STRUCT(scmp_trace, 88);
SCMP_SIZED_STRUCT(scmp_divergence, 64);
SCMP_SIZED_STRUCT(scmp_accumulator, 24);
SCMP_SIZED_STRUCT(scmp_table_error, 56);
SCMP_SIZED_STRUCT(scmp_score_weights, 48);
#undef SCMP_SIZED_STRUCT

// Each takes any sized struct; the templates below are what callers use.
void init_sized_bytes(void *out, std::size_t size, const void *defaults, const SizedType &type) noexcept;
void check_sized_bytes(const void *given, const char *name, const SizedType &type);
void read_sized_bytes(const void *given, const char *name, void *into, const SizedType &type);
void write_sized_bytes(void *out, const void *value, const SizedType &type) noexcept;
const void *sized_entry(const void *array, const char *name, std::size_t index, const SizedType &type);

// Fills a program's struct of `size` bytes: all of it becomes 0, then what both know gets its default. NULL is ignored.
template <class Struct> void init_sized(Struct *out, std::size_t size, const Struct &defaults) noexcept {
    init_sized_bytes(out, size, &defaults, sized_type<Struct>);
}

// INVALID_ARGUMENT where the struct was not initialised. `name` is the argument's.
template <class Struct> void check_sized(const Struct *given, const char *name) {
    check_sized_bytes(given, name, sized_type<Struct>);
}

// A program's struct over the defaults in `into`; NULL leaves those. Throws INVALID_ARGUMENT where it was not
// initialised, and UNSUPPORTED where it asks for something that this library does not know.
template <class Struct> void read_sized(const Struct *given, const char *name, Struct &into) {
    if (given != nullptr) read_sized_bytes(given, name, &into, sized_type<Struct>);
}

// Reads entry `index` of a program's array likewise. Its entries are as far apart as the size of the first one says.
template <class Struct> void read_sized_entry(const Struct *array, const char *name, std::size_t index, Struct &into) {
    read_sized_bytes(sized_entry(array, name, index, sized_type<Struct>), name, &into, sized_type<Struct>);
}

// Writes what both know; the size and what lies beyond stay. The struct has been checked; NULL is ignored.
template <class Struct> void write_sized(Struct *out, const Struct &value) noexcept {
    if (out != nullptr) write_sized_bytes(out, &value, sized_type<Struct>);
}

} // namespace scmp

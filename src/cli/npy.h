// Reads and writes .npy files (NumPy enhancement proposal 1): versions 1 to 3, both byte orders, C and Fortran order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "files.h"
#include "scmp/scmp.h"

namespace cli {

struct FreeMemory {
    void operator()(void *memory) const noexcept { std::free(memory); }
};

// An array with the memory that its view shows.
struct Array {
    std::unique_ptr<std::byte, FreeMemory> memory;
    scmp_tensor view{};

    template <class T> T *as() const noexcept { return reinterpret_cast<T *>(memory.get()); }
};

// A file as it stands: Fortran order becomes strides, not a copy. Half, single and double floats and signed integers
// (and u1) are read; everything else is an error, found before memory of the announced size is asked for.
Array read_npy(const std::string &path);

// A C-order array whose elements are not initialised. Sizes are not negative.
Array make_array(scmp_dtype dtype, const std::vector<std::int64_t> &shape);

// Writes a C-order array; any dtype but BF16, which .npy has no name for.
void write_npy(Output &output, const Array &array);

// A whole file with the elements in C order, however the array has them.
std::string npy_text(const Array &array);

// Number of elements of a view that make_array or read_npy made.
std::size_t element_count(const scmp_tensor &view);

std::vector<std::int64_t> shape_of(const scmp_tensor &view);

// A shape as Python writes it: "(2, 3)", "(5,)", "()".
std::string shape_text(const scmp_tensor &view);

} // namespace cli

// Holds a kernel against a sample.
#pragma once

#include "kernel_list.h"
#include "sample.h"

namespace kernels {

// Whether the kernel takes on a product like the index-th sample of a group; a slow one does not get all the large
// ones.
bool suits(const Listed &listed, const Sample &sample, std::size_t index);

// With prepared tables and without, with scratch, sums and the gaps between rows full of this and of that. Throws
// test::Failure with the first difference.
void check_kernel(const Listed &listed, const Sample &sample);

} // namespace kernels

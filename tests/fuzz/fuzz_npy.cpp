// Any bytes as a .npy file: refused with a sentence, or an array that is no larger than the file.
#include "../../src/cli/failure.h"
#include "../../src/cli/npy.h"
#include "bytes.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const MemoryFile file(data, size);
    try {
        const cli::Array array = cli::read_npy(file.path());
        const std::size_t bytes = cli::element_count(array.view) * scmp_dtype_size(array.view.dtype);
        require(bytes <= size, "elements come from the file");
        unsigned sum = 0; // AddressSanitizer watches every one
        for (std::size_t i = 0; i < bytes; i++) sum += array.as<std::uint8_t>()[i];
        require(sum <= 255 * bytes, "bytes are bytes");
    } catch (const cli::Failure &failure) {
        require(failure.what()[0] != '\0', "an error has a sentence");
    }
    return 0;
}

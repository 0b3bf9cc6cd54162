// Any bytes as the manifest of an export: refused with a sentence, or options with every word known.
#include "../../src/cli/failure.h"
#include "../../src/cli/manifest.h"
#include "bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    try {
        const cli::Manifest manifest = cli::parse_manifest("manifest", {reinterpret_cast<const char *>(data), size});
        require(manifest.options.values.size == sizeof manifest.options.values, "options are initialised");
        require(manifest.file_format == "memh" || manifest.file_format == "csv" || manifest.file_format == "npy",
                "a known format");
    } catch (const cli::Failure &failure) {
        require(failure.what()[0] != '\0', "an error has a sentence");
        require(failure.status() == SCMP_ERROR_FORMAT, "bad text is FORMAT");
    }
    return 0;
}

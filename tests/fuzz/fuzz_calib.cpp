// Any bytes as a calibration file: refused, or statistics that are finite and can be merged and written.
#include <cmath>
#include <vector>

#include "bytes.h"
#include "memory_file.h"
#include "scmp/scmp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static scmp_ctx *ctx = [] {
        scmp_ctx *made = nullptr;
        require(scmp_ctx_create(nullptr, &made) == SCMP_OK, "a context can be created");
        return made;
    }();
    const MemoryFile file(data, size);
    scmp_calib *calib = nullptr;
    const scmp_status status = scmp_calib_load(ctx, file.path().c_str(), SCMP_NOT_GIVEN, &calib);
    if (status != SCMP_OK) {
        require(calib == nullptr, "an error leaves the output as it was");
        require(status == SCMP_ERROR_FORMAT || status == SCMP_ERROR_IO || status == SCMP_ERROR_OUT_OF_MEMORY,
                "a bad file is FORMAT");
        return 0;
    }
    std::vector<double> act(static_cast<std::size_t>(scmp_calib_d(calib)));
    const scmp_tensor view = scmp_tensor_1d(SCMP_F64, act.data(), scmp_calib_d(calib));
    require(scmp_calib_act_scales(calib, &view) == SCMP_OK, "statistics that were read can be looked at");
    for (const double value : act) require(std::isfinite(value) && value >= 0, "maxima are finite and not negative");
    require(scmp_calib_merge(calib, calib) == SCMP_OK, "and merged");
    scmp_calib_destroy(&calib);
    return 0;
}

// Any bytes as a calibration file: refused, or statistics that are finite and survive being merged, written and read.
#include <cmath>
#include <vector>

#include "call.h"
#include "memory_file.h"

namespace {

std::vector<double> maxima(const scmp_calib *calib) {
    std::vector<double> act(static_cast<std::size_t>(scmp_calib_d(calib)));
    const scmp_tensor view = scmp_tensor_1d(SCMP_DTYPE_F64, act.data(), scmp_calib_d(calib));
    require(CALL(scmp_calib_act_scales, calib, &view) == SCMP_OK, "statistics that were read can be looked at");
    for (const double value : act) require(std::isfinite(value) && value >= 0, "maxima are finite and not negative");
    return act;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static scmp_ctx *ctx = [] {
        scmp_ctx *made = nullptr;
        require(CALL(scmp_ctx_create, nullptr, &made) == SCMP_OK, "a context can be created");
        return made;
    }();
    const MemoryFile file(data, size);
    scmp_calib *calib = nullptr;
    const scmp_status status = CALL(scmp_calib_load, ctx, file.path().c_str(), SCMP_NOT_GIVEN, &calib);
    if (status != SCMP_OK) {
        require(calib == nullptr, "an error leaves the output as it was");
        require(status == SCMP_ERROR_FORMAT || status == SCMP_ERROR_OUT_OF_MEMORY, "a bad file is FORMAT");
        return 0;
    }
    const std::vector<double> read = maxima(calib);
    const MemoryDirectory directory;
    const std::string path = directory.path() + "/calib";
    require(CALL(scmp_calib_save, calib, path.c_str()) == SCMP_OK, "and written");
    scmp_calib *again = nullptr;
    require(CALL(scmp_calib_load, ctx, path.c_str(), scmp_calib_d(calib), &again) == SCMP_OK, "and read again");
    require(scmp_calib_rows(again) == scmp_calib_rows(calib) && scmp_calib_dtype(again) == scmp_calib_dtype(calib) &&
                maxima(again) == read,
            "and are the same");
    require(CALL(scmp_calib_merge, calib, again) == SCMP_OK, "and merged");
    require(maxima(calib) == read, "which changes no maximum, of the same ones");
    scmp_calib_destroy(&again);
    scmp_calib_destroy(&calib);
    return 0;
}

// The stages on a device against the CPU: random calls whose tensors are anywhere, the same for a GPU and for the
// device that tests have on the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/handles.h"
#include "support/stages.h"

namespace test {

// Memory of the device that a context runs on.
class DeviceMemory {
public:
    virtual ~DeviceMemory() = default;
    virtual std::int32_t device() const = 0; // SCMP_DEVICE_CUDA_0 + i
    // Bytes on the device, which are there as long as what this returns.
    virtual std::shared_ptr<std::byte> put(const std::vector<std::byte> &bytes) = 0;
    virtual void get(const std::byte *from, std::vector<std::byte> &bytes) = 0;
};

using Views = std::vector<const scmp_tensor *>;

// A call of the C interface; an array that is absent is a NULL.
struct Call {
    std::string what;
    std::vector<Array> inputs, outputs; // outputs as they are before
    std::function<scmp_status(scmp_ctx *ctx, const Views &in, const Views &out)> run;
    int in_place = -1; // the input that output 0 is, too; such a pair has the same values
};

// Status, sentence and outputs of one call.
struct Answer {
    scmp_status status;
    std::string sentence; // of an error
    std::vector<Array> outputs;
};
Answer answer(scmp_ctx *ctx, const Call &call);
// With tensors anywhere, host memory or the device's, with any strides. Fails where bytes between elements are written.
Answer answer(scmp_ctx *ctx, const Call &call, DeviceMemory &memory, Random &random);
void same(const Answer &got, const Answer &want, const std::string &what);

// Random calls, some of which must fail.
Call random_apply(Random &random);
Call random_scales_from(Random &random);
Call random_ranges(Random &random, const Product &product, const Resolved &resolved);
Call random_quantize(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved);
Call random_count(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved);
Call random_dequantize(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved);

// Any of these, `number` times, on `ctx` against `cpu`. Calls `after` when one is done.
void compare_stages(scmp_ctx *ctx, scmp_ctx *cpu, DeviceMemory &memory, const std::string &name, int number,
                    const std::function<void()> &after);

// Statistics that observe some tensors and say what they found, likewise.
void compare_calibrations(scmp_ctx *ctx, scmp_ctx *cpu, DeviceMemory &memory, const std::string &name, int number,
                          const std::function<void()> &after);

} // namespace test

// Counts the references to configurations.
#include "streams/shared_config.h"

#include "base/handle.h"

namespace scmp::streams {

void release_config(const scmp_config *config) noexcept {
    if (config != nullptr && config->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        destroy_handle(const_cast<scmp_config *>(config));
}

ConfigRef::ConfigRef(const scmp_config *config) noexcept : config_(config) {
    if (config_ != nullptr) config_->references.fetch_add(1, std::memory_order_relaxed);
}

ConfigRef::~ConfigRef() {
    release_config(config_);
}

} // namespace scmp::streams

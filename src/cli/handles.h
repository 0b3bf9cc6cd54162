// Library handles that destroy themselves.
#pragma once

#include <utility>

#include "scmp/scmp.h"

namespace cli {

template <class T, void (*destroy)(T **)> class Handle {
public:
    Handle() = default;
    Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Handle() { destroy(&handle_); }

    T *get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    // The address that a create function writes its result to; only while there is none.
    T **out() noexcept { return &handle_; }

private:
    T *handle_ = nullptr;
};

using Context = Handle<scmp_ctx, scmp_ctx_destroy>;
using Config = Handle<scmp_config, scmp_config_destroy>;
using Calibration = Handle<scmp_calib, scmp_calib_destroy>;

} // namespace cli

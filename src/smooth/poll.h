// How long work asks whether it should go on.
#pragma once

namespace scmp::smooth {

// Called every few megabytes; ends the work by throwing.
struct Poll {
    void (*call)(void *user) = nullptr;
    void *user = nullptr;

    void operator()() const {
        if (call != nullptr) call(user);
    }
};

} // namespace scmp::smooth

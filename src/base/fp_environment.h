// The floating-point environment that the arithmetic needs: round to nearest even, gradual underflow, no traps.
#pragma once

#include <cfenv>

namespace scmp {

// Installs it for its lifetime and puts back what was there, exception flags included. Out of line, so that no
// floating-point operation is moved across it.
class FpEnvironment {
public:
    FpEnvironment() noexcept;
    ~FpEnvironment();
    FpEnvironment(const FpEnvironment &) = delete;
    FpEnvironment &operator=(const FpEnvironment &) = delete;

private:
    std::fenv_t saved_;
};

} // namespace scmp

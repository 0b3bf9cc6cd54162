// Saves, sets and restores the floating-point environment.
#include "base/fp_environment.h"

namespace scmp {

// The default environment of C has subnormals on as well: on x86 it clears MXCSR's FTZ and DAZ bits.
FpEnvironment::FpEnvironment() noexcept {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
}

FpEnvironment::~FpEnvironment() {
    std::fesetenv(&saved_);
}

} // namespace scmp

// Asks CPUID and XCR0.
#include "backend/processor.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace scmp {

Processor this_processor() noexcept {
    Processor found;
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) != 0) found.leaf1_ecx = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) {
        found.leaf7_ebx = b;
        found.leaf7_ecx = c;
    }
    if ((found.leaf1_ecx >> cpuid::osxsave & 1U) != 0) { // else XGETBV is no instruction
        unsigned low = 0, high = 0;
        __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        found.xcr0 = std::uint64_t(high) << 32 | low;
    }
#endif
    return found;
}

} // namespace scmp

// Ctrl-C and the other signals that end a program: a verb finds out at its next check, and leaves no half file.
#pragma once

namespace cli {

// From here on signals that end a program only set a flag, and a closed pipe or a file that may not grow is a write
// error.
void catch_signals();

// True once one of those signals has come.
bool cancelled() noexcept;

// Throws SCMP_ERROR_CANCELLED once one has.
void check_cancelled();

} // namespace cli

// Any bytes as the state of a search: refused with a sentence, or a state that survives being written and read again.
#include "../../src/cli/failure.h"
#include "../../src/cli/search/state.h"
#include "bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    // The last byte picks the width, so that a state file is an input as it is.
    const int sc_prec = size == 0 ? 8 : Bytes(data + size - 1, 1).pick({8, 1, 2, 4, 7, 10});
    try {
        const std::string text(reinterpret_cast<const char *>(data), size);
        const cli::search::State state = cli::search::parse_state("state", text, sc_prec);
        require(state.best.size() <= cli::search::most_found, "no more than are kept");
        for (const cli::search::Found &found : state.best) {
            require(found.candidate.seeds.size() == std::size_t(sc_prec), "a seed for each bit");
            require(found.candidate.start < 1U << sc_prec, "a start of this width");
        }
        const std::string written = cli::search::state_text(state);
        require(cli::search::state_text(cli::search::parse_state("state", written, sc_prec)) == written,
                "written, read, written alike");
    } catch (const cli::Failure &failure) {
        require(failure.what()[0] != '\0', "an error has a sentence");
        require(failure.status() == SCMP_ERROR_FORMAT, "bad text is FORMAT");
    }
    return 0;
}

// The list of generator types.
#include "streams/generator_type.h"

#include <algorithm>

#include "streams/lfsr.h"
#include "streams/mt19937.h"
#include "streams/sobol.h"

namespace scmp::streams {
namespace {

constexpr const GeneratorType *types[] = {&sobol_type, &lfsr_type, &mt19937_type};

template <class Is> const GeneratorType *find_if(Is &&is) noexcept {
    const auto *found = std::find_if(std::begin(types), std::end(types), is);
    return found == std::end(types) ? nullptr : *found;
}

} // namespace

std::span<const GeneratorType *const> generator_types() noexcept {
    return types;
}

const GeneratorType *find_type(scmp_generator_type id) noexcept {
    return find_if([&](const GeneratorType *type) { return type->id == id; });
}

const GeneratorType *find_type(std::string_view name) noexcept {
    return find_if([&](const GeneratorType *type) { return type->name == name; });
}

const GeneratorType &type_of(const Generator &generator) noexcept {
    return *find_type(generator.type);
}

} // namespace scmp::streams

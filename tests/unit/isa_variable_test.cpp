// SCMP_CPU stands in for the context option isa where that is not given. Meson sets it to a name that is none.
#include "support/handles.h"
#include "support/test.h"

namespace {

using namespace test;

void the_variable_stands_in() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    Ctx ctx;
    fails(scmp_ctx_create(&options, &ctx.pointer), SCMP_ERROR_UNSUPPORTED, {"SCMP_CPU = abacus"}, "not given");
    fails(scmp_ctx_create(nullptr, &ctx.pointer), SCMP_ERROR_UNSUPPORTED, {"SCMP_CPU = abacus"}, "no options");
    check(ctx == nullptr, "a handle after an error");
}

void the_option_wins() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.isa = "portable";
    Ctx portable;
    ok(scmp_ctx_create(&options, portable.out()), "portable");
    check(std::string(scmp_ctx_isa(portable)) == "portable", "the instruction set that was asked for");
    options.isa = "";
    Ctx fastest;
    ok(scmp_ctx_create(&options, fastest.out()), "the library's own choice");
    options.isa = "slide rule";
    Ctx none;
    fails(scmp_ctx_create(&options, &none.pointer), SCMP_ERROR_UNSUPPORTED, {"isa = slide rule"}, "another name");
}

} // namespace

int main(int argc, char **argv) {
    return run("isa_variable",
               {
                   {"SCMP_CPU stands in for the option isa", the_variable_stands_in},
                   {"the option wins over the variable", the_option_wins},
               },
               argc, argv);
}

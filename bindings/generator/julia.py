"""Writes the Julia module LibSCMP: constants, structs and functions of the header, and the test of their layout."""

from __future__ import annotations

from typing import Any

from text import NOTICE, Type, documentation, item, short, wrap

WIDTH = 112
NUMBERS = {
    "int8_t": "Int8",
    "uint8_t": "UInt8",
    "int16_t": "Int16",
    "int32_t": "Int32",
    "uint32_t": "UInt32",
    "int64_t": "Int64",
    "uint64_t": "UInt64",
    "size_t": "Csize_t",
    "double": "Cdouble",
    "float": "Cfloat",
    "void": "Cvoid",
    "char": "UInt8",
}
# Parameter and field names that are keywords in Julia.
RESERVED = {name: name + "_" for name in ("begin", "end", "function", "module", "global", "local", "let", "quote")}

LOADER = '''
const _handle = Ref{Ptr{Cvoid}}(C_NULL)

"""
    load!(path)

Opens the shared library; every function of this module then calls into it.
"""
function load!(path::AbstractString)
    # Not RTLD_DEEPBIND, the default: where Julia came with another unwinder than libgcc's (Debian's did), the library
    # would throw its C++ exceptions with one and catch them with the other.
    _handle[] = Libdl.dlopen(path, Libdl.RTLD_NOW | Libdl.RTLD_LOCAL)
    return nothing
end

_symbol(name::Symbol) =
    _handle[] == C_NULL ? error("libscmp is not loaded: call LibSCMP.load! first") : Libdl.dlsym(_handle[], name)

"""
    with(x; fields...)

A copy of a struct of this module with some fields replaced: `with(options; stoc_len = 128)`.
"""
function with(x::T; fields...) where {T}
    for name in keys(fields)
        name in fieldnames(T) || throw(ArgumentError("$T has no field $name"))
    end
    return T((get(fields, name, getfield(x, name)) for name in fieldnames(T))...)
end

"""
    initialised(T) -> Ref{T}

A struct of this module that begins with its size, with its defaults, as large as this module knows it.
"""
function initialised(::Type{T}) where {T}
    made = Ref{T}()
    ccall(_symbol(Symbol(nameof(T), :_init_sized)), Cvoid, (Ptr{T}, Csize_t), made, sizeof(T))
    return made
end
'''.strip("\n")


def docstring(head: str, lines: list[str]) -> list[str]:
    body = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').replace("$", "\\$") for line in lines]
    return ['"""', f"    {head}", "", *body, '"""']


class Julia:
    def __init__(self, api: dict[str, Any]) -> None:
        self.api = api
        self.callbacks = {entry["name"] for entry in api["callbacks"]}

    def kind(self, text: str) -> str:
        kind = Type.parse(text)
        name = "Ptr{Cvoid}" if kind.base in self.callbacks else NUMBERS.get(kind.base, kind.base)
        for _ in range(kind.pointers):
            name = f"Ptr{{{name}}}"
        return f"NTuple{{{kind.count}, {name}}}" if kind.count else name

    def argument(self, params: list[dict[str, Any]], index: int) -> str:
        """A text that ends with a zero is a Cstring; one with its length behind it is bytes."""
        text = params[index]["type"]
        counted = index + 1 < len(params) and params[index + 1]["type"] == "size_t"
        return "Cstring" if text == "const char *" and not counted else self.kind(text)

    def module(self) -> str:
        out = [
            '"""',
            "The C interface of libscmp, as it stands in scmp.h: constants, structs and functions, nothing safe.",
            "",
            NOTICE,
            '"""',
            "module LibSCMP",
            "",
            "import Libdl",
            "",
            *LOADER.splitlines(),
            "",
            '"Version of the header that these declarations were written from."',
            f'const HEADER_VERSION = v"{self.api["version"]}"',
        ]
        for entry in self.api["constants"]:
            value = entry["value"] if isinstance(entry["value"], float) else f"Int32({entry['value']})"
            out += [
                "",
                *docstring(entry["name"], documentation(entry, WIDTH)),
                f"const {entry['name']} = {value}",
            ]
        for entry in self.api["enums"]:
            out += [
                "",
                *docstring(entry["name"], documentation(entry, WIDTH)),
                f"const {entry['name']} = Int32",
            ]
            for value in entry["values"]:
                comment = f" # {short(value['text'])}" if value["text"] else ""
                out += [f"const {value['name']} = {entry['name']}({value['value']}){comment}"]
        for entry in self.api["handles"]:
            out += [
                "",
                *docstring(entry["name"], documentation(entry, WIDTH)),
                f"mutable struct {entry['name']} end",
            ]
        for entry in self.api["callbacks"]:
            names = ", ".join(param["name"] for param in entry["params"])
            types = ", ".join(self.kind(param["type"]) for param in entry["params"])
            made = f"Make one with `@cfunction(f, {self.kind(entry['type'])}, ({types}))`."
            lines = [*documentation(entry, WIDTH), "", *wrap(made, WIDTH)]
            out += [
                "",
                *docstring(f"{entry['name']}: ({names}) -> {entry['type']}", lines),
                f"const {entry['name']} = Ptr{{Cvoid}}",
            ]
        for entry in self.api["structs"]:
            out += self.struct(entry)
        for entry in self.api["functions"]:
            out += self.function(entry)
        return "\n".join([*out, "", "end # module", ""])

    def struct(self, entry: dict[str, Any]) -> list[str]:
        lines = documentation(entry, WIDTH)
        lines += ["", "# Fields", ""]
        for field in entry["fields"]:
            name = RESERVED.get(field["name"], field["name"])
            lines += item(f"`{name}`: ", short(field["text"]), WIDTH)
        out = ["", *docstring(entry["name"], lines), f"struct {entry['name']}"]
        for field in entry["fields"]:
            out += [f"    {RESERVED.get(field['name'], field['name'])}::{self.kind(field['type'])}"]
        return [*out, "end"]

    def function(self, entry: dict[str, Any]) -> list[str]:
        params = entry["params"]
        names = ", ".join(RESERVED.get(param["name"], param["name"]) for param in params)
        types = ", ".join(self.argument(params, index) for index in range(len(params)))
        types += "," if len(params) == 1 else ""
        result = "Cstring" if entry["type"] == "const char *" else self.kind(entry["type"])
        start, end = f"    ccall(_symbol(:{entry['name']}), {result},", f" {names})" if names else ")"
        body = [f"{start} ({types}){',' if names else ''}{end}"]
        if len(body[0]) > 120:
            body = [start, f"          ({types}),", f"         {end}"]
        head = f"{entry['name']}({names})"
        lines = documentation(entry, WIDTH)
        return ["", *docstring(f"{head} -> {entry['type']}", lines), f"{head} =", *body]

    def layout_test(self) -> str:
        out = [
            "# Sizes and offsets of the structs are those of the C compiler: bindings/generated/layout_test.c asks it.",
            f"# {NOTICE}",
            "",
            '@testset "layout of the structs" begin',
        ]
        for entry in self.api["structs"]:
            name = f"LibSCMP.{entry['name']}"
            offsets = ", ".join(str(field["offset"]) for field in entry["fields"])
            out += [f"    @test isbitstype({name})", f"    @test sizeof({name}) == {entry['size']}"]
            out += [f"    @test Base.datatype_alignment({name}) == {entry['align']}"]
            out += [f"    @test [fieldoffset({name}, i) for i in 1:fieldcount({name})] == [{offsets}]"]
        return "\n".join([*out, "end", ""])


def emit(api: dict[str, Any]) -> dict[str, str]:
    julia = Julia(api)
    return {
        "bindings/julia/SCMP/src/generated/LibSCMP.jl": julia.module(),
        "bindings/julia/SCMP/test/generated/layout.jl": julia.layout_test(),
    }

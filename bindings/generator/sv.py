"""Writes the SystemVerilog package scmp_dpi, and the C file that goes with it into a simulation.

Most functions of the header are imported as they are: handles and structs are chandles, enumerations ints. What DPI
cannot carry (structs by value, their fields, arrays) is in scmp_dpi.c.
"""

from __future__ import annotations

from typing import Any

from text import NOTICE, Type, documentation, short, wrap

WIDTH = 110
SCALARS = {
    "int8_t": "byte",
    "uint8_t": "byte unsigned",
    "int16_t": "shortint",
    "int32_t": "int",
    "uint32_t": "int unsigned",
    "int64_t": "longint",
    "uint64_t": "longint unsigned",
    "size_t": "longint unsigned",
    "double": "real",
    "float": "shortreal",
}
# Of IEEE 1800-2017, annex B: what parameters and fields in C may be called.
KEYWORDS = """
accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins
binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge
else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule
endpackage endprimitive endprogram endproperty endspecify endsequence endtable endtask enum event eventually expect
export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input
inside instance int integer interconnect interface intersect join join_any join_none large let liblist library local
localparam logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor
noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority program
property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase
randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0
rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1
sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri
tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var
vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor
"""
RESERVED = set(KEYWORDS.split())
# Parameters that point to several numbers, not to one that is written.
ARRAYS = {("scmp_sobol_seeds", "seeds"), ("scmp_lfsr_tap_set", "taps"), ("scmp_config_to_json", "buffer")}

ABOUT = """\
// The C interface of libscmp in SystemVerilog: a test bench calls the library that ran the network.
//
// {notice}
// SPDX-License-Identifier: Apache-2.0
//
// Compile scmp_dpi.c, which is beside this file, into the simulation, and link the library:
//
//     $ dpi=$(pkg-config --variable=dpidir scmp)
//     $ verilator --binary -I$dpi bench.sv $dpi/scmp_dpi.c -CFLAGS "$(pkg-config --cflags scmp)" \\
//           -LDFLAGS "$(pkg-config --libs scmp)"
//
// What is what:
//   * Names are those of C, with an underscore behind where that is a keyword here. Numbers have C's widths; a status
//     or another enumeration is an int, whose values have C's names; `const char *` is a string.
//   * A handle or a pointer to a struct is a chandle. What C writes through a pointer is an inout: after an error it is
//     what it was before the call.
//   * scmp_NAME_new() makes a struct NAME in memory, with the library's defaults, scmp_NAME_set_FIELD and
//     scmp_NAME_get_FIELD are its fields, and scmp_dpi_free ends it. A field that points elsewhere keeps the chandle,
//     so that must live as long. A null chandle and an index out of range are ignored; there is 0 to get.
//   * A tensor is made by scmp_tensor_new_1d .. _4d: contiguous memory of its own behind the view, all 0.
//     scmp_tensor_get and _set are its elements, numbered in C order, the last dimension running fastest;
//     scmp_tensor_load and _store copy whole int arrays. Its data (scmp_tensor_get_data) serves where C takes a pointer
//     to numbers.
//   * scmp_last_error() says in a sentence what was wrong.
//
// One call a statement: of two in one expression Verilator makes both, whatever && or || needs, and the second first.
//
// Simulators make the DPI calls of one thread one after another; a context belongs to one thread at a time.
//
// A C file that includes scmp.h must not include the prototypes that the simulator writes for these imports: to it
// every chandle is a void *."""

# What a SystemVerilog test bench needs beside the header's functions: name, result, parameters, comment.
HELPERS: list[tuple[str, str, list[tuple[str, str]], str]] = [
    (
        "scmp_dpi_free",
        "void",
        [("input chandle", "memory")],
        "Ends a struct or tensor that a scmp_..._new function made. Handles have a destroy function.",
    ),
    (
        "scmp_tensor_new_1d",
        "chandle",
        [("input int", "dtype"), ("input longint", "d")],
        "A tensor in host memory, all 0; null where there is no such dtype, a negative size or no memory.",
    ),
    (
        "scmp_tensor_new_2d",
        "chandle",
        [("input int", "dtype"), ("input longint", "rows"), ("input longint", "d")],
        "",
    ),
    (
        "scmp_tensor_new_3d",
        "chandle",
        [("input int", "dtype"), ("input longint", "batch"), ("input longint", "rows"), ("input longint", "d")],
        "",
    ),
    (
        "scmp_tensor_new_4d",
        "chandle",
        [
            ("input int", "dtype"),
            ("input longint", "n"),
            ("input longint", "m"),
            ("input longint", "d"),
            ("input longint", "cycles"),
        ],
        "",
    ),
    (
        "scmp_tensor_size",
        "longint",
        [("input chandle", "tensor")],
        "Number of elements of such a tensor; 0 for null.",
    ),
    (
        "scmp_tensor_get",
        "longint",
        [("input chandle", "tensor"), ("input longint", "index")],
        "An element of an integer tensor. One that is not there, or of a float tensor, is the least longint, -2^63.",
    ),
    (
        "scmp_tensor_set",
        "int",
        [("input chandle", "tensor"), ("input longint", "index"), ("input longint", "value")],
        "Writes an element of an integer tensor, or of F32 or F64. INVALID_ARGUMENT where there is no such element, "
        "INVALID_DTYPE for F16 and BF16.",
    ),
    (
        "scmp_tensor_get_real",
        "real",
        [("input chandle", "tensor"), ("input longint", "index")],
        "An element as a real: F32, F64 or an integer; NaN where it is not there, and for F16 and BF16.",
    ),
    (
        "scmp_tensor_set_real",
        "int",
        [("input chandle", "tensor"), ("input longint", "index"), ("input real", "value")],
        "Writes an element of an F32 or F64 tensor. Otherwise as scmp_tensor_set.",
    ),
    (
        "scmp_tensor_load",
        "int",
        [("input chandle", "tensor"), ("input int", "values[]")],
        "Copies a whole int array into an integer tensor. INVALID_SHAPE where it has not as many elements.",
    ),
    (
        "scmp_tensor_store",
        "int",
        [("input chandle", "tensor"), ("output int", "values[]")],
        "Copies a whole integer tensor into an int array. Likewise.",
    ),
    (
        "scmp_config_json",
        "string",
        [("input chandle", "ctx"), ("input chandle", "config_"), ("input longint", "d")],
        'A configuration as scmp_config_to_json writes it, valid until the next call; "" on error.',
    ),
    (
        "scmp_trace_csv_file",
        "int",
        [
            ("input chandle", "ctx"),
            ("input chandle", "a"),
            ("input chandle", "b"),
            ("input chandle", "options"),
            ("input longint", "d_offset"),
            ("input string", "path"),
        ],
        "scmp_trace_csv into a file. IO where it cannot be written.",
    ),
    (
        "scmp_trace_vcd_file",
        "int",
        [
            ("input chandle", "ctx"),
            ("input chandle", "a"),
            ("input chandle", "b"),
            ("input chandle", "options"),
            ("input longint", "d_offset"),
            ("input string", "path"),
        ],
        "scmp_trace_vcd into a file. IO where it cannot be written.",
    ),
]


def identifier(name: str) -> str:
    return f"{name}_" if name in RESERVED else name


def comment(lines: list[str], indent: str) -> list[str]:
    return [f"{indent}// {line}".rstrip() for line in lines]


class SystemVerilog:
    def __init__(self, api: dict[str, Any]) -> None:
        self.api = api
        self.enums = {entry["name"] for entry in api["enums"]}
        self.structs = {entry["name"] for entry in api["structs"]}
        self.handles = {entry["name"] for entry in api["handles"]}
        self.callbacks = {entry["name"] for entry in api["callbacks"]}

    def value(self, text: str) -> str:
        """The type of a number, string or pointer."""
        kind = Type.parse(text)
        if kind.pointers:
            return "string" if kind.base == "char" and kind.const and kind.pointers == 1 else "chandle"
        if kind.base not in {"void", *self.enums, *SCALARS}:
            raise SystemExit(f"SystemVerilog has nothing for {text}")
        return "void" if kind.base == "void" else SCALARS.get(kind.base, "int")

    def parameter(self, function: str, param: dict[str, Any]) -> str:
        kind, name = Type.parse(param["type"]), param["name"]
        written = kind.pointers and not kind.const and (function, name) not in ARRAYS
        if written and kind.base in self.handles and kind.pointers == 2:
            return f"inout chandle {identifier(name)}"
        if written and kind.pointers == 1 and kind.base in SCALARS:
            return f"inout {SCALARS[kind.base]} {identifier(name)}"
        return f"input {self.value(param['type'])} {identifier(name)}"

    def obstacle(self, entry: dict[str, Any]) -> str:
        """Why DPI cannot carry a function; empty where it can."""
        types = [Type.parse(param["type"]) for param in entry["params"]]
        if Type.parse(entry["type"]).base in self.structs:
            return "gives a struct by value"
        if any(kind.base in self.structs and not kind.pointers for kind in types):
            return "takes a struct by value"
        if any(kind.base in self.callbacks for kind in types):
            return "takes a callback"
        return ""

    def fields(self, entry: dict[str, Any]) -> list[dict[str, Any]]:
        """Fields of a struct that a test bench has a use for: neither its size nor callbacks."""
        return [
            field
            for field in entry["fields"]
            if field["name"] != "size" and Type.parse(field["type"]).base not in self.callbacks
        ]

    def imported(self, result: str, name: str, params: list[str]) -> list[str]:
        head = f'    import "DPI-C" function {result} {name}('
        line = f"{head}{', '.join(params)});"
        if len(line) <= 120:
            return [line]
        return [head, *(f"        {param}{',' if param is not params[-1] else ''}" for param in params), "    );"]

    def accessors(self, entry: dict[str, Any]) -> list[str]:
        out = []
        for field in self.fields(entry):
            kind, name = Type.parse(field["type"]), field["name"]
            value = "string" if field["type"] == "const char *" else self.value(field["type"].partition("[")[0])
            place = ["input int index"] if kind.count else []
            out += comment(wrap(f"{name}: {short(field['text'])}", WIDTH), "    ")
            head = ["input chandle s", *place]
            if value != "string":
                out += self.imported("void", f"{entry['name']}_set_{name}", [*head, f"input {value} value"])
            out += self.imported(value, f"{entry['name']}_get_{name}", head)
        return out

    def package(self) -> str:
        out = [
            *ABOUT.format(notice=NOTICE).splitlines(),
            "`ifndef SCMP_DPI_SVH",
            "`define SCMP_DPI_SVH",
            "package scmp_dpi;",
            f'    localparam string SCMP_HEADER_VERSION = "{self.api["version"]}";',
            "",
            "    // --- Constants",
        ]
        for entry in self.api["constants"]:
            kind = "real" if isinstance(entry["value"], float) else "int"
            out += ["", *comment(wrap(short(entry["text"]), WIDTH), "    ")]
            out += [f"    localparam {kind} {entry['name']} = {entry['value']};"]
        out += ["", "    // --- Enumerations"]
        for entry in self.api["enums"]:
            out += ["", *comment(documentation(entry, WIDTH, markdown=False), "    "), "    typedef enum int {"]
            for value in entry["values"]:
                out += comment(wrap(short(value["text"]), WIDTH), "        ") if value["text"] else []
                last = value is entry["values"][-1]
                out += [f"        {value['name']} = {value['value']}{'' if last else ','}"]
            out += [f"    }} {entry['name']};"]
        out += ["", "    // --- Tensors, files and memory of scmp_dpi.c"]
        for name, result, params, about in HELPERS:
            out += ["", *comment(wrap(about, WIDTH), "    ")] if about else []
            out += self.imported(result, name, [" ".join(param) for param in params])
        out += ["", "    // --- Structs"]
        for entry in self.api["structs"]:
            out += ["", *comment(documentation(entry, WIDTH, markdown=False), "    ")]
            made = entry["name"] != "scmp_tensor"
            out += self.imported("chandle", f"{entry['name']}_new", []) if made else [""]
            out += self.accessors(entry)
        out += ["", "    // --- Functions"]
        for entry in self.api["functions"]:
            obstacle = self.obstacle(entry)
            if obstacle:
                out += ["", f"    // {entry['name']}() is not here: it {obstacle}."]
                continue
            out += ["", *comment(documentation(entry, WIDTH, markdown=False), "    ")]
            params = [self.parameter(entry["name"], param) for param in entry["params"]]
            out += self.imported(self.value(entry["type"]), entry["name"], params)
        return "\n".join([*out, "endpackage", "`endif", ""])

    def c_fields(self) -> str:
        out = []
        functions = {entry["name"] for entry in self.api["functions"]}
        for entry in self.api["structs"]:
            name = entry["name"]
            if name != "scmp_tensor":
                init = f"{name}_init" if f"{name}_init_sized" in functions else "NULL"
                out += [f"NEW({name}, {init})"]
            for field in self.fields(entry):
                kind = Type.parse(field["type"])
                value = self.value(field["type"].partition("[")[0])
                if kind.count:
                    out += [f"ARRAY_FIELD({name}, {field['name']}, {kind.base}, {kind.count})"]
                elif field["type"] == "const char *":
                    out += [f"TEXT_FIELD({name}, {field['name']})"]
                elif value == "chandle":
                    base = field["type"]
                    out += [f"POINTER_FIELD({name}, {field['name']}, {base})"]
                elif kind.base in self.enums:
                    out += [f"ENUM_FIELD({name}, {field['name']}, {kind.base})"]
                else:
                    out += [f"FIELD({name}, {field['name']}, {kind.base})"]
            out += [""]
        return "\n".join(out).rstrip("\n")


def emit(api: dict[str, Any], template: str) -> dict[str, str]:
    sv = SystemVerilog(api)
    body = template.replace("@NOTICE@", NOTICE).replace("@FIELDS@", sv.c_fields())
    return {"bindings/sv/generated/scmp_dpi.svh": sv.package(), "bindings/sv/generated/scmp_dpi.c": body}

"""Writes the declarations of the Rust crate scmp-sys, and the test of their layout."""

from __future__ import annotations

from typing import Any

from text import NOTICE, Type, documentation, short, wrap

WIDTH = 112
NUMBERS = {
    "int8_t": "i8",
    "uint8_t": "u8",
    "int16_t": "i16",
    "int32_t": "i32",
    "uint32_t": "u32",
    "int64_t": "i64",
    "uint64_t": "u64",
    "size_t": "usize",
    "double": "f64",
    "float": "f32",
    "char": "c_char",
    "void": "c_void",
}
KEYWORDS = {"type", "match", "ref", "fn", "in", "move", "box", "use", "mod", "loop", "where", "impl"}


def identifier(name: str) -> str:
    return f"r#{name}" if name in KEYWORDS else name


def rust_type(text: str) -> str:
    kind = Type.parse(text)
    name = NUMBERS.get(kind.base, kind.base)
    if kind.base == "void" and not kind.pointers:
        return "()"
    for level in range(kind.pointers):
        name = f"*{'const' if kind.const and level == 0 else 'mut'} {name}"
    return f"[{name}; {kind.count}]" if kind.count else name


def docs(lines: list[str], indent: str = "") -> list[str]:
    # A bare bracket would be a link.
    return [f"{indent}/// {line.replace('[', chr(92) + '[')}".rstrip() for line in lines]


def signature(entry: dict[str, Any], head: str, tail: str, indent: str) -> list[str]:
    """`head(parameters) -> result tail`, on one line where it fits."""
    params = [f"{identifier(param['name'])}: {rust_type(param['type'])}" for param in entry["params"]]
    result = rust_type(entry["type"])
    tail = ("" if result == "()" else f" -> {result}") + tail
    line = f"{indent}{head}({', '.join(params)}){tail}"
    if len(line) <= 100:
        return [line]
    return [f"{indent}{head}(", *(f"{indent}    {param}," for param in params), f"{indent}){tail}"]


def callback(entry: dict[str, Any]) -> list[str]:
    head, function = f"pub type {entry['name']} =", 'unsafe extern "C" fn'
    [line] = signature(entry, f"Option<{function}", ">;", "") if len(entry["params"]) < 4 else [""]
    if line and len(f"{head} {line}") <= 100:
        return [f"{head} {line}"]
    if line and len(line) <= 96:
        return [head, f"    {line}"]
    return [f"{head} Option<", *signature(entry, function, ",", "    "), ">;"]


def constant(entry: dict[str, Any]) -> list[str]:
    kind = "f64" if isinstance(entry["value"], float) else "i32"
    return [*docs(documentation(entry, WIDTH)), f"pub const {entry['name']}: {kind} = {entry['value']};"]


def struct(entry: dict[str, Any]) -> list[str]:
    out = ["", *docs(documentation(entry, WIDTH)), "#[repr(C)]", "#[derive(Clone, Copy, Debug)]"]
    out += [f"pub struct {entry['name']} {{"]
    for field in entry["fields"]:
        out += docs(wrap(short(field["text"]), WIDTH, markdown=True), "    ")
        out += [f"    pub {identifier(field['name'])}: {rust_type(field['type'])},"]
    return [*out, "}"]


def module(api: dict[str, Any]) -> str:
    out = [
        "//! The constants, structs and functions of the headers.",
        "//!",
        f"//! {NOTICE}",
        "",
        "use std::marker::{PhantomData, PhantomPinned};",
        "use std::os::raw::{c_char, c_void};",
        "",
        "/// Version of the header that these declarations were written from.",
        f'pub const HEADER_VERSION: &str = "{api["version"]}";',
    ]
    for entry in api["constants"]:
        out += constant(entry)
    for entry in api["enums"]:
        out += ["", *docs(documentation(entry, WIDTH)), f"pub type {entry['name']} = i32;"]
        for value in entry["values"]:
            about = short(value["text"]) or f"See [`{entry['name']}`]."
            out += [*(f"/// {line}" for line in wrap(about, WIDTH, markdown=True))]
            out += [f"pub const {value['name']}: {entry['name']} = {value['value']};"]
    for entry in api["handles"]:
        out += ["", *docs(documentation(entry, WIDTH)), "#[repr(C)]", f"pub struct {entry['name']} {{"]
        out += ["    _data: [u8; 0],", "    _marker: PhantomData<(*mut u8, PhantomPinned)>,", "}"]
    for entry in api["callbacks"]:
        out += ["", *docs(documentation(entry, WIDTH))]
        out += callback(entry)
    for entry in api["structs"]:
        out += struct(entry)
    out += ["", 'extern "C" {']
    for index, entry in enumerate(api["functions"]):
        out += [""] if index else []
        out += docs(documentation(entry, WIDTH), "    ")
        out += signature(entry, f"pub fn {entry['name']}", ";", "    ")
    return "\n".join([*out, "}", ""])


def layout_test(api: dict[str, Any]) -> str:
    out = [
        "//! Sizes and offsets of the structs are those of the C compiler: bindings/generated/layout_test.c has the",
        "//! same numbers.",
        "//!",
        f"//! {NOTICE}",
        "",
        "use scmp_sys::*;",
        "use std::mem::{align_of, size_of, MaybeUninit};",
        "",
        "macro_rules! offset {",
        "    ($kind:ty, $field:ident) => {{",
        "        let place = MaybeUninit::<$kind>::uninit();",
        "        let start = place.as_ptr();",
        "        // SAFETY: takes the address of a field and reads nothing.",
        "        let field = unsafe { std::ptr::addr_of!((*start).$field) };",
        "        field as usize - start as usize",
        "    }};",
        "}",
    ]
    for entry in api["structs"]:
        name = entry["name"]
        out += ["", "#[test]", f"fn {name}_is_laid_out_as_in_c() {{"]
        out += [f"    assert_eq!(size_of::<{name}>(), {entry['size']});"]
        out += [f"    assert_eq!(align_of::<{name}>(), {entry['align']});"]
        for field in entry["fields"]:
            out += [f"    assert_eq!(offset!({name}, {identifier(field['name'])}), {field['offset']});"]
        out += ["}"]
    out += ["", "#[test]", "fn enumerations_are_32_bits_wide() {"]
    out += [f"    assert_eq!(size_of::<{entry['name']}>(), 4);" for entry in api["enums"]]
    return "\n".join([*out, "}", ""])


def emit(api: dict[str, Any]) -> dict[str, str]:
    return {
        "bindings/rust/scmp-sys/src/generated/mod.rs": module(api),
        "bindings/rust/scmp-sys/tests/generated/layout.rs": layout_test(api),
    }

"""Writes the ctypes layer of the Python package."""

from __future__ import annotations

from typing import Any

from text import NOTICE, Type, documentation, short, wrap

WIDTH = 112
NUMBERS = {
    "int8_t": "c_int8",
    "uint8_t": "c_uint8",
    "int16_t": "c_int16",
    "int32_t": "c_int32",
    "uint32_t": "c_uint32",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
    "size_t": "c_size_t",
    "double": "c_double",
    "float": "c_float",
}
# What reading a value of that type gives, for the type checker.
VALUES = {"c_double": "float", "c_float": "float"}


def docstring(lines: list[str], indent: str) -> list[str]:
    body = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines]
    if len(body) == 1:
        return [f'{indent}"""{body[0]}"""']
    return [f'{indent}"""{body[0]}', *(f"{indent}{line}".rstrip() for line in body[1:]), f'{indent}"""']


class Python:
    def __init__(self, api: dict[str, Any]) -> None:
        self.api = api
        self.enums = {entry["name"] for entry in api["enums"]}
        self.named = {entry["name"] for kind in ("handles", "structs", "callbacks") for entry in api[kind]}

    def ctype(self, text: str) -> str:
        kind = Type.parse(text)
        pointers = kind.pointers
        if kind.base == "void":
            if not pointers:
                return "None"
            name, pointers = "ctypes.c_void_p", pointers - 1
        elif kind.base == "char":
            name, pointers = "ctypes.c_char_p", pointers - 1
        elif kind.base in self.enums:
            name = "ctypes.c_int32"
        elif kind.base in self.named:
            name = kind.base
        else:
            name = f"ctypes.{NUMBERS[kind.base]}"
        for _ in range(pointers):
            name = f"ctypes.POINTER({name})"
        return f"{name} * {kind.count}" if kind.count else name

    def value(self, text: str) -> str:
        """The type of a field or result as the type checker sees it."""
        kind = Type.parse(text)
        if kind.count:
            return f"ctypes.Array[ctypes.{NUMBERS[kind.base]}]"
        if kind.base == "char" and kind.pointers:
            return "bytes"
        if kind.base == "void":
            return "Any" if kind.pointers else "None"
        if kind.pointers or kind.base in {entry["name"] for entry in self.api["callbacks"]}:
            return "Any"
        if kind.base in self.named:
            return kind.base
        return VALUES.get(NUMBERS.get(kind.base, ""), "int")

    def module(self) -> str:
        out = [
            '"""The C interface as ctypes sees it: constants, enumerations, structs and functions of scmp.h.',
            "",
            NOTICE,
            '"""',
            "",
            "from __future__ import annotations",
            "",
            "import ctypes",
            "import enum",
            "from collections.abc import Callable",
            "from typing import Any",
            "",
            f'HEADER_VERSION = "{self.api["version"]}"',
            "",
        ]
        for entry in self.api["constants"]:
            out += [
                *(f"#: {line}" for line in wrap(short(entry["text"]), WIDTH)),
                f"{entry['name']} = {entry['value']}",
            ]
        for entry in self.api["enums"]:
            out += self.enum(entry)
        for entry in self.api["handles"]:
            out += ["", "", f"class {entry['name']}(ctypes.Structure):"]
            out += docstring(documentation(entry, WIDTH, markdown=False), "    ")
        out += ["", ""]
        for entry in self.api["callbacks"]:
            types = ", ".join(self.ctype(text) for text in (entry["type"], *(p["type"] for p in entry["params"])))
            out += [*(f"#: {line}".rstrip() for line in wrap(entry["text"], WIDTH))]
            out += [f"{entry['name']} = ctypes.CFUNCTYPE({types})"]
        for entry in self.api["structs"]:
            out += self.struct(entry)
        return "\n".join([*out, *self.functions(), ""])

    def enum(self, entry: dict[str, Any]) -> list[str]:
        out = [
            "",
            "",
            f"class {entry['name']}(enum.IntEnum):",
            *docstring(documentation(entry, WIDTH, markdown=False), "    "),
            "",
        ]
        for value in entry["values"]:
            out += [f"    #: {line}" for line in wrap(short(value["text"]), WIDTH) if value["text"]]
            out += [f"    {value['name']} = {value['value']}"]
        return out

    def struct(self, entry: dict[str, Any]) -> list[str]:
        out = ["", "", f"class {entry['name']}(ctypes.Structure):"]
        out += [*docstring(documentation(entry, WIDTH, markdown=False), "    "), ""]
        for field in entry["fields"]:
            out += [f"    #: {line}" for line in wrap(short(field["text"]), WIDTH)]
            out += [f"    {field['name']}: {self.value(field['type'])}"]
        out += ["", "    _fields_ = ("]
        out += [f'        ("{field["name"]}", {self.ctype(field["type"])}),' for field in entry["fields"]]
        return [*out, "    )"]

    def functions(self) -> list[str]:
        out = ["", "", "class Functions:", '    """Every function of the header, in a loaded library."""', ""]
        for entry in self.api["functions"]:
            params = ", ".join(param["name"] for param in entry["params"])
            result = self.value(entry["type"])
            out += [f"    {entry['name']}: Callable[..., {result}]"]
            lines = documentation(entry, WIDTH, markdown=False)
            out += docstring([f"{entry['name']}({params}) -> {entry['type']}", "", *lines], "    ")
        out += ["", "    def __init__(self, library: ctypes.CDLL) -> None:"]
        for entry in self.api["functions"]:
            types = [self.ctype(entry["type"]), *(self.ctype(param["type"]) for param in entry["params"])]
            head = f"        self.{entry['name']} = _bind("
            line = head + ", ".join(["library", f'"{entry["name"]}"', *types]) + ")"
            if len(line) > 120:
                inner = "".join(f"            {part},\n" for part in ["library", f'"{entry["name"]}"', *types])
                line = f"{head}\n{inner}        )"
            out += [line]
        return [
            *out,
            "",
            "",
            "def _bind(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Any:",
            "    function = getattr(library, name)",
            "    function.restype = result",
            "    function.argtypes = arguments",
            "    return function",
        ]


def emit(api: dict[str, Any]) -> dict[str, str]:
    package = "bindings/python/scmp/generated"
    about = f'"""What the generator writes for the package.\n\n{NOTICE}\n"""\n'
    return {f"{package}/__init__.py": about, f"{package}/_c.py": Python(api).module()}

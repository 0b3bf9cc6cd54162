"""Writes the C program that holds the C compiler to the same layout, and that calls for every function's symbol."""

from __future__ import annotations

from typing import Any

from text import NOTICE


def emit(api: dict[str, Any]) -> dict[str, str]:
    headers = list(dict.fromkeys(entry["header"] for entry in api["functions"]))
    out = [
        "/*",
        " * The C compiler's layout of every struct is the one that the bindings were written with.",
        " *",
        " * SPDX-License-Identifier: Apache-2.0",
        " *",
        f" * {NOTICE}",
        " */",
        "/* clang-format off */",
        *(f"#include <{header}>" for header in headers),
        "",
        "#include <stdio.h>",
        "",
        "static int failed, count;",
        "",
        "static void same(const char *what, size_t is, size_t expected) {",
        '    const char *result = is == expected ? "ok" : "not ok";',
        '    printf("%s %d - %s is %zu, the bindings have %zu\\n", result, ++count, what, is, expected);',
        "    failed += is != expected;",
        "}",
        "",
        '#define SIZE(type, n) same("size of " #type, sizeof(type), n)',
        '#define ALIGNMENT(type, n) same("alignment of " #type, offsetof(struct { char c; type t; }, t), n)',
        '#define OFFSET(type, field, n) same("offset of " #type "." #field, offsetof(type, field), n)',
        "#define CONSTANT(name, n) same(#name, (size_t)(name), (size_t)(n))",
        "",
        "int main(void) {",
    ]
    count = 0
    for entry in api["structs"]:
        out += [f"    SIZE({entry['name']}, {entry['size']});", f"    ALIGNMENT({entry['name']}, {entry['align']});"]
        out += [f"    OFFSET({entry['name']}, {field['name']}, {field['offset']});" for field in entry["fields"]]
        count += 2 + len(entry["fields"])
    for entry in api["enums"]:
        out += [f"    SIZE({entry['name']}, 4);"]
        out += [f"    CONSTANT({value['name']}, {value['value']});" for value in entry["values"]]
        count += 1 + len(entry["values"])
    for entry in api["constants"]:
        if isinstance(entry["value"], int):
            out += [f"    CONSTANT({entry['name']}, {entry['value']});"]
            count += 1
    out += [f'    printf("1..{count}\\n");', "    return failed != 0;", "}", ""]
    return {"bindings/generated/layout_test.c": "\n".join(out), "src/generated/scmp.map": version_script(api)}


def version_script(api: dict[str, Any]) -> str:
    """Each header's functions are a version of their own, so that a program shows which tier it uses."""
    out = ["# What libscmp.so exports: the C interface and nothing else.", f"# {NOTICE}"]
    for node, header in (("SCMP_0", "scmp/scmp.h"), ("SCMP_EXPERIMENTAL", "scmp/scmp_model.h")):
        names = sorted(entry["name"] for entry in api["functions"] if entry["header"] == header)
        out += [f"{node} {{", "    global:", *(f"        {name};" for name in names)]
        out += ["    local:", "        *;"] if node == "SCMP_0" else []
        out += ["};"]
    return "\n".join([*out, ""])

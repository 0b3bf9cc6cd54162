"""Reads the public headers with libclang into one plain description of the interface."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import clang.cindex as cl
from clang.cindex import CursorKind

# PyPI's libclang has no headers of its own. These two are all that the interface includes, and with the fixed target
# they make the description independent of the machine that writes it.
SYSTEM_HEADERS = {
    "stddef.h": "typedef __SIZE_TYPE__ size_t;\n#define NULL ((void *)0)\n",
    "stdint.h": "".join(
        f"typedef __{sign}INT{bits}_TYPE__ {sign.lower()}int{bits}_t;\n"
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    ),
}
TARGET = "x86_64-unknown-linux-gnu"

SINCE_ALL = re.compile(r"since version (\d+(?:\.\d+)+) unless")
# What a type's name ends with that the names of its values leave out.
KINDS = ("_type", "_code", "_level", "_place")
STATUS = re.compile(r"SCMP_(OK$|ERROR_)")

SINCE_ONE = re.compile(r"\b[Ss]ince (?:version )?(\d+(?:\.\d+)+)\.?")


def read(include: Path) -> dict[str, Any]:
    """The description of every header under `include`/scmp."""
    headers = sorted((include / "scmp").glob("*.h"))
    main = "".join(f'#include "scmp/{path.name}"\n' for path in headers)
    system = Path("/scmp-system-headers")
    unit = cl.Index.create().parse(
        "api.c",
        args=["-x", "c", "-std=c99", f"--target={TARGET}", "-nostdinc", f"-I{include}", f"-I{system}"],
        unsaved_files=[("api.c", main)] + [(str(system / name), text) for name, text in SYSTEM_HEADERS.items()],
        options=cl.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD,
    )
    problems = [str(d) for d in unit.diagnostics if d.severity >= cl.Diagnostic.Warning]
    if problems:
        raise SystemExit("\n".join(problems))
    reader = _Reader(headers)
    for cursor in unit.cursor.get_children():
        reader.take(cursor)
    return reader.finish()


class _Reader:
    def __init__(self, headers: list[Path]) -> None:
        self.lines = {str(path): path.read_text(encoding="utf-8").splitlines() for path in headers}
        self.since = {}
        for name, lines in self.lines.items():
            match = SINCE_ALL.search(" ".join(line.strip(" *") for line in lines))
            if not match:
                raise SystemExit(f"{name} does not say since which version its contents are there")
            self.since[name] = match.group(1)
        self.kinds: dict[str, list[dict[str, Any]]] = {
            kind: [] for kind in ("constants", "enums", "handles", "callbacks", "structs", "functions")
        }
        self.enums: dict[str, cl.Cursor] = {}
        self.records: dict[str, cl.Cursor] = {}
        self.last: tuple[str, int, str] = ("", -1, "")  # file, last line and comment of the declaration before

    def take(self, cursor: cl.Cursor) -> None:
        place = cursor.location
        if not place.file or place.file.name not in self.lines:
            return
        kind = cursor.kind
        if kind == CursorKind.MACRO_DEFINITION:
            self.constant(cursor)
        elif kind == CursorKind.ENUM_DECL:
            self.enums[cursor.spelling] = cursor
        elif kind == CursorKind.STRUCT_DECL:
            if cursor.is_definition():
                self.records[cursor.spelling] = cursor
        elif kind == CursorKind.TYPEDEF_DECL:
            self.typedef(cursor)
        elif kind == CursorKind.FUNCTION_DECL:
            self.function(cursor)
        elif kind not in (CursorKind.MACRO_INSTANTIATION, CursorKind.INCLUSION_DIRECTIVE):
            raise SystemExit(f"{place.file.name}:{place.line}: {kind.name} is nothing that the bindings know")

    def entry(self, cursor: cl.Cursor, comment: str) -> dict[str, Any]:
        doc = split_comment(comment)
        if not doc["text"]:
            raise SystemExit(f"{cursor.location.file.name}:{cursor.location.line}: {cursor.spelling} has no comment")
        since = SINCE_ONE.search(doc["text"])
        name = cursor.location.file.name
        return {
            "name": cursor.spelling,
            "header": "scmp/" + Path(name).name,
            "since": since.group(1) if since else self.since[name],
            **doc,
        }

    def comment(self, cursor: cl.Cursor) -> str:
        """The declaration's own comment, one behind it, or that of the declaration on the line before."""
        name, line, end = cursor.location.file.name, cursor.extent.start.line, cursor.extent.end.line
        text = cursor.raw_comment or self.comment_behind(name, end)
        if not text and self.last[:2] == (name, line - 1):
            text = self.last[2]
        self.last = (name, end, text)
        return text

    def comment_behind(self, name: str, line: int) -> str:
        match = re.search(r"/\*.*\*/\s*$", self.lines[name][line - 1])
        return match.group(0) if match else ""

    def comment_above(self, name: str, line: int) -> str:
        lines = self.lines[name]
        last = line - 2
        while last >= 0 and lines[last].startswith("#define"):
            last -= 1
        if last < 0 or not lines[last].rstrip().endswith("*/"):
            return ""
        first = last
        while not lines[first].lstrip().startswith("/*"):
            first -= 1
        text = "\n".join(lines[first : last + 1])
        return text if text.startswith("/**") else ""

    def constant(self, cursor: cl.Cursor) -> None:
        tokens = [token.spelling for token in cursor.get_tokens()][1:]
        text = "".join(tokens).strip("()")
        try:
            value: float = int(text, 0)
        except ValueError:
            try:
                value = float(text)
            except ValueError:
                return  # no number: an include guard, an attribute
        name, line = cursor.location.file.name, cursor.location.line
        comment = self.comment_behind(name, line) or self.comment_above(name, line)
        self.kinds["constants"].append({**self.entry(cursor, comment), "value": value})

    def typedef(self, cursor: cl.Cursor) -> None:
        target = cursor.underlying_typedef_type
        entry = self.entry(cursor, self.comment(cursor))
        name = cursor.spelling
        if name in self.enums:
            values = [
                {
                    "name": child.spelling,
                    "value": child.enum_value,
                    "text": split_comment(child.raw_comment or "")["text"],
                }
                for child in self.enums[name].get_children()
            ]
            check_prefix(name, [value["name"] for value in values])
            self.kinds["enums"].append({**entry, "values": values})
        elif name in self.records:
            fields = [
                {
                    "name": child.spelling,
                    "type": type_name(child.type),
                    "offset": child.get_field_offsetof() // 8,
                    "text": split_comment(child.raw_comment or "")["text"],
                }
                for child in self.records[name].get_children()
                if child.kind == CursorKind.FIELD_DECL
            ]
            size, align = target.get_size(), target.get_align()
            last = list(self.records[name].type.get_fields())[-1]
            if fields[0]["name"] == "size" and fields[-1]["offset"] + last.type.get_size() != size:
                raise SystemExit(f"{name} has padding behind {last.spelling}, where a later member would not be seen")
            self.kinds["structs"].append({**entry, "size": size, "align": align, "fields": fields})
        elif target.get_canonical().kind == cl.TypeKind.RECORD:
            self.kinds["handles"].append(entry)
        elif target.kind == cl.TypeKind.POINTER:
            self.kinds["callbacks"].append(self.signature(cursor, entry, target.get_pointee().get_result()))
        else:
            raise SystemExit(f"{name}: a typedef that the bindings do not know")

    def function(self, cursor: cl.Cursor) -> None:
        entry = self.entry(cursor, self.comment(cursor))
        if cursor.storage_class == cl.StorageClass.STATIC:
            return  # an _init of C and C++, which hands in the size of their header; bindings call _init_sized
        self.kinds["functions"].append(self.signature(cursor, entry, cursor.result_type))

    def signature(self, cursor: cl.Cursor, entry: dict[str, Any], result: cl.Type) -> dict[str, Any]:
        about = entry.pop("params")
        known = {name: text for names, text in about.items() for name in re.split(r",\s*", names)}
        params = [
            {"name": child.spelling, "type": type_name(child.type), "text": known.pop(child.spelling, "")}
            for child in cursor.get_children()
            if child.kind == CursorKind.PARM_DECL
        ]
        if known and cursor.kind == CursorKind.FUNCTION_DECL and params:
            strange = [name for name in known if name not in ("", *(p["name"] for p in params))]
            if strange:
                raise SystemExit(f"{cursor.spelling}: its comment has @param {', '.join(strange)}")
        return {**entry, "type": type_name(result), "params": params}

    def finish(self) -> dict[str, Any]:
        for entries in self.kinds.values():
            for entry in entries:
                entry.pop("params", None) if "type" not in entry else None
        numbers = {entry["name"]: entry["value"] for entry in self.kinds["constants"]}
        parts = [numbers[f"SCMP_VERSION_{part}"] for part in ("MAJOR", "MINOR", "PATCH")]
        return {"version": ".".join(map(str, parts)), "target": TARGET, **self.kinds}


def check_prefix(enum: str, names: list[str]) -> None:
    """Every enumerator begins with the name of its type."""
    stem = next((enum[: -len(kind)] for kind in KINDS if enum.endswith(kind)), enum)
    fits = STATUS if enum == "scmp_status" else re.compile(f"{stem.upper()}_.")
    for name in names:
        if not fits.match(name):
            raise SystemExit(f"{name} of {enum} does not begin with {fits.pattern.rstrip('.')}")


def type_name(kind: cl.Type) -> str:
    """C's spelling, without the word struct or enum: 'const scmp_tensor *', 'int64_t[8]'."""
    return re.sub(r"\b(struct|enum) ", "", kind.spelling)


def split_comment(comment: str) -> dict[str, Any]:
    """{"text", "params", "returns"} of a C comment."""
    body = re.sub(r"^/\*+<?|\*+/$", "", comment.strip())
    lines = [re.sub(r"^\s*\*? ?", "", line, count=1).rstrip() for line in body.splitlines()]
    text = "\n".join(lines).strip()
    doc: dict[str, Any] = {"text": "", "params": {}, "returns": ""}
    pieces = re.split(r"(?:^|(?<=\s))@(param|return)\b[ ]*", text)
    rest = [pieces[0]]
    for word, whole in zip(pieces[1::2], pieces[2::2]):
        # What follows a blank line belongs to the declaration again.
        own, _, after = whole.strip().partition("\n\n")
        rest.append(after)
        piece = " ".join(own.split())
        if word == "return":
            doc["returns"] = f"{doc['returns']} {piece}".strip()
        else:
            names, _, about = re.match(r"((?:\w+, )*\w+)(\s+)(.*)", piece).groups()  # type: ignore[union-attr]
            doc["params"][names] = about
    paragraphs = [part.strip() for text in rest for part in text.split("\n\n") if part.strip()]
    # Tables keep their lines; the other paragraphs are one line each.
    doc["text"] = "\n\n".join(part if part.startswith("|") else " ".join(part.split()) for part in paragraphs)
    return doc

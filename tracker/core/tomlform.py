"""Reading a TOML text into a form, so that whatever is wrong is said with its line and its path.

`tomllib` gives no lines, so the lines of keys and headers are found by a scan that skips strings and comments.
A value inside an inline table or array has the line of the key that holds it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tracker.core.problems import Place, Problem

Path = tuple[str | int, ...]
Form = TypeVar("Form", bound=BaseModel)

_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}|' r"'''.*?'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'|#[^\n]*", re.DOTALL
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_KEY_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")

# What a value should have been, by pydantic's name of the error; `tracker.text` has the words.
# A form's own validators raise ValueError(word) with one more of: number, positive, share, words, not_empty.
_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text",
    "string_pattern_mismatch": "code",
    "int_type": "integer",
    "greater_than_equal": "not_negative",
    "less_than_equal": "smaller",
    "bool_type": "yes_no",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
    "tuple_type": "list",
    "list_type": "list",
}


class Source:
    """A TOML text with its file's name; knows the line of every key and table header."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._lines: dict[Path, int] = {}
        masked = _STRING_OR_COMMENT.sub(lambda found: ("x" if found[0][0] != "#" else " ") * len(found[0]), text)
        starts = [found.start() for found in _LINE.finditer(text)]
        tables: Counter[Path] = Counter()
        table: Path = ()
        depth = 0
        for found in _LINE.finditer(masked):
            line, number = found[0], bisect_right(starts, found.start())
            if depth == 0 and line.lstrip().startswith("["):
                table = _header(text[found.start() : found.start() + len(line.rstrip())], tables)
                self._lines.setdefault(table, number)
                continue
            if depth == 0 and "=" in line:
                self._add(table, _parts(text[found.start() : found.start() + line.index("=")]), number)
            depth += _depth(line)

    def _add(self, table: Path, parts: Sequence[str], number: int) -> None:
        for length in range(1, len(parts) + 1):
            self._lines.setdefault((*table, *parts[:length]), number)

    def line(self, path: Path) -> int:
        """The line of that key, else of the nearest thing that holds it; 1 where nothing does."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def problem(self, code: str, path: Path, value: object = None, /, **args: object) -> Problem:
        """A problem at that path."""
        shown = None if value is None else str(value)
        return Problem(code, Place(self.file, row=self.line(path), column=dotted(path) or None), value=shown, args=args)


def read_form(source: Source, form: type[Form]) -> tuple[Form | None, list[Problem]]:
    """The text as a filled form, with every problem of its shape; unknown keys alone do not keep it from being read."""
    try:
        data = tomllib.loads(source.text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return None, [_syntax(source, error)]
    problems: list[Problem] = []
    while True:
        try:
            return form.model_validate(data), problems
        except ValidationError as error:
            found = [(_path(item["loc"], data), item) for item in error.errors(include_url=False)]
        problems += [_problem(source, path, item) for path, item in found]
        unknown = [path for path, item in found if item["type"] == "extra_forbidden"]
        if len(unknown) < len(found):
            return None, problems
        for path in unknown:
            _remove(data, path)


def dotted(path: Path) -> str:
    """The path as a person counts it: ("criterion", 0, "points") is "criterion[1].points"."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _parts(key: str) -> list[str]:
    return [next(part for part in found.groups() if part is not None) for found in _KEY_PART.finditer(key)]


def _depth(masked: str) -> int:
    return sum(map(masked.count, "[{")) - sum(map(masked.count, "]}"))


def _header(line: str, tables: Counter[Path]) -> Path:
    """The path a header opens; a `[[header]]` opens the next one of its tables."""
    path: Path = ()
    for part in _parts(line):
        if path in tables:
            path = (*path, tables[path] - 1)
        path = (*path, part)
    if line.lstrip().startswith("[["):
        tables[path] += 1
        path = (*path, tables[path] - 1)
    return path


def _syntax(source: Source, error: Exception) -> Problem:
    at = _AT_LINE.search(str(error))
    row = int(at[1]) if at else source.text.count("\n") + 1
    detail = "nested too deeply" if isinstance(error, RecursionError) else _AT_LINE.sub("", str(error)).strip()
    place = Place(source.file, row=row)
    return Problem("rulebook-syntax", place, args={"detail": detail, "character": int(at[2]) if at else None})


def _path(location: Path, data: Any) -> Path:
    """The path in the text: pydantic's location without the tags it adds for a choice between forms."""
    path: Path = ()
    here, entered = data, False
    for part in location:
        if entered and here.get("kind") == part:
            entered = False
            continue
        path = (*path, part)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        entered = isinstance(here, dict)
    return path


def _problem(source: Source, path: Path, item: Any) -> Problem:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return source.problem("rulebook-unknown-key", path, key=path[-1])
    if kind == "missing":
        return source.problem("rulebook-missing-key", path, key=path[-1])
    if kind == "union_tag_not_found":
        return source.problem("rulebook-missing-key", (*path, "kind"), key="kind")
    value = context.get("tag", item["input"])
    value = None if isinstance(value, dict | list | tuple) else value
    if kind in ("literal_error", "union_tag_invalid"):
        choices = context.get("expected_tags", context.get("expected", ""))
        return source.problem("rulebook-bad-choice", path, value, choices=choices.replace("'", ""))
    expected = str(context["error"]) if kind == "value_error" else _EXPECTED.get(kind, "other")
    return source.problem("rulebook-wrong-value", path, value, expected=expected)


def _remove(data: Any, path: Path) -> None:
    for part in path[:-1]:
        data = data[part]
    del data[path[-1]]

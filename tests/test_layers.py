"""Who may import whom. A new arrow is a decision: add it here, with its reason."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = {
    *("__future__", "bisect", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools"),
    *("hashlib", "itertools", "json", "math", "operator", "re", "tomllib", "typing", "unicodedata"),
}
# A layer's own modules and, outside the core, the standard library are always allowed.
MAY_IMPORT = {
    "__init__": set(),
    "core": PURE,
    "store": {"core", "pydantic", "sqlmodel", "sqlalchemy", "alembic", "psycopg", "pandas", "numpy"},
    "confined": set(),
    "workbook": {"confined", "python_calamine"},
    "intake": {"core", "confined", "workbook", "pandas", "numpy"},
    "text": {"core", "babel"},
    "sample": {"core", "numpy", "pandas"},
    "filling": {"confined", "docx", "docxtpl", "jinja2", "lxml"},
    "export": {"core", "text", "confined", "filling", "xlsxwriter", "pandas", "docx"},
    "services": {
        *("core", "store", "intake", "text", "sample", "export"),
        *("sqlmodel", "sqlalchemy", "pandas", "numpy", "pydantic_settings", "dateutil", "pydantic", "argon2"),
    },
    "ui": {"core", "text", "services", "streamlit", "pandas", "plotly", "starlette", "anyio"},
    "arguments": {"core", "services"},
    "verbs": {"core", "text", "services", "arguments"},
    "life_verbs": {"core", "text", "services", "arguments"},
    "case_verbs": {"core", "text", "services", "arguments"},
    "work_verbs": {"core", "text", "services", "arguments"},
    "rule_verbs": {"core", "text", "services", "arguments"},
    "decision_verbs": {"core", "text", "services", "arguments"},
    "paper_verbs": {"core", "text", "services", "arguments"},
    "backup_verbs": {"core", "text", "services", "arguments"},
    "packing_verbs": {"core", "text", "services", "arguments"},
    "cli": {
        *("core", "text", "services", "arguments", "verbs", "life_verbs", "rule_verbs", "decision_verbs", "case_verbs"),
        *("backup_verbs", "paper_verbs", "packing_verbs", "work_verbs"),
    },
    "__main__": {"cli"},
    "pages": {"core", "text", "services", "ui", "streamlit", "pandas"},
    "streamlit_app": {"core", "text", "services", "ui", "streamlit"},
}
# Within the core, only the modules that read people's files use pydantic, and only the calendar of periods dateutil.
CORE_EXTRA = {
    "rulebook": {"pydantic"},
    "examples": {"pydantic"},
    "tomlform": {"pydantic"},
    "periods": {"dateutil"},
}
FILES = sorted(
    path
    for path in (*ROOT.glob("tracker/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("streamlit_app.py"))
    if "versions" not in path.parts
)


def layer(parts: tuple[str, ...]) -> str:
    """The layer a dotted name belongs to, or the package for anything from outside."""
    return parts[1] if parts[0] == "tracker" and len(parts) > 1 else parts[0]


def imported(path: Path) -> set[str]:
    """The layers and packages a file imports; the standard library counts in the core only."""
    here, names = path.relative_to(ROOT).with_suffix("").parts, set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {layer(tuple(alias.name.split("."))) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level] if node.level else ()
            base += tuple((node.module or "").split(".")) if node.module else ()
            names |= {alias.name for alias in node.names} if base == ("tracker",) else {layer(base)}
    ignored = {layer(here)} | (set() if layer(here) == "core" else set(sys.stdlib_module_names))
    return names - ignored


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_the_layers_below_it(path: Path) -> None:
    here = layer(path.relative_to(ROOT).with_suffix("").parts)
    allowed = MAY_IMPORT[here] | (CORE_EXTRA.get(path.stem, set()) if here == "core" else set())
    assert imported(path) - allowed == set()


def test_the_core_never_says_float() -> None:
    for path in ROOT.glob("tracker/core/*.py"):
        names = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
        assert "float" not in names, path

"""A database without its guards, as its administrator could make it: no triggers, no constraints but the keys."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy import text

from tracker.store.audit import ENTRY
from tracker.store.engine import writing
from tracker.store.protected import PART, SEALED

PROTECTED = (*SEALED, PART, ENTRY)

_CONSTRAINT = r"(CONSTRAINT \w+ )?(CHECK|FOREIGN KEY|UNIQUE)"


def unguard(engine) -> None:
    """Take the guards of the protected tables away."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        _unguard_sqlite(engine.url.database)
        return
    with writing(engine) as connection:
        for table in PROTECTED:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
            for column in table.c:
                if not column.primary_key:
                    connection.execute(text(f"ALTER TABLE {table.name} ALTER {column.name} DROP NOT NULL"))
        kinds = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'f', 'u')"
        names = {table.name for table in PROTECTED}
        for table, name in connection.execute(text(kinds)).all():
            if table in names:
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"))


def _unguard_sqlite(path: str) -> None:
    """Each table made anew from its looser self; its triggers go with the old one."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA legacy_alter_table = ON")
    raw.execute("BEGIN")
    for table in PROTECTED:
        ((statement,),) = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,))
        raw.execute(_loose(statement).replace(f"CREATE TABLE {table.name}", "CREATE TABLE loose", 1))
        raw.execute(f"INSERT INTO loose SELECT * FROM {table.name}")
        raw.execute(f"DROP TABLE {table.name}")
        raw.execute(f"ALTER TABLE loose RENAME TO {table.name}")
    raw.execute("COMMIT")
    raw.close()


def _loose(statement: str) -> str:
    """The table's statement without any constraint but its key; a column that was added later may bring one with it."""
    name, _, inner = statement.partition("(")
    parts = [part.strip().replace(" NOT NULL", "") for part in _parts(inner.rstrip().removesuffix(")"))]
    kept = [re.sub(r" CONSTRAINT \w+ CHECK .*", "", part) for part in parts if not re.match(_CONSTRAINT, part)]
    return f"{name}({', '.join(kept)})"


def _parts(inner: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    parts, depth = [""], 0
    for letter in inner:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts

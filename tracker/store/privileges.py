"""The rights of a PostgreSQL role that the application runs as without owning the tables.

It can do everything the application does, and never change what is written once.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from tracker.store.audit import ENTRY
from tracker.store.protected import PART, SEALED

_APPEND_ONLY = frozenset(table.name for table in (*SEALED, PART, ENTRY))
_READ_ONLY = frozenset({"alembic_version"})
_CHANGE = "SELECT, INSERT, UPDATE, DELETE"


def has_role(connection: Connection, role: str) -> bool:
    """True if the server knows the role."""
    return connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first() is not None


def grant_tables(connection: Connection, role: str) -> None:
    """Give the role exactly the rights that the application needs, on the tables of now and on those of later migrations."""
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
    for table in inspect(connection).get_table_names():
        rights = "SELECT" if table in _READ_ONLY else "SELECT, INSERT" if table in _APPEND_ONLY else _CHANGE
        connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
    connection.exec_driver_sql(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {_CHANGE} ON TABLES TO {name}")
    connection.exec_driver_sql(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}")
    for right, kind, thing in (("USAGE", "schema", "public"), ("TEMP", "database", _database(connection))):
        asked = text(f"SELECT has_{kind}_privilege(:role, :thing, :right)")
        if not connection.execute(asked, {"role": role, "thing": thing, "right": right}).scalar_one():
            quoted = connection.dialect.identifier_preparer.quote_identifier(thing)
            connection.exec_driver_sql(f"GRANT {right} ON {kind} {quoted} TO {name}")


def may_bend(connection: Connection, role: str) -> list[str]:
    """The tables written once that the role could change all the same: as superuser, as their owner, by some right."""
    asked = text(
        "SELECT relname FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[]))"
        " AND (pg_has_role(:role, relowner, 'MEMBER')"
        " OR has_table_privilege(:role, oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
        " OR has_any_column_privilege(:role, oid, 'UPDATE')) ORDER BY relname"
    )
    return list(connection.execute(asked, {"role": role, "tables": sorted(_APPEND_ONLY)}).scalars())


def _database(connection: Connection) -> str:
    return str(connection.execute(text("SELECT current_database()")).scalar_one())

"""Tables whose rows are written once: triggers refuse every change, whoever of the application asks.

A migration that rebuilds a table drops its triggers without a word, so they are asserted at every start.
"""

from __future__ import annotations

from sqlalchemy import Connection

from tracker.store.engine import UnsafeDatabaseError

_REFUSAL = "rows of {table} are never changed"


def protect(connection: Connection, table: str, taken: str) -> None:
    """Make the table append-only, or mend what keeps it so. `taken`: SQL that is true of a NEW row that would replace one.

    SQLite needs it because INSERT OR REPLACE deletes the old row without firing its DELETE triggers.
    """
    if connection.dialect.name == "sqlite":
        _protect_sqlite(connection, table, taken)
    else:
        _protect_postgresql(connection, table)


def sqlite_triggers(table: str, taken: str) -> dict[str, str]:
    """The triggers of a protected table on SQLite, by name."""
    refuse = f"SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}');"
    events = {"update": "UPDATE", "delete": "DELETE", "replace": "INSERT"}
    when = {"replace": f" WHEN {taken}"}
    return {
        f"{table}_no_{name}": f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW{when.get(name, '')} BEGIN {refuse} END"
        for name, event in events.items()
    }


def _protect_sqlite(connection: Connection, table: str, taken: str) -> None:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    found = {row.name: row.sql for row in connection.exec_driver_sql(query, (table,))}
    for name, statement in sqlite_triggers(table, taken).items():
        if found.get(name) == statement:
            continue
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)


def _protect_postgresql(connection: Connection, table: str) -> None:
    """The trigger, and the rights taken from everybody, the table's owner too; what is in order is left alone.

    An application that runs as another role than the tables' owner may look, and needs to change nothing here.
    """
    if not _postgresql_guarded(connection, table):
        function = f"{table}_refuse"
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL.format(table=table)}'; END $$"
        )
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
        # A copy made with session_replication_role = replica would skip a plain trigger.
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
    # A restored table has its trigger again but its owner's rights as well, and rights for later tables count here too.
    for role in _postgresql_changers(connection, table):
        connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    _let_keys_be_checked(connection, table)
    left = _postgresql_changers(connection, table)
    if left:
        raise UnsafeDatabaseError(f"{', '.join(left)} may change {table}: its owner must run the upgrade")


def _postgresql_changers(connection: Connection, table: str) -> list[str]:
    """Who holds a right to change or remove rows, quoted; superusers need none."""
    query = (
        "SELECT DISTINCT CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END FROM pg_class c "
        "CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS held "
        "LEFT JOIN pg_roles AS role ON role.oid = held.grantee "
        "WHERE c.oid = to_regclass(%s) AND held.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')"
    )
    return [str(row[0]) for row in connection.exec_driver_sql(query, (table,))]


def _let_keys_be_checked(connection: Connection, table: str) -> None:
    """Give the owner back the right to change one column of a table that others refer to; the trigger refuses all the same.

    PostgreSQL checks a foreign key as the owner of the table referred to, by SELECT ... FOR KEY SHARE, which asks for it.
    """
    query = (
        "SELECT quote_ident(pg_get_userbyid(c.relowner)), quote_ident(a.attname) FROM pg_constraint AS f "
        "JOIN pg_class AS c ON c.oid = f.confrelid "
        "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = f.confkey[1] "
        "WHERE f.contype = 'f' AND c.oid = to_regclass(%s) AND NOT has_any_column_privilege(c.relowner, c.oid, 'UPDATE')"
    )
    found = connection.exec_driver_sql(query, (table,)).first()
    if found is not None:
        owner, column = found
        connection.exec_driver_sql(f"GRANT UPDATE ({column}) ON {table} TO {owner}")


def _postgresql_guarded(connection: Connection, table: str) -> bool:
    query = (
        "SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = to_regclass(%s) AND t.tgname = %s AND t.tgenabled = 'A' AND p.prosrc LIKE '%%RAISE EXCEPTION%%'"
    )
    return connection.exec_driver_sql(query, (table, f"{table}_no_change")).first() is not None

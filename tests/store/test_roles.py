"""On PostgreSQL the application runs as a role that owns nothing: every verb works, nothing written once can be changed."""

from __future__ import annotations

import json
import uuid

import pytest
from builders import act
from databases import fresh_database
from sealed_rows import put_sealed
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from unguarded import PROTECTED

from tracker.cli import main
from tracker.core.problems import UsageError
from tracker.services import running
from tracker.services.access import OPERATOR
from tracker.services.audit_log import verify_log
from tracker.services.database import grant_application, open_database, upgrade
from tracker.store.append_only import protect
from tracker.store.engine import UnsafeDatabaseError, reading, writing


class Office:
    """A database of which PUBLIC may nothing, its owner, and the application's role."""

    def __init__(self, server: str) -> None:
        number = uuid.uuid4().hex[:8]
        self.owner_role, self.app_role = f"owner_{number}", f"App {number}"
        self.url = make_url(fresh_database(server))
        self.as_admin(
            f'CREATE ROLE {self.owner_role} LOGIN; CREATE ROLE "{self.app_role}" LOGIN',
            f"ALTER DATABASE {self.url.database} OWNER TO {self.owner_role}",
            f"REVOKE ALL ON DATABASE {self.url.database} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC",
            f'GRANT CONNECT ON DATABASE {self.url.database} TO "{self.app_role}"',
        )
        self.owner = open_database(self.of(self.owner_role))
        self.app = open_database(self.of(self.app_role))

    def of(self, role: str) -> str:
        return self.url.set(username=role).render_as_string(hide_password=False)

    def as_admin(self, *statements: str) -> None:
        admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        admin.dispose()

    def close(self) -> None:
        self.owner.dispose()
        self.app.dispose()


@pytest.fixture(scope="module")
def office(postgres):
    """The two roles as the README sets them up, and rows in every table that is written once, written by the application."""
    office = Office(postgres)
    upgrade(office.owner)
    grant_application(office.owner, office.app_role, act())
    put_sealed(office.app, 2)
    yield office
    office.close()


CHANGES = [
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "TRUNCATE {table} CASCADE",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({keys}) DO UPDATE SET {column} = EXCLUDED.{column}",
    "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET {column} = {column}",
    "SELECT 1 FROM {table} FOR UPDATE",
    "DROP TRIGGER {table}_no_change ON {table}",
    "ALTER TABLE {table} DISABLE TRIGGER {table}_no_change",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "DROP TABLE {table}",
    "DROP TABLE {table} CASCADE",
    "CREATE RULE bent AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER bent BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION {table}_refuse() CASCADE",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "LOCK TABLE {table} IN EXCLUSIVE MODE",
    "UPDATE alembic_version SET version_num = '0001'",
]


@pytest.mark.parametrize("table", PROTECTED, ids=lambda table: table.name)
def test_the_application_can_change_nothing_that_is_written_once(office, table):
    words = {
        **{"table": table.name, "column": list(table.c)[-1].name, "owner": office.owner_role},
        "keys": ", ".join(column.name for column in table.primary_key),
    }
    for statement in CHANGES:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), writing(office.app) as connection:
            connection.exec_driver_sql(statement.format(**words))


def test_a_right_that_the_owner_gives_himself_or_others_does_not_help_him(office):
    """The owner, too, holds none; where he grants himself one, the trigger refuses."""
    for table in PROTECTED:
        with pytest.raises(DBAPIError, match="permission denied"), writing(office.owner) as connection:
            connection.exec_driver_sql(f"DELETE FROM {table.name}")
        granted = f"GRANT ALL ON {table.name} TO CURRENT_USER; DELETE FROM {table.name}"
        with pytest.raises(DBAPIError, match="never changed"), writing(office.owner) as connection:
            connection.exec_driver_sql(granted)


def test_the_owner_too_can_write_rows_that_refer_to_one_another(postgres):
    """PostgreSQL checks a foreign key with the rights of the owner of the table referred to."""
    office = Office(postgres)
    upgrade(office.owner)
    put_sealed(office.owner, 1)
    assert verify_log(office.owner, OPERATOR).whole
    for statement in ("UPDATE snapshot SET id = id + 100", "UPDATE period_step SET id = id + 100"):
        with pytest.raises(DBAPIError, match="never changed"), writing(office.owner) as connection:
            connection.exec_driver_sql(statement)
    office.close()


def test_the_log_and_the_rows_written_by_the_application_hold(office):
    assert verify_log(office.app, OPERATOR).whole


def test_the_application_starts_on_a_database_that_is_up_to_date(office):
    upgrade(office.app)


def test_the_next_upgrade_takes_a_right_away_that_somebody_was_given(office):
    office.as_admin(f'GRANT UPDATE ON decision TO "{office.app_role}"')
    with pytest.raises(UnsafeDatabaseError, match="decision"):
        upgrade(office.app)
    upgrade(office.owner)
    upgrade(office.app)


def test_a_table_of_a_later_migration_is_the_applications_too_unless_it_is_written_once(office):
    with writing(office.owner) as connection:
        connection.exec_driver_sql("CREATE TABLE later (id serial PRIMARY KEY, word text)")
        connection.exec_driver_sql("CREATE TABLE later_once (id serial PRIMARY KEY, word text)")
        protect(connection, "later_once", "")
    with writing(office.app) as connection:
        for table in ("later", "later_once"):
            connection.exec_driver_sql(f"INSERT INTO {table} (word) VALUES ('x')")
        connection.exec_driver_sql("UPDATE later SET word = 'y'")
    with pytest.raises(DBAPIError, match="permission denied"), writing(office.app) as connection:
        connection.exec_driver_sql("UPDATE later_once SET word = 'y'")


def test_without_the_owners_upgrade_the_application_does_not_start(postgres, capsys, monkeypatch):
    office = Office(postgres)
    monkeypatch.setattr(running, "database", lambda: office.app)
    assert main(["--language", "en", "upgrade"]) == 2
    assert "as the role that owns the tables" in capsys.readouterr().err
    office.close()


def test_a_role_that_could_bend_the_tables_all_the_same_is_refused(office):
    for unfit in (office.owner_role, "tracker"):
        with pytest.raises(UsageError, match="database_role_too_strong"):
            grant_application(office.owner, unfit, act())
    office.as_admin("CREATE ROLE writes_all LOGIN IN ROLE pg_write_all_data")
    with pytest.raises(UsageError, match="database_role_too_strong"):
        grant_application(office.owner, "writes_all", act())
    with reading(office.owner) as connection:
        held = text("SELECT has_table_privilege('writes_all', 'batch', 'TRIGGER')")
        assert connection.execute(held).scalar() is False
    with pytest.raises(UsageError, match="unknown_database_role"):
        grant_application(office.owner, 'no"body', act())


def test_sqlite_has_no_roles(sqlite_engine):
    with pytest.raises(UsageError, match="app_role_needs_postgresql"):
        grant_application(sqlite_engine, "app", act())


def test_every_verb_of_the_command_line_works_as_the_applications_role(postgres, capsys, monkeypatch, tmp_path):
    office = Office(postgres)
    monkeypatch.setattr(running, "database", lambda: office.owner)
    assert main(["upgrade", "--app-role", office.app_role]) == 0
    monkeypatch.setattr(running, "database", lambda: office.app)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("code,name,kind\nZ1,Xã Một,commune\n", "utf-8")
    assert main(["upgrade"]) == 0
    assert main(["demo", "--units", "16", "--dossiers", "1000"]) == 0
    capsys.readouterr()
    assert main(["campaign", "list", "--json"]) == 0
    (campaign, *_) = json.loads(capsys.readouterr().out)["campaigns"]
    asked = ["--campaign", campaign["code"], "--period", campaign["periods"][0]["code"]]
    verbs = [
        ["import", "units.csv"],
        ["batch", "list"],
        ["batch", "undo", "9"],
        ["rulebook", "show", "dak-nong-146"],
        ["measures", *asked],
        ["standings", *asked],
        ["lists", *asked],
        ["digest", "H99.01", *asked],
        ["ledger", "rebuild"],
        ["ledger", "verify"],
        ["user", "add", "an", "--role", "viewer"],
        ["user", "grant", "an", "--role", "chair"],
        ["user", "reset", "an"],
        ["user", "disable", "an"],
        ["user", "enable", "an"],
        ["user", "list"],
        ["audit", "list"],
        ["audit", "head"],
        ["audit", "verify"],
    ]
    for words in verbs:
        assert main(words) == 0, (words, capsys.readouterr())
    office.close()

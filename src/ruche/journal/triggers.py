"""The database itself refuses to change or erase a line, even when SQL is written by hand.

A migration that alters `Entry` calls `install` again at its end: SQLite rebuilds an altered table
without its triggers.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "journal_entry"
REFUSAL = "Le journal ne se modifie pas et ne s’efface pas."

SQLITE_INSTALL = (
    f"""CREATE TRIGGER {TABLE}_is_not_updated BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER {TABLE}_is_not_deleted BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    # INSERT OR REPLACE erases the line in the way without calling the trigger of a deletion.
    f"""CREATE TRIGGER {TABLE}_is_not_replaced BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE number = NEW.number OR previous = NEW.previous)
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",  # noqa: S608 - our own constants
)
SQLITE_REMOVE = tuple(
    f"DROP TRIGGER IF EXISTS {TABLE}_is_not_{act}" for act in ("updated", "deleted", "replaced")
)

POSTGRESQL_INSTALL = (
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuses() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF TG_OP = 'TRUNCATE' AND NOT EXISTS (SELECT 1 FROM {TABLE}) THEN RETURN NULL; END IF;
      RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $body$""",  # noqa: S608 - our own constants
    f"""CREATE TRIGGER {TABLE}_is_not_changed BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuses()""",
    f"""CREATE TRIGGER {TABLE}_is_not_emptied BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuses()""",
)
POSTGRESQL_REMOVE = (
    f"DROP TRIGGER IF EXISTS {TABLE}_is_not_changed ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {TABLE}_is_not_emptied ON {TABLE}",
    f"DROP FUNCTION IF EXISTS {TABLE}_refuses()",
)

INSTALL = {"sqlite": SQLITE_INSTALL, "postgresql": POSTGRESQL_INSTALL}
REMOVE = {"sqlite": SQLITE_REMOVE, "postgresql": POSTGRESQL_REMOVE}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, after removing those that were there."""
    _run(connection, REMOVE[connection.vendor] + INSTALL[connection.vendor])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for a migration that goes back, and for the tests that tamper."""
    _run(connection, REMOVE[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

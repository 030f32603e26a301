"""Tables that keep no trace of the order in which their rows came.

SQLite gives each row a hidden number that grows: two tables written by the same request could be
joined by it. A table declared `WITHOUT ROWID` is stored in the order of its key, here a random
identifier. PostgreSQL keeps rows where there was room, and SQLite its last writes in a log: each
night, what is left of the order is rewritten (`forget_row_order`).
"""

from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model


class WithoutRowNumbers(Operation):
    """Rebuild just created, still empty tables of SQLite without their hidden row number."""

    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, list(self.models), {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django knows of changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "sqlite":
            return
        for name in self.models:
            _rebuild(schema_editor, to_state.apps.get_model(app_label, name)._meta.db_table)

    def database_backwards(self, *_: Any) -> None:
        """The tables go with the migration that made them."""

    def describe(self) -> str:
        return f"Forget the order of rows in {', '.join(self.models)}"


def _rebuild(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    quoted = schema_editor.quote_name(table)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {quoted}")  # noqa: S608 - a name of ours
        if cursor.fetchone()[0]:
            raise RuntimeError(f"{table} a déjà des lignes : elle ne se refait pas ainsi.")
        cursor.execute(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table]
        )
        found = sorted(cursor.fetchall(), key=lambda one: one[0] != "table")
        cursor.execute(f"DROP TABLE {quoted}")
        for kind, sql in found:
            cursor.execute(f"{sql} WITHOUT ROWID" if kind == "table" else sql)


def forget_row_order(*models: type[Model]) -> int:
    """Rewrite these tables in the order of their primary key; how many were rewritten.

    SQLite keeps them so, but for the inside of a page, where the last cells come last, and for its
    write-ahead log: the whole file is rewritten, and the log emptied. Nothing in a transaction.
    """
    if connection.in_atomic_block:
        return 0
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return len(models)
        for model in models:
            table, key = model._meta.db_table, quote(str(model._meta.pk.column))
            # One statement writes them all: no row tells any more which transaction brought it.
            cursor.execute(f"UPDATE {quote(table)} SET {key} = {key}")  # noqa: S608 - names of ours
            cursor.execute(f"CLUSTER {quote(table)} USING {quote(table + '_pkey')}")
    return len(models)

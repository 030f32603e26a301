"""Write a row once: of two that arrive together with the same key, one alone is new."""

from django.db import connection
from django.db.models import Model


def insert_once(row: Model) -> bool:
    """Whether the row was new. Of two that arrive together, the second waits its turn.

    Written by hand, since an `IntegrityError` keeps the cursor in a cycle of references: the
    garbage collector of another thread, that holds the lock of SQLite, would clear it while this
    connection waits for that lock, and both would stand still until the busy timeout.
    """
    fields = row._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(row._meta.db_table)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - names of our own
            values,
        )
        return bool(cursor.rowcount == 1)

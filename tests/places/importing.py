"""Files that a test sends, and what becomes of their lines."""

from ruche.core.spreadsheets import as_csv, recognised
from ruche.places.imports import actions, running
from ruche.places.imports.enums import BatchStatus
from ruche.places.imports.formats import FORMATS
from ruche.places.models import ImportBatch
from tests.places.register import coordinator


def sent(headers: list[str], rows: list[list[str]], *, name: str = "lieux") -> ImportBatch:
    """A file that was sent, whose recognised columns were kept, and its preview."""
    by, form = coordinator(), FORMATS[name]
    batch = actions.start(form, as_csv(headers, rows), by=by)
    if batch.status == BatchStatus.COLUMNS:
        batch = actions.choose_columns(batch, recognised(batch.sheet["headers"], form.names))
    running.work(batch.pk, by.pk)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.READY, batch.trouble
    return batch


def applied(batch: ImportBatch) -> ImportBatch:
    running.start(actions.ask_to_apply(batch, version=batch.version), by=coordinator())
    batch.refresh_from_db()
    return batch


def undone(batch: ImportBatch) -> ImportBatch:
    running.start(actions.ask_to_undo(batch), by=coordinator())
    batch.refresh_from_db()
    return batch


def states(batch: ImportBatch) -> dict[int, str]:
    """Number of a line → its state."""
    return dict(batch.lines.values_list("number", "state"))


def of_states(batch: ImportBatch, *wanted: str) -> set[int]:
    return {number for number, state in states(batch).items() if state in wanted}


def faults(batch: ImportBatch, number: int) -> str:
    return " ".join(batch.lines.get(number=number).faults)

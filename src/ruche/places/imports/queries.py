"""What pages and files say of a batch: its counts, its lines in words, the lines to mend."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count

from ruche.places.imports.enums import WRITTEN, Decision, Fate, LineState
from ruche.places.imports.formats import FORMATS, Format
from ruche.places.imports.models import ImportBatch, ImportLine
from ruche.places.imports.planning import changes

TO_MEND = "À corriger"
LINE = "Ligne du fichier"
SAMPLES = 3
"""Values shown of a column, for who says what it holds."""


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """How many lines in each state, zeros too."""
    rows = batch.lines.order_by().values_list("state").annotate(number=Count("pk"))
    return {str(state): 0 for state in LineState} | dict(rows)


def fates_of(batch: ImportBatch) -> dict[str, int]:
    """How many lines had each fate when the batch was undone."""
    rows = batch.lines.filter(state__in=WRITTEN).order_by().values_list("fate")
    return {str(fate): 0 for fate in Fate} | dict(rows.annotate(number=Count("pk")))


@dataclass(frozen=True)
class ShownChange:
    """A field, what it was, what it becomes."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownLine:
    """A line as it is read in a preview."""

    line: ImportLine
    changes: tuple[ShownChange, ...]

    @property
    def is_new(self) -> bool:
        return self.line.before is None

    @property
    def fate(self) -> Fate:
        return Fate(self.line.fate)

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """What may be said of it: nothing is « the same » as a line that is not yet an object."""
        known = self.line.target is not None
        return [
            (value, label)
            for value, label in Decision.choices
            if known or value != Decision.THE_SAME
        ]


def shown(batch: ImportBatch, lines: Iterable[ImportLine]) -> list[ShownLine]:
    """Lines with what they change, in words: a few questions, whatever their number."""
    kind = FORMATS[batch.format].kind
    words = kind.wording()
    found = []
    for line in lines:
        told = changes(line.before, line.after) if line.after else []
        said = tuple(
            ShownChange(kind.label(name), words(name, old), words(name, new))
            for name, old, new in told
            if line.before is not None or new not in ("", None, [], kind.blank.get(name))
        )
        found.append(ShownLine(line, said))
    return found


# -------------------------------------------------------------------------------- columns


@dataclass(frozen=True)
class HeaderChoice:
    """A header of the file: some of its values, and the column that it is taken for."""

    rank: int
    header: str
    samples: tuple[str, ...]
    chosen: str

    @property
    def name(self) -> str:
        return f"colonne_{self.rank}"


def header_choices(batch: ImportBatch, chosen: dict[int, str]) -> list[HeaderChoice]:
    """The headers of a file whose columns are not confirmed yet."""
    cells = [line[1] for line in batch.sheet["lines"]]
    return [
        HeaderChoice(rank, header, _samples(cells, rank), chosen.get(rank, ""))
        for rank, header in enumerate(batch.sheet["headers"])
    ]


def _samples(cells: Sequence[Sequence[str]], rank: int) -> tuple[str, ...]:
    found = dict.fromkeys(row[rank] for row in cells if row[rank])
    return tuple(text[:60] for text, _ in zip(found, range(SAMPLES), strict=False))


# -------------------------------------------------------------------------- lines to mend


def headers_to_mend(batch: ImportBatch) -> list[str]:
    """The headers of the file that goes back: ours, then what must be corrected."""
    form = FORMATS[batch.format]
    return [LINE, *(_header(form, key) for key in batch.columns), TO_MEND]


def _header(form: Format, key: str) -> str:
    return form.names[key][0] if form.is_closed else form.column(key).label


def rows_to_mend(batch: ImportBatch) -> Iterator[list[str]]:
    """The lines that were not imported, as they were written, each with why."""
    for line in batch.lines.to_mend().order_by("number"):
        cells = [line.cells.get(key, "") for key in batch.columns]
        yield [str(line.number), *cells, " ".join(line.faults)]

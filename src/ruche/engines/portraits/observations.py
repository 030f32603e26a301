"""What the sources say, before any formula: one table per level, one column per variable.

Every reader, whatever the file, gives `Reading`s; `gather` puts them side by side. A variable keeps
the name of its producer (`P22_POP`), so that the catalogue's formulas read as the producer's
documentation does. Beside the numbers go the states of those that are not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from ruche.engines.portraits.errors import Note, Place, Severity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State

CODE = "code"


@dataclass(frozen=True)
class Provenance:
    """Where a variable comes from: the producer's file, or a third party's computation."""

    source: str
    """The id of the source in the catalogue (`insee-rp`, `insee-filosofi`, `tiers-ottd`…)."""

    file: str
    sha256: str
    outside: frozenset[str] = frozenset()
    """Codes of départements that the file does not cover (Mayotte, the overseas départements)."""


@dataclass(frozen=True)
class Reading:
    """What one reader understood of one file, for one level.

    `values` has a `code` column (text) and one Float64 column per variable, null where there is no
    number. `states` has `code` and one UInt8 column (see `State`) for each variable of which some
    number is absent; a variable without a column of states is a number everywhere.
    """

    provenance: Provenance
    level: Level
    values: pl.DataFrame
    states: pl.DataFrame
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if self.values.columns[:1] != [CODE] or self.values.schema[CODE] != pl.String:
            raise ValueError("The first column of a reading is `code`, as text")

    @property
    def variables(self) -> list[str]:
        return self.values.columns[1:]


@dataclass(frozen=True)
class Observations:
    """All that was read, level by level, with the provenance of each variable."""

    values: Mapping[Level, pl.DataFrame]
    states: Mapping[Level, pl.DataFrame]
    provenance: Mapping[tuple[Level, str], Provenance]
    notes: tuple[Note, ...] = field(default=())

    def has(self, level: Level, variable: str) -> bool:
        return (level, variable) in self.provenance

    def states_of(self, level: Level, variable: str) -> pl.Series | None:
        """The states of a variable, aligned on the values; None when all are numbers."""
        frame = self.states.get(level)
        return frame[variable] if frame is not None and variable in frame.columns else None


def gather(
    readings: Iterable[Reading],
    codes: Mapping[Level, pl.Series],
    departements: Mapping[Level, pl.Series],
) -> Observations:
    """Put readings side by side on the territories of `codes`; `departements` says where each lies.

    A territory that a source leaves out is `MISSING` there, or `NOT_PUBLISHED` where the source
    says that it does not cover it. When two readings give the same variable, the one that knows
    most of it is kept; a gap of more than half a percent between their totals makes a note.
    """
    by_level: dict[Level, list[Reading]] = {}
    for reading in readings:
        by_level.setdefault(reading.level, []).append(reading)
    values: dict[Level, pl.DataFrame] = {}
    states: dict[Level, pl.DataFrame] = {}
    provenance: dict[tuple[Level, str], Provenance] = {}
    notes: list[Note] = [note for group in by_level.values() for r in group for note in r.notes]
    for level, group in by_level.items():
        kept, disagreements = _first_of_each(group)
        notes += disagreements
        places = departements[level]
        values[level], states[level] = _side_by_side(kept, codes[level], places)
        provenance |= {(level, name): r.provenance for r, names in kept for name in names}
    return Observations(values, states, provenance, tuple(notes))


def _first_of_each(group: list[Reading]) -> tuple[list[tuple[Reading, list[str]]], list[Note]]:
    """Each variable from the reading that knows most of it (the first one, among equals).

    What the others say differently makes notes.
    """
    owners: dict[str, Reading] = {}
    notes: list[Note] = []
    for reading in group:
        for name in reading.variables:
            known = owners.get(name)
            if known is None:
                owners[name] = reading
                continue
            notes += _disagreement(name, known, reading)
            if reading.values[name].count() > known.values[name].count():
                owners[name] = reading
    kept = [
        (reading, names)
        for reading in group
        if (names := [name for name in reading.variables if owners[name] is reading])
    ]
    return kept, notes


def _disagreement(name: str, first: Reading, second: Reading) -> list[Note]:
    mine, other = first.values.select(CODE, a=name), second.values.select(CODE, b=name)
    common = mine.with_columns(_aligned(other, mine)["b"]).drop_nulls()
    a, b = float(common["a"].sum()), float(common["b"].sum())
    if abs(a - b) <= 0.005 * max(abs(a), abs(b), 1.0):
        return []
    text = (
        f"{name} totalise {b:.0f} sur {common.height} territoires communs, mais {a:.0f} dans "
        f"{first.provenance.file}."
    )
    return [Note(Severity.WARNING, Place(second.provenance.file, column=name), text)]


def _side_by_side(
    kept: list[tuple[Reading, list[str]]], codes: pl.Series, places: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    base = pl.DataFrame({CODE: codes})
    values, states = base, base
    for reading, names in kept:
        aligned = _aligned(reading.values.select(CODE, *names), base)
        values = values.hstack(aligned.select(names))
        states = states.hstack(_aligned_states(reading, names, aligned, places))
    return values, states


def _aligned(table: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table in the order of the codes of `base`, null where it has none."""
    if table[CODE].equals(base[CODE]):
        return table
    return base.select(CODE).join(table, on=CODE, how="left", maintain_order="left")


def _aligned_states(
    reading: Reading, names: list[str], aligned: pl.DataFrame, places: pl.Series
) -> pl.DataFrame:
    """States aligned as the values: those of the reading, and why an absent territory is absent."""
    lacking = [name for name in names if aligned[name].has_nulls()]
    if not lacking:
        return pl.DataFrame()
    told = _aligned(reading.states, aligned.select(CODE))
    why = _why_absent(reading, aligned[CODE], places)
    return pl.DataFrame(
        [
            why.with_columns(
                null=aligned[name].is_null(), told=told[name] if name in told.columns else None
            )
            .select(_STATE)
            .to_series()
            .alias(name)
            for name in lacking
        ]
    )


def _why_absent(reading: Reading, codes: pl.Series, places: pl.Series) -> pl.DataFrame:
    """`absent`: the reading has no row for this territory; `outside`: its source said so."""
    if reading.values[CODE].equals(codes):
        here = pl.repeat(value=False, n=len(codes), eager=True)
        return pl.DataFrame({"absent": here, "outside": here})
    return pl.DataFrame(
        {
            "absent": ~codes.is_in(reading.values[CODE].implode()),
            "outside": places.is_in(list(reading.provenance.outside)).fill_null(value=False),
        }
    )


_STATE = (
    pl.when(~pl.col("null"))
    .then(pl.lit(State.VALUE.value))
    .when(pl.col("absent") & pl.col("outside"))
    .then(pl.lit(State.NOT_PUBLISHED.value))
    .when(pl.col("absent"))
    .then(pl.lit(State.MISSING.value))
    # A reader that says « value » of a hole is not believed: a hole is never a zero.
    .when(pl.col("told") == State.VALUE.value)
    .then(pl.lit(State.MISSING.value))
    .otherwise(pl.col("told").fill_null(State.MISSING.value))
    .cast(pl.UInt8)
)
"""From why a territory may be absent, and what the reader told, to the state that is kept."""

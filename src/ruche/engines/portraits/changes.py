"""What changed between two editions, to be read and approved before anything is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.editions import Edition
from ruche.engines.portraits.observations import CODE
from ruche.engines.portraits.states import State

MANY_MARGINS = 3
MUCH = 0.05
"""Without a margin, a figure has moved when it changed by more than this share of itself."""

KEYS = ["level", CODE, "indicator"]


class Kind(StrEnum):
    """What happened to a figure, from the most serious to the mildest."""

    VANISHED = "vanished"
    BROKE = "broke"
    REPLACED = "replaced"
    MOVED = "moved"
    APPEARED = "appeared"


LABELS = {
    Kind.VANISHED: "a disparu",
    Kind.BROKE: "a changé de définition",
    Kind.REPLACED: "a changé de source",
    Kind.MOVED: "a beaucoup changé",
    Kind.APPEARED: "est apparu",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that an attentive reader must see before publication."""

    kind: Kind
    level: str
    code: str
    indicator: str
    old_year: int | None
    new_year: int | None
    old: float | None
    new: float | None
    old_state: State
    new_state: State
    old_source: str
    new_source: str

    @property
    def gap(self) -> float | None:
        return None if self.old is None or self.new is None else self.new - self.old


def compare_editions(old: Edition, new: Edition, catalogue: Catalogue) -> list[Change]:
    """Every change, the most serious first; nothing for figures that are the same."""
    both = old.figures.join(new.figures, on=KEYS, how="full", coalesce=True, suffix="_new")
    changes = [change for row in both.iter_rows(named=True) for change in _changes(row, catalogue)]
    order = list(Kind)
    return sorted(changes, key=lambda c: (order.index(c.kind), c.indicator, c.level, c.code))


def _changes(row: dict[str, object], catalogue: Catalogue) -> Iterator[Change]:
    kind = _kind(row, catalogue)
    if kind is not None:
        yield Change(
            kind=kind,
            level=str(row["level"]),
            code=str(row[CODE]),
            indicator=str(row["indicator"]),
            old_year=row["year"],  # type: ignore[arg-type]
            new_year=row["year_new"],  # type: ignore[arg-type]
            old=row["value"],  # type: ignore[arg-type]
            new=row["value_new"],  # type: ignore[arg-type]
            old_state=_state(row["state"]),
            new_state=_state(row["state_new"]),
            old_source=str(row["source"] or ""),
            new_source=str(row["source_new"] or ""),
        )


def _state(number: object) -> State:
    return State.MISSING if number is None else State(int(str(number)))


def _kind(row: dict[str, object], catalogue: Catalogue) -> Kind | None:
    old, new = row["value"], row["value_new"]
    if old is None and new is None:
        return None
    if new is None:
        return Kind.VANISHED
    if old is None:
        return Kind.APPEARED
    indicator = catalogue.by_id.get(str(row["indicator"]))
    years = int(str(row["year"])), int(str(row["year_new"]))
    if indicator and indicator.crosses_break(*years):
        return Kind.BROKE
    if row["source"] != row["source_new"]:
        return Kind.REPLACED
    return Kind.MOVED if _moved(row) else None


def _moved(row: dict[str, object]) -> bool:
    old, new = float(str(row["value"])), float(str(row["value_new"]))
    margin = row["margin"]
    if isinstance(margin, float) and margin > 0:
        return abs(new - old) > MANY_MARGINS * margin
    return abs(new - old) > MUCH * max(abs(old), 1e-9)


def gaps_by_indicator(changes: list[Change]) -> pl.DataFrame:
    """For each indicator that changed source: how many figures, the mean and the largest gap."""
    rows = [
        {"indicator": c.indicator, "level": c.level, "gap": abs(c.gap)}
        for c in changes
        if c.kind is Kind.REPLACED and c.gap is not None
    ]
    schema = {"indicator": pl.String, "level": pl.String, "gap": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema)
    return (
        frame.group_by("indicator", "level")
        .agg(
            pl.len().alias("count"),
            pl.col("gap").mean().alias("mean"),
            pl.col("gap").max().alias("largest"),
        )
        .sort("indicator", "level")
    )

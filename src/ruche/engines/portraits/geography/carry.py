"""Carry a table of communes from the geography of its year to the reference one.

A merge is a sum, for what can be added; a median of merged communes is nobody's median. A split
cannot be undone: the figure of the parent stays whole on the parent, its parts are « sans objet »,
so that sums above them are still right while no part is given an invented number. Paris, Lyon and
Marseille may be known only by their arrondissements: these are summed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

import polars as pl

from ruche.engines.portraits.errors import Note, Place, Severity
from ruche.engines.portraits.geography.model import Geography, is_overseas_collectivity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State

CODE, TARGET = "code", "_target"

SEVERITY = (
    State.NOT_APPLICABLE,
    State.VALUE,
    State.MISSING,
    State.NOT_PUBLISHED,
    State.SECRET,
)
"""From the mildest to the worst: a sum is what the worst of its parts is. What does not apply to a
part (a commune that did not exist yet) takes nothing from the sum of the others."""

SHOWN = 12
"""How many codes a note spells out."""


@dataclass(frozen=True)
class Carried:
    """A commune table in the reference geography, and what happened on the way."""

    values: pl.DataFrame
    states: pl.DataFrame
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Journey:
    """What the steps share."""

    geography: Geography
    additive: frozenset[str]
    place: Place
    sparse: bool
    year: int | None


def to_current(
    values: pl.DataFrame,
    states: pl.DataFrame,
    geography: Geography,
    *,
    additive: Collection[str],
    place: Place,
    sparse: bool = False,
    year: int | None = None,
) -> Carried:
    """`values` and `states` (see `Reading`) by commune of an older year, in today's communes.

    `additive` names the variables that may be summed; the others become NOT_PUBLISHED where
    communes were merged. An optional `line` column of `values` (where each row stood in the file)
    serves the notes and is removed. `sparse` says that an absent commune means nothing (it counts
    zero, or is out of the field): absences are then neither completed nor complained about.
    `year` is that of the file's geography, when it is known: the splits that it already knows are
    not looked for. A municipal arrondissement is left out when its commune is there too.
    """
    journey = _Journey(geography, frozenset(additive), place, sparse, year)
    if values[CODE].equals(geography.communes[CODE]):
        notes: list[Note] = []
        table = with_full_states(values.drop("line", strict=False), states)
    else:
        table, notes = _to_current_codes(values, states, journey)
    table, split = _spread_splits(table, journey)
    return Carried(*without_full_states(table), (*notes, *split))


def _to_current_codes(
    values: pl.DataFrame, states: pl.DataFrame, journey: _Journey
) -> tuple[pl.DataFrame, list[Note]]:
    """The table by today's codes: strangers left out, districts and merged communes summed."""
    values, notes = _only_known(values, journey)
    values, gaps = _without_double_districts(values, journey)
    table = with_full_states(values.drop("line", strict=False), states)
    table, merged = _merge(table, journey)
    table = _incomplete_cities(table, gaps)
    return table, [*notes, *merged, *_note_of_gaps(gaps, journey)]


# --- states beside values, in one frame ---------------------------------------------------------


def state_column(variable: str) -> str:
    """The name of the column of states beside a variable, inside this module's joined frames."""
    return f"{variable}\x00state"


def is_state_column(name: str) -> bool:
    return name.endswith("\x00state")


def state_column_of(variable: str) -> pl.Expr:
    return pl.col(state_column(variable))


def with_full_states(values: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One frame: a variable with null values also has its states, VALUE where it has a number."""
    variables = [name for name in values.columns if name != CODE]
    nulls = dict(zip(values.columns, values.null_count().row(0), strict=True))
    lacking = [name for name in variables if nulls[name]]
    told = [name for name in lacking if name in states.columns]
    beside = states.select(CODE, *(pl.col(n).alias(state_column(n)) for n in told))
    if states[CODE].equals(values[CODE]):
        joined = values.hstack(beside.drop(CODE))
    else:
        joined = values.join(beside, on=CODE, how="left", maintain_order="left")
    return joined.with_columns(
        _state_expression(name, told=name in told).alias(state_column(name)) for name in lacking
    )


def _state_expression(name: str, *, told: bool) -> pl.Expr:
    missing = pl.lit(State.MISSING.value, dtype=pl.UInt8)
    absent = pl.col(state_column(name)).fill_null(missing) if told else missing
    return (
        pl.when(pl.col(name).is_null())
        .then(absent)
        .otherwise(pl.lit(State.VALUE.value, dtype=pl.UInt8))
    )


def without_full_states(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values and states again, with states only for the variables that lack some number."""
    names = [n for n in table.columns if not is_state_column(n)]
    values = table.select(names)
    lacking = [
        n
        for n, count in zip(names, values.null_count().row(0), strict=True)
        if count and state_column(n) in table.columns
    ]
    return values, table.select(CODE, *(pl.col(state_column(n)).alias(n) for n in lacking))


# --- the steps ------------------------------------------------------------------------------------


def _only_known(values: pl.DataFrame, journey: _Journey) -> tuple[pl.DataFrame, list[Note]]:
    """Rows of communes that the reference knows, under today's code or a former one."""
    geography = journey.geography
    codes = values[CODE].to_list()
    current, successors = geography.commune_codes, geography.successors
    strangers = {i: c for i, c in enumerate(codes) if c not in current and c not in successors}
    if not strangers:
        return values, []
    overseas = [c for c in strangers.values() if is_overseas_collectivity(c)]
    unknown = {i: c for i, c in strangers.items() if not is_overseas_collectivity(c)}
    notes = _note_of_overseas(overseas, journey.place)
    notes += _note_of_unknown(unknown, values, journey)
    return values.filter(~pl.col(CODE).is_in(list(strangers.values()))), notes


def _note_of_overseas(codes: list[str], place: Place) -> list[Note]:
    if not codes:
        return []
    text = f"{len(codes)} communes de collectivités d’outre-mer laissées hors du total France."
    return [Note(Severity.INFO, place, text)]


def _note_of_unknown(
    unknown: dict[int, str], values: pl.DataFrame, journey: _Journey
) -> list[Note]:
    if not unknown:
        return []
    first, place = next(iter(unknown)), journey.place
    line = values["line"][first] if "line" in values.columns else None
    text = (
        f"communes inconnues de la géographie {journey.geography.year}, laissées de côté : "
        f"{_enumerate(unknown.values())}."
    )
    return [Note(Severity.WARNING, Place(place.file, line, place.column), text)]


def _enumerate(codes: Iterable[str]) -> str:
    listed = list(codes)
    more = f" et {len(listed) - SHOWN} autres" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more


def _without_double_districts(
    values: pl.DataFrame, journey: _Journey
) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """Drop arrondissements whose commune is there; say which cities lack some of theirs."""
    districts = journey.geography.arrondissements
    present = set(values[CODE])
    doubled = districts.filter(
        pl.col("commune").is_in(list(present)), pl.col(CODE).is_in(list(present))
    )
    if doubled.height:
        values = values.filter(~pl.col(CODE).is_in(doubled[CODE].to_list()))
    gaps: dict[str, list[str]] = {}
    for city, codes in districts.group_by("commune", maintain_order=True).agg(CODE).iter_rows():
        absent = [code for code in codes if code not in present]
        if city not in present and 0 < len(absent) < len(codes) and not journey.sparse:
            gaps[city] = absent
    return values, gaps


def _merge(table: pl.DataFrame, journey: _Journey) -> tuple[pl.DataFrame, list[Note]]:
    """Sum the rows that became one commune; rename those that only changed code."""
    successors = journey.geography.successors
    current = journey.geography.commune_codes
    former = [c for c in table[CODE] if c not in current]
    if not former:
        return table, []
    targets = {successors[code] for code in former}
    moving = table.filter(pl.col(CODE).is_in([*former, *targets]))
    still = table.filter(~pl.col(CODE).is_in([*former, *targets]))
    moving = moving.with_columns(pl.col(CODE).replace(successors).alias(TARGET))
    merged = _merged_rows(moving, journey).rename({TARGET: CODE})
    text = f"{len(former)} communes fusionnées ou renumérotées, reportées sur {len(targets)}."
    note = Note(Severity.INFO, journey.place, text)
    return _stack(still, merged), [note]


def _stack(above: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    """One table over another; a row without a column of states is a value."""
    table = pl.concat([above, below], how="diagonal")
    return table.with_columns(
        pl.col(n).fill_null(State.VALUE.value) for n in table.columns if is_state_column(n)
    )


def _merged_rows(moving: pl.DataFrame, journey: _Journey) -> pl.DataFrame:
    """One row by target: sums, or the worst state of the parts; no published figure of a merge."""
    numbers = [n for n in moving.columns if n not in (CODE, TARGET) and not is_state_column(n)]
    severities = (
        (_severity(pl.col(state_column(n))) if state_column(n) in moving.columns else _PLAIN)
        .max()
        .alias(state_column(n))
        for n in numbers
    )
    sums = moving.group_by(TARGET, maintain_order=True).agg(
        *(pl.col(n).sum() for n in numbers), *severities, pl.len().alias("_rows")
    )
    refused = pl.lit(SEVERITY.index(State.NOT_PUBLISHED), dtype=pl.UInt8)
    sums = sums.with_columns(
        pl.when(pl.col("_rows") > 1)
        .then(refused)
        .otherwise(state_column_of(n))
        .alias(state_column(n))
        for n in numbers
        if n not in journey.additive
    )
    return sums.drop("_rows").with_columns(
        *(pl.when(state_column_of(n) == _PLAIN).then(pl.col(n)).alias(n) for n in numbers),
        *(_from_severity(state_column_of(n)) for n in numbers),
    )


_PLAIN = pl.lit(SEVERITY.index(State.VALUE), dtype=pl.UInt8)


def _severity(state: pl.Expr) -> pl.Expr:
    ranks = {s.value: rank for rank, s in enumerate(SEVERITY)}
    return state.replace_strict(ranks, return_dtype=pl.UInt8)


def _from_severity(rank: pl.Expr) -> pl.Expr:
    states = {rank: s.value for rank, s in enumerate(SEVERITY)}
    return rank.replace_strict(states, return_dtype=pl.UInt8)


def _incomplete_cities(table: pl.DataFrame, gaps: dict[str, list[str]]) -> pl.DataFrame:
    """A city of which some arrondissement is absent has no total."""
    return table.pipe(_blank, list(gaps), State.MISSING) if gaps else table


def _note_of_gaps(gaps: dict[str, list[str]], journey: _Journey) -> list[Note]:
    return [
        Note(
            Severity.WARNING,
            journey.place,
            f"{journey.geography.name(Level.COMMUNE, city)} n’a pas de total : il manque "
            f"les arrondissements {_enumerate(absent)}.",
        )
        for city, absent in gaps.items()
    ]


def _blank(
    table: pl.DataFrame, codes: list[str], state: State, variables: list[str] | None = None
) -> pl.DataFrame:
    """No number, and this state, for these codes (and these variables; all of them if None)."""
    numbers = [n for n in table.columns if n != CODE and not is_state_column(n)]
    chosen = numbers if variables is None else variables
    here = pl.col(CODE).is_in(codes)
    plain = pl.lit(State.VALUE.value, dtype=pl.UInt8)
    blank = pl.lit(state.value, dtype=pl.UInt8)
    before = {n: state_column_of(n) if state_column(n) in table.columns else plain for n in chosen}
    return table.with_columns(
        *(pl.when(~here).then(pl.col(n)).alias(n) for n in chosen),
        *(pl.when(here).then(blank).otherwise(before[n]).alias(state_column(n)) for n in chosen),
    )


def _spread_splits(table: pl.DataFrame, journey: _Journey) -> tuple[pl.DataFrame, list[Note]]:
    """A file older than a split: the parent keeps its sums, its parts are told « sans objet »."""
    notes: list[Note] = []
    if journey.sparse:
        return table, notes
    splits = journey.geography.parts_since(journey.year)
    filled = _codes_with_some_number(table, {*splits, *chain.from_iterable(splits.values())})
    for parent, parts in splits.items():
        absent = [part for part in parts if part not in filled]
        if parent in filled and absent:
            table = _one_split(table, parent, absent, journey)
            notes.append(_note_of_split(parent, absent, journey))
    return table, notes


def _codes_with_some_number(table: pl.DataFrame, among: Collection[str]) -> frozenset[str]:
    numbers = [n for n in table.columns if n != CODE and not is_state_column(n)]
    some = pl.any_horizontal(pl.col(n).is_not_null() for n in numbers)
    return frozenset(table.filter(pl.col(CODE).is_in(list(among))).filter(some)[CODE])


def _one_split(
    table: pl.DataFrame, parent: str, parts: list[str], journey: _Journey
) -> pl.DataFrame:
    numbers = [n for n in table.columns if n != CODE and not is_state_column(n)]
    absent = [part for part in parts if part not in set(table[CODE])]
    table = _stack(table, pl.DataFrame({CODE: absent}, schema={CODE: pl.String}))
    if not _in_same_territories(parent, parts, journey.geography):
        return _blank(table, [parent, *parts], State.NOT_PUBLISHED)
    additive = [n for n in numbers if n in journey.additive]
    published = [n for n in numbers if n not in journey.additive]
    table = _blank(table, parts, State.NOT_APPLICABLE, additive)
    return _blank(table, [parent, *parts], State.NOT_PUBLISHED, published)


def _in_same_territories(parent: str, parts: list[str], geography: Geography) -> bool:
    above = geography.parents(Level.COMMUNE, parent)
    return all(geography.parents(Level.COMMUNE, part) == above for part in parts)


def _note_of_split(parent: str, parts: list[str], journey: _Journey) -> Note:
    text = (
        f"{parent} est ici dans son ancien périmètre, avec {_enumerate(parts)} : les sommes "
        "au-dessus sont justes, la valeur de la commune n’est pas celle d’aujourd’hui."
    )
    return Note(Severity.WARNING, journey.place, text)

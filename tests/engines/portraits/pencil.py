"""A country small enough for a pencil: a few communes, a few figures, an indicator or two."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from ruche.engines.portraits.catalogue import Catalogue, Formula, Indicator, Source, Theme
from ruche.engines.portraits.computation import LevelResult, compute
from ruche.engines.portraits.errors import Note
from ruche.engines.portraits.facts import Fact, Figure
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations, Provenance, Reading
from ruche.engines.portraits.pipeline import observe
from ruche.engines.portraits.states import State

Cell = float | State | None
Row = Mapping[str, Cell]

# code, epci, département, région, population
COMMUNES = [
    ("01001", "E1", "01", "R1", 1_000),
    ("01002", "E1", "01", "R1", 3_000),
    ("01003", "E2", "01", "R1", 2_000),
    ("02001", "E2", "02", "R1", 4_000),  # E2 straddles two départements
    ("02002", "E3", "02", "R1", 20_000),
    ("03001", "E4", "03", "R2", 500),
    ("03002", None, "03", "R2", 100),  # an island without an EPCI
]


def country(communes: Sequence[tuple[str, str | None, str, str, int]] = COMMUNES) -> Geography:
    """A geography from rows of (code, epci, département, région, population), in that order."""
    table = pl.DataFrame(
        [
            (code, f"Commune {code}", 0, departement, region, epci, people, 10.0, 44.0, 0.5)
            for code, epci, departement, region, people in communes
        ],
        schema={
            "code": pl.String,
            "name": pl.String,
            "tncc": pl.UInt8,
            "departement": pl.String,
            "region": pl.String,
            "epci": pl.String,
            "population": pl.Int64,
            "area_km2": pl.Float64,
            "lat": pl.Float64,
            "lon": pl.Float64,
        },
        orient="row",
    )
    home = (
        table.drop_nulls("epci")
        .group_by("epci", "departement", "region")
        .agg(pl.col("population").sum(), pl.len())
        .sort("epci", "population", "departement", descending=[False, True, False])
        .group_by("epci", maintain_order=True)
        .agg(pl.col("departement", "region").first(), n_communes=pl.col("len").sum())
    )
    departements = table.select("departement", "region").unique().sort("departement")
    return Geography(
        year=2026,
        communes=table,
        epcis=home.select(
            code="epci",
            name=pl.lit("CC ") + pl.col("epci"),
            type=pl.lit("CC"),
            departement="departement",
            region="region",
            n_communes="n_communes",
        ),
        departements=departements.select(
            code="departement", name="departement", tncc=pl.lit(0), region="region"
        ),
        regions=departements.select(code="region", name="region", tncc=pl.lit(0))
        .unique()
        .sort("code"),
        passage=pl.DataFrame(schema={"old_code": pl.String, "new_code": pl.String}),
        splits=pl.DataFrame(schema={"parent": pl.String, "part": pl.String, "year": pl.Int32}),
        arrondissements=pl.DataFrame(schema={"code": pl.String, "commune": pl.String}),
        postal=pl.DataFrame(schema={"postal_code": pl.String, "commune": pl.String}),
        epci_names={},
    )


def reading(
    rows: Mapping[str, Row],
    *,
    level: Level = Level.COMMUNE,
    source: str = "essai",
    outside: Sequence[str] = (),
    file: str = "essai.csv",
    notes: tuple[Note, ...] = (),
) -> Reading:
    """What a file says: code → variable → a number, or the state of the one that is not there."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    numbers = {
        name: [
            x if isinstance(x := row.get(name), int | float) and not isinstance(x, State) else None
            for row in rows.values()
        ]
        for name in names
    }
    told = {
        name: [x.value if isinstance(x := row.get(name), State) else 0 for row in rows.values()]
        for name in names
        if any(isinstance(row.get(name), State) for row in rows.values())
    }
    return Reading(
        Provenance(source, file, "0" * 64, frozenset(outside)),
        level,
        pl.DataFrame(
            {"code": list(rows), **numbers},
            schema={"code": pl.String, **dict.fromkeys(names, pl.Float64)},
        ),
        pl.DataFrame(
            {"code": list(rows), **told},
            schema={"code": pl.String, **dict.fromkeys(told, pl.UInt8)},
        ),
        notes,
    )


def indicator(name: str = "part", *formulas: Mapping[str, Any], **over: Any) -> Indicator:
    """An indicator; a formula's missing keys are « ratio of A to B, in percent, in 2022 »."""
    plain = {"rule": "ratio", "years": [2022], "num": "A", "den": "B", "source": "essai"}
    filled = []
    for formula in formulas or ({},):
        whole = {**plain, **formula}
        if whole["rule"] in {"sum", "published"}:
            whole.pop("den")
        elif "scale" not in whole and whole["rule"] != "annual":
            whole["scale"] = 100
        filled.append(Formula.model_validate(whole))
    return Indicator.model_validate(
        {
            "id": name,
            "theme": "essai",
            "label": "Part des essais",
            "subject": "la part des essais",
            "unit": "%",
            "definition": "Essai.",
            "why": "Pour voir.",
            "absent": "Pas d’essai.",
            "min_denominator": 0,
            "formula": tuple(filled),
            **over,
        }
    )


def catalogue(*indicators: Indicator) -> Catalogue:
    return Catalogue(
        themes=(Theme(id="essai", label="Essais", question="Qu’essaie-t-on ?"),),
        sources=tuple(
            Source(id=name, producer=name, title=name, licence="libre", scope="France entière")
            for name in ("essai", "autre", "insee-cog")
        ),
        indicators=indicators,
        digest="0" * 64,
    )


def observed(*readings: Reading, geography: Geography | None = None) -> Observations:
    return observe(readings, geography or country())


def computed(
    indicators: Indicator | Sequence[Indicator],
    *readings: Reading,
    geography: Geography | None = None,
    levels: Sequence[Level] = tuple(Level),
) -> dict[Level, LevelResult]:
    geography = geography or country()
    many = [indicators] if isinstance(indicators, Indicator) else indicators
    observations = observed(*readings, geography=geography)
    return compute(observations, catalogue(*many), geography, levels)


def cells(result: LevelResult, column: str = "part@2022") -> dict[str, Cell]:
    """Code → the value, or the state that says why there is none. Refuses a value with a state."""
    found: dict[str, Cell] = {}
    row = [f"{step.indicator.id}@{step.year}" for step in result.steps].index(column)
    values = [None if np.isnan(value) else float(value) for value in result.values[row]]
    rows = zip(result.codes, values, result.states[row].tolist(), strict=True)
    for code, value, state in rows:
        assert (value is None) == (state != State.VALUE.value), (code, value, state)
        found[code] = State(state) if value is None else value
    return found


def fact(value: float | None = 10.0, *, of: Indicator | None = None, **over: Any) -> Fact:
    """A fact about « la part des essais » in 2022; `over` goes to the figure or to the fact."""
    mine = {k: over.pop(k) for k in ("references", "group", "group_margins", "source") if k in over}
    state = over.pop("state", State.VALUE if value is not None else State.MISSING)
    figure = Figure(**{"year": 2022, "value": value, "state": state, **over})
    return Fact(
        **{"indicator": of or indicator(), "source": None, "original": "", "figure": figure, **mine}
    )

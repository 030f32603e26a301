"""What changed between two editions, as the command and the page tell it."""

from collections import Counter
from typing import Any

import polars as pl

from ruche.engines.portraits.changes import (
    LABELS,
    Change,
    Kind,
    compare_editions,
    gaps_by_indicator,
)
from ruche.engines.portraits.editions import Edition as EngineEdition
from ruche.engines.portraits.editions import Input, Manifest
from ruche.engines.portraits.facts import write_value
from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory, address_of
from ruche.territories.models import Edition, Figure
from ruche.territories.queries import catalogue

SHOWN = 60
"""Changes listed one by one; the others are counted."""

COLUMNS = ("level", "indicator", "year", "value", "state", "source", "margin")


def engine_edition(edition: Edition) -> EngineEdition:
    """The figures of a stored edition as the engine compares them."""
    rows = Figure.objects.of(edition).order_by().values_list("territory__code", *COLUMNS)
    schema = {
        "code": pl.String,
        "level": pl.String,
        "indicator": pl.String,
        "year": pl.Int16,
        "value": pl.Float64,
        "state": pl.UInt8,
        "source": pl.String,
        "margin": pl.Float64,
    }
    figures = pl.DataFrame(list(rows.iterator(chunk_size=5_000)), schema=schema, orient="row")
    manifest = Manifest(
        id=edition.pk,
        geography=edition.geography,
        departement=edition.departement,
        catalogue=edition.catalogue_digest,
        inputs=tuple(Input(**item) for item in edition.inputs),
        digest=edition.digest,
    )
    return EngineEdition(manifest, figures, pl.DataFrame(), pl.DataFrame())


def describe_changes(old: EngineEdition, new: EngineEdition) -> dict[str, Any]:
    """Counts by kind, gaps of the figures that changed source, and the most notable changes."""
    changes = compare_editions(old, new, catalogue())
    counts = Counter(change.kind for change in changes)
    indicators = catalogue().by_id
    gaps = [
        {**row, "label": indicators[row["indicator"]].label, "level": Level(row["level"]).label}
        for row in gaps_by_indicator(changes).iter_rows(named=True)
        if row["indicator"] in indicators
    ]
    return {
        "previous": old.manifest.id,
        "kinds": [{"label": LABELS[kind], "count": counts[kind]} for kind in Kind if counts[kind]],
        "gaps": gaps,
        "list": _told([c for c in changes if c.kind is not Kind.REPLACED][:SHOWN]),
    }


def _told(changes: list[Change]) -> list[dict[str, Any]]:
    addresses = {address_of(Level(c.level), c.code) for c in changes}
    names = {t.pk: t.title for t in Territory.objects.filter(pk__in=addresses)}
    indicators = catalogue().by_id
    rows = []
    for change in changes:
        indicator = indicators.get(change.indicator)
        if indicator is None:
            continue
        rows.append(
            {
                "territory": names.get(address_of(Level(change.level), change.code), change.code),
                "indicator": indicator.label,
                "kind": LABELS[change.kind],
                "before": write_value(indicator, change.old, change.old_state),
                "after": write_value(indicator, change.new, change.new_state),
            }
        )
    return rows

"""The free oracle: wherever a figure can be had in two ways, both are computed and compared.

What we sum from communes must equal what the producer publishes for the intercommunalité; an
estimate must come close to the published share. Every gap stands in a list, with its reason.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.computation import evaluate
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import ABOVE_COMMUNE, Level
from ruche.engines.portraits.observations import CODE, Observations
from ruche.engines.portraits.steps import Step, possible_steps
from ruche.engines.portraits.summing import Communes

THIRD_PARTY_ROUNDING = 0.0051
"""The third party rounds its shares to two decimals."""

REASONS = {
    "sum": (
        "Les communes sont celles de la géographie de référence ; la valeur publiée suit celle de "
        "son année : une commune qui a changé d’intercommunalité entre les deux fait l’écart."
    ),
    "ratio": "Effectifs arrondis d’un côté, exacts de l’autre.",
    "growth": "Effectifs arrondis d’un côté, exacts de l’autre.",
    "annual": "Effectifs arrondis d’un côté, exacts de l’autre.",
    "weighted": (
        "Une estimation pondère des parts arrondies par un effectif approché : elle est montrée "
        "avec une marge qui couvre au moins 95 % de ces écarts."
    ),
}


@dataclass(frozen=True)
class Check:
    """One figure, one year, one level: our computation beside the published values."""

    indicator: str
    label: str
    year: int
    level: str
    rule: str
    compared: int
    equal: int
    """Territories whose gap is within the rounding, or the margin of the estimate."""
    largest: float
    where: str
    reason: str

    @property
    def holds(self) -> bool:
        return self.equal == self.compared


def cross_checks(
    observations: Observations, catalogue: Catalogue, geography: Geography
) -> list[Check]:
    """Every comparison that the sources allow, level by level."""
    communes = Communes(observations, geography)
    return [check for level in ABOVE_COMMUNE for check in _checks_of(level, communes, catalogue)]


def _checks_of(level: Level, communes: Communes, catalogue: Catalogue) -> Iterator[Check]:
    pairs = list(_pairs(possible_steps(level, communes.observations, catalogue)))
    ours = evaluate(level, [computed for computed, _ in pairs], communes)
    theirs = evaluate(level, [published for _, published in pairs], communes)
    codes = communes.geography.codes(level)
    for (computed, _), mine, other in zip(pairs, ours, theirs, strict=True):
        gaps = pl.DataFrame({CODE: codes, "gap": np.abs(mine.values - other.values)})
        compared = gaps.filter(pl.col("gap").is_not_nan())
        if compared.height:
            yield _check(level, computed, compared, communes.geography)


def _pairs(steps: tuple[Step, ...]) -> Iterator[tuple[Step, Step]]:
    """Each additive formula beside the published one of the same figure."""
    for computed in steps:
        for published in steps:
            same = (computed.indicator.id, computed.year) == (
                published.indicator.id,
                published.year,
            )
            if same and computed.formula.additive and published.formula.rule == "published":
                yield computed, published


def _check(level: Level, step: Step, gaps: pl.DataFrame, geography: Geography) -> Check:
    gaps = gaps.sort("gap", CODE, descending=[True, False])
    tolerance = step.indicator.estimate_margin if step.estimated else _tolerance(step)
    equal = gaps.filter(pl.col("gap") <= tolerance).height
    worst = gaps.row(0, named=True)
    far = worst["gap"] > tolerance
    return Check(
        indicator=step.indicator.id,
        label=step.indicator.label,
        year=step.year,
        level=level.label,
        rule=step.formula.rule,
        compared=gaps.height,
        equal=equal,
        largest=round(float(worst["gap"]), 4),
        where=geography.name(level, worst[CODE]) if far else "",
        reason=REASONS.get(step.formula.rule, "") if far or step.estimated else "",
    )


def _tolerance(step: Step) -> float:
    return 0.5 if step.formula.rule == "sum" else THIRD_PARTY_ROUNDING


def checks_data(checks: list[Check]) -> list[dict[str, Any]]:
    """The checks as JSON-ready rows."""
    return [asdict(check) | {"holds": check.holds} for check in checks]

"""A step of the computation: one formula of the catalogue, one year, and what they must read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ruche.engines.portraits.catalogue import Catalogue, Formula, Indicator
from ruche.engines.portraits.expressions import Linear
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations

ENOUGH_TERRITORIES = 0.5
"""A formula is preferred to the next one when it covers this share of the territories."""


@dataclass(frozen=True, eq=False)
class Step:
    """One formula tried for one indicator, one year and one level."""

    indicator: Indicator
    formula: Formula
    year: int
    source: str
    """The id of the source that the figures really came from."""
    numerator: Linear
    denominator: Linear | None
    summed: tuple[str, ...]
    """The variables that are summed from communes, each once."""
    published: tuple[str, ...]
    """The variables that are read as published at the level."""

    @classmethod
    def of(cls, indicator: Indicator, formula: Formula, year: int, source: str = "") -> "Step":
        above, below = formula.numerator(year), formula.denominator(year)
        summed = [
            *(above.variables if formula.additive else []),
            *(below.variables if below else []),
        ]
        published = [] if formula.additive else above.variables
        return cls(
            indicator, formula, year, source, above, below,
            tuple(dict.fromkeys(summed)), tuple(dict.fromkeys(published)),
        )  # fmt: skip

    @property
    def estimated(self) -> bool:
        return self.formula.rule == "weighted"

    def needs(self, level: Level) -> Iterator[tuple[Level, str]]:
        """Each variable, and the level at which it is read; those of the numerator first."""
        for name in self.published:
            yield level, name
        for name in self.summed:
            yield Level.COMMUNE, name


def possible_steps(
    level: Level, observations: Observations, catalogue: Catalogue
) -> tuple[Step, ...]:
    """Every formula whose variables were read, in the order of preference of the catalogue."""
    provenance = observations.provenance
    steps = []
    for indicator, formula, year in catalogue.steps():
        if level in formula.levels:
            step = Step.of(indicator, formula, year)
            needs = list(step.needs(level))
            if all(need in provenance for need in needs):
                steps.append(replace(step, source=provenance[needs[0]].source))
    return tuple(steps)


def preferred(steps: Iterable[Step], shares: Iterable[float]) -> list[int]:
    """The positions of one step per indicator and year, from the share of territories it covers.

    The first that covers half of them: a sample of a few communes must not displace a source that
    covers the country. When none does (the Insee publishes few poverty rates by commune), the one
    that covers most.
    """
    rivals: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for place, (step, share) in enumerate(zip(steps, shares, strict=True)):
        rivals.setdefault((step.indicator.id, step.year), []).append((place, share))
    return [_winner(group) for group in rivals.values()]


def _winner(rivals: list[tuple[int, float]]) -> int:
    enough = (place for place, share in rivals if share >= ENOUGH_TERRITORIES)
    return next(enough, max(rivals, key=lambda rival: rival[1])[0])

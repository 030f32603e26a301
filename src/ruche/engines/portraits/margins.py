"""How sure is a figure? The 95 % margin of a surveyed share, and what may be said of a difference.

The census counts everyone in communes under 10 000 inhabitants, over five years; in larger ones it
surveys 40 % of the dwellings. The « complementary exploitation » (families, occupations, sectors)
reads about one household in five in small communes and all the surveyed ones in large communes.
Source: Ined and Insee on the sampling of the census since 2014; formula checked by simulation in
tests/engines/portraits/test_margins.py.
"""

from enum import StrEnum
from math import hypot, sqrt

import numpy as np
import numpy.typing as npt

from ruche.engines.portraits.catalogue import Indicator

Column = npt.NDArray[np.float64]

RATE_SMALL, RATE_LARGE = 0.20, 0.40
"""Share of households read, in communes under and over 10 000 inhabitants."""

Z95 = 1.96
"""Number of standard deviations on each side that hold 95 % of the draws."""

MATERIAL = 0.03
"""A gap under 3 % of the reference is never called better or worse, however sure it is."""


def share_margin(share: float, small: float, large: float, *, complementary: bool) -> float:
    """95 % margin, in points, of a share in percent.

    `small` and `large` are the households (or the persons of the denominator, if fewer) that live
    in communes under and over 10 000 inhabitants. Without households the margin is infinite.
    """
    total = small + large
    if total <= 0:
        return float("inf")
    p = min(max(share / 100, 0.0), 1.0)
    spread = large * (1 - RATE_LARGE) / RATE_LARGE
    if complementary:
        spread += small * (1 - RATE_SMALL) / RATE_SMALL
    return 100 * Z95 * sqrt(p * (1 - p) * spread) / total


def share_margins(
    indicator: Indicator, values: Column, small: Column, large: Column, *, estimated: bool
) -> Column:
    """`share_margin` over a column; NaN where there is no value, or no survey behind it."""
    extra = indicator.estimate_margin if estimated and indicator.share else 0.0
    if not indicator.surveyed:
        return np.where(np.isnan(values), np.nan, extra or np.nan)
    p = np.clip(values / 100, 0.0, 1.0)
    spread = large * ((1 - RATE_LARGE) / RATE_LARGE)
    if indicator.sampling == "complementary":
        spread = spread + small * ((1 - RATE_SMALL) / RATE_SMALL)
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = np.sqrt(p * (1 - p) * spread) / (small + large) * (100 * Z95)
    found: Column = np.hypot(margin, extra)
    return found


class Outcome(StrEnum):
    """What may be said of a figure beside another one."""

    ABOVE = "above"
    SIMILAR = "similar"
    BELOW = "below"
    NOT_COMPARED = "not_compared"


class Meaning(StrEnum):
    """What a difference means for the territory, when the indicator has a good and a bad side."""

    FAVOURABLE = "favourable"
    FRAGILE = "fragile"
    NEUTRAL = "neutral"


OUTCOME_LABELS = {
    Outcome.ABOVE: "au-dessus",
    Outcome.SIMILAR: "comparable",
    Outcome.BELOW: "en dessous",
    Outcome.NOT_COMPARED: "non comparé",
}

MEANING_LABELS = {
    Meaning.FAVOURABLE: "plus favorable",
    Meaning.FRAGILE: "plus fragile",
    Meaning.NEUTRAL: "",
}


def outcome(
    value: float | None,
    reference: float | None,
    *,
    margin: float | None = None,
    reference_margin: float | None = None,
    resolution: float = 0.1,
) -> Outcome:
    """Above or below only beyond the margin of the difference, and beyond what rounding hides.

    `resolution` is the finest difference that the two figures can show, each being rounded: 0.1
    for figures with one decimal. The margins are in the unit of the figures.
    """
    if value is None or reference is None:
        return Outcome.NOT_COMPARED
    gap = value - reference
    sure = max(hypot(margin or 0.0, reference_margin or 0.0), resolution * (1 + 1e-6))
    if abs(gap) <= sure:
        return Outcome.SIMILAR
    return Outcome.ABOVE if gap > 0 else Outcome.BELOW


def meaning(found: Outcome, value: float | None, reference: float | None, polarity: int) -> Meaning:
    """Fragile or favourable, for a sure and material difference of a polar indicator."""
    if found not in {Outcome.ABOVE, Outcome.BELOW} or not polarity:
        return Meaning.NEUTRAL
    assert value is not None
    assert reference is not None
    if abs(value - reference) <= MATERIAL * abs(reference):
        return Meaning.NEUTRAL
    good = (found is Outcome.ABOVE) == (polarity > 0)
    return Meaning.FAVOURABLE if good else Meaning.FRAGILE

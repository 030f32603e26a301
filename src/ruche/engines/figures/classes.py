"""A map is as honest as its classes: equal values must share a colour, and so must values that the
legend would write alike, or a reader would find the same number in two colours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ruche.engines.figures.model import BadFigure, check_number

Method = Literal["quantile", "equal"]


@dataclass(frozen=True, slots=True)
class Classes:
    """Thresholds, and for each class the smallest and the largest value seen in it."""

    thresholds: tuple[float, ...]
    bounds: tuple[tuple[float, float], ...]
    counts: tuple[int, ...]

    def of(self, value: float) -> int:
        """The class of ``value``: the number of thresholds that it reaches."""
        return bisect_right(self.thresholds, value)


def classify(
    values: Sequence[float],
    *,
    label: Callable[[float], str],
    classes: int = 5,
    method: Method = "quantile",
    bounds: Sequence[float] | None = None,
) -> Classes:
    """At most ``classes`` classes, none empty; ``bounds`` imposes the thresholds.

    A threshold that would part values of the same text moves up to the next text, so there may be
    fewer classes than asked.
    """
    if not 1 <= classes <= 6:
        raise BadFigure(f"Une carte a de une à six classes, pas {classes}.")
    for value in values:
        check_number(value, what="Valeur à classer")
    ordered = sorted(values)
    if not ordered:
        return Classes((), (), ())
    wanted = _wanted(ordered, classes, method) if bounds is None else _given(bounds)
    starts = sorted({_start(ordered, threshold, label) for threshold in wanted} - {0, len(ordered)})
    edges = [0, *starts, len(ordered)]
    spans = list(pairwise(edges))
    return Classes(
        tuple(ordered[start] for start in starts),
        tuple((ordered[first], ordered[end - 1]) for first, end in spans),
        tuple(end - first for first, end in spans),
    )


def _wanted(ordered: Sequence[float], classes: int, method: Method) -> list[float]:
    """The thresholds that the method asks, lowest excluded."""
    if method == "quantile":
        count = len(ordered)
        return [ordered[min(count - 1, -(-count * i // classes))] for i in range(1, classes)]
    if method == "equal":
        low, span = ordered[0], ordered[-1] - ordered[0]
        return [low + span * i / classes for i in range(1, classes)]
    raise BadFigure(f"Méthode de classement inconnue : « {method} ».")


def _given(bounds: Sequence[float]) -> list[float]:
    if len(bounds) > 5:
        raise BadFigure("Au plus cinq seuils, donc six classes.")
    for bound in bounds:
        check_number(bound, what="Seuil")
    return sorted(bounds)


def _start(ordered: Sequence[float], threshold: float, label: Callable[[float], str]) -> int:
    """First place at or above ``threshold`` whose text differs from the one before."""
    place = bisect_left(ordered, threshold)
    while 0 < place < len(ordered) and label(ordered[place]) == label(ordered[place - 1]):
        place += 1
    return place

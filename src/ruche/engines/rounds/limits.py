"""What the law and the network allow in a day of work, each limit a field with its source.

Defaults take the strictest text that may apply: the GIP employs people under private law and
public agents, and which text holds for whom is for the employer to say. `sources_of` gives what a
page shows beside each limit; a source that could not be read again says so.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import Any

from ruche.french.numbers import NBSP

DAY = 24 * 60
"""Minutes in a day. Times of a day are whole minutes since midnight, durations whole minutes."""


class CommutePolicy(StrEnum):
    """What of the way from home counts as work. The employer decides; the strictest is `ALL`."""

    ALL = "all"
    EXCESS = "excess_over_usual"
    NONE = "none"


def clock(minutes: int) -> str:
    """545 → « 9 h 05 ». Unlike an hour of the clock, it may be 24 h, or a duration."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h" if rest == 0 else f"{hours}{NBSP}h{NBSP}{rest:02d}"


def limit(default: int, label: str, source: str) -> Any:
    """A field in minutes, with the words of its label and where its default comes from."""
    return field(default=default, metadata={"label": label, "source": source})


WORK_CODE = "Code du travail"
PUBLIC_AGENTS = "décret n° 2000-815 du 25 août 2000, article 3 (cité de mémoire, à vérifier)"
CHOICE = "choix du réseau, à confirmer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """When someone may work, in minutes. Impossible contracts are refused by `faults`."""

    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Days of the week, Monday is 0."""
    max_day_min: int = limit(600, "travail par jour", f"{WORK_CODE}, art. L. 3121-18")
    max_week_min: int = limit(
        2100, "travail par semaine au contrat", f"{WORK_CODE}, art. L. 3121-27"
    )
    max_week_abs_min: int = limit(
        2880, "travail par semaine, jamais plus", f"{WORK_CODE}, art. L. 3121-20"
    )
    avg12_max_min: int = limit(2640, "moyenne sur douze semaines", f"{WORK_CODE}, art. L. 3121-22")
    earliest_start: int = limit(420, "départ au plus tôt", CHOICE)
    latest_end: int = limit(1200, "retour au plus tard", CHOICE)
    commute: CommutePolicy = CommutePolicy.ALL
    usual_commute_min: int = limit(
        0, "trajet habituel, compté si le surplus seul est du travail", CHOICE
    )

    @property
    def weekly_min(self) -> int:
        """What a week may hold: the contract, and never more than the law."""
        return min(self.max_week_min, self.max_week_abs_min)

    def faults(self, name: str) -> list[str]:
        """Why nobody could work under this contract."""
        found = []
        if not self.workdays:
            found.append(f"{name} : le contrat n’a aucun jour de travail.")
        if any(day not in range(7) for day in self.workdays):
            found.append(f"{name} : un jour de travail va de 0 (lundi) à 6 (dimanche).")
        if not 0 <= self.earliest_start < self.latest_end <= DAY:
            found.append(
                f"{name} : le départ au plus tôt ({clock(self.earliest_start)}) doit précéder le "
                f"retour au plus tard ({clock(self.latest_end)})."
            )
        for item in limits_of(Contract):
            if item.name not in ("earliest_start", "latest_end") and getattr(self, item.name) < 0:
                found.append(f"{name} : « {item.metadata['label']} » ne peut pas être négatif.")
        if self.weekly_min == 0 or self.max_day_min == 0:
            found.append(f"{name} : le contrat ne laisse aucune minute de travail.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for everyone, in minutes unless a name says otherwise."""

    break_after_min: int = limit(360, "travail sans pause", f"{WORK_CODE}, art. L. 3121-16")
    break_min: int = limit(20, "pause", f"{WORK_CODE}, art. L. 3121-16")
    lunch_after_min: int = limit(360, "journée au-delà de laquelle un repas est prévu", CHOICE)
    lunch_min: int = limit(45, "repas, qui n’est pas du travail", CHOICE)
    max_amplitude_min: int = limit(720, "du départ au retour", PUBLIC_AGENTS)
    rest_min: int = limit(660, "repos entre deux jours", f"{WORK_CODE}, art. L. 3131-1")
    max_stops: int = limit(3, "lieux dans une journée", CHOICE)
    fairness_step_percent: int = limit(5, "pas de l’équité, en points du temps de contrat", CHOICE)

    def faults(self) -> list[str]:
        found = [
            f"Règles : « {item.metadata['label']} » doit être positif."
            for item in limits_of(Rules)
            if getattr(self, item.name) <= 0
        ]
        if self.lunch_min < self.break_min:
            found.append("Règles : le repas ne peut pas être plus court que la pause.")
        if self.lunch_after_min > self.break_after_min:
            found.append("Règles : le repas est prévu au plus tard quand une pause est due.")
        return found


def limits_of(kind: type[Contract | Rules]) -> list[Field[Any]]:
    """The fields that are limits, in their order."""
    return [item for item in fields(kind) if "source" in item.metadata]


def sources_of(kind: type[Contract | Rules]) -> dict[str, tuple[str, str]]:
    """Name of a limit → its French label and the source of its default."""
    return {
        item.name: (item.metadata["label"], item.metadata["source"]) for item in limits_of(kind)
    }

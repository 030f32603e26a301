"""What is wrong in a plan, in words for a coordinator and with a name for a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ruche.engines.rounds.limits import clock


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A rule that a plan breaks: its stable English name, and a French sentence with figures."""

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.text} ({self.rule})"


def on(day: date) -> str:
    """« le 03/03/2027 »."""
    return f"le {day:%d/%m/%Y}"


def lasting(minutes: int) -> str:
    """45 → « 45 min », 125 → « 2 h 05 »."""
    return f"{minutes} min" if minutes < 60 else clock(minutes)

"""Fields of the planning: a duration as one says it, an hour of the day kept in minutes."""

import re
from datetime import time
from typing import Any

from django import forms

from ruche.engines.rounds.limits import DAY, clock
from ruche.seances.forms import HourInput

HOURS = re.compile(r"(\d{1,3})\s?(?:h|heures?|:)\s?(?:([0-5]?\d)\s?(?:m|mn|min|minutes?)?)?")
MINUTES = re.compile(r"(\d{1,4})\s?(?:m|mn|min|minutes?)")
DECIMAL = re.compile(r"(\d{1,3}[.,]\d{1,2})\s?(?:h|heures?)?")
NUMBER = re.compile(r"\d{1,4}")


def minutes_of(text: str, *, alone: int = 60) -> int:
    """« 35 h 30 », « 7,5 », « 90 min » → minutes; `alone`: what a number without a unit counts.

    Raises `ValueError` for what is not a duration.
    """
    said = " ".join(text.lower().split())
    if found := MINUTES.fullmatch(said):
        return int(found[1])
    if found := HOURS.fullmatch(said):
        return 60 * int(found[1]) + int(found[2] or 0)
    if found := DECIMAL.fullmatch(said):
        return round(60 * float(found[1].replace(",", ".")))
    if NUMBER.fullmatch(said):
        return alone * int(said)
    raise ValueError(text)


class DurationField(forms.CharField):
    """A duration, typed as one says it, in whole minutes once cleaned.

    A number alone counts hours, or minutes with `alone=1`.
    """

    def __init__(self, *, least: int = 0, most: int = DAY, alone: int = 60, **more: Any) -> None:
        self.least, self.most, self.alone = least, most, alone
        super().__init__(max_length=20, **more)
        self.widget.attrs.setdefault("autocomplete", "off")

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            minutes = minutes_of(text, alone=self.alone)
        except ValueError as error:
            raise forms.ValidationError(
                f"« {text} » n’est pas une durée : écrivez par exemple « 1 h 30 » ou « 90 min »."
            ) from error
        if not self.least <= minutes <= self.most:
            raise forms.ValidationError(
                f"Une durée de {clock(self.least)} à {clock(self.most)} : vous avez écrit "
                f"{clock(minutes)}."
            )
        return minutes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class ClockField(forms.TimeField):
    """An hour of the day, in minutes since midnight once cleaned.

    With `is_end`, midnight is that of the evening.
    """

    def __init__(self, *, is_end: bool = False, **more: Any) -> None:
        self.is_end = is_end
        super().__init__(widget=HourInput(), **more)

    def prepare_value(self, value: Any) -> Any:
        return time(*divmod(value % DAY, 60)) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        hour: time | None = super().clean(value)
        if hour is None:
            return None
        minutes = 60 * hour.hour + hour.minute
        return DAY if self.is_end and not minutes else minutes

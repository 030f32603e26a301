"""The editor of opening hours: days and hours in plain French, or the OSM text of a rule.

The form is flat, so that each mistake leads to its field. `slots`, `closures` and `extras` group
the fields for the page. What the fields say becomes a `Rule`, then its text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone

from ruche.core.typesetting import typographic
from ruche.places.actions import checked_rule
from ruche.places.errors import BadOpening
from ruche.places.forms.sites import ServiceChoice
from ruche.places.models import Opening, Service
from ruche.places.openings import (
    BadRule,
    DateRange,
    ExtraOpening,
    Holidays,
    Rhythm,
    Rule,
    Slot,
    from_osm,
    to_osm,
)

MOST = 3
"""Slots, closures and exceptional openings that the editor shows."""

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
RANKS = {1: "1er", 2: "2e", 3: "3e", 4: "4e", 5: "5e", -1: "dernier"}
ORDER = ("Premier", "Deuxième", "Troisième")

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%Hh", "%H h"]


class DayField(forms.DateField):
    """A date, with the calendar of the browser."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class HourField(forms.TimeField):
    """An hour, with the clock of the browser; « 14h30 » is understood where there is none."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=TIME_FORMATS, **options)


class WholeNumbers(forms.TypedMultipleChoiceField):
    """Several whole numbers, as checkboxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, required=False, **options)


@dataclass(frozen=True)
class SlotFields:
    """The fields of one slot on the page."""

    title: str
    rhythm: BoundField
    days: BoundField
    ranks: BoundField
    start: BoundField
    end: BoundField
    is_filled: bool

    @classmethod
    def of(cls, form: forms.Form, number: int, *, is_filled: bool) -> "SlotFields":
        bound = {name: form[f"slot{number}_{name}"] for name in SLOT_FIELDS}
        return cls(f"{ORDER[number - 1]} créneau", **bound, is_filled=is_filled)


@dataclass(frozen=True)
class RangeFields:
    """The fields of a closure, or of an exceptional opening."""

    fields: list[BoundField]
    is_filled: bool


class OpeningForm(forms.Form):
    """Opening hours: what, from when to when, and the rule."""

    service = ServiceChoice(
        Service.objects.none(),
        label="Pour quoi ?",
        required=False,
        empty_label="Le lieu lui-même, pour la distribution",
    )
    since = DayField(label="À partir du")
    until = DayField(label="Jusqu’au", required=False, help_text="Vide : sans fin prévue.")
    school_holidays = forms.ChoiceField(
        label="Pendant les vacances scolaires",
        choices=[(choice.value, choice.label) for choice in Holidays],
        initial=Holidays.OPEN.value,
        widget=forms.RadioSelect,
    )
    public_holidays = forms.BooleanField(label="Ouvert aussi les jours fériés", required=False)
    advanced = forms.CharField(
        label="Règle, dans l’écriture d’OpenStreetMap",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Par exemple « Tu[1,3] 14:00-16:30; PH off ». Laissez vide pour utiliser les "
        "créneaux ci-dessus.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, opening: Opening, **kwargs: Any) -> None:
        self.opening = opening
        known = not opening._state.adding
        kwargs["initial"] = {**(_of_the_opening(opening) if known else _of_a_new_one())}
        super().__init__(*args, **kwargs)
        self.rule = ""
        for number in range(1, MOST + 1):
            self.fields.update(_slot_fields(number))
            self.fields.update(_closure_fields(number))
            self.fields.update(_extra_fields(number))
        field = self.fields["service"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = opening.site.services.select_related("organisation")

    # ---------------------------------------------------------------- for the page

    @property
    def slots(self) -> list[SlotFields]:
        return [
            SlotFields.of(
                self,
                number,
                is_filled=number == 1 or self._is_filled(f"slot{number}_", skip="rhythm"),
            )
            for number in range(1, MOST + 1)
        ]

    @property
    def closures(self) -> list[RangeFields]:
        return self._ranges("closure", ("first", "last"))

    @property
    def extras(self) -> list[RangeFields]:
        return self._ranges("extra", ("day", "start", "end"))

    @property
    def is_advanced(self) -> bool:
        return bool(self["advanced"].value() or self["advanced"].errors)

    @property
    def has_closures(self) -> bool:
        return any(one.is_filled for one in self.closures)

    @property
    def has_extras(self) -> bool:
        return any(one.is_filled for one in self.extras)

    def _ranges(self, prefix: str, names: tuple[str, ...]) -> list[RangeFields]:
        return [
            RangeFields(
                [self[f"{prefix}{number}_{name}"] for name in names],
                self._is_filled(f"{prefix}{number}_"),
            )
            for number in range(1, MOST + 1)
        ]

    def _is_filled(self, prefix: str, *, skip: str = "-") -> bool:
        names = (name for name in self.fields if name.startswith(prefix) and skip not in name)
        return any(self[name].value() or self[name].errors for name in names)

    def show_saved(self, version: int) -> None:
        """After a refusal for staleness: the next time, what is typed wins over this version."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    # ------------------------------------------------------------------- cleaning

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error(
                "until", "Cette date est avant « à partir du » : corrigez l’une des deux."
            )
        text = self._text()
        if text and not self.errors:
            try:
                self.rule = checked_rule(text, since=cleaned["since"], until=until)
            except BadOpening as error:
                self.add_error("advanced" if cleaned.get("advanced") else None, str(error))
        return cleaned

    def _text(self) -> str:
        """The rule as OSM writes it, from the fields or from the advanced text."""
        advanced = self.cleaned_data.get("advanced", "").strip()
        slots, closures, extras = list(self._slots()), list(self._closures()), list(self._extras())
        if advanced and (slots or closures or extras):
            self.add_error(
                "advanced",
                "Remplissez les créneaux ou l’écriture avancée, pas les deux : videz ce texte ou "
                "les créneaux.",
            )
        if advanced or self.errors:
            return str(advanced)
        try:
            return to_osm(
                Rule(
                    slots=tuple(slots),
                    school_holidays=Holidays(self.cleaned_data["school_holidays"]),
                    public_holidays_open=self.cleaned_data["public_holidays"],
                    closures=tuple(closures),
                    extra=tuple(extras),
                )
            )
        except BadRule as error:
            self.add_error(None, typographic(str(error)))
            return ""

    def _slots(self) -> Iterator[Slot]:
        for number in range(1, MOST + 1):
            found = self._slot(f"slot{number}_")
            if found is not None:
                yield found

    def _slot(self, prefix: str) -> Slot | None:
        values = {name: self.cleaned_data.get(prefix + name) for name in SLOT_FIELDS}
        if not any(
            values[name] not in (None, "", []) for name in ("days", "ranks", "start", "end")
        ):
            return None
        if not self._require(
            {
                f"{prefix}days": "Choisissez au moins un jour de la semaine.",
                f"{prefix}start": "Indiquez l’heure de début.",
                f"{prefix}end": "Indiquez l’heure de fin.",
            }
        ):
            return None
        rhythm = Rhythm(values["rhythm"] or Rhythm.WEEKLY)
        if (rhythm is Rhythm.MONTHLY) != bool(values["ranks"]):
            self.add_error(f"{prefix}ranks", _about_ranks(rhythm))
            return None
        days, ranks = tuple(values["days"] or ()), tuple(values["ranks"] or ())
        start, end = cast(time, values["start"]), cast(time, values["end"])
        slot: Slot | None = self._built(
            f"{prefix}end", lambda: Slot(rhythm, days, ranks, start, end)
        )
        return slot

    def _closures(self) -> Iterator[DateRange]:
        for number in range(1, MOST + 1):
            first = self.cleaned_data.get(f"closure{number}_first")
            last = self.cleaned_data.get(f"closure{number}_last")
            if last and not first and f"closure{number}_first" not in self.errors:
                self.add_error(f"closure{number}_first", "Indiquez le premier jour de fermeture.")
            if first:
                found = self._built(
                    f"closure{number}_last", lambda f=first, e=last: DateRange(f, e or f)
                )
                if found:
                    yield found

    def _extras(self) -> Iterator[ExtraOpening]:
        for number in range(1, MOST + 1):
            prefix = f"extra{number}_"
            day, start, end = (self.cleaned_data.get(prefix + name) for name in EXTRA_FIELDS)
            if day is None and start is None and end is None:
                continue
            if self._require(
                {
                    f"{prefix}day": "Indiquez le jour de l’ouverture exceptionnelle.",
                    f"{prefix}start": "Indiquez l’heure de début.",
                    f"{prefix}end": "Indiquez l’heure de fin.",
                }
            ):
                found = self._built(
                    f"{prefix}end", lambda d=day, s=start, e=end: ExtraOpening(d, s, e)
                )
                if found:
                    yield found

    def _require(self, messages: dict[str, str]) -> bool:
        """Every field is filled; those that are not say what they want."""
        missing = [name for name in messages if self.cleaned_data.get(name) in (None, [], "")]
        for name in missing:
            if name not in self.errors:
                self.add_error(name, messages[name])
        return not missing

    def _built(self, blamed: str, build: Any) -> Any:
        """A piece of the rule; what it refuses is said beside one of its fields."""
        try:
            return build()
        except BadRule as error:
            self.add_error(blamed, typographic(str(error)))
            return None

    def filled_opening(self) -> Opening:
        """The opening hours that the form says, not yet saved."""
        opening = self.opening
        opening.service = self.cleaned_data["service"]
        opening.since, opening.until = self.cleaned_data["since"], self.cleaned_data["until"]
        opening.rule = self.rule
        return opening


SLOT_FIELDS = ("rhythm", "days", "ranks", "start", "end")
EXTRA_FIELDS = ("day", "start", "end")


def _slot_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"slot{number}_rhythm": forms.ChoiceField(
            label="Rythme",
            choices=[(rhythm.value, rhythm.label) for rhythm in Rhythm],
            required=False,
            initial=Rhythm.WEEKLY.value,
        ),
        f"slot{number}_days": WholeNumbers(label="Jours", choices=list(enumerate(WEEKDAYS))),
        f"slot{number}_ranks": WholeNumbers(label="Semaines du mois", choices=list(RANKS.items())),
        f"slot{number}_start": HourField(label="De", required=False),
        f"slot{number}_end": HourField(label="À", required=False),
    }


def _closure_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"closure{number}_first": DayField(label="Du", required=False),
        f"closure{number}_last": DayField(label="Au", required=False),
    }


def _extra_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"extra{number}_day": DayField(label="Le", required=False),
        f"extra{number}_start": HourField(label="De", required=False),
        f"extra{number}_end": HourField(label="À", required=False),
    }


def _about_ranks(rhythm: Rhythm) -> str:
    if rhythm is Rhythm.MONTHLY:
        return "Choisissez au moins une semaine du mois, par exemple la 1re et la 3e."
    return (
        f"Les semaines du mois vont avec « {Rhythm.MONTHLY.label} » : choisissez ce rythme, "
        "ou décochez-les."
    )


# ------------------------------------------------------------------ from a rule to fields


def _of_a_new_one() -> dict[str, Any]:
    return {"since": timezone.localdate()}


def _of_the_opening(opening: Opening) -> dict[str, Any]:
    return {
        "service": opening.service_id,
        "since": opening.since,
        "until": opening.until,
        "version": opening.version,
        **_of_the_rule(opening.rule),
    }


def _of_the_rule(text: str) -> dict[str, Any]:
    """The fields that say a rule; its text when the editor cannot say it."""
    rule = _readable(text)
    if rule is None:
        return {"advanced": text}
    found: dict[str, Any] = {
        "school_holidays": rule.school_holidays.value,
        "public_holidays": rule.public_holidays_open,
    }
    for number, slot in enumerate(rule.slots, 1):
        values = (slot.rhythm.value, list(slot.weekdays), list(slot.nth), slot.start, slot.end)
        found.update(_named(f"slot{number}_", SLOT_FIELDS, values))
    for number, closure in enumerate(rule.closures, 1):
        days = (closure.first, closure.last)
        found.update(_named(f"closure{number}_", ("first", "last"), days))
    for number, extra in enumerate(rule.extra, 1):
        found.update(_named(f"extra{number}_", EXTRA_FIELDS, (extra.day, extra.start, extra.end)))
    return found


def _readable(text: str) -> Rule | None:
    """The rule, when the editor has room for it."""
    try:
        rule = from_osm(text)
    except BadRule:
        return None
    if rule is None or max(map(len, (rule.slots, rule.closures, rule.extra))) > MOST:
        return None
    return rule


def _named(prefix: str, names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return {prefix + name: value for name, value in zip(names, values, strict=True)}


# ------------------------------------------------------------------------- one day only


class ChangeForm(forms.Form):
    """Cancel the opening of one day, or move it."""

    CANCEL, MOVE = "cancel", "move"

    what = forms.ChoiceField(
        label="Que se passe-t-il ce jour-là ?",
        choices=[(CANCEL, "C’est annulé"), (MOVE, "C’est à un autre moment")],
        widget=forms.RadioSelect,
    )
    new_day = DayField(label="Nouveau jour", required=False)
    starts = HourField(label="De", required=False)
    ends = HourField(label="À", required=False)
    reason = forms.CharField(
        label="Raison",
        max_length=200,
        required=False,
        help_text="Lue par tous : « salle occupée ». Rien sur une personne.",
    )

    @property
    def move(self) -> dict[str, Any]:
        """The new place of the opening; nothing when it is cancelled."""
        if self.cleaned_data["what"] == self.CANCEL:
            return {}
        return {name: self.cleaned_data[name] for name in ("new_day", "starts", "ends")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("what") == self.MOVE:
            messages = {
                "new_day": "Indiquez le nouveau jour.",
                "starts": "Indiquez l’heure de début.",
                "ends": "Indiquez l’heure de fin.",
            }
            for name, message in messages.items():
                if name not in self.errors and cleaned.get(name) is None:
                    self.add_error(name, message)
            starts, ends = cleaned.get("starts"), cleaned.get("ends")
            if starts is not None and ends is not None and ends <= starts:
                self.add_error("ends", "L’heure de fin est avant celle du début : corrigez-la.")
        return cleaned


class EndForm(forms.Form):
    """The last day of opening hours."""

    last = DayField(label="Dernier jour", help_text="Ensuite, cet horaire n’ouvre plus.")

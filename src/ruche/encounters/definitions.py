"""A form is data: its questions, their answers, and in which allowed shape each one is counted.

Missions ship theirs as TOML files; a new team's is made from the interface. Neither is code, and
neither can count in a shape that does not exist: what a form asks and does not count stays sealed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from ruche.encounters.pictograms import PICTOGRAMS
from ruche.tallies.enums import AgeBand, Gender, Shape

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9+-]{0,29}")
"""« 80+ » and « 60+ » are answers; a form and a question are named in addresses."""
MOST_FIELDS, MOST_OPTIONS = 20, 20
FIELD_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPTION_SIGNS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class BadDefinition(ValueError):
    """A form that cannot be; in French, with the question concerned."""


class Counted(StrEnum):
    """In which allowed shape an answer is counted. There is no other way."""

    NOTHING = ""
    """Sealed only: joint facts hold it, no counter does."""
    AGE = "age"
    GENDER = "gender"
    FIRST = "first"
    MEASURE = "measure"
    THEME = "theme"


class Mode(StrEnum):
    """Who one meets: nobody has to be known."""

    ANONYMOUS = "anonymous"
    CARD = "card"
    KNOWN = "known"
    NEW = "new"


NEVER, NOT_THIS_YEAR, THIS_YEAR = "never", "not-this-year", "this-year"
FIRST = {
    NEVER: "jamais",
    NOT_THIS_YEAR: "pas encore cette année",
    THIS_YEAR: "déjà cette année",
}
"""« Nous étions-nous déjà rencontrés ? »"""

ANSWERED_ELSEWHERE = {AgeBand.UNKNOWN, Gender.UNKNOWN}
"""Not a button: what is counted when nothing was pressed."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a question: a button, with its pictogram if it has one."""

    key: str
    label: str
    icon: str = ""
    sensitive: bool = False
    """Counted by département and year only, never by site nor by team."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question: what is asked, why, and in which shape its answers are counted."""

    key: str
    label: str
    options: tuple[Option, ...]
    many: bool = False
    counted: Counted = Counted.NOTHING
    why: str = ""
    default: str = ""
    at_first: bool = False
    """Asked at a first meeting only."""

    def option(self, key: str) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form, as it was at one time. `modes` without a card, known or new: it only counts."""

    key: str
    title: str
    fields: tuple[Field, ...]
    modes: tuple[Mode, ...] = (Mode.ANONYMOUS,)
    note: bool = False
    promises: bool = False

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """From TOML or from the database; `BadDefinition` when it is not a form."""
        try:
            return cls(
                key=str(said["key"]),
                title=str(said["title"]),
                fields=tuple(_field(one) for one in said["fields"]),
                modes=tuple(Mode(one) for one in said.get("modes", [Mode.ANONYMOUS])),
                note=bool(said.get("note", False)),
                promises=bool(said.get("promises", False)),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise BadDefinition(f"Ce formulaire est incomplet ({error}).") from error
        except ValueError as error:
            raise (
                error if isinstance(error, BadDefinition) else BadDefinition(str(error))
            ) from error

    def as_data(self) -> dict[str, Any]:
        """What the database keeps, and what phones receive: everything told, nothing implied."""
        return {
            "key": self.key,
            "title": self.title,
            "modes": [str(mode) for mode in self.modes],
            "note": self.note,
            "promises": self.promises,
            "fields": [
                {
                    "key": field.key,
                    "label": field.label,
                    "why": field.why,
                    "many": field.many,
                    "counted": str(field.counted),
                    "default": field.default,
                    "at_first": field.at_first,
                    "options": [
                        {
                            "key": one.key,
                            "label": one.label,
                            "icon": one.icon,
                            "sensitive": one.sensitive,
                        }
                        for one in field.options
                    ],
                }
                for field in self.fields
            ],
        }

    @property
    def keeps_something(self) -> bool:
        """Whether anything of someone is kept, sealed: then a circle must be there to read it."""
        return self.note or self.promises or len(self.modes) > 1

    # ---------------------------------------------------------------------------- reading

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def field_counted(self, counted: Counted) -> Field | None:
        """The only question of age, of gender, of first meeting; nothing when it is not asked."""
        return next((one for one in self.fields if one.counted is counted), None)

    def measure(self, field: Field, option: Option) -> str:
        """How a counter names an answer: `sante.themes.dents`."""
        return f"{self.key}.{field.key}.{option.key}"

    def measures(self, shape: Shape) -> frozenset[str]:
        """The answers that this form may count in a shape, `met` aside."""
        return frozenset(
            self.measure(field, option)
            for field in self.fields
            for option in field.options
            if shape in shapes_of(field, option)
        )

    def codes(self) -> Iterator[tuple[str, Field, Option]]:
        """The codes printed on the sheet: a letter for the question, a sign for the answer."""
        for letter, field in zip(FIELD_LETTERS, self.fields, strict=False):
            for sign, option in zip(OPTION_SIGNS, field.options, strict=False):
                yield f"{letter}{sign}", field, option


def shapes_of(field: Field, option: Option) -> tuple[Shape, ...]:
    """The shapes in which an answer is counted under its own name."""
    if field.counted is Counted.MEASURE:
        return (Shape.TEAM_WEEK,)
    if field.counted is Counted.THEME:
        return (Shape.NETWORK_YEAR,) if option.sensitive else (Shape.TEAM_WEEK, Shape.SITE_YEAR)
    return ()


# -------------------------------------------------------------------------------- reading


def _field(said: Mapping[str, Any]) -> Field:
    counted = Counted(said.get("counted", ""))
    return Field(
        key=str(said["key"]),
        label=str(said["label"]),
        options=_implied(counted) or tuple(_option(one) for one in said["options"]),
        many=bool(said.get("many", False)),
        counted=counted,
        why=str(said.get("why", "")),
        default=str(said.get("default", "")),
        at_first=bool(said.get("at_first", False)),
    )


def _option(said: Mapping[str, Any]) -> Option:
    return Option(
        str(said["key"]),
        str(said["label"]),
        str(said.get("icon", "")),
        bool(said.get("sensitive", False)),
    )


def _implied(counted: Counted) -> tuple[Option, ...]:
    """Bands that every form shares, so that the same counter can hold them."""
    if counted is Counted.AGE:
        return _options(AgeBand.choices)
    if counted is Counted.GENDER:
        return _options(Gender.choices)
    if counted is Counted.FIRST:
        return _options(FIRST.items())
    return ()


def _options(choices: Any) -> tuple[Option, ...]:
    return tuple(
        Option(str(key), str(label)) for key, label in choices if key not in ANSWERED_ELSEWHERE
    )


# ------------------------------------------------------------------------------- checking


def _check(form: Definition) -> None:
    _check_key(form.key, "Le formulaire")
    if not form.title.strip() or len(form.title) > 80:
        raise BadDefinition("Donnez un titre au formulaire, en 80 signes au plus.")
    if not 1 <= len(form.fields) <= MOST_FIELDS:
        raise BadDefinition(f"Un formulaire a de une à {MOST_FIELDS} questions.")
    if Mode.ANONYMOUS not in form.modes:
        raise BadDefinition("On doit pouvoir rencontrer quelqu’un sans le connaître.")
    if len(set(form.modes)) != len(form.modes):
        raise BadDefinition("Une façon de rencontrer n’est dite qu’une fois.")
    if form.promises and set(form.modes) == {Mode.ANONYMOUS}:
        raise BadDefinition("Une promesse se fait à quelqu’un : ajoutez carte, connue ou nouvelle.")
    _check_once([one.key for one in form.fields], "Deux questions ont la même clé")
    for counted in (Counted.AGE, Counted.GENDER, Counted.FIRST):
        if sum(one.counted is counted for one in form.fields) > 1:
            raise BadDefinition(
                "L’âge, le genre et la première rencontre ne se demandent qu’une fois."
            )
    first = form.field_counted(Counted.FIRST)
    for field in form.fields:
        _check_field(field)
        if field.at_first and (first is None or first is field):
            raise BadDefinition(
                f"« {field.label} » : demandez d’abord si c’est une première rencontre."
            )


def _check_field(field: Field) -> None:
    name = f"« {field.label or field.key} »"
    _check_key(field.key, name)
    if not field.label.strip() or len(field.label) > 80:
        raise BadDefinition(f"{name} : écrivez la question, en 80 signes au plus.")
    if len(field.why) > 200:
        raise BadDefinition(f"{name} : dites pourquoi en 200 signes au plus.")
    if not 1 <= len(field.options) <= MOST_OPTIONS:
        raise BadDefinition(f"{name} : proposez de une à {MOST_OPTIONS} réponses.")
    _check_once([one.key for one in field.options], f"{name} : deux réponses ont la même clé")
    _check_once([one.label for one in field.options], f"{name} : deux réponses se lisent pareil")
    if field.many and field.counted in (Counted.AGE, Counted.GENDER, Counted.FIRST):
        raise BadDefinition(f"{name} : une seule réponse est possible.")
    if field.default and field.option(field.default) is None:
        raise BadDefinition(f"{name} : la réponse donnée d’avance n’existe pas.")
    for option in field.options:
        _check_option(field, option, name)


def _check_option(field: Field, option: Option, name: str) -> None:
    _check_key(option.key, f"{name}, « {option.label} »", OPTION_KEY)
    if not option.label.strip() or len(option.label) > 60:
        raise BadDefinition(f"{name} : écrivez chaque réponse, en 60 signes au plus.")
    if option.icon and option.icon not in PICTOGRAMS:
        raise BadDefinition(f"{name} : le pictogramme « {option.icon} » n’existe pas.")
    if option.sensitive and field.counted is not Counted.THEME:
        raise BadDefinition(f"{name} : seul un thème peut être sensible.")


def _check_key(key: str, name: str, allowed: re.Pattern[str] = KEY) -> None:
    if not allowed.fullmatch(key):
        raise BadDefinition(
            f"{name} : la clé s’écrit en minuscules sans accent, 30 signes au plus."
        )


def _check_once(words: Sequence[str], message: str) -> None:
    if len(set(words)) != len(words):
        raise BadDefinition(f"{message}.")


__all__ = [
    "FIRST",
    "NEVER",
    "NOT_THIS_YEAR",
    "THIS_YEAR",
    "BadDefinition",
    "Counted",
    "Definition",
    "Field",
    "Mode",
    "Option",
    "shapes_of",
]

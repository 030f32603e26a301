"""What every figure is made of exists here, so that no form can draw a number that nobody checked.

A figure never formats a number: the caller gives each value with the French text that says it. A
value of ``None`` means that there is no number, and its text says why ("secret statistique").
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST = 1e15
"""Beyond this, a coordinate computed with floats would no longer be exact to the pixel."""


class BadFigure(ValueError):
    """The data cannot be drawn honestly; the message, in French, says what to mend."""


def check_number(value: object, *, what: str) -> None:
    """Refuse what is not a finite number of a drawable size."""
    if not isinstance(value, int | float):
        raise BadFigure(f"{what} : un nombre est attendu, pas « {value!r} ».")
    if not -LARGEST <= value <= LARGEST:
        raise BadFigure(
            f"{what} : la valeur {value} n’est pas un nombre fini que l’on peut tracer."
        )


def check_text(text: object, *, what: str) -> None:
    """Refuse what a reader would see as a blank."""
    if not isinstance(text, str):
        raise BadFigure(f"{what} : un texte est attendu, pas « {text!r} ».")
    if not text or text.isspace():
        raise BadFigure(f"{what} : le texte est vide.")


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled value and the text that says it; without a number, the text says why."""

    label: str
    value: float | None
    text: str

    def __post_init__(self) -> None:
        label, value, text = self.label, self.value, self.text
        if not (type(label) is str and label and not label.isspace()):
            check_text(label, what="Libellé")
        if not (type(text) is str and text and not text.isspace()):
            check_text(text, what=f"Texte de « {label} »")
        if value is not None and not (type(value) is float and -LARGEST <= value <= LARGEST):
            check_number(value, what=f"« {label} »")


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a figure; the first column heads its row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        expected = len(self.columns)
        for count in set(map(len, self.rows)) - {expected}:
            raise BadFigure(f"Tableau : une ligne a {count} cases pour {expected} colonnes.")


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG drawing, what it says in words, and the table that replaces it."""

    svg: str
    title: str
    description: str
    table: Table
    width: float
    height: float

"""A figure that is not there is never a zero: five states, told apart from the file to the page."""

from enum import IntEnum


class State(IntEnum):
    """Why a territory has a figure, or has none. The number is how tables store it (UInt8)."""

    VALUE = 0
    SECRET = 1
    NOT_PUBLISHED = 2
    NOT_APPLICABLE = 3
    MISSING = 4

    @property
    def code(self) -> str:
        """The word that files and addresses carry: `value`, `secret`, `not_published`…"""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The words that people read."""
        return LABELS[self]

    @classmethod
    def from_code(cls, code: str) -> "State":
        return cls[code.upper()]


LABELS = {
    State.VALUE: "valeur",
    State.SECRET: "secret statistique",
    State.NOT_PUBLISHED: "non diffusé",
    State.NOT_APPLICABLE: "sans objet",
    State.MISSING: "donnée manquante",
}

MARKERS = {
    "s": State.SECRET,
    "c": State.SECRET,
    "nd": State.NOT_PUBLISHED,
    "ns": State.NOT_PUBLISHED,
    "n/d": State.NOT_PUBLISHED,
    "so": State.NOT_APPLICABLE,
    "": State.MISSING,
}
"""What producers write in the place of a number, in lower case."""

"""What goes wrong with a source, said so that someone can mend it: file, line, column, remedy."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file. Lines and columns count from 1, as a spreadsheet shows them."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"ligne {self.line}")
        if self.column is not None:
            parts.append(f"colonne {self.column}")
        return ", ".join(parts)


class PortraitError(ValueError):
    """Something that the engine refuses. The message is in French and says what to do."""


class UnreadableSource(PortraitError):
    """A source file is refused whole: nothing of it is kept."""

    def __init__(self, place: Place, problem: str, advice: str) -> None:
        super().__init__(f"{place} : {problem} {advice}")
        self.place, self.problem, self.advice = place, problem, advice


class BadCatalogue(PortraitError):
    """The catalogue of indicators contradicts itself."""


class Severity(StrEnum):
    """How much a note matters: told, to look at, or shown beside every figure that it touches."""

    INFO = "info"
    WARNING = "attention"


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader saw and went on from. Warnings are listed before publication."""

    severity: Severity
    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place} : {self.text}"

"""What may go wrong in a spreadsheet; each message is French and says what to do."""

from dataclasses import dataclass
from typing import Any


class UnreadableSpreadsheet(ValueError):
    """A file of which nothing is kept."""


class BadCell(ValueError):
    """A text that is not what its column asks: what was read, what it probably was, what to do."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that the spreadsheet had damaged and that could only be this one; `why` says so."""

    value: Any
    why: str

"""What a format is to us: how it is recognised, how it is read, and on what it was tried."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources.opening import Opened

Progress = Callable[[str], None]


def silent(_message: str) -> None:
    """No one listens to the progress."""


@dataclass(frozen=True)
class Context:
    """What every reader needs beside the file."""

    geography: Geography
    wanted: frozenset[str] | None = None
    """Names of the variables that formulas need; None for all the numeric ones."""

    progress: Progress = field(default=silent)

    def wants(self, variable: str) -> bool:
        return self.wanted is None or variable in self.wanted

    def among(self, variables: Collection[str]) -> list[str]:
        """Those of the variables that are wanted, in their order."""
        return [name for name in variables if self.wants(name)]


@dataclass(frozen=True)
class Format:
    """A kind of file. `recognise` looks at the beginning of a table, never at its name."""

    id: str
    name: str
    verified: bool
    recognise: Callable[[Opened], bool]
    read: Callable[[Opened, Context], list[Reading]]

    @property
    def trust(self) -> str:
        """On what the reader was tried, in words for the page of sources."""
        if self.verified:
            return "vérifié sur un fichier réel"
        return "vérifié sur un fichier d’essai écrit d’après le format"

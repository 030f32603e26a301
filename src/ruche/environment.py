"""Settings come from the environment; what we do not know is refused, never guessed.

A misspelt setting that is silently ignored is found the day it matters. Here it stops the start.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PREFIX = "RUCHE_"
YES, NO = {"yes", "oui", "true", "1"}, {"no", "non", "false", "0", ""}


class BadEnvironment(ValueError):
    """A setting of the environment is unknown, unreadable or has a value that we do not accept."""


class Environment:
    """Reads the `RUCHE_*` variables, remembers which were asked for, and refuses the others."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value of RUCHE_`name`, or the content of the file named by RUCHE_`name`_FILE."""
        self.known |= {name, f"{name}_FILE"}
        if path := self.variables.get(f"{PREFIX}{name}_FILE"):
            return self._content(name, Path(path))
        return self.variables.get(PREFIX + name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "yes" if default else "no").strip().lower()
        if value in YES:
            return True
        if value in NO:
            return False
        raise BadEnvironment(f"{PREFIX}{name} vaut « {value} » : écrivez yes ou no.")

    def names(self, name: str, default: str = "") -> list[str]:
        """A list of words separated by commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def refuse_unknown(self) -> None:
        """Raise `BadEnvironment` for every RUCHE_ variable that no setting has read."""
        unknown = sorted(set(self._given()) - self.known)
        if unknown:
            wanted = ", ".join(PREFIX + name for name in sorted(self.known) if "_FILE" not in name)
            names = ", ".join(PREFIX + name for name in unknown)
            raise BadEnvironment(f"Réglage inconnu : {names}. Réglages connus : {wanted}.")

    def _given(self) -> Iterator[str]:
        return (name.removeprefix(PREFIX) for name in self.variables if name.startswith(PREFIX))

    def _content(self, name: str, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadEnvironment(
                f"{PREFIX}{name}_FILE : {path} est illisible ({error})."
            ) from error

"""« Sans doute… »: the known name that a mistyped one may have meant.

Looking through every name for every line of a file that is wrong from end to end would take
minutes: only names with the same first letter are looked at, and after many fruitless lines nothing
more is proposed, since the column itself must be wrong.
"""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from ruche.core.spreadsheets import plain

ENOUGH = 200
"""Names looked for before we give up: each costs about a millisecond."""


class Suggestions:
    """Known names, to propose one of them. Pairs: what people type, what is proposed."""

    def __init__(self, names: Iterable[tuple[str, str]], *, likeness: float = 0.6) -> None:
        self.likeness = likeness
        self._by_letter: dict[str, dict[str, str]] = defaultdict(dict)
        for name, shown in names:
            words = plain(name)
            self._by_letter[words[:1]].setdefault(words, shown)
        self._told: dict[str, str] = {}

    def like(self, name: str) -> str:
        """The closest known name; nothing when there is none, or when too many were asked."""
        words = plain(name)
        if words not in self._told:
            if len(self._told) >= ENOUGH:
                return ""
            known = self._by_letter[words[:1]]
            close = get_close_matches(words, known, 1, self.likeness)
            self._told[words] = known[close[0]] if close else ""
        return self._told[words]

    def phrase(self, name: str) -> str:
        """« (sans doute « Croix d’Exemple ») », or nothing."""
        found = self.like(name)
        return f" (sans doute « {found} »)" if found else ""

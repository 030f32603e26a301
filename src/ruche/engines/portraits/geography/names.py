"""What to call an intercommunalité in a sentence: no official code says which article it takes.

The fifteen of the Gers come from a table written by hand (`reference/epci_noms.toml`). For every
other one the abbreviation of its kind is written in full, with the article of the kind: « la
communauté de communes Faucigny - Glières », which is always correct if never short.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ruche.french.toponyms import Toponym

KINDS = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
}
FEMININE = 3


@dataclass(frozen=True, slots=True)
class EpciName:
    """A name written by hand: « Bas-Armagnac », article « le », and the official name."""

    name: str
    tncc: int
    official: str
    remark: str = ""


EpciNames = Mapping[str, EpciName]


def epci_toponym(code: str, published: str, by_hand: EpciNames) -> Toponym:
    """The hand-written name when there is one, else the kind in full and the name as published."""
    if (known := by_hand.get(code)) is not None:
        return Toponym(known.name, known.tncc, known.name)
    title = published.replace("'", "’")
    kind, _, rest = title.partition(" ")
    if kind in KINDS and rest:
        return Toponym(f"{KINDS[kind]} {rest}", FEMININE, title)
    return Toponym(*_metropole(title), title)


def _metropole(title: str) -> tuple[str, int]:
    """« Métropole du Grand Paris » → (« métropole du Grand Paris », la); « Nantes Métropole »
    takes no article; « Eurométropole de Strasbourg » → (« eurométropole… », l’)."""
    first = title.split(" ")[0]
    if first == "Métropole":
        return "m" + title[1:], FEMININE
    if first == "Eurométropole":
        return "e" + title[1:], 5
    return title, 1 if title[0] in "AEIOUÉÈ" else 0

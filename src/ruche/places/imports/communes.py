"""The commune that a line means: by its name, its postal code or its official code.

Many communes of France share a name, and a postal code is that of several: what cannot be decided
is told with what would decide it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from ruche.core.spreadsheets import BadCell, Guess
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.levels import Level
from ruche.geography.names import plain
from ruche.places.imports.suggesting import Suggestions

Position = tuple[float, float]
ARTICLES = ("l ", "le ", "la ", "les ")
WITH_DEPARTEMENT = re.compile(r"(?P<name>.+?)\s*\((?P<departement>\w{2,3})\)")
WITH_POSTAL_CODE = re.compile(
    r"(?P<code>\d{5})\s+(?P<name>\D.+)|(?P<name_first>\D.+?)\s+(?P<after>\d{5})"
)
CEDEX = re.compile(r"\s+cedex(\s+\d+)?$", re.IGNORECASE)
DISTRICT = re.compile(r"(?P<name>paris|lyon|marseille) \d{1,2}(?: ?e| ?er)?(?: arrondissement)?")
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Known:
    """A commune, and what tells it from its homonyms."""

    code: str
    title: str
    departement: str
    position: Position | None

    def __str__(self) -> str:
        return f"{self.title} ({self.departement})"


class Gazetteer:
    """Every commune of the reference geography, by name and by code. Built once."""

    def __init__(self) -> None:
        geography = load_reference()
        self.successors = geography.successors
        self.known: dict[str, Known] = {}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for row in geography.communes.iter_rows(named=True):
            title = geography.toponym(Level.COMMUNE, row["code"]).title
            placed = row["lat"] is not None and row["lon"] is not None
            position = (row["lat"], row["lon"]) if placed else None
            self.known[row["code"]] = Known(row["code"], title, row["departement"], position)
            for name in _names(plain(row["name"]), plain(title)):
                self.by_name[name].append(row["code"])
        self.by_postal_code: dict[str, set[str]] = defaultdict(set)
        for postal_code, code in geography.postal.select("postal_code", "commune").iter_rows():
            self.by_postal_code[postal_code].add(code)
        home = settings.NETWORK_DEPARTEMENT
        known = self.known.values()
        self.home = [(one.title, str(one)) for one in known if one.departement == home]

    def find(
        self,
        name: str = "",
        *,
        postal_code: str = "",
        insee: str = "",
        suggestions: Suggestions | None = None,
    ) -> Known | Guess:
        """The commune that these words mean. `BadCell` when there is none, or several.

        `suggestions`: names to propose for one that is not known; those of one file share them.
        """
        if insee:
            return self._coded(insee)
        name, departement, postal_code = self._taken_apart(name, postal_code)
        if not name:
            return self._one_of(self.by_postal_code.get(postal_code, ()), f"Le {postal_code}")
        named = self._named(name)
        if not named:
            meant = suggestions.like(name) if suggestions else ""
            told = f" C’est peut-être {meant}." if meant else ""
            raise BadCell(f"Aucune commune ne s’appelle « {name} » : vérifiez l’écriture.{told}")
        kept = [code for code in named if self._fits(code, departement, postal_code)]
        if not kept:
            raise BadCell(
                f"« {name} » n’est pas au {postal_code or departement}. Ce nom est celui de "
                f"{self._listed(named)} : corrigez l’un des deux."
            )
        return self._chosen(name, kept, told=not departement and not postal_code)

    def _coded(self, code: str) -> Known | Guess:
        if code in self.known:
            return self.known[code]
        if (now := self.successors.get(code)) in self.known:
            found = self.known[str(now)]
            return Guess(found, f"Le code {code} était celui d’une commune devenue {found}.")
        raise BadCell(f"« {code} » n’est le code Insee d’aucune commune : vérifiez-le.")

    def _taken_apart(self, name: str, postal_code: str) -> tuple[str, str, str]:
        """Name, département, postal code: « Montaut (32) », « 32000 Auch », « Auch Cedex »."""
        name, departement = CEDEX.sub("", name.strip()), ""
        if name.isdigit() and len(name) == 5:
            return "", "", name
        if found := WITH_DEPARTEMENT.fullmatch(name):
            name, departement = found["name"], found["departement"].upper()
        elif found := WITH_POSTAL_CODE.fullmatch(name):
            name = found["name"] or found["name_first"]
            postal_code = postal_code or found["code"] or found["after"]
        return CEDEX.sub("", name), departement, postal_code

    def _named(self, name: str) -> Sequence[str]:
        words = plain(name)
        if found := DISTRICT.fullmatch(words):
            words = found["name"]
        for said in (words, *(words.removeprefix(article) for article in ARTICLES)):
            if said in self.by_name:
                return self.by_name[said]
        return ()

    def _fits(self, code: str, departement: str, postal_code: str) -> bool:
        if departement:
            return self.known[code].departement == departement
        if not postal_code or code in self.by_postal_code.get(postal_code, ()):
            return True
        return _departement_of(postal_code) in self.known[code].departement

    def _chosen(self, name: str, codes: Sequence[str], *, told: bool) -> Known | Guess:
        """The only one; of homonyms, that of the network when it has one alone, and it is said."""
        if len(codes) == 1:
            return self.known[codes[0]]
        home = [
            code for code in codes if self.known[code].departement == settings.NETWORK_DEPARTEMENT
        ]
        if len(home) != 1:
            return self._one_of(codes, f"« {name} »")
        found = self.known[home[0]]
        others = [code for code in codes if code != found.code]
        why = f"Il y a aussi {self._listed(others)} : {found} a été pris."
        return Guess(found, why) if told else found

    def _one_of(self, codes: Iterable[str], what: str) -> Known:
        found = sorted(codes, key=self._far)
        if len(found) == 1:
            return self.known[found[0]]
        if not found:
            raise BadCell(f"{what} n’est le code postal d’aucune commune : vérifiez-le.")
        raise BadCell(
            f"{what} désigne {len(found)} communes, {self._listed(found)} : écrivez le nom et le "
            f"département, par exemple « {self.known[found[0]]} »."
        )

    def _far(self, code: str) -> tuple[bool, str, str]:
        known = self.known[code]
        return known.departement != settings.NETWORK_DEPARTEMENT, known.departement, known.title

    def _listed(self, codes: Iterable[str]) -> str:
        names = [str(self.known[code]) for code in sorted(codes, key=self._far)]
        more = f" et {len(names) - MOST_TOLD} autres" if len(names) > MOST_TOLD else ""
        return f"{', '.join(names[:MOST_TOLD])}{more}"


def _names(*names: str) -> set[str]:
    """With their article and without: people write « Isle-Jourdain » as well."""
    return {*names, *(name.removeprefix(article) for name in names for article in ARTICLES)}


def _departement_of(postal_code: str) -> str:
    """Its département, nearly always: Corsica (« 2 » of 2A and 2B) and overseas apart."""
    if postal_code.startswith("20"):
        return "2"
    return postal_code[:3] if postal_code.startswith("97") else postal_code[:2]


@cache
def gazetteer() -> Gazetteer:
    """The communes of France: a second the first time, then nothing."""
    return Gazetteer()

"""Articles and elision of place names, from the official code of the Insee, never from a guess.

TNCC (« type de nom en clair ») tells, for each commune, département and région, which article its
name takes; 1 says that the name begins with a vowel that elides (« d'Auch ») and 0 that it does not
(« de Hontanx », whose h is aspirated).
Source: Insee, Code officiel géographique, documentation of the variable TNCC.
"""

from dataclasses import dataclass
from typing import Literal

ARTICLES = {0: "", 1: "", 2: "Le ", 3: "La ", 4: "Les ", 5: "L’", 6: "Aux ", 7: "Las ", 8: "Los "}
Inside = Literal["à", "en", "dans"]
CONTRACTED = {2: ("du", "au"), 4: ("des", "aux"), 6: ("des", "aux")}


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place name without its article, and the code of that article.

    `name` is « Gers », « Houga », « Auch »; `tncc` is 0 to 8 (see the module). `title` is the name
    as it stands alone: « Gers », « Le Houga ». `inside` is the preposition of a place where one
    lives: « dans » le Gers, « en » Occitanie, « à » Auch.
    """

    name: str
    tncc: int
    title: str = ""
    inside: Inside = "dans"

    def __post_init__(self) -> None:
        if self.tncc not in ARTICLES:
            raise ValueError(f"Code d'article inconnu pour {self.name} : {self.tncc}")

    @classmethod
    def from_label(cls, label: str, tncc: int, *, inside: Inside = "dans") -> "Toponym":
        """From a label that may carry its article (« Le Houga », 2) → name « Houga »."""
        title = label.replace("'", "’")
        return cls(title.removeprefix(ARTICLES.get(tncc, "")), tncc, title, inside)

    @property
    def the(self) -> str:
        """As a subject: « le Gers », « l’Ain », « Auch », « Le Houga ».

        An article that belongs to the name, as a commune's does, keeps its capital letter.
        """
        article = ARTICLES[self.tncc]
        return (
            self.title
            if article and self.title.startswith(article)
            else article.lower() + self.name
        )

    @property
    def of(self) -> str:
        """After « de »: « du Gers », « de l’Ain », « d’Auch », « de Hontanx »."""
        if self.tncc in CONTRACTED:
            return f"{CONTRACTED[self.tncc][0]} {self.name}"
        return f"d’{self.name}" if self.tncc == 1 else f"de {self.the}"

    @property
    def to(self) -> str:
        """After « à »: « au Houga », « à L’Isle-Jourdain », « à Auch »."""
        if self.tncc in CONTRACTED:
            return f"{CONTRACTED[self.tncc][1]} {self.name}"
        return f"à {self.the}"

    @property
    def within(self) -> str:
        """Where one lives: « dans le Gers », « en Occitanie », « à Auch », « au Houga »."""
        if self.inside == "à":
            return self.to
        if self.inside == "en":
            return f"en {self.name}"
        return f"dans {self.the}"


def commune(label: str, tncc: int) -> Toponym:
    """A commune: one lives « à » Auch, « au » Houga, « aux » Angles."""
    return Toponym.from_label(label, tncc, inside="à")


# Usage that no code tells.
LIVED_AT = {"Paris", "Mayotte", "La Réunion"}
LIVED_IN = {
    *("Guadeloupe", "Martinique", "Guyane", "Corse-du-Sud", "Haute-Corse", "Centre-Val de Loire"),
    *("Charente-Maritime", "Côte-d’Or", "Haute-Garonne", "Haute-Loire", "Haute-Marne"),
    *("Haute-Saône", "Haute-Savoie", "Haute-Vienne", "Loire-Atlantique", "Seine-Maritime"),
    *("Seine-Saint-Denis", "Ardèche", "Ariège", "Charente", "Corrèze", "Creuse", "Dordogne"),
    *("Gironde", "Isère", "Lozère", "Mayenne", "Moselle", "Savoie", "Vendée"),
}
"""Feminine names that take « en »; the others follow their article: « dans la Drôme »."""


def departement(label: str, tncc: int) -> Toponym:
    """A département: « dans le Gers », « en Ille-et-Vilaine », « à Paris », « en Guadeloupe »."""
    if label in LIVED_AT:
        return Toponym.from_label(label, tncc, inside="à")
    without_article = tncc in {0, 1} or label.replace("'", "’") in LIVED_IN
    return Toponym.from_label(label, tncc, inside="en" if without_article else "dans")


def region(label: str, tncc: int) -> Toponym:
    """A région: « en Occitanie », « dans le Grand Est », « à La Réunion »."""
    if label in LIVED_AT:
        return Toponym.from_label(label, tncc, inside="à")
    without_article = tncc in {0, 1, 3, 5} or label in LIVED_IN
    return Toponym.from_label(label, tncc, inside="en" if without_article else "dans")


FRANCE = Toponym("France", 3, "France", "en")

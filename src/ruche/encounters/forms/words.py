"""What the pages of forms say in French: kinds of questions, ways of counting, pictograms."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import models

from ruche.encounters.definitions import Counted, Definition, Field, shapes_of
from ruche.tallies.enums import Shape

PICTOGRAM_NAMES: dict[str, str] = tomllib.loads(
    Path(__file__).parents[1].joinpath("pictogram_names.toml").read_text(encoding="utf-8")
)
"""Pictogram → how a list names it."""


class Kind(models.TextChoices):
    """What a question is, as the page says it: shared by every form, or its own."""

    ONE = "one", "une seule réponse possible"
    MANY = "many", "plusieurs réponses possibles"
    AGE = str(Counted.AGE), "Âge (réponses déjà écrites)"
    GENDER = str(Counted.GENDER), "Genre (réponses déjà écrites)"
    FIRST = str(Counted.FIRST), "Première rencontre ? (réponses déjà écrites)"


SHARED: Mapping[str, str] = {
    Kind.AGE: "Âge",
    Kind.GENDER: "Genre",
    Kind.FIRST: "Nous étions-nous déjà rencontrés ?",
}
"""Questions whose answers are the same in every form, and how they are asked unless told."""

WAYS: Mapping[str, str] = {
    Counted.THEME: "comme thème",
    Counted.MEASURE: "comme mesure de l’équipe",
    Counted.NOTHING: "pas compté, scellé seulement",
}
"""How the answers of a question of one's own may be counted."""

SHAPES = {
    Shape.TEAM_WEEK: "par équipe et par semaine",
    Shape.SITE_YEAR: "par lieu et par année",
    Shape.NETWORK_YEAR: "par département et par année seulement",
}
"""The shapes that count an answer under its own name."""


def ways_counted(form: Definition, asked: Field) -> list[str]:
    """In which shapes a question is counted, said in plain French: one sentence, or two."""
    if asked.counted is Counted.FIRST:
        return ["Compté par lieu et par mois."]
    if asked.counted in CROSSED:
        other, words = CROSSED[asked.counted]
        crossed = f", croisé avec {words}" if form.field_counted(other) else ""
        return [f"Compté par lieu et par trimestre{crossed}."]
    shapes = {(one.sensitive, shapes_of(asked, one)) for one in asked.options}
    return [_way(sensitive, said) for sensitive, said in sorted(shapes)]


CROSSED = {
    Counted.AGE: (Counted.GENDER, "le genre"),
    Counted.GENDER: (Counted.AGE, "l’âge"),
}


def _way(sensitive: bool, shapes: Sequence[Shape]) -> str:
    if not shapes:
        return "Scellé seulement : aucun compteur."
    words = ", et ".join(SHAPES[shape] for shape in shapes)
    return f"Sensible : compté {words}." if sensitive else f"Compté {words}."

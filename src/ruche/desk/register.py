"""The register of processing (RGPD, article 30), made from the models: what is kept, why, how long.

`registre.toml` says the purpose of each processing and names its models; the fields come from the
models themselves, so that one that is added appears, and a model that nobody placed is refused.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db.models import Field, Model

SOURCE = Path(__file__).parent / "registre.toml"
TITLE = "# Registre des traitements"
INTRODUCTION = """
Ce registre est produit par `manage.py registre` à partir des modèles de la base.
Les bases légales sont à confirmer avec la personne déléguée à la protection des données.
"""


class Unplaced(ValueError):
    """A model is in no processing, or in two, or no longer exists. In French."""


@dataclass(frozen=True, slots=True)
class Processing:
    """One processing: why, on what basis, about whom, for whom, how long, and what is kept."""

    name: str
    purpose: str
    basis: str
    people: str
    readers: str
    duration: str
    models: tuple[type[Model], ...]


def our_models() -> set[str]:
    """Every model of ours, as `app.Model`."""
    return {
        model._meta.label for model in apps.get_models() if model.__module__.startswith("ruche.")
    }


def processings() -> list[Processing]:
    """What `registre.toml` says; `Unplaced` when it and the models do not agree."""
    told = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    rows = told["traitement"]
    placed = [label for row in rows for label in row["modeles"]] + told["sans_personne"]["modeles"]
    wrong = sorted(set(placed) ^ our_models()) + [one for one in placed if placed.count(one) > 1]
    if wrong:
        raise Unplaced(f"À placer une fois, et une seule, dans registre.toml : {wrong}")
    return [
        Processing(
            row["nom"],
            row["finalite"],
            row["base"],
            row["personnes"],
            row["destinataires"],
            row["duree"],
            tuple(apps.get_model(label) for label in row["modeles"]),
        )
        for row in rows
    ]


def as_markdown() -> str:
    """The register, ready to be read."""
    return "\n".join([TITLE, INTRODUCTION, *(_section(one) for one in processings())])


def _section(one: Processing) -> str:
    facts = (
        ("Pourquoi", one.purpose),
        ("Base légale", one.basis),
        ("Personnes concernées", one.people),
        ("Qui y a accès", one.readers),
        ("Durée", one.duration),
    )
    lines = [f"## {one.name}", "", "| | |", "|---|---|"]
    lines += [f"| {label} | {text} |" for label, text in facts]
    lines += ["", "| table | ce qui est gardé |", "|---|---|"]
    lines += [
        f"| {model._meta.verbose_name} | {', '.join(_fields(model))} |" for model in one.models
    ]
    return "\n".join([*lines, ""])


def _fields(model: type[Model]) -> Iterator[str]:
    for field in model._meta.get_fields():
        if isinstance(field, Field) and field.name != "id":
            yield str(field.verbose_name)

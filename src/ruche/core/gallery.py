"""What the gallery shows: made-up examples, one per state that a component can take."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator

from ruche.core import design
from ruche.core.components import Column, File, LegendEntry, Table

LONG_NAME = "Communauté de communes des Bastides et Vallons du Gers et des coteaux de la Lomagne"
NEEDED = "Ce champ est nécessaire : écrivez le nom du lieu."


class SampleForm(forms.Form):
    """One field of each kind."""

    place = forms.CharField(
        label="Nom du lieu", help_text="Tel qu’il sera lu sur les affiches.", max_length=80
    )
    search = forms.CharField(
        label="Recherche", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    level = forms.ChoiceField(
        label="Niveau",
        choices=[("com", "Commune"), ("epci", "Intercommunalité"), ("dep", "Département")],
    )
    people = forms.IntegerField(
        label="Nombre de personnes accueillies",
        required=False,
        min_value=0,
        help_text="Pour réserver une salle assez grande.",
    )
    day = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    report = forms.FileField(label="Compte rendu", required=False, help_text="PDF, 5 Mo au plus.")
    note = forms.CharField(label="Précisions", required=False, widget=forms.Textarea({"rows": 4}))
    frozen = forms.CharField(
        label="Référence", required=False, disabled=True, initial="GS-2026-014"
    )
    agreed = forms.BooleanField(label="J’ai relu ces informations", required=False)
    rhythm = forms.ChoiceField(
        label="Rythme de la distribution",
        widget=forms.RadioSelect,
        choices=[("week", "Chaque semaine"), ("month", "Chaque mois"), ("unknown", "Ne sait pas")],
    )
    services = forms.MultipleChoiceField(
        label="Services présents",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Plusieurs réponses possibles.",
        choices=[
            ("health", "Permanence santé"),
            ("digital", "Conseil numérique"),
            (
                "rights",
                "Accès aux droits : accompagnement dans les démarches, du premier courrier "
                "jusqu’à la réponse de l’organisme",
            ),
        ],
    )


def _unbound() -> SampleForm:
    return SampleForm(prefix="vide")


def _refused() -> SampleForm:
    """The same form, sent with mistakes."""
    form = SampleForm({"erreur-people": "-3", "erreur-level": "com"}, prefix="erreur")
    form.fields["place"].error_messages["required"] = NEEDED
    form.fields["rhythm"].error_messages["required"] = "Choisissez un rythme, ou « Ne sait pas »."
    form.add_error(None, "Deux lieux ne peuvent pas porter le même nom dans une commune.")
    return form


def _bars() -> SimpleNamespace:
    """Three bars drawn by hand, with the same attributes as a figure of the engines."""
    lengths = [("Grand Auch", 18.2, 400), ("Gers", 16.8, 369), ("France", 14.9, 327)]
    marks = "".join(
        f'<text x="0" y="{26 + 40 * rank}">{name}</text>'
        f'<rect x="96" y="{10 + 40 * rank}" width="{length}" height="24" '
        f'fill="{"#1f5b4b" if rank == 0 else "#8fc3a3"}"/>'
        f'<text x="{104 + length}" y="{26 + 40 * rank}">{str(rate).replace(".", ",")}\u202f%</text>'
        for rank, (name, rate, length) in enumerate(lengths)
    )
    title, description = "Taux de pauvreté", "Part de la population sous le seuil de pauvreté."
    return SimpleNamespace(
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 130" width="560" height="130"'
        ' role="img" aria-labelledby="barres-t barres-d" font-size="12" fill="#1d2327">'
        f'<title id="barres-t">{title}</title><desc id="barres-d">{description}</desc>'
        f"{marks}</svg>",
        title=title,
        description=description,
        table=Table(
            title,
            ("Territoire", "Taux"),
            tuple((name, f"{str(rate).replace('.', ',')}\u202f%") for name, rate, _ in lengths),
        ),
    )


def _pages(current: int) -> Page[int]:
    return Paginator(range(200), 10).page(current)


def _table() -> Table:
    return Table(
        "Population des intercommunalités (exemple)",
        (
            Column("Intercommunalité", key="nom"),
            Column("Habitants", key="habitants", numeric=True),
            Column("Évolution annuelle", key="evolution", numeric=True),
            "Ville principale",
        ),
        (
            ("Grand Auch Cœur de Gascogne", "38\u202f914", "+0,1\u202f%", "Auch"),
            ("Gascogne Toulousaine", "22\u202f431", "+0,9\u202f%", "L’Isle-Jourdain"),
            (LONG_NAME, "7\u202f642", "−0,4\u202f%", "Marciac"),
        ),
    )


def _colours() -> list[dict[str, Any]]:
    """Each colour that a page names, with its contrast on paper."""
    return [
        {"name": name, "value": value, "contrast": design.contrast(value, "#ffffff")}
        for name, value in design.colours().items()
    ]


def _contrasts() -> Table:
    values = design.colours()
    rows = [
        (f"{p.front} sur {p.back}", _ratio(values, p), str(p.least).replace(".", ","))
        for p in design.PAIRS
    ]
    return Table(
        "Contraste des couleurs qui se rencontrent", ("Couleurs", "Contraste", "Minimum"), rows
    )


def _ratio(values: dict[str, str], pair: design.Pair) -> str:
    return f"{design.contrast(values[pair.front], values[pair.back]):.1f}".replace(".", ",")


def everything() -> dict[str, Any]:
    """The context of the gallery."""
    return {
        "form": _unbound(),
        "refused": _refused(),
        "bars": _bars(),
        "table": _table(),
        "empty_table": Table("Aucune ligne", ("Commune", "Habitants"), ()),
        "first_page": _pages(1),
        "middle_page": _pages(9),
        "colours": _colours(),
        "contrasts": _contrasts(),
        "tabs": [
            ("Population", "#onglets"),
            ("Emploi", "#emploi"),
            ("Logement et énergie", "#logement"),
        ],
        "steps": ["Le lieu", "Les horaires", "Les services présents", "Relecture"],
        "levels": [("epci", "Intercommunalités"), ("com", "Communes")],
        "files": [
            File("Tableau des communes", "#fichiers", "CSV", 48_210),
            File("Livret imprimable de la " + LONG_NAME, "#fichiers", "PDF", 3_412_000),
            File("Définition des indicateurs", "#fichiers"),
        ],
        "definitions": [
            ("Unité", "Part de la population, en pourcentage"),
            ("Source", "Insee, fichier localisé social et fiscal"),
            (
                "Pourquoi elle peut manquer",
                "L’Insee ne diffuse pas cette valeur lorsque trop peu de ménages sont concernés, "
                "afin que personne ne puisse être reconnu.",
            ),
        ],
        "legend": [
            LegendEntry("Ce territoire", "square", "shape-1"),
            LegendEntry("Gers", "circle", "shape-2"),
            LegendEntry("Occitanie", "diamond", "shape-3"),
            LegendEntry("France", "dashed", "shape-4"),
            LegendEntry("Secret statistique", "hatched", "shape-4"),
        ],
        "scale": [
            LegendEntry("moins de 10\u202f%", "square", "scale-1"),
            LegendEntry("de 10 à 13\u202f%", "square", "scale-2"),
            LegendEntry("de 13 à 16\u202f%", "square", "scale-3"),
            LegendEntry("16\u202f% et plus", "square", "scale-5"),
        ],
        "long_name": LONG_NAME,
        "suggestions": [
            SimpleNamespace(label="Auch", url="#recherche", detail="commune, 32000"),
            SimpleNamespace(label="Aubiet", url="#recherche", detail="commune, 32270"),
        ],
    }

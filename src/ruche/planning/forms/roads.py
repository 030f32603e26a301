"""A road as someone knows it: from where to where, how long, how far, and the way back."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ruche.core.typesetting import typographic
from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.travel import Journey, Pair, Travel
from ruche.planning.forms.fields import DurationField
from ruche.planning.models.roads import MOST_METRES
from ruche.planning.roads import Place


def choices_of(places: Sequence[Place]) -> list[tuple[str, Any]]:
    """Communes from which people leave, then sites."""
    return [
        ("", "Choisissez"),
        ("On part de", [(place.key, place.name) for place in places if not place.is_site]),
        ("Lieux", [(place.key, place.name) for place in places if place.is_site]),
    ]


class KilometresField(forms.DecimalField):
    """A length as one says it, « 12,5 », in whole metres once cleaned."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            min_value=0, max_value=MOST_METRES // 1000, decimal_places=3, widget=widget,
            localize=True, **more,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lower().removesuffix("km").strip()
        return super().to_python(text.replace(".", ","))

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else round(found * 1000)


class RoadForm(forms.Form):
    """One road. Without its length, the one that is known stays."""

    origin = forms.ChoiceField(label="De", error_messages={"required": "Dites d’où l’on part."})
    target = forms.ChoiceField(label="À", error_messages={"required": "Dites où l’on arrive."})
    minutes = DurationField(
        label="Durée",
        most=DAY,
        alone=1,
        help_text=typographic("« 25 », « 1 h 10 ». Comptez le temps de se garer."),
        error_messages={"required": "Dites combien de temps dure ce trajet."},
    )
    kilometres = KilometresField(
        label="Kilomètres",
        required=False,
        help_text=typographic("« 12,5 ». Vide : la longueur déjà connue."),
        error_messages={"invalid": typographic("Écrivez un nombre, par exemple « 12,5 ».")},
    )
    both_ways = forms.BooleanField(label="Le retour dure autant", required=False, initial=True)

    def __init__(self, data: Any, *, places: Sequence[Place], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for name in ("origin", "target"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices_of(places)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("origin") and cleaned.get("origin") == cleaned.get("target"):
            self.add_error("target", "Un trajet mène d’un lieu à un autre.")
        return cleaned

    def roads(self, known: Travel) -> dict[Pair, Journey]:
        """What was said, one way or both."""
        asked = self.cleaned_data
        pair = asked["origin"], asked["target"]
        pairs = [pair, pair[::-1]] if asked["both_ways"] else [pair]
        rank = known.index()
        return {
            (here, there): (
                asked["minutes"],
                known.metres[rank[here]][rank[there]]
                if asked["kilometres"] is None
                else asked["kilometres"],
            )
            for here, there in pairs
        }


class RoadsFileForm(forms.Form):
    """A table of roads."""

    file = forms.FileField(
        label="Fichier des trajets",
        help_text=typographic(
            "Un fichier .csv ou .xlsx, aux colonnes « origine », « destination », « minutes », "
            "« metres »."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : téléchargez la table, et corrigez-la.",
        },
    )

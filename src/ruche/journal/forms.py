"""What one asks of the journal: some of its lines, or whether it is intact."""

from datetime import date
from typing import Any

from django import forms

from ruche.journal.chain import HeadKept, UnreadableHead, read_heads
from ruche.journal.models import Entry, EntryQuerySet
from ruche.journal.verbs import VERBS


def _verbs() -> list[tuple[str, str]]:
    known = sorted(VERBS.items(), key=lambda verb: verb[1])
    return [("", "Tous les actes"), *known]


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class SearchForm(forms.Form):
    """Words, act and period; the names are those of the address."""

    q = forms.CharField(label="Mots", required=False, max_length=100)
    acte = forms.ChoiceField(label="Acte", required=False, choices=_verbs)
    du = _day("Du")
    au = _day("Au")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("du"), data.get("au")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            self.add_error("au", "Le dernier jour précède le premier\u00a0: échangez-les.")
        return data

    def found(self) -> EntryQuerySet:
        """The lines asked for; none while something must be corrected."""
        if not self.is_valid():
            return Entry.objects.none()
        data = self.cleaned_data
        return Entry.objects.matching(
            data["q"], verb=data["acte"], since=data["du"], until=data["au"]
        )


class VerifyForm(forms.Form):
    """Heads kept outside: printed sheets typed again, or lines of the daily e-mail."""

    heads = forms.CharField(
        label="Têtes gardées hors de Ruche",
        required=False,
        help_text="Une par ligne\u00a0: le numéro, deux points, l’empreinte. Les espaces ne "
        "comptent pas. Donnez-en plusieurs\u00a0: chacune témoigne de tout ce qui l’a précédée.",
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_heads(self) -> list[HeadKept]:
        try:
            return read_heads(self.cleaned_data["heads"])
        except UnreadableHead as error:
            raise forms.ValidationError(str(error)) from error

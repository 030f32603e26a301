"""The file of a diary, then what is kept of it: only dates and hours come back from the preview."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.core import signing

from ruche.french.numbers import number
from ruche.planning.calendars.absences import MOST_BYTES, MOST_EVENTS, Away, Span
from ruche.planning.models import Worker

SALT = "ruche.planning.absences"
READ_WITHIN = 3_600
"""Seconds between the preview and what is kept of it."""


class DiaryForm(forms.Form):
    """An iCalendar file."""

    file = forms.FileField(
        label="Fichier de l’agenda",
        help_text=f"Un fichier .ics, {MOST_BYTES // 1024 // 1024} Mo et {number(MOST_EVENTS)} "
        "événements au plus. Il n’est pas gardé.",
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : exportez de nouveau l’agenda.",
        },
    )


class KeptForm(forms.Form):
    """Which events of the preview are absences. Their dates are signed; titles are not there."""

    spans = forms.CharField(widget=forms.HiddenInput)
    kept = forms.MultipleChoiceField(
        required=True, error_messages={"required": "Cochez au moins une absence à garder."}
    )

    def __init__(self, data: Any, *, worker: Worker) -> None:
        super().__init__(data)
        self.shown: list[list[Span]] = []
        self.trouble = ""
        try:
            self.shown = _read(str(self.data.get("spans", "")), worker)
        except signing.SignatureExpired:
            self.trouble = "Cet aperçu date de plus d’une heure : envoyez de nouveau le fichier."
        except signing.BadSignature:
            self.trouble = "Cet aperçu n’est pas le nôtre : envoyez de nouveau le fichier."
        field = self.fields["kept"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(rank), str(rank)) for rank in range(len(self.shown))]

    @property
    def refusal(self) -> str:
        """Why nothing is kept, in one sentence; nothing for a form that may be."""
        if self.trouble:
            return self.trouble
        return "" if self.is_valid() else "Cochez au moins une absence à garder."

    def chosen(self) -> list[Span]:
        ranks = {int(rank) for rank in self.cleaned_data["kept"]}
        return [span for rank in sorted(ranks) for span in self.shown[rank]]


def signed(worker: Worker, found: Sequence[Away]) -> str:
    """The spans of a preview, for this worker alone, so that nobody changes them on the way."""
    spans = [[_written(span) for span in away.spans] for away in found]
    return signing.dumps([str(worker.pk), spans], salt=SALT, compress=True)


def _written(span: Span) -> list[str]:
    return [each.isoformat() for each in span if each is not None]


def _read(text: str, worker: Worker) -> list[list[Span]]:
    pk, spans = signing.loads(text, salt=SALT, max_age=READ_WITHIN)
    if pk != str(worker.pk):
        raise signing.BadSignature(pk)
    return [[_span(*written) for written in away] for away in spans]


def _span(first: str, last: str, starts: str = "", ends: str = "") -> Span:
    hours = (time.fromisoformat(starts), time.fromisoformat(ends)) if starts else (None, None)
    return Span(date.fromisoformat(first), date.fromisoformat(last), *hours)

"""The pages of the journal: read it, print its head, verify it, take it away."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ruche.core.components import Column, Table
from ruche.journal import queries, wording
from ruche.journal.access import actor_of
from ruche.journal.actions import record_export
from ruche.journal.chain import Fault
from ruche.journal.exports import csv_lines
from ruche.journal.forms import SearchForm, VerifyForm
from ruche.journal.models import Entry
from ruche.journal.verbs import word_of

PER_PAGE = 50
MOST_FAULTS = 200
"""Faults shown on a page; the command shows them all."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    page = Paginator(form.found(), PER_PAGE).get_page(request.GET.get("page"))
    head = queries.printable_head()
    context = {
        "form": form,
        "page": page,
        "table": _entries(page.object_list),
        "head": head,
        "last_at": wording.moment(head.at) if head.at else "",
        "today": wording.day_in_words(timezone.localdate()),
        "verify_form": VerifyForm(),
    }
    return render(request, "journal/index.html", context)


def _entries(entries: Iterable[Entry]) -> Table:
    rows = [
        (
            entry.number,
            wording.moment(entry.at),
            entry.label,
            entry.actor,
            f"{word_of(entry.object_kind)} {entry.object_id}",
            wording.detail_in_words(entry.detail),
        )
        for entry in entries
    ]
    columns = ("Numéro", "Date et heure", "Acte", "Acteur", "Objet", "Détail")
    return Table("Lignes du journal, de la plus récente à la plus ancienne", columns, rows)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST)
    context: dict[str, Any] = {"form": form, "index_url": reverse("journal:index")}
    if not form.is_valid():
        return render(request, "journal/verify_refused.html", context, status=422)
    heads, last = form.cleaned_data["heads"], queries.current_head().number
    faults = queries.verify_all(heads)
    context |= {
        "heads": heads,
        "last": last,
        "faults": faults,
        "shown": MOST_FAULTS,
        "table": _faults(faults[:MOST_FAULTS]),
    }
    return render(request, "journal/verify.html", context)


def _faults(faults: Iterable[Fault]) -> Table:
    columns = (Column("Ligne"), "Anomalie", "Ce que cela veut dire, ce qu’il faut faire")
    return Table("Anomalies", columns, [(f.number, f.kind.label, f.text) for f in faults])


@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole journal, down to the line that says that it was exported."""
    entry = record_export(actor=actor_of(request))
    lines = queries.lines(up_to=entry.number)
    response = StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{entry.number}.csv"'
    return response

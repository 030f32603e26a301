"""Absences from a diary: send the file, look at what it says, keep dates and hours."""

from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.french.numbers import counted
from ruche.french.times import day as day_in_french
from ruche.french.times import hour as hour_in_french
from ruche.planning.access import worker_for
from ruche.planning.actions import absences as actions
from ruche.planning.calendars.absences import (
    LAST_MINUTE,
    MOST_BYTES,
    Diary,
    Span,
    UnreadableDiary,
    read_diary,
)
from ruche.planning.forms.absences import DiaryForm, KeptForm, signed
from ruche.planning.models import Worker
from ruche.seances.refusals import Refused
from ruche.seances.views.common import read_or_post

STEPS = ("Le fichier", "Ce qu’il dit", "Les absences sont notées")
LOOKED_AHEAD = timedelta(days=400)


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def import_absences(request: Request, pk: UUID) -> HttpResponse:
    """Two posts: the file, of which nothing is written; then what is kept of its preview."""
    worker = worker_for(request.member, pk)
    if "spans" in request.POST:
        return _keep(request, worker)
    form = DiaryForm(request.POST, request.FILES) if request.method == "POST" else DiaryForm()
    if form.is_valid():
        today = timezone.localdate()
        try:
            data = form.cleaned_data["file"].read(MOST_BYTES + 1)
            diary = read_diary(data, first=today, last=today + LOOKED_AHEAD)
        except UnreadableDiary as error:
            form.add_error("file", str(error))
        else:
            return _preview(request, worker, diary)
    return _sending(request, worker, form)


def _sending(request: Request, worker: Worker, form: DiaryForm, trouble: str = "") -> HttpResponse:
    context = {"worker": worker, "steps": STEPS, "form": form, "trouble": trouble}
    status = 422 if trouble or form.errors else 200
    return render(request, "planning/resources/import.html", context, status=status)


@dataclass(frozen=True)
class Shown:
    """One event of the preview: its rank, its title for the eyes only, when, whether known."""

    rank: int
    title: str
    when: tuple[str, ...]
    is_known: bool


def _preview(request: Request, worker: Worker, diary: Diary) -> HttpResponse:
    known = actions.known_absences(worker)
    lines = [
        Shown(
            rank,
            away.title,
            tuple(span_in_words(span) for span in away.spans),
            all(actions.is_covered(span, known) for span in away.spans),
        )
        for rank, away in enumerate(diary.found)
    ]
    context = {
        "worker": worker,
        "steps": STEPS,
        "diary": diary,
        "lines": lines,
        "fresh": sum(not line.is_known for line in lines),
        "spans": signed(worker, diary.found),
    }
    return render(request, "planning/resources/import_preview.html", context)


def span_in_words(span: Span) -> str:
    """« lundi 3 mai 2027, de 9 h à 12 h », « du lundi 3 mai au vendredi 7 mai 2027 »."""
    first, last = span.first, span.last
    if span.starts and span.ends:
        return f"{day_in_french(first, year=True)}, {_hours(span.starts, span.ends)}"
    if first == last:
        return f"{day_in_french(first, year=True)}, toute la journée"
    begins = day_in_french(first, year=first.year != last.year)
    return f"du {begins} au {day_in_french(last, year=True)}"


def _hours(starts: time, ends: time) -> str:
    """« de 9 h à 12 h »; « à partir de 14 h » of what goes on the next day."""
    if ends == LAST_MINUTE:
        return f"à partir de {hour_in_french(starts)}"
    if starts == time.min:
        return f"jusqu’à {hour_in_french(ends)}"
    return f"de {hour_in_french(starts)} à {hour_in_french(ends)}"


def _keep(request: Request, worker: Worker) -> HttpResponse:
    kept = KeptForm(request.POST, worker=worker)
    refusal = kept.refusal
    if not refusal:
        try:
            added, skipped = actions.import_absences(worker, kept.chosen(), by=request.member)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _told(added, skipped))
            return redirect("planning:resources")
    return _sending(request, worker, DiaryForm(), refusal)


def _told(added: int, skipped: int) -> str:
    """« 3 absences notées ; 1 l’était déjà. »"""
    if not added:
        return "Ces absences étaient déjà notées : rien n’a changé."
    text = counted(added, "absence notée", "absences notées")
    if skipped:
        text += f" ; {counted(skipped, 'l’était déjà', 'l’étaient déjà')}"
    return f"{text}."

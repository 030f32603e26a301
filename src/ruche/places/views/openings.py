"""The editor of opening hours, and what changes on one day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.french.times import day as day_in_french
from ruche.places import actions, agenda
from ruche.places.access import change_for, opening_for, site_for
from ruche.places.errors import NotSaved, StaleOpening
from ruche.places.forms.openings import ChangeForm, EndForm, OpeningForm
from ruche.places.models import Opening
from ruche.places.openings import in_french, next_openings, occurrences
from ruche.places.openings.occurrences import PARIS
from ruche.places.views import form_page
from ruche.places.wording import day_in_words, hours_in_words

PREVIEWED = 10


@dataclass(frozen=True)
class Preview:
    """What a rule says and gives, before it is saved."""

    sentence: str
    days: list[str]


def preview_of(rule: str, *, since: date, until: date | None = None) -> Preview:
    """The sentence of a rule and its next ten openings, between its first and last days."""
    now = timezone.now()
    after = max(now, datetime.combine(since, time(), PARIS))
    today = now.astimezone(PARIS).date()
    days = [
        f"{day_in_words(item.start.date(), today=today)}, "
        f"{hours_in_words(item.start.time(), item.end.time())}"
        for item in next_openings(rule, after, PREVIEWED)
        if until is None or item.start.date() <= until
    ]
    return Preview(in_french(rule), days)


# --------------------------------------------------------------------------------- editor


@members_only(Verb.EDIT, Thing.OPENING)
@require_http_methods(["GET", "HEAD", "POST"])
def new_opening(request: Request, pk: UUID) -> HttpResponse:
    """Opening hours that the site, or one of its services, did not have."""
    site = site_for(request.member, pk, Verb.EDIT, thing=Thing.OPENING)
    return _editor(request, Opening(site=site))


@members_only(Verb.EDIT, Thing.OPENING)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_opening(request: Request, pk: UUID) -> HttpResponse:
    """Change opening hours."""
    return _editor(request, opening_for(request.member, pk, Verb.EDIT))


def _editor(request: Request, held: Opening) -> HttpResponse:
    """Preview, or save; a part of the page when htmx asks for the preview alone."""
    form = OpeningForm(request.POST or None, opening=held)
    is_new, stale, preview = held._state.adding, "", None
    if form.is_valid():
        data = form.cleaned_data
        preview = preview_of(form.rule, since=data["since"], until=data["until"])
        if "preview" not in request.POST:
            try:
                return _save(request, form)
            except StaleOpening as error:
                stale = in_french(error.saved.rule)
                form.show_saved(error.saved.version)
                form.add_error(None, str(error))
            except NotSaved as error:
                form.add_error(None, str(error))
    context = {
        "site": held.site,
        "opening": None if is_new else held,
        "preview": preview,
        "stale": stale,
        "asked": "preview" in request.POST,
    }
    if request.htmx and "preview" in request.POST:  # type: ignore[attr-defined]
        template = "places/opening_form.html#preview"
        status = 422 if form.errors else 200
        return render(request, template, {"form": form, **context}, status=status)
    return form_page(request, "places/opening_form.html", form, **context)


def _save(request: Request, form: OpeningForm) -> HttpResponse:
    version = form.cleaned_data["version"]
    saved = actions.save_opening(form.filled_opening(), version=version, by=request.member)
    messages.success(request, f"L’horaire est enregistré : {in_french(saved.rule)}.")
    for change in agenda.lost_changes(saved):
        messages.warning(
            request,
            f"Le changement prévu le {day_in_french(change.day)} ne s’applique plus : "
            "ce jour n’est plus une ouverture.",
        )
    return redirect("places:site", saved.site_id)


@members_only(Verb.EDIT, Thing.OPENING)
@require_POST
def end_opening(request: Request, pk: UUID) -> HttpResponse:
    """Opening hours end after a day; at once when none is given."""
    held, form = opening_for(request.member, pk, Verb.EDIT), EndForm(request.POST)
    last = form.cleaned_data.get("last") if form.is_valid() else None
    if request.POST.get("last") and last is None:
        messages.error(request, "Écrivez le dernier jour, par exemple 31/12/2026.")
    else:
        actions.end_opening(held, last=last, by=request.member)
        messages.success(
            request,
            f"Cet horaire s’arrête après le {day_in_french(last, year=True)}."
            if last
            else "Cet horaire est retiré.",
        )
    return redirect("places:site", held.site_id)


# -------------------------------------------------------------------------------- one day


@members_only(Verb.EDIT, Thing.OPENING)
@require_http_methods(["GET", "HEAD", "POST"])
def change_occurrence(request: Request, pk: UUID, day: date) -> HttpResponse:
    """Cancel what is planned on a day, or move it."""
    held = opening_for(request.member, pk, Verb.EDIT)
    if not agenda.is_of_the_rule(held, day):
        raise Http404("not an opening of this rule")
    form = ChangeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.change_occurrence(
                held, day, reason=form.cleaned_data["reason"], by=request.member, **form.move
            )
        except NotSaved as error:
            form.add_error(None, str(error))
        else:
            word = "annulée" if not form.move else "déplacée"
            messages.success(request, f"L’ouverture du {day_in_french(day)} est {word}.")
            return redirect("places:site", held.site_id)
    planned = [
        hours_in_words(item.start.time(), item.end.time())
        for item in occurrences(held.rule, day, 1)
    ]
    return form_page(
        request,
        "places/change_form.html",
        form,
        site=held.site,
        opening=held,
        day=day,
        planned=planned,
        change=held.changes.filter(day=day).first(),
    )


@members_only(Verb.EDIT, Thing.OPENING)
@require_POST
def restore_occurrence(request: Request, pk: UUID, day: date) -> HttpResponse:
    """What the rule says of this day holds again."""
    change = change_for(request.member, pk, day, Verb.EDIT)
    actions.restore_occurrence(change, by=request.member)
    messages.success(request, f"L’ouverture du {day_in_french(day)} est rétablie.")
    return redirect("places:site", change.opening.site_id)

"""Count: the tiles of a séance, for members and for the link of a volunteer; the month's counts."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only, sudo_mode
from ruche.accounts.enums import Thing, Verb
from ruche.core.cells import harmless
from ruche.french.times import month_of
from ruche.seances import actions, queries
from ruche.seances.access import (
    Counting,
    counting_link_of,
    counts_for,
    seances_with_counts,
)
from ruche.seances.enums import Measure
from ruche.seances.forms import CorrectionForm, IncrementForm
from ruche.seances.models import CountingLink, Participation, Seance
from ruche.seances.queries.counts import COUNT_COLUMNS, month_bounds
from ruche.seances.refusals import Refused
from ruche.seances.views.common import by_link, read_or_post

MOST_TO_COUNT = 100


# -------------------------------------------------------------------------------- tiles


def _with_new_id(tile: queries.Tile) -> dict[str, Any]:
    """A tile and the identifiers of its next touches."""
    return {"tile": tile, "one": uuid4(), "many": uuid4(), "back": uuid4()}


def _groups(
    seance: Seance, *, site: bool, participations: tuple[Participation, ...] = ()
) -> list[dict[str, Any]]:
    groups = queries.tile_groups(seance, site=site, participations=participations)
    return [
        {"title": group.title, "tiles": [_with_new_id(tile) for tile in group.tiles]}
        for group in groups
    ]


def _one_tile(seance: Seance, participation: Participation | None, form: IncrementForm) -> Any:
    site, teams = participation is None, (participation,) if participation else ()
    asked = (form.cleaned_data["measure"], form.cleaned_data["band"])
    for group in queries.tile_groups(seance, site=site, participations=teams):
        for tile in group.tiles:
            if (tile.measure, tile.band) == asked:
                return tile
    raise LookupError(asked)


def _move(
    seance: Seance, participation: Participation | None, form: IncrementForm, *, by: str
) -> int:
    asked = form.cleaned_data
    act = actions.add if asked["act"] == "add" else actions.take_back
    return act(
        seance,
        Measure(asked["measure"]),
        asked["amount"],
        increment=asked["increment"],
        by=by,
        participation=participation,
        band=asked["band"],
    )


def _touched(
    request: HttpRequest,
    seance: Seance,
    participation: Participation | None,
    *,
    by: str,
    back: str,
) -> HttpResponse:
    """What a touch answers: the new total to htmx, the whole page again to others."""
    form = IncrementForm(request.POST)
    if not form.is_valid():
        return _not_counted(
            request, "Cet ajout n’a pas été compté : donnez un nombre de 1 à 500.", back
        )
    try:
        _move(seance, participation, form, by=by)
    except Refused as error:
        return _not_counted(request, str(error), back)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(back)
    tile = _one_tile(seance, participation, form)
    context = {"tile": tile, "slot": form.cleaned_data["slot"], "fresh": uuid4()}
    return render(request, "seances/parts/touched.html", context)


def _not_counted(request: HttpRequest, why: str, back: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "seances/parts/not_counted.html", {"why": why}, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#refus", "innerHTML"
        return response
    context = {"why": why, "back": back}
    return render(request, "seances/not_counted.html", context, status=422)


# ------------------------------------------------------------------------------- members


@members_only(Verb.COUNT, Thing.COUNTS)
@read_or_post
def count(request: Request, pk: UUID) -> HttpResponse:
    """The tiles that the member may raise, undo and correct."""
    counting = counts_for(request.member, pk)
    if request.method == "POST":
        return _touched(
            request,
            counting.seance,
            counting.participation(request.POST.get("participation", "")),
            by=request.member.actor,
            back=reverse("seances:count", args=[pk]),
        )
    return _count_page(request, counting)


def _count_page(
    request: Request, counting: Counting, form: CorrectionForm | None = None
) -> HttpResponse:
    seance = counting.seance
    context = {
        "seance": seance,
        "groups": _groups(seance, site=counting.site, participations=counting.participations),
        "may_count": seance.has_come and not seance.is_cancelled,
        "may_close": counting.site and not seance.is_counted,
        "links": seance.counting_links.filter(revoked_at=None).select_related("made_by"),
        "may_link": counting.site
        and not seance.is_counted
        and not seance.is_cancelled
        and timezone.now() < seance.counting_until,
        "refused": form,
    }
    status = 422 if form is not None else 200
    return render(request, "seances/count.html", context, status=status)


@members_only(Verb.COUNT, Thing.COUNTS)
@require_POST
def correct(request: Request, pk: UUID) -> HttpResponse:
    """A typed total; the former one, the author and the day are kept."""
    counting, form = counts_for(request.member, pk), CorrectionForm(request.POST)
    participation = counting.participation(request.POST.get("participation", ""))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            held = actions.count_at(
                counting.seance,
                Measure(asked["measure"]),
                participation=participation,
                band=asked["band"],
            )
            actions.correct(held, asked["total"], by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{held.label} : le total est {asked['total']}.")
            return redirect("seances:count", pk)
    return _count_page(request, counting, form)


@members_only(Verb.COUNT, Thing.COUNTS)
@require_POST
def close(request: Request, pk: UUID) -> HttpResponse:
    """The counts of the séance are final."""
    seance = counts_for(request.member, pk).for_the_site()
    try:
        actions.close_counts(seance, by=request.member)
        messages.success(request, "Les comptes de la séance sont arrêtés.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(seance)


# --------------------------------------------------------------------------------- links


@members_only(Verb.COUNT, Thing.COUNTS)
@require_POST
def make_link(request: Request, pk: UUID) -> HttpResponse:
    """A link for a volunteer of the day, and its QR, shown once."""
    seance = counts_for(request.member, pk).for_the_site()
    try:
        _, token = actions.make_counting_link(seance, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("seances:count", pk)
    url = f"{settings.SITE_URL}{reverse('seances:count-by-link', args=[token])}"
    context = {"seance": seance, "url": url, "qr": _qr(url)}
    response = render(request, "seances/counting_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _qr(url: str) -> str:
    drawing = segno.make(url, error="m", micro=False).svg_inline(
        scale=8, border=2, title="QR du lien de comptage", omitsize=True
    )
    return mark_safe(drawing)  # noqa: S308 - drawn here, from an address of ours


@members_only(Verb.COUNT, Thing.COUNTS)
@require_POST
def revoke_link(request: Request, pk: UUID) -> HttpResponse:
    """A counting link stops working."""
    link: CountingLink = get_object_or_404(CountingLink, pk=pk)
    counts_for(request.member, link.seance_id).for_the_site()
    actions.revoke_counting_link(link, by=request.member)
    messages.success(request, "Le lien de comptage est retiré.")
    return redirect("seances:count", link.seance_id)


@by_link
@read_or_post
def count_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """An occasional volunteer adds to the totals of the site, on the day."""
    link = counting_link_of(token)
    seance = link.seance
    if seance.is_cancelled or seance.is_counted or not (link.is_live or link.is_early):
        context = {"seance": seance, "reason": "Ce lien de comptage ne sert plus."}
        return render(request, "seances/gone.html", context, status=410)
    if link.is_early:
        return render(request, "seances/early.html", {"seance": seance}, status=403)
    if request.method == "POST":
        back = reverse("seances:count-by-link", args=[token])
        return _touched(request, seance, None, by=link.actor, back=back)
    context = {"seance": seance, "groups": _groups(seance, site=True), "token": token}
    return render(request, "seances/count_by_link.html", context)


# -------------------------------------------------------------------------------- months


def _month(text: str) -> date:
    """The first day of « 2026-11 »; of this month when it cannot be read."""
    try:
        year, month = (int(part) for part in text.split("-"))
        return date(year, month, 1) if 2000 <= year <= 2100 else _this_month()
    except ValueError:
        return _this_month()


def _this_month() -> date:
    return timezone.localdate().replace(day=1)


@members_only(Verb.SEE, Thing.COUNTS)
@require_safe
def counts(request: Request) -> HttpResponse:
    """What remains to be counted, and what was counted in a month."""
    member, first = request.member, _month(request.GET.get("mois", ""))
    last = month_bounds(first.year, first.month)[1]
    to_count = seances_with_counts(member, Verb.COUNT).to_count()  # type: ignore[attr-defined]
    context = {
        "to_count": to_count.order_by("-day", "starts", "pk")[:MOST_TO_COUNT],
        "month": queries.month_counts(first.year, first.month, seances_with_counts(member)),
        "title": month_of(first),
        "value": f"{first:%Y-%m}",
        "previous": f"{first.fromordinal(first.toordinal() - 1):%Y-%m}",
        "next": f"{last.fromordinal(last.toordinal() + 1):%Y-%m}",
        "may_export": member.may(Verb.EXPORT, Thing.COUNTS),
    }
    return render(request, "seances/counts.html", context)


@members_only(Verb.EXPORT, Thing.COUNTS)
@sudo_mode
@require_POST
def export(request: Request) -> HttpResponse:
    """The totals of a month as a file; the journal says that they were taken away."""
    first = _month(request.POST.get("mois", ""))
    month = f"{first:%Y-%m}"
    seances = seances_with_counts(request.member, Verb.SEE)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COUNT_COLUMNS)
    for row in queries.count_rows(first.year, first.month, seances):
        writer.writerow([harmless(cell) for cell in row])
    actions.record_export(month, by=request.member)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="comptages-{month}.csv"'
    return response

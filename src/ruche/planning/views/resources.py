"""What a month is made of, on one page; then who can go, and with what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.rounds.limits import clock
from ruche.french.numbers import counted
from ruche.french.times import day as day_in_french
from ruche.places.models import Site
from ruche.places.openings import in_french
from ruche.planning.access import outage_for, rota_for, vehicle_for, worker_for
from ruche.planning.actions import resources as actions
from ruche.planning.forms.resources import (
    OutageForm,
    RotaForm,
    VehicleForm,
    WorkerForm,
    never_more,
)
from ruche.planning.models import Block, Outage, PartnerOffer, Road, Rota, Vehicle, Worker
from ruche.seances.models import Absence
from ruche.seances.refusals import Refused
from ruche.seances.views.common import form_page, read_or_post

ABSENCES_SHOWN = 60


# ------------------------------------------------------------------------------ overview


@members_only(Verb.PLAN, Thing.PLANNING)
@require_safe
def resources(request: Request) -> HttpResponse:
    """Everything that a month is made of, and where to change it."""
    today = timezone.localdate()
    workers = Worker.objects.select_related("team__organisation", "base", "vehicle")
    absences = absences_to_come(today)
    context = {
        "rotas": _rotas(workers),
        "vehicles": Vehicle.objects.prefetch_related(
            Prefetch("outages", Outage.objects.filter(last__gte=today))
        ),
        "offers": [(offer, in_french(offer.rule)) for offer in _offers()],
        "blocks": blocks_to_come(today),
        "markets": Site.objects.filter(is_hub=False, closed_on=None).select_related("commune"),
        "roads": Road.objects.count(),
        "absences": absences[:ABSENCES_SHOWN],
        "more_absences": max(len(absences) - ABSENCES_SHOWN, 0),
        "workers": workers.filter(is_active=True).order_by("name", "pk"),
    }
    return render(request, "planning/resources/resources.html", context)


def _rotas(workers: Any) -> Any:
    """Rotas with their people, and how many open sites each owes visits to."""
    owed = Count("needs", filter=Q(needs__site__closed_on=None), distinct=True)
    people = workers.order_by("-is_active", "name", "pk")
    rotas = Rota.objects.prefetch_related(Prefetch("workers", people))
    return rotas.annotate(owed=owed).order_by("-is_active", "name", "pk")


def _offers() -> Any:
    offers = PartnerOffer.objects.select_related("team__organisation", "rides")
    return offers.prefetch_related("sites", "rotas")


@dataclass(frozen=True)
class Reserved:
    """A reserved time: its moments to come in words, and for whom."""

    block: Block
    moments: tuple[str, ...]
    who: tuple[str, ...]
    lasts: str


def blocks_to_come(today: date) -> list[Reserved]:
    """Reserved times that still have a moment to come."""
    found = []
    for block in Block.objects.prefetch_related("workers"):
        coming = [option for option in block.options if date.fromisoformat(option[0]) >= today]
        if coming:
            who = tuple(sorted(worker.name for worker in block.workers.all()))
            moments = tuple(moment_in_words(*option) for option in coming)
            found.append((coming[0], Reserved(block, moments, who, clock(block.stay_min))))
    return [reserved for _, reserved in sorted(found, key=lambda pair: pair[0])]


def moment_in_words(day: str, start: int, end: int) -> str:
    """« mardi 1er décembre 2026, de 9 h à 12 h »."""
    when = day_in_french(date.fromisoformat(day), year=True)
    return f"{when}, de {clock(start)} à {clock(end)}"


def absences_to_come(today: date) -> list[Absence]:
    """Those of the teams and of the members who are in the rounds."""
    workers = Worker.objects.filter(is_active=True).order_by()
    whole = Q(member=None, team__in=workers.values("team"))
    hers = Q(member__in=workers.exclude(member=None).values("member"))
    found = Absence.objects.filter(whole | hers, last__gte=today)
    return list(found.select_related("team", "member").order_by("first", "starts", "pk"))


# --------------------------------------------------------------------------------- rotas


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def new_rota(request: Request) -> HttpResponse:
    """People who will answer for the same visits."""
    return _rota_form(request, Rota())


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def rota(request: Request, pk: UUID) -> HttpResponse:
    """Change a rota."""
    return _rota_form(request, rota_for(request.member, pk))


def _rota_form(request: Request, held: Rota) -> HttpResponse:
    is_new, name = held._state.adding, held.name
    form = RotaForm(request.POST or None, instance=held)
    if form.is_valid():
        try:
            saved = actions.save_rota(form.save(commit=False), by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Le roulement « {saved.name} » est enregistré.")
            return redirect("planning:resources")
    context = {"rota": None if is_new else held, "name": name}
    return form_page(request, "planning/resources/rota.html", form, **context)


# ------------------------------------------------------------------------------- workers


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def new_worker(request: Request) -> HttpResponse:
    """Someone who enters the rounds; `?roulement=` says in which rota."""
    held = Worker()
    asked = request.GET.get("roulement", "")
    held.rota_id = next((pk for pk in _keys_of_rotas() if str(pk) == asked), None)  # type: ignore[assignment]
    return _worker_form(request, held)


def _keys_of_rotas() -> Iterable[UUID]:
    return Rota.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def worker(request: Request, pk: UUID) -> HttpResponse:
    """Change how someone works, or take her out of the rounds."""
    return _worker_form(request, worker_for(request.member, pk))


def _worker_form(request: Request, held: Worker) -> HttpResponse:
    is_new, name, active = held._state.adding, held.name, held.is_active
    form = WorkerForm(request.POST or None, instance=held)
    if form.is_valid():
        try:
            saved = actions.save_worker(form.save(commit=False), by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {saved.name} » est enregistré.")
            return redirect(saved)
    context = {
        "worker": None if is_new else held,
        "name": name,
        "active": active,
        "visits": 0 if is_new else actions.visits_to_come(held),
        "never_more": never_more(),
        "rotas": Rota.objects.filter(is_active=True).exists(),
    }
    return form_page(request, "planning/resources/worker.html", form, **context)


# ------------------------------------------------------------------------------ vehicles


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def new_vehicle(request: Request) -> HttpResponse:
    """A car that a team will share, or a van."""
    return _vehicle_form(request, Vehicle())


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def vehicle(request: Request, pk: UUID) -> HttpResponse:
    """Change a vehicle, and see when it stays at the garage."""
    return _vehicle_form(request, vehicle_for(request.member, pk))


def _vehicle_form(request: Request, held: Vehicle) -> HttpResponse:
    form = VehicleForm(request.POST or None, instance=held)
    name = held.name
    if form.is_valid():
        try:
            saved = actions.save_vehicle(form.save(commit=False), by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Le véhicule « {saved.name} » est enregistré.")
            return redirect("planning:vehicle", saved.pk)
    return _vehicle_page(request, held, name, form, OutageForm(auto_id="immobilisation_%s"))


def _vehicle_page(
    request: Request, held: Vehicle, name: str, form: VehicleForm, outage: OutageForm
) -> HttpResponse:
    is_new, today = held._state.adding, timezone.localdate()
    context = {
        "form": form,
        "outage": outage,
        "vehicle": None if is_new else held,
        "name": name,
        "outages": [] if is_new else held.outages.filter(last__gte=today),
    }
    status = 422 if form.errors or outage.errors else 200
    return render(request, "planning/resources/vehicle.html", context, status=status)


@members_only(Verb.PLAN, Thing.PLANNING)
@require_POST
def add_outage(request: Request, pk: UUID) -> HttpResponse:
    """Days on which a vehicle stays at the garage."""
    held = vehicle_for(request.member, pk)
    form = OutageForm(request.POST, auto_id="immobilisation_%s")
    if form.is_valid():
        try:
            outage = actions.add_outage(held, by=request.member, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            days = (outage.last - outage.first).days + 1
            messages.success(request, f"Immobilisation notée : {counted(days, 'jour')}.")
            return redirect("planning:vehicle", held.pk)
    return _vehicle_page(request, held, held.name, VehicleForm(instance=held), form)


@members_only(Verb.PLAN, Thing.PLANNING)
@require_POST
def remove_outage(request: Request, pk: int) -> HttpResponse:
    """The vehicle is there after all."""
    outage = outage_for(request.member, pk)
    actions.remove_outage(outage, by=request.member)
    messages.success(request, "L’immobilisation est retirée.")
    return redirect("planning:vehicle", outage.vehicle_id)

"""What is owed to sites, time that is reserved, and partners who come along."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.french.numbers import counted
from ruche.places.models import Site
from ruche.places.openings import in_french
from ruche.planning.access import block_for, offer_for, rota_for
from ruche.planning.actions import resources as actions
from ruche.planning.forms.blocks import BlockForm
from ruche.planning.forms.needs import NeedsForm
from ruche.planning.forms.offers import OfferForm
from ruche.planning.models import Block, PartnerOffer, Worker
from ruche.seances.refusals import Refused
from ruche.seances.views.common import form_page, read_or_post

# --------------------------------------------------------------------------------- needs


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def needs(request: Request, pk: UUID) -> HttpResponse:
    """What a rota owes to every open site, saved whole or not at all."""
    rota = rota_for(request.member, pk)
    sites = list(Site.objects.filter(closed_on=None).select_related("commune"))
    form = NeedsForm(request.POST or None, rota=rota, sites=sites)
    if form.is_valid():
        try:
            actions.save_needs(rota, form.shown, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            owed = counted(len(form.wanted), "lieu à visiter", "lieux à visiter")
            messages.success(request, f"Besoins enregistrés : {owed}.")
            return redirect("planning:needs", rota.pk)
    context = {"rota": rota, "owed": len(form.kept), "total": len(sites)}
    return form_page(request, "planning/resources/needs.html", form, **context)


# ------------------------------------------------------------------------ reserved times


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def new_block(request: Request) -> HttpResponse:
    """Time that will not be a visit."""
    return _block_form(request, Block())


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def block(request: Request, pk: UUID) -> HttpResponse:
    """Change a reserved time."""
    return _block_form(request, block_for(request.member, pk))


def _block_form(request: Request, held: Block) -> HttpResponse:
    is_new, name = held._state.adding, held.name
    form = BlockForm(request.POST or None, instance=held)
    if form.is_valid():
        try:
            saved = actions.save_block(
                form.save(commit=False), form.cleaned_data["workers"], by=request.member
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"« {saved.name} » est réservé.")
            return redirect("planning:resources")
    context = {
        "reserved": None if is_new else held,
        "name": name,
        "anybody": Worker.objects.active().exists(),
    }
    return form_page(request, "planning/resources/block.html", form, **context)


@members_only(Verb.PLAN, Thing.PLANNING)
@require_POST
def remove_block(request: Request, pk: UUID) -> HttpResponse:
    """The time is free again."""
    held = block_for(request.member, pk)
    name = held.name
    actions.remove_block(held, by=request.member)
    messages.success(request, f"« {name} » n’est plus réservé.")
    return redirect("planning:resources")


# ------------------------------------------------------------------------------ partners


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def new_offer(request: Request) -> HttpResponse:
    """A partner says when it can come."""
    return _offer_form(request, PartnerOffer())


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def offer(request: Request, pk: UUID) -> HttpResponse:
    """Change when a partner can come."""
    return _offer_form(request, offer_for(request.member, pk))


def _offer_form(request: Request, held: PartnerOffer) -> HttpResponse:
    is_new, rule = held._state.adding, held.rule
    team = None if is_new else held.team
    form = OfferForm(request.POST or None, instance=held)
    is_preview = "preview" in request.POST
    if form.is_valid() and not is_preview:
        try:
            saved = actions.save_offer(
                form.save(commit=False),
                form.cleaned_data["sites"],
                form.cleaned_data["rotas"],
                by=request.member,
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{saved} peut venir : {in_french(saved.rule)}.")
            return redirect("planning:resources")
    context = {
        "offer": None if is_new else held,
        "team": team,
        "understood": form.understood if form.is_bound else in_french(rule) if rule else "",
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "planning/resources/offer.html", context, status=status)

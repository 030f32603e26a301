"""Pages of the vault: one's own ring, the circles, and who may read what."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.vault.access import circle_for
from ruche.vault.actions import describe_circle
from ruche.vault.forms import CircleForm
from ruche.vault.models import Circle, KeyRing, Seat
from ruche.vault.scripts import last_change
from ruche.vault.wording import HELD_ABOUT_A_RECORD


@members_only(Verb.SEE, Thing.VAULT)
@require_safe
def home(request: Request) -> HttpResponse:
    """One's own ring: make it, open it, and the ways of opening it."""
    ring = KeyRing.objects.filter(member=request.member).first()
    passkeys = Authenticator.objects.filter(
        user=request.member, type=Authenticator.Type.WEBAUTHN
    ).order_by("pk")
    context = {
        "ring": ring,
        "slots": list(ring.slots.select_related("authenticator")) if ring else [],
        "passkeys": [one for one in passkeys if not hasattr(one, "vault_slot")],
        "may_open_circles": request.member.may(Verb.EDIT, Thing.CIRCLE),
        "next": _inside(request.GET.get("next", "")),
    }
    return render(request, "vault/home.html", context)


def _inside(path: str) -> str:
    """A page of this site to go back to; nothing for anything else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""


@members_only(Verb.SEE, Thing.VAULT)
@require_safe
def readers(request: Request) -> HttpResponse:
    """« Qui peut lire quoi »: circles, members, since when, custodians, what the server holds."""
    seats = Seat.objects.select_related("member").order_by("since", "member__name")
    asked = {ask.circle_id: ask for ask in request.member.asks.all()}
    circles = []
    for circle in Circle.objects.prefetch_related("custodies__custodian"):
        people = [seat for seat in seats if seat.circle_id == circle.pk]
        mine = any(seat.member_id == request.member.pk for seat in people)
        circles.append((circle, people, mine, asked.get(circle.pk)))
    context = {
        "circles": circles,
        "held": HELD_ABOUT_A_RECORD,
        "scripts": last_change(),
        "has_ring": KeyRing.objects.filter(member=request.member).exists(),
        "may_ask": request.member.may(Verb.SEE, Thing.CIRCLE),
        "may_open": request.member.may(Verb.EDIT, Thing.CIRCLE),
    }
    return render(request, "vault/readers.html", context)


@members_only(Verb.SEE, Thing.VAULT)
@require_safe
def words(request: Request, pk: UUID) -> HttpResponse:
    """Compare words with someone: she reads hers, one types them."""
    other = get_object_or_404(Member.objects.active().filter(ring__isnull=False), pk=pk)
    return render(request, "vault/words.html", {"other": other})


@members_only(Verb.EDIT, Thing.CIRCLE)
@require_safe
def new_circle(request: Request) -> HttpResponse:
    """Open a circle: its name, its first people, or three custodians."""
    return render(request, "vault/new_circle.html", {"people": _with_rings(request.member)})


@members_only(Verb.SEE, Thing.CIRCLE)
@require_safe
def circle(request: Request, pk: UUID) -> HttpResponse:
    """A circle, for its members: who waits, who leaves, who keeps the recovery key."""
    found = circle_for(request.member, pk)
    context = {
        "circle": found,
        "seats": found.seats.select_related("member").order_by("since", "member__name"),
        "custodies": found.custodies.select_related("custodian"),
        "asks": found.asks.select_related("member"),
        "people": _with_rings(request.member),
    }
    return render(request, "vault/circle.html", context)


@members_only(Verb.EDIT, Thing.CIRCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_circle(request: Request, pk: UUID) -> HttpResponse:
    """What of a circle is no secret: its name, its purpose, how long it keeps."""
    found = circle_for(request.member, pk, Verb.EDIT)
    form = CircleForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid():
        describe_circle(form.save(commit=False), by=request.member)
        messages.success(request, "Le cercle est à jour.")
        return redirect("vault:circle", pk)
    context = {"form": form, "circle": Circle.objects.get(pk=pk)}
    return render(request, "vault/edit_circle.html", context, status=422 if form.errors else 200)


@members_only(Verb.SEE, Thing.VAULT)
@require_safe
def custody(request: Request) -> HttpResponse:
    """For custodians, and for who comes back: what waits for their agreement."""
    kept = Circle.objects.kept_by(request.member).prefetch_related("asks__member")
    mine = request.member.asks.filter(kind="rescue").select_related("circle")
    return render(request, "vault/custody.html", {"kept": kept, "mine": mine})


def _with_rings(member: Member) -> list[Member]:
    """Other members who have a ring."""
    return list(Member.objects.active().filter(ring__isnull=False).exclude(pk=member.pk))

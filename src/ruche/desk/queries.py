"""What a member finds on her home: her day, her week, and what waits for her."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Role, Thing, Verb
from ruche.accounts.models import Invitation, Member
from ruche.encounters.models import MeasuringCircle
from ruche.encounters.queries import quarantine_of, waiting_in_trays
from ruche.french.numbers import counted
from ruche.french.times import day
from ruche.places.models import Report
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance
from ruche.vault.enums import AskKind
from ruche.vault.models import Ask

SHOWN = 12
"""Lines of a list, before « et d’autres »."""


@dataclass(frozen=True)
class Waiting:
    """Something to do, where it is done, and how many are left out of the list."""

    title: str
    rows: list[tuple[str, str]]
    """Text and address."""
    more: int = 0


@dataclass(frozen=True)
class Home:
    """Everything on the home of one member."""

    today: list[Seance]
    week: list[Seance]
    waiting: list[Waiting] = field(default_factory=list)
    doors: list[tuple[str, str]] = field(default_factory=list)
    """Where encounters are noted, counted, crossed: text and address."""


def home_of(member: Member, today: date) -> Home:
    """Her day and the six that follow; what waits for her, by what her posts allow."""
    days = list(_hers(member, today, today + timedelta(days=6)))
    return Home(
        today=[seance for seance in days if seance.day == today],
        week=[seance for seance in days if seance.day > today],
        waiting=[list_ for list_ in _waiting(member, today) if list_.rows],
        doors=_doors(member),
    )


def _doors(member: Member) -> list[tuple[str, str]]:
    """The pages of encounters that her posts, or her circle, open."""
    measures = MeasuringCircle.objects.filter(circle__seats__member=member).exists()
    doors = (
        ("Noter une rencontre, même sans réseau", "capture:shell", Verb.COUNT, Thing.ENCOUNTER),
        ("Rencontres à ranger", "encounters:tray", Verb.EDIT, Thing.PERSON),
        ("Ce que les équipes ont compté", "encounters:counters", Verb.SEE, Thing.TALLY),
        ("Formulaires de rencontre", "encounters:forms", Verb.SEE, Thing.FORM),
    )
    found = [(text, reverse(name)) for text, name, verb, thing in doors if member.may(verb, thing)]
    return found + (
        [("Croiser les rencontres", reverse("encounters:crossing"))] if measures else []
    )


def concerns(member: Member) -> Q:
    """The séances of her teams and of her sites; all of them for who organises."""
    if member.grants(Verb.PLAN, Thing.SEANCE).network or Role.DIRECTOR in member.roles:
        return Q()
    return Q(participations__team__members=member, participations__answer__in=_LIVE) | Q(
        site__assignments__member=member
    )


_LIVE = (Answer.ASKED, Answer.PROPOSED, Answer.CONFIRMED, Answer.HELD)


def _hers(member: Member, first: date, last: date) -> Any:
    found = Seance.objects.between(first, last).filter(concerns(member))
    return found.with_teams().distinct().order_by("day", "starts", "pk")


def _waiting(member: Member, today: date) -> list[Waiting]:
    lists = [_to_answer(member), _to_count(member, today), _circles(member), _custodies(member)]
    lists += [_to_file(member), _quarantined(member)]
    if member.grants(Verb.PLAN, Thing.SEANCE).network:
        lists += [_unanswered(), _proposals(), _declined()]
    if member.grants(Verb.EDIT, Thing.SITE).network:
        lists.append(_reports())
    if member.may(Verb.EDIT, Thing.MEMBER):
        lists.append(_invitations())
    return lists


def _reports() -> Waiting:
    """What visitors say is wrong on the page of a site."""
    found = Report.objects.select_related("site__commune")
    rows = [(f"{each.site} : {each}", reverse("places:reports")) for each in found]
    return _listed("Signalés par des visiteurs", rows)


def _circles(member: Member) -> Waiting:
    """People who ask to enter the circles that she is in."""
    asks = Ask.objects.filter(circle__seats__member=member).select_related("circle", "member")
    rows = [
        (f"{ask.member}, {ask.circle}", reverse("vault:circle", args=[ask.circle_id]))
        for ask in asks.exclude(kind=AskKind.RESCUE)
    ]
    return _listed("Attendent votre cercle", rows)


def _custodies(member: Member) -> Waiting:
    """People who lost everything, and whom she can help to come back."""
    asks = Ask.objects.filter(circle__custodies__custodian=member, kind=AskKind.RESCUE)
    rows = [
        (f"{ask.member}, {ask.circle}", reverse("vault:custody"))
        for ask in asks.exclude(approvals__custodian=member).select_related("circle", "member")
    ]
    return _listed("Attendent votre accord de secours", rows)


def _to_file(member: Member) -> Waiting:
    """Encounters that phones sealed for her circles, and nobody filed yet."""
    count = waiting_in_trays(member) if member.may(Verb.EDIT, Thing.PERSON) else 0
    rows = [(counted(count, "rencontre"), reverse("encounters:tray"))] if count else []
    return _listed("À ranger", rows)


def _quarantined(member: Member) -> Waiting:
    """What people who left had sealed, and of which she may decide."""
    count = len(quarantine_of(member)) if member.may(Verb.SEE, Thing.ENCOUNTER) else 0
    rows = [(counted(count, "envoi"), reverse("encounters:quarantine"))] if count else []
    return _listed("En quarantaine : acceptez ou détruisez", rows)


def _listed(title: str, rows: list[tuple[str, str]]) -> Waiting:
    return Waiting(title, rows[:SHOWN], max(len(rows) - SHOWN, 0))


def _lines(participations: Any) -> list[tuple[str, str]]:
    rows = participations.select_related("team", "seance__site__commune").order_by(
        "seance__day", "seance__starts", "pk"
    )
    return [
        (f"{row.team}, {_when(row.seance)}", reverse("seances:seance", args=[row.seance_id]))
        for row in rows
    ]


def _when(seance: Seance) -> str:
    """« La Halle imaginaire, mardi 24 novembre »."""
    return f"{seance.site.name}, {day(seance.day)}"


def _to_answer(member: Member) -> Waiting:
    hers = Participation.objects.waiting().of_member(member)
    return _listed("Ces séances attendent la réponse de votre équipe", _lines(hers))


def _unanswered() -> Waiting:
    rows = Participation.objects.waiting()
    return _listed("Ces équipes n’ont pas encore répondu", _lines(rows))


def _proposals() -> Waiting:
    rows = Participation.objects.filter(answer=Answer.PROPOSED).exclude(
        seance__status=SeanceStatus.CANCELLED
    )
    return _listed("Ces équipes proposent une autre date", _lines(rows))


def _declined() -> Waiting:
    rows = Participation.objects.filter(
        answer=Answer.DECLINED, replacements=None, seance__day__gte=timezone.localdate()
    ).exclude(seance__status=SeanceStatus.CANCELLED)
    return _listed("Ces équipes ne viennent pas : faut-il les remplacer ?", _lines(rows))


def _to_count(member: Member, today: date) -> Waiting:
    if not member.may(Verb.COUNT, Thing.COUNTS):
        return Waiting("", [])
    recent = Seance.objects.to_count().filter(day__gte=today - timedelta(days=31))
    found = recent.filter(concerns(member)).select_related("site").distinct().order_by("day", "pk")
    rows = [(_when(seance), reverse("seances:count", args=[seance.pk])) for seance in found]
    return _listed("Ces séances sont à compter", rows)


def _invitations() -> Waiting:
    rows = [
        (f"{invitation.email}, {invitation.get_role_display()}", reverse("accounts:members"))
        for invitation in Invitation.objects.waiting().order_by("created_at", "pk")
    ]
    return _listed("Ces invitations ne sont pas encore acceptées", rows)

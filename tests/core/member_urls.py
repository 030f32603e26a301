"""Every address of members, with an object of the demo world, and whom that object concerns.

`FACTS` says, for an object, what the policy asks about it: the organisations whose rights reach it,
who is assigned to its site, whose own it is. The matrix of rights computes from them what the table
promises, and compares it with what the product answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Invitation, Member, Organisation
from ruche.desk.demo.people import ORGANISATIONS, TEAMS
from ruche.desk.demo.planning import NURSES as NURSES_ROTA
from ruche.desk.demo.vault import CIRCLE, MEASURERS
from ruche.desk.demo.vault import NURSES as NURSES_OF_THE_CIRCLE
from ruche.encounters.models import FormUse
from ruche.engines.rounds.editing import valued
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.serialisation import plan_to_json, problem_from_json, problem_to_json
from ruche.places.enums import ReportKind
from ruche.places.models import ImportBatch, Opening, Photo, Report, Service, Site
from ruche.places.openings import next_openings
from ruche.planning.enums import MonthStatus, Origin, RunKind, RunStatus
from ruche.planning.gathering import problem_of
from ruche.planning.models import (
    Block,
    Brief,
    Month,
    Outage,
    PartnerOffer,
    Publication,
    Rota,
    Run,
    Vehicle,
    Version,
    Worker,
)
from ruche.planning.roads import places_of_the_rounds
from ruche.planning.showing import Board
from ruche.seances.models import Absence, CountingLink, Participation, Seance, Team
from ruche.vault.models import Circle, Record

SITE_NAME = "La Halle imaginaire"
"""Maïté's site, in Auch, held by the Croix d’Exemple."""

NURSES = TEAMS["nurses-east"][1]
"""Odile's and Rose's team, that comes to that site."""


def site() -> Site:
    return Site.objects.get(name=SITE_NAME)


def opening() -> Opening:
    return Opening.objects.get(site=site(), service=None)


def opening_day() -> Any:
    return next_openings(opening().rule, timezone.now(), 3)[-1].start.date()


def service() -> Service:
    return Service.objects.get(name="Conseil budget")


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(name=ORGANISATIONS[key][0])


def member(key: str) -> Member:
    return Member.objects.get(email=f"{key}@exemple.invalid")


def team() -> Team:
    return Team.objects.get(name=NURSES)


def _seances() -> Any:
    return Seance.objects.filter(site=site(), participations__team=team()).order_by("day")


def past_seance() -> Seance:
    """The last one that was held, whose counts are open."""
    today = timezone.localdate()
    found = _seances().filter(day__lt=today).last()
    assert found is not None
    return found


def coming_seance() -> Seance:
    found = _seances().filter(day__gt=timezone.localdate()).last()
    assert found is not None
    return found


def participation() -> Participation:
    return coming_seance().participations.get(team=team())


def invitation() -> Invitation:
    """An invitation that waits; made for the test that asks for it."""
    found, _ = Invitation.objects.get_or_create(
        token="0" * 64,
        defaults={
            "email": "attendue@exemple.invalid",
            "organisation": organisation("gip"),
            "role": "nurse",
            "expires_at": timezone.now() + timedelta(days=1),
        },
    )
    return found


def photo() -> Photo:
    """A photo of the site, whose file is missing; made for the test that asks for it."""
    found, _ = Photo.objects.get_or_create(
        site=site(), defaults={"image": "absente.webp", "width": 4, "height": 3}
    )
    return found


def import_batch() -> ImportBatch:
    """A spreadsheet whose columns nobody confirmed yet; made for the test that asks for it."""
    found, _ = ImportBatch.objects.get_or_create(
        format="lieux",
        defaults={
            "made_by": member("ines"),
            "sheet": {"headers": ["Nom", "Ville"], "lines": [[2, ["Halle fictive", "Auch"], []]]},
        },
    )
    return found


def absence() -> Absence:
    """An absence of the team; made for the test that asks for it."""
    today = timezone.localdate()
    found, _ = Absence.objects.get_or_create(
        team=team(), member=None, first=today, defaults={"last": today}
    )
    return found


def counting_link() -> CountingLink:
    """A link of the past séance; made for the test that asks for it."""
    found, _ = CountingLink.objects.get_or_create(
        token="1" * 64, defaults={"seance": past_seance(), "made_by": member("ines")}
    )
    return found


def circle() -> Circle:
    """The nurses' circle."""
    return Circle.objects.get(name=CIRCLE)


def record() -> Record:
    """A person of the nurses' circle: sealed, like the others."""
    return Record.objects.filter(circle=circle()).order_by("pk")[0]


def form_use() -> FormUse:
    """The nurses' form, in the hands of their eastern team."""
    return FormUse.objects.get(team=team())


# ------------------------------------------------------------------------------- planning


@cache
def _small_plan() -> tuple[str, str]:
    """A few visits of the nurses in a month to come, planned by hand once for every test."""
    first = (timezone.localdate().replace(day=1) + timedelta(days=95)).replace(day=1)
    problem = problem_of(Month(first=first))
    nurses = [need for need in problem.needs if need.team == str(rota().pk)][:3]
    few = replace(problem, needs=tuple(nurses), blocks=(), partners=())
    plan = naive_plan(few)
    return problem_to_json(few), plan_to_json(valued(few, plan))


def month() -> Month:
    """A month that the teams may read; made for the test that asks for it."""
    brief_text, plan_text = _small_plan()
    first = problem_from_json(brief_text).first
    found, is_new = Month.objects.get_or_create(
        first=first, defaults={"status": MonthStatus.PROPOSED}
    )
    if is_new:
        brief = Brief.objects.create(month=found, text=brief_text)
        for number in (1, 2):
            found.head = Version.objects.create(
                month=found,
                number=number,
                parent=found.head,
                brief=brief,
                plan=plan_text,
                origin=Origin.PROPOSAL,
                title=f"Version d’exemple {number}",
                made_by=member("ines"),
            )
        found.save()
    return found


def rota() -> Rota:
    return Rota.objects.get(name=NURSES_ROTA)


def worker() -> Worker:
    return Worker.objects.get(member=member("odile"))


def outage() -> Outage:
    """Made for the test that asks for it."""
    today = timezone.localdate()
    found, _ = Outage.objects.get_or_create(vehicle=Vehicle.objects.get(), first=today, last=today)
    return found


def planning_run() -> Run:
    """A computation that ended without result; made for the test that asks for it."""
    held = month()
    assert held.head is not None
    found, _ = Run.objects.get_or_create(
        month=held,
        kind=RunKind.WHAT_IF,
        defaults={
            "title": "Et si…",
            "brief": held.head.brief,
            "asked_by": member("ines"),
            "status": RunStatus.STOPPED,
        },
    )
    return found


def publication() -> Publication:
    """Made for the test that asks for it."""
    held = month()
    found, _ = Publication.objects.get_or_create(
        month=held, version=held.head, defaults={"made_by": member("ines")}
    )
    return found


def roads_query() -> str:
    """The roads of the first place, one of them about to be corrected."""
    one, other = places_of_the_rounds()[:2]
    return urlencode({"de": one.key, "vers": other.key})


def visit_query() -> str:
    """The first visit of the month, as its address names it."""
    return Board(cast(Version, month().head)).visits[0].query


# ------------------------------------------------------------------------------------ facts


@dataclass(frozen=True)
class Facts:
    """Whom an object concerns."""

    organisations: frozenset[UUID] = frozenset()
    assigned: frozenset[str] = frozenset()
    """Keys of the characters assigned to its site."""
    owners: frozenset[str] = frozenset()
    """Keys of the characters whose own it is."""


def nobody_s() -> Facts:
    """Nobody in particular: only a right over the network reaches it."""
    return Facts()


def of_the_circle() -> Facts:
    """Those who are in the circle, and nobody else: neither its custodians nor the coordinator."""
    return Facts(owners=frozenset(NURSES_OF_THE_CIRCLE))


def of_those_who_measure() -> Facts:
    """Those of the circle « Mesure »."""
    return Facts(owners=frozenset(MEASURERS))


def of_the_nurses_there() -> Facts:
    """The team that uses the form at that séance; a coordinator records nothing."""
    return Facts(frozenset({team().organisation_id}), owners=frozenset({"odile", "rose"}))


def any_organisation() -> Facts:
    """Whatever organisation one has: a right over one of them is enough."""
    return Facts(frozenset(Organisation.objects.values_list("pk", flat=True)))


def of_the_team() -> Facts:
    return Facts(frozenset({team().organisation_id}), owners=frozenset({"odile", "rose"}))


def counted_there() -> Facts:
    """The counts of a séance: teams that come, the organisation that holds the site, Maïté."""
    teams = past_seance().participations.values_list("team__organisation", flat=True)
    there = {*teams, organisation("croix").pk}
    return Facts(frozenset(there), frozenset({"maite"}), _members_of(past_seance()))


def counted_for_the_site() -> Facts:
    """The totals of the site itself, that a post without a team is about."""
    return Facts(frozenset({organisation("croix").pk}), frozenset({"maite"}))


def _members_of(seance: Seance) -> frozenset[str]:
    emails = Member.objects.filter(teams__participations__seance=seance)
    return frozenset(email.split("@")[0] for email in emails.values_list("email", flat=True))


def report() -> Report:
    told, _ = Report.objects.get_or_create(site=site(), kind=ReportKind.HOURS, language="fr")
    return told


# -------------------------------------------------------------------------------- addresses


@dataclass(frozen=True)
class Address:
    """One address of members, and what stands behind it."""

    needs: tuple[Verb, Thing] | None = None
    kwargs: dict[str, Callable[[], Any]] = field(default_factory=dict)
    facts: Callable[[], Facts] | None = None
    """None: no single object, any scope opens it."""
    facts_of_post: Callable[[], Facts] | None = None
    """Those of an empty post, when it is about something else."""
    query: str | Callable[[], str] = ""
    page: bool = True
    """Whether it opens on a page, for a coordinator."""

    def path(self, name: str) -> str:
        values = {key: value() for key, value in self.kwargs.items()}
        address = reverse(name, kwargs=values)
        query = self.query if isinstance(self.query, str) else self.query()
        return f"{address}?{query}" if query else address


def pk(of: Callable[[], Any]) -> dict[str, Callable[[], Any]]:
    return {"pk": lambda: of().pk}


SEE, EDIT, PLAN = Verb.SEE, Verb.EDIT, Verb.PLAN
SITE = (EDIT, Thing.SITE)
COUNT = (Verb.COUNT, Thing.COUNTS)
MINE = Address(page=False)
VAULT = (SEE, Thing.VAULT)
HALVES = ("renew-half", "open-half", "close-half")
RINGS = ("ring", "make-ring", "change-ring", "add-slot", "remove-slot")
CIRCLES = ("state", "circles", "keys", "act")
ASKS = ("ask", "withdraw-ask", "rescue", "approve-ask")
POSTED_BY_ANYONE = (*HALVES, *RINGS, *CIRCLES, *ASKS, "read")
"""Each answers about the member herself, or about what no member ignores; objects: tests/vault."""

ABOUT_A_CARD = ("give-card", "lose-card", "show", "settle")
POSTED_BY_READERS = ("write", "erase", "share", "share-more", "unshare")
SEE_PLAN, PLANNING = (SEE, Thing.PLANNING), (PLAN, Thing.PLANNING)
MONTH: dict[str, Callable[[], Any]] = {"first": lambda: month().first}
DAY = {**pk(opening), "day": opening_day}
FORM: dict[str, Callable[[], Any]] = {"key": lambda: "sante"}

MEMBER_ADDRESSES: dict[str, Address] = {
    "desk:home": Address((SEE, Thing.DESK)),
    "desk:mails": Address((SEE, Thing.MAIL)),
    "journal:index": Address((SEE, Thing.JOURNAL)),
    "journal:verify": Address((SEE, Thing.JOURNAL), page=False),
    "journal:export": Address((Verb.EXPORT, Thing.JOURNAL), page=False),
    # accounts
    "accounts:charter": Address(),
    "accounts:profile": Address(),
    "accounts:protect": MINE,
    "accounts:members": Address((SEE, Thing.MEMBER)),
    "accounts:invite": Address((EDIT, Thing.MEMBER), page=False),
    "accounts:revoke": Address((EDIT, Thing.MEMBER), pk(invitation), page=False),
    "accounts:member": Address((SEE, Thing.MEMBER), pk(lambda: member("odile"))),
    "accounts:activity": Address((EDIT, Thing.MEMBER), pk(lambda: member("rose")), page=False),
    "accounts:give-post": Address((EDIT, Thing.MEMBER), pk(lambda: member("rose")), page=False),
    "accounts:end-post": Address(
        (EDIT, Thing.MEMBER),
        {**pk(lambda: member("rose")), "post": lambda: member("rose").posts.get().pk},
        page=False,
    ),
    "accounts:organisations": Address((SEE, Thing.ORGANISATION)),
    "accounts:new-organisation": Address((EDIT, Thing.ORGANISATION)),
    "accounts:organisation": Address(
        (EDIT, Thing.ORGANISATION), pk(lambda: organisation("croix")), nobody_s
    ),
    # the ways in that ask to be signed in
    "account_change_password": Address(),
    "account_reauthenticate": Address(),
    "mfa_reauthenticate": Address(),
    "mfa_reauthenticate_webauthn": MINE,
    "mfa_index": Address(),
    "mfa_activate_totp": MINE,
    "mfa_deactivate_totp": MINE,
    "mfa_list_webauthn": Address(),
    "mfa_add_webauthn": MINE,
    "mfa_remove_webauthn": Address(kwargs={"pk": lambda: 0}, page=False),
    "mfa_edit_webauthn": Address(kwargs={"pk": lambda: 0}, page=False),
    "mfa_view_recovery_codes": MINE,
    "mfa_generate_recovery_codes": MINE,
    "mfa_download_recovery_codes": MINE,
    # places
    "places:sites": Address((SEE, Thing.SITE)),
    "places:communes": Address((SEE, Thing.SITE), query="q=auch", page=False),
    "places:new-site": Address(SITE),
    "places:site": Address((SEE, Thing.SITE), pk(site)),
    "places:edit-site": Address(SITE, pk(site), nobody_s),
    "places:close-site": Address(SITE, pk(site), nobody_s, page=False),
    "places:reopen-site": Address(SITE, pk(site), nobody_s, page=False),
    "places:presences": Address(SITE, pk(site), nobody_s, page=False),
    "places:remove-presence": Address(
        SITE,
        {**pk(site), "presence": lambda: site().presences.last().pk},
        nobody_s,
        page=False,
    ),
    "places:assignments": Address(SITE, pk(site), nobody_s, page=False),
    "places:remove-assignment": Address(
        SITE,
        {**pk(site), "assignment": lambda: site().assignments.get().pk},
        nobody_s,
        page=False,
    ),
    "places:offers": Address(SITE, pk(site), nobody_s, page=False),
    "places:withdraw": Address(
        SITE,
        {**pk(site), "service": lambda: site().services.get().pk},
        nobody_s,
        page=False,
    ),
    "places:add-photo": Address(SITE, pk(site), nobody_s, page=False),
    "places:photo": Address((SEE, Thing.SITE), pk(photo), page=False),
    "places:remove-photo": Address(SITE, pk(photo), nobody_s, page=False),
    "places:new-opening": Address((EDIT, Thing.OPENING), pk(site), nobody_s),
    "places:edit-opening": Address((EDIT, Thing.OPENING), pk(opening), nobody_s),
    "places:end-opening": Address((EDIT, Thing.OPENING), pk(opening), nobody_s, page=False),
    "places:change-occurrence": Address((EDIT, Thing.OPENING), DAY, nobody_s),
    "places:restore-occurrence": Address((EDIT, Thing.OPENING), DAY, nobody_s, page=False),
    "places:reports": Address(SITE, facts=nobody_s),
    "places:settle-report": Address(SITE, pk(report), nobody_s, page=False),
    "places:services": Address((SEE, Thing.SITE)),
    "places:new-service": Address(SITE),
    "places:service": Address(SITE, pk(service), nobody_s),
    "places:imports": Address(SITE),
    "places:new-import": Address(SITE),
    "places:import-model": Address(
        SITE, {"key": lambda: "lieux", "extension": lambda: "csv"}, page=False
    ),
    "places:import": Address(SITE, pk(import_batch), nobody_s),
    "places:import-undo": Address(SITE, pk(import_batch), nobody_s),
    "places:import-to-mend": Address(
        SITE, {**pk(import_batch), "extension": lambda: "csv"}, nobody_s, page=False
    ),
    **{
        f"places:import-{name}": Address(SITE, pk(import_batch), nobody_s, page=False)
        for name in ("columns", "decide", "apply", "drop", "resume")
    },
    # the vault: pages, then what browsers post
    "vault:home": Address(VAULT),
    "vault:readers": Address(VAULT),
    "vault:custody": Address(VAULT),
    "vault:words": Address(VAULT, pk(lambda: member("rose"))),
    "vault:new-circle": Address((EDIT, Thing.CIRCLE)),
    "vault:circle": Address((SEE, Thing.CIRCLE), pk(circle), of_the_circle),
    "vault:edit-circle": Address((EDIT, Thing.CIRCLE), pk(circle), of_the_circle),
    **{f"vault:{name}": Address(VAULT, page=False) for name in POSTED_BY_ANYONE},
    **{
        f"vault:{name}": Address((SEE, Thing.PERSON), page=False)
        for name in ("record", "directory")
    },
    **{f"vault:{name}": Address((EDIT, Thing.PERSON), page=False) for name in POSTED_BY_READERS},
    # persons
    "people:directory": Address((SEE, Thing.PERSON)),
    "people:person": Address((SEE, Thing.PERSON), pk(record), of_the_circle),
    "people:scan": Address((SEE, Thing.PERSON)),
    "people:scanned": Address((SEE, Thing.PERSON), page=False),
    "people:card-state": Address((SEE, Thing.PERSON), page=False),
    **{f"people:{name}": Address((EDIT, Thing.PERSON), page=False) for name in ABOUT_A_CARD},
    # encounters: what phones send, then pages
    **{
        f"capture:{name}": Address((Verb.COUNT, Thing.ENCOUNTER), page=False)
        for name in ("token", "pack", "deposits", "facts", "counters")
    },
    "capture:bag": Address((SEE, Thing.PERSON), page=False),
    "encounters:tray": Address((SEE, Thing.PERSON)),
    "encounters:deposits": Address((SEE, Thing.PERSON), page=False),
    "encounters:file": Address((EDIT, Thing.PERSON), page=False),
    "encounters:dismiss": Address((EDIT, Thing.PERSON), page=False),
    "encounters:quarantine": Address((SEE, Thing.ENCOUNTER)),
    "encounters:decide": Address((SEE, Thing.ENCOUNTER), page=False),
    "encounters:crossing": Address((SEE, Thing.CIRCLE), facts=of_those_who_measure),
    "encounters:facts": Address((SEE, Thing.CIRCLE), page=False),
    "encounters:group-facts": Address((EDIT, Thing.CIRCLE), page=False),
    "encounters:sheet": Address(
        (Verb.COUNT, Thing.ENCOUNTER),
        {"seance": lambda: coming_seance().pk, "use": lambda: form_use().pk},
        of_the_nurses_there,
    ),
    "encounters:forms": Address((SEE, Thing.FORM)),
    "encounters:new-form": Address((EDIT, Thing.FORM)),
    "encounters:choose-measuring-circle": Address((EDIT, Thing.FORM), page=False),
    "encounters:form": Address((SEE, Thing.FORM), FORM),
    "encounters:edit-form": Address((EDIT, Thing.FORM), FORM, page=False),
    "encounters:give-form": Address((EDIT, Thing.FORM), FORM, page=False),
    "encounters:offer-form": Address((EDIT, Thing.FORM), FORM, page=False),
    "encounters:take-form": Address((EDIT, Thing.FORM), {**FORM, **pk(form_use)}, page=False),
    "encounters:counters": Address((SEE, Thing.TALLY)),
    "encounters:team-counters": Address((SEE, Thing.TALLY), pk(team), of_the_team),
    "encounters:counters-csv": Address((SEE, Thing.TALLY), pk(team), of_the_team, page=False),
    "encounters:site-counters": Address((SEE, Thing.TALLY), pk(site), nobody_s),
    # planning
    "planning:home": Address(SEE_PLAN),
    "planning:begin": Address(PLANNING, page=False),
    "planning:month": Address(SEE_PLAN, MONTH),
    **{
        f"planning:{name}": Address(PLANNING, MONTH, page=False)
        for name in ("propose", "undo", "show", "impose")
    },
    **{
        f"planning:{name}": Address(PLANNING, MONTH)
        for name in ("add", "away", "publish", "partner-dates")
    },
    "planning:visit": Address(PLANNING, MONTH, query=visit_query),
    "planning:set-free": Address(PLANNING, {**MONTH, "pk": lambda: 0}, page=False),
    "planning:what-if": Address(PLANNING, {**MONTH, "number": lambda: 0}, page=False),
    "planning:compare": Address(PLANNING, {**MONTH, "number": lambda: 1}),
    "planning:adopt": Address(PLANNING, {**MONTH, "number": lambda: 1}, page=False),
    "planning:run": Address(PLANNING, pk(planning_run)),
    "planning:stop": Address(PLANNING, pk(planning_run), page=False),
    "planning:publication": Address(PLANNING, pk(publication)),
    **{
        f"planning:{name}": Address(PLANNING)
        for name in (
            *("resources", "new-rota", "new-worker", "new-vehicle", "new-block", "new-offer"),
        )
    },
    "planning:rota": Address(PLANNING, pk(rota)),
    "planning:needs": Address(PLANNING, pk(rota)),
    "planning:worker": Address(PLANNING, pk(worker)),
    "planning:import-absences": Address(PLANNING, pk(worker)),
    "planning:vehicle": Address(PLANNING, pk(Vehicle.objects.get)),
    "planning:add-outage": Address(PLANNING, pk(Vehicle.objects.get), page=False),
    "planning:remove-outage": Address(PLANNING, pk(outage), page=False),
    "planning:roads": Address(PLANNING, query=roads_query),
    **{
        f"planning:{name}": Address(PLANNING, page=False)
        for name in ("roads-table", "take-roads", "forget-roads")
    },
    "planning:block": Address(PLANNING, pk(lambda: Block.objects.all()[0])),
    "planning:remove-block": Address(PLANNING, pk(lambda: Block.objects.all()[0]), page=False),
    "planning:offer": Address(PLANNING, pk(lambda: PartnerOffer.objects.all()[0])),
    # séances
    "seances:calendar": Address((SEE, Thing.CALENDAR)),
    "seances:new": Address((PLAN, Thing.SEANCE)),
    "seances:counts": Address((SEE, Thing.COUNTS)),
    "seances:export": Address((Verb.EXPORT, Thing.COUNTS), page=False),
    "seances:diaries": Address(),
    "seances:make-diary": MINE,
    "seances:remove-diary": Address(kwargs={"pk": lambda: UUID(int=0)}, page=False),
    "seances:teams": Address((SEE, Thing.TEAM)),
    "seances:new-team": Address((EDIT, Thing.TEAM), facts=any_organisation),
    "seances:team": Address((SEE, Thing.TEAM), pk(team), of_the_team),
    "seances:edit-team": Address((EDIT, Thing.TEAM), pk(team), of_the_team),
    "seances:sheet": Address((SEE, Thing.TEAM), pk(team), of_the_team),
    "seances:add-absence": Address((EDIT, Thing.TEAM), pk(team), of_the_team, page=False),
    "seances:remove-absence": Address((EDIT, Thing.TEAM), pk(absence), of_the_team, page=False),
    "seances:answer-for": Address(
        (Verb.ANSWER, Thing.PARTICIPATION), pk(participation), of_the_team
    ),
    "seances:replace": Address((PLAN, Thing.SEANCE), pk(participation), nobody_s),
    "seances:who-comes": Address((PLAN, Thing.SEANCE), pk(participation), nobody_s, page=False),
    "seances:remove": Address((PLAN, Thing.SEANCE), pk(participation), nobody_s, page=False),
    "seances:renew-link": Address((PLAN, Thing.SEANCE), pk(participation), nobody_s, page=False),
    "seances:stop-reminders": Address(
        (PLAN, Thing.SEANCE), pk(participation), nobody_s, page=False
    ),
    "seances:seance": Address((SEE, Thing.SEANCE), pk(coming_seance)),
    "seances:edit": Address((PLAN, Thing.SEANCE), pk(coming_seance), nobody_s),
    "seances:cancel": Address((PLAN, Thing.SEANCE), pk(coming_seance), nobody_s),
    "seances:hold": Address((PLAN, Thing.SEANCE), pk(past_seance), nobody_s, page=False),
    "seances:ask": Address((PLAN, Thing.SEANCE), pk(coming_seance), nobody_s),
    "seances:count": Address(COUNT, pk(past_seance), counted_there, counted_for_the_site),
    "seances:correct": Address(COUNT, pk(past_seance), counted_for_the_site, page=False),
    "seances:close-counts": Address(COUNT, pk(past_seance), counted_for_the_site, page=False),
    "seances:counting-link": Address(COUNT, pk(past_seance), counted_for_the_site, page=False),
    "seances:revoke-counting-link": Address(
        COUNT, pk(counting_link), counted_for_the_site, page=False
    ),
}
"""Name → what it needs and its object. An address that is not here fails the matrix."""

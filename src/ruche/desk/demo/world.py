"""Build the demo world: organisations, members, thirty-three sites, two months of séances."""

import random
import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction

from ruche.accounts.actions import SYSTEM, accept_charter, open_organisation
from ruche.accounts.models import Member, Organisation, Post
from ruche.desk.demo.encounters import build_encounters, promise_things, seal_facts
from ruche.desk.demo.people import (
    CHARACTERS,
    ORGANISATIONS,
    PASSWORD,
    SERVICES,
    TEAMS,
    Character,
)
from ruche.desk.demo.planning import build_planning
from ruche.desk.demo.points import point_of
from ruche.desk.demo.vault import build_vault
from ruche.geography.models import Territory
from ruche.places import actions as places
from ruche.places.enums import PresenceKind
from ruche.places.models import Opening, Service, Site
from ruche.places.openings import occurrences
from ruche.seances import actions as seances
from ruche.seances.enums import Answer, Band, Measure
from ruche.seances.models import Participation, Seance, Team

SITES = tomllib.loads((Path(__file__).parent / "sites.toml").read_text(encoding="utf-8"))["site"]
PAST, AHEAD = timedelta(days=28), timedelta(days=21)
"""How far séances go, on both sides of the day on which the world is built; to the end of a month,
so that the month after is there to be planned."""


@transaction.atomic
def build_world(today: date) -> None:
    """Everything, once. Deterministic for a given day, but for identifiers."""
    chance = random.Random(today.toordinal())  # noqa: S311 - a demo, not a secret
    organisations = {
        key: open_organisation(name, kind, by=SYSTEM, short_name=short)
        for key, (name, short, kind) in ORGANISATIONS.items()
    }
    members = {one.key: _member(one, organisations) for one in CHARACTERS}
    coordinator = members["ines"]
    services = _services(organisations, coordinator)
    teams = _teams(organisations, members, services, coordinator)
    sites = [_site(row, organisations, services, coordinator) for row in SITES]
    places.assign(sites[0], members["maite"], by=coordinator)
    grocery = next(s for s, row in zip(sites, SITES, strict=True) if row["host"] == "epicerie")
    places.assign(grocery, members["yvonne"], by=coordinator)
    build_planning(SITES, sites, teams, members, organisations, today)
    _seances(sites, teams, coordinator, today, chance)
    _seance_of_the_day(sites[0], list(teams.values()), coordinator, today)
    keys = build_vault(members, today, chance)
    build_encounters(teams, coordinator, today, chance)
    promise_things(sites[0], members["odile"], keys, today)
    seal_facts(keys, today, chance)


def _member(one: Character, organisations: dict[str, Organisation]) -> Member:
    """A character who has joined: charter accepted, password and code generator in place."""
    member = Member(email=one.email, name=one.name, phone="05 62 00 00 00")
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=one.email, verified=True, primary=True)
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.TOTP, data={"secret": one.totp_secret}
    )
    RecoveryCodes.activate(member)
    for role in one.roles:
        Post.objects.create(member=member, organisation=organisations[one.organisation], role=role)
    accept_charter(member)
    return member


def _services(organisations: dict[str, Organisation], by: Member) -> dict[str, Service]:
    return {
        name: places.save_service(
            Service(
                organisation=organisations[owner],
                name=name,
                need=need,
                description=description,
                documents=documents,
                languages=["fr", "en", "es"] if owner == "gip" else ["fr"],
            ),
            by=by,
        )
        for name, (owner, need, description, documents) in SERVICES.items()
    }


def _teams(
    organisations: dict[str, Organisation],
    members: dict[str, Member],
    services: dict[str, Service],
    by: Member,
) -> dict[str, Team]:
    found = {}
    for key, (owner, name, offered) in TEAMS.items():
        team = Team(
            organisation=organisations[owner],
            name=name,
            phone="05 62 00 00 01",
            email=f"{key}@exemple.invalid",
        )
        found[key] = seances.save_team(
            team,
            by=by,
            services=[services[one] for one in offered],
            members=[members[one.key] for one in CHARACTERS if one.team == key],
        )
    return found


def _site(
    row: dict[str, Any],
    organisations: dict[str, Organisation],
    services: dict[str, Service],
    by: Member,
) -> Site:
    latitude, longitude = point_of(row["commune"])
    site = places.save_site(
        Site(
            name=row["name"],
            commune=Territory.objects.get(pk=row["commune"]),
            address=row["address"],
            latitude=latitude,
            longitude=longitude,
            access=row["access"],
            choice=row["choice"],
            cold=row["cold"],
            phone="05 62 00 00 02",
        ),
        by=by,
    )
    host = organisations[row["host"]]
    places.set_presence(site, host, kind=PresenceKind.HOST, by=by)
    places.set_presence(site, organisations["gip"], kind=PresenceKind.VISITOR, by=by)
    if row["clinic"]:
        places.offer(services["Permanence santé"], site, by=by)
    if row["host"] == "epicerie":
        places.offer(services["Épicerie sociale"], site, by=by)
    places.save_opening(Opening(site=site, rule=row["rule"]), by=by)
    return site


# -------------------------------------------------------------------------------- séances


def _seances(
    sites: list[Site], teams: dict[str, Team], by: Member, today: date, chance: random.Random
) -> None:
    """A séance for each second opening of the sites where nurses come; past ones are counted."""
    first = today - PAST
    days = (_end_of_month(today + AHEAD) - first).days
    for place, (site, row) in enumerate(zip(sites, SITES, strict=True)):
        if not row["clinic"]:
            continue
        found = occurrences(row["rule"], first, days)
        for number, opening in enumerate(found[place % 2 :: 4]):
            starts, ends = opening.start.time(), opening.end.time()
            seance = seances.open_seance(
                site, opening.start.date(), starts=starts, ends=ends, by=by
            )
            here = [teams[key] for key in _coming(place, number)]
            if seance.day < today:
                _past(seance, here, by, today, chance)
            else:
                _to_come(seance, here, by, today, chance)


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _seance_of_the_day(site: Site, teams: list[Team], by: Member, today: date) -> None:
    """Whoever opens the demo finds every team at one site, on the same day."""
    found = Seance.objects.at(site).between(today, today).first()
    seance = found or seances.open_seance(site, today, starts=time(9), ends=time(18), by=by)
    there = set(seance.participations.order_by().values_list("team", flat=True))
    for team in (team for team in teams if team.pk not in there):
        part, _ = seances.ask_team(seance, team, services=team.services.all(), by=by)
        seances.answer(part, Answer.CONFIRMED, by=by.actor)


def _coming(place: int, number: int) -> list[str]:
    """Which teams come: nurses always, the van one time out of two, partners more rarely."""
    keys = ["nurses-west" if place % 2 else "nurses-east"]
    keys += ["van"] if (place + number) % 2 == 0 else []
    keys += ["rights"] if (place + number) % 3 == 0 else []
    keys += ["budget"] if (place + number) % 5 == 0 else []
    return keys


def _past(
    seance: Seance, teams: list[Team], by: Member, today: date, chance: random.Random
) -> None:
    """What happened on the day; counts are final after three days."""
    seances.hold_seance(seance, by=by)
    for team in teams:
        seances.record_team_that_came(seance, team, services=team.services.all(), by=by)
    _count(seance, by, chance)
    if seance.day < today - timedelta(days=3):
        seances.close_counts(seance, by=by)


def _to_come(
    seance: Seance, teams: list[Team], by: Member, today: date, chance: random.Random
) -> None:
    """The GIP's own teams have confirmed; the others answer when the day comes near."""
    for team in teams:
        part, _ = seances.ask_team(seance, team, services=team.services.all(), by=by)
        near = seance.day - today < timedelta(days=14) and chance.random() < 0.8
        if team.organisation_id == by.organisations[0].pk or near:
            seances.answer(part, Answer.CONFIRMED, by=by.actor)


def _count(seance: Seance, by: Member, chance: random.Random) -> None:
    for band, most in ((Band.CHILDREN, 18), (Band.ADULTS, 40), (Band.ELDERS, 12)):
        amount = chance.randint(3, most)
        seances.add(
            seance,
            Measure.PASSAGES,
            amount,
            band=band,
            increment=UUID(int=chance.getrandbits(128), version=4),
            by=by.actor,
        )
    for part in Participation.objects.filter(seance=seance).coming().order_by("pk"):
        for measure, most in ((Measure.INTERVIEWS, 9), (Measure.ORIENTATIONS, 4)):
            seances.add(
                seance,
                measure,
                chance.randint(1, most),
                participation=part,
                increment=UUID(int=chance.getrandbits(128), version=4),
                by=by.actor,
            )

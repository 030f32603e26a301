"""What the planning of the demo world starts from: rotas, people, needs, markets, partners.

Towns are real; every person, hour and market is invented. Nobody is planned on Saturdays, and one
site opens on Saturdays alone: its visits are missing, and the planning says why.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ruche.accounts.models import Member, Organisation
from ruche.desk.demo.points import point_of
from ruche.geography.models import Territory
from ruche.places import actions as places
from ruche.places.enums import PresenceKind
from ruche.places.models import Opening, Site
from ruche.planning.models import Block, Need, PartnerOffer, Rota, Vehicle, Worker
from ruche.seances.models import Team

NURSES, VAN = "Infirmières", "Camping-car"

BASES = {"odile": "32013", "rose": "32147", "samir": "32107", "jeanne": "32256"}
"""The commune from which each nurse of the demo leaves."""

MARKETS = (
    ("32107", "Marché imaginaire de Condom", "We 09:00-12:00; PH off"),
    ("32256", "Marché imaginaire de Mirande", "Mo 09:00-12:00; PH off"),
    ("32119", "Marché imaginaire d’Eauze", "Th 09:00-12:00; PH off"),
    ("32462", "Marché imaginaire de Vic-Fezensac", "Fr 09:00-12:00; PH off"),
    ("32160", "Marché imaginaire de L’Isle-Jourdain", "Tu 09:00-12:00; PH off"),
    ("32208", "Marché imaginaire de Lectoure", "Fr 09:00-12:00; PH off"),
)
"""Squares where the van stops: commune, name, hours."""


def build_planning(
    rows: Sequence[Mapping[str, Any]],
    sites: Sequence[Site],
    teams: Mapping[str, Team],
    members: Mapping[str, Member],
    organisations: Mapping[str, Organisation],
    today: date,
) -> None:
    """Everything that « Proposer le mois » asks for. `rows` are those of the sites, in order."""
    nurses = Rota.objects.create(name=NURSES)
    vans = Rota.objects.create(name=VAN, visits=1)
    workers = _workers(nurses, vans, teams, members)
    for site, row in zip(sites, rows, strict=True):
        if row["clinic"]:
            Need.objects.create(site=site, rota=nurses)
        Need.objects.create(site=site, rota=vans, visits=1)
    for market in _markets(organisations["gip"], members["ines"]):
        Need.objects.create(site=market, rota=vans, visits=1)
    _partners(sites, teams)
    _meetings([workers[key] for key in BASES], today)


def _workers(
    nurses: Rota, vans: Rota, teams: Mapping[str, Team], members: Mapping[str, Member]
) -> dict[str, Worker]:
    found = {
        key: Worker.objects.create(
            name=members[key].name,
            rota=nurses,
            team=next(team for team in teams.values() if members[key] in team.members.all()),
            member=members[key],
            base=Territory.objects.get(pk=commune),
        )
        for key, commune in BASES.items()
    }
    found["van"] = Worker.objects.create(
        name=VAN,
        rota=vans,
        team=teams["van"],
        people=2,
        base=Territory.objects.get(pk="32013"),
        vehicle=Vehicle.objects.create(name=VAN, seats=4),
    )
    return found


def _markets(gip: Organisation, by: Member) -> list[Site]:
    found = []
    for code, name, rule in MARKETS:
        commune = Territory.objects.get(pk=code)
        latitude, longitude = point_of(code)
        site = places.save_site(
            Site(
                name=name,
                commune=commune,
                address="place de l’Exemple",
                latitude=latitude,
                longitude=longitude,
                phone="05 62 00 00 02",
                is_hub=False,
            ),
            by=by,
        )
        places.set_presence(site, gip, kind=PresenceKind.VISITOR, by=by)
        places.save_opening(Opening(site=site, rule=rule), by=by)
        found.append(site)
    return found


def _partners(sites: Sequence[Site], teams: Mapping[str, Team]) -> None:
    rights = PartnerOffer.objects.create(team=teams["rights"], rule="Tu,Th 09:00-17:00", visits=4)
    rights.sites.set(sites[:12])
    public = PartnerOffer.objects.create(team=teams["public"], rule="We 09:00-17:00", visits=2)
    public.sites.set(sites[12:])


def _meetings(nurses: Sequence[Worker], today: date) -> None:
    """A meeting of the nurses in each of the months to come, on a Friday to be chosen."""
    month = today.replace(day=1)
    for _ in range(4):
        month = (month + timedelta(days=32)).replace(day=1)
        friday = month + timedelta(days=(4 - month.weekday()) % 7)
        meeting = Block.objects.create(
            name=f"Réunion des infirmières, {month:%m/%Y}",
            options=[[str(friday + timedelta(days=7 * rank)), 840, 960] for rank in (1, 2, 3)],
            stay_min=120,
        )
        meeting.workers.set(nurses)

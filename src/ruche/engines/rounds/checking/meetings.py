"""Partners: where and when they come, whom they join, and the seats of those who carry them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.limits import clock
from ruche.engines.rounds.plan import Meeting
from ruche.engines.rounds.problem import Opening, Partner, Worker
from ruche.french.numbers import counted


def judge_meetings(case: Case) -> Iterator[Violation]:
    partners = {partner.id: partner for partner in case.problem.partners}
    for meeting in case.plan.meetings:
        partner = partners.get(meeting.partner)
        if partner is None or meeting.site not in case.problem.site:
            text = f"« {meeting.partner} » à {case.place(meeting.site)} : inconnu."
            yield Violation("unknown", f"{on(meeting.day).capitalize()}, {text}")
        else:
            yield from _meeting(case, partner, meeting)
    for partner in case.problem.partners:
        yield from _all_of(case, partner)
    yield from _seats(case)


def _meeting(case: Case, partner: Partner, meeting: Meeting) -> Iterator[Violation]:
    who = f"{partner.name}, {on(meeting.day)} à {case.place(meeting.site)} :"
    if meeting.day not in partner.days:
        yield Violation("meeting_day", f"{who} ce jour n’est pas proposé par ce partenaire.")
    if partner.sites and meeting.site not in partner.sites:
        yield Violation("meeting_site", f"{who} ce site n’est pas souhaité par ce partenaire.")
    hours = f"de {clock(meeting.start)} à {clock(meeting.end)}"
    if not _accepted_teams(case, partner, meeting):
        yield Violation("meeting_team", f"{who} aucune équipe acceptée n’y est {hours}.")
    if partner.rides is not None and not _carriers(case, partner, meeting):
        vehicle = case.problem.vehicle[partner.rides].name
        yield Violation("meeting_vehicle", f"{who} {vehicle} ne s’y arrête pas {hours}.")


def _accepted_teams(case: Case, partner: Partner, meeting: Meeting) -> set[str]:
    present = {team for team, _worker in _present(case, meeting)}
    return present & set(partner.teams) if partner.teams else present


def _present(case: Case, meeting: Meeting) -> list[tuple[str, str]]:
    """(team, worker) of the visits that share this opening."""
    opening = Opening(meeting.day, meeting.start, meeting.end)
    return [
        (visit.team, visit.worker)
        for visit in case.visits
        if visit.site == meeting.site and visit.opening == opening
    ]


def _carriers(case: Case, partner: Partner, meeting: Meeting) -> frozenset[Worker]:
    """The crews of the vehicle that stop there."""
    present = {worker for _team, worker in _present(case, meeting)}
    return frozenset(
        worker
        for worker in case.problem.workers
        if worker.id in present and worker.vehicle == partner.rides
    )


def _all_of(case: Case, partner: Partner) -> Iterator[Violation]:
    """One site a day, each site once, and no more than wished."""
    mine = [meeting for meeting in case.plan.meetings if meeting.partner == partner.id]
    for day, count in Counter(meeting.day for meeting in mine).items():
        if count > 1:
            text = f"{count} venues {on(day)}, une par jour."
            yield Violation("meeting_one_a_day", f"{partner.name} : {text}")
    for site, count in Counter(meeting.site for meeting in mine).items():
        if count > 1:
            text = f"{count} venues à {case.place(site)}, une seule par site."
            yield Violation("meeting_once_a_site", f"{partner.name} : {text}")
    if len(mine) > partner.visits:
        text = f"{counted(len(mine), 'venue')}, {partner.visits} au plus."
        yield Violation("meeting_visits", f"{partner.name} : {text}")


# ----------------------------------------------------------------------------- seats


def _seats(case: Case) -> Iterator[Violation]:
    riders: dict[tuple[str, date], list[frozenset[Worker]]] = defaultdict(list)
    partners = {partner.id: partner for partner in case.problem.partners}
    for meeting in case.plan.meetings:
        partner = partners.get(meeting.partner)
        if partner is not None and partner.rides is not None:
            carriers = _carriers(case, partner, meeting)
            if carriers:
                riders[partner.rides, meeting.day].append(carriers)
    for (vehicle, day), carried in riders.items():
        yield from _seats_of(case, vehicle, day, carried)


def _seats_of(
    case: Case, vehicle_id: str, day: date, carried: list[frozenset[Worker]]
) -> Iterator[Violation]:
    """Riders find a seat exactly when no set of crews has more of them than seats (Hall)."""
    vehicle = case.problem.vehicle[vehicle_id]
    crews = sorted(frozenset().union(*carried), key=lambda worker: worker.id)
    for size in range(1, len(crews) + 1):
        for chosen in combinations(crews, size):
            people = sum(worker.people for worker in chosen)
            riding = sum(carriers <= set(chosen) for carriers in carried)
            if people + riding > size * vehicle.seats:
                names = ", ".join(worker.name for worker in chosen)
                text = f"{people} personnes et {counted(riding, 'partenaire')}"
                seats = f"pour {counted(size * vehicle.seats, 'place')}"
                where = f"{vehicle.name} ({names}), {on(day)}"
                yield Violation("seats", f"{where} : {text} {seats}.")
                return

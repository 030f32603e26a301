"""One day on the road: when someone may leave, how long roads and stays take, what the law allows.

An idle spell is taken after a stop, before leaving it: what is left between its end and the road to
the next one. Days that are frozen are facts: only their sums are redone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.outing import Outing
from ruche.engines.rounds.checking.violation import Violation, lasting, on
from ruche.engines.rounds.limits import clock
from ruche.engines.rounds.plan import Stop
from ruche.engines.rounds.problem import Opening
from ruche.french.numbers import counted


def judge_days(case: Case) -> Iterator[Violation]:
    for outing in case.outings:
        yield from _sums(outing)
    for outing in case.free_outings:
        for judge in (_presence, _road, _stops, _variety, _who_may, _length, _meal, _pauses):
            yield from judge(outing)


def _sums(outing: Outing) -> Iterator[Violation]:
    told = outing.told
    if told.metres != outing.metres:
        yield outing.breaks("metres", f"{told.metres} m annoncés, {outing.metres} m par la route.")
    if told.work != outing.work:
        yield outing.breaks(
            "work", f"{told.work} min de travail annoncées, {outing.work} comptées."
        )


def _presence(outing: Outing) -> Iterator[Violation]:
    worker, told, contract = outing.worker, outing.told, outing.worker.contract
    if outing.day.weekday() not in contract.workdays:
        yield outing.breaks("workday", "ce n’est pas un jour de travail de son contrat.")
    if told.leave < contract.earliest_start or told.back > contract.latest_end:
        hours = f"de {clock(told.leave)} à {clock(told.back)}"
        allowed = f"de {clock(contract.earliest_start)} à {clock(contract.latest_end)}"
        yield outing.breaks("contract_hours", f"sur la route {hours}, contrat {allowed}.")
    vehicle = outing.problem.vehicle.get(worker.vehicle or "")
    if vehicle is not None and outing.day in vehicle.unavailable:
        yield outing.breaks("vehicle_unavailable", f"{vehicle.name} n’est pas disponible.")
    yield from _absences(outing)


def _absences(outing: Outing) -> Iterator[Violation]:
    told = outing.told
    for absence in outing.problem.absences:
        concerned = absence.worker == told.worker and absence.first <= told.day <= absence.last
        if concerned and told.leave < absence.end and absence.start < told.back:
            away = f"absence de {clock(absence.start)} à {clock(absence.end)}"
            hours = f"de {clock(told.leave)} à {clock(told.back)}"
            yield outing.breaks("absence", f"{away}, sur la route {hours}.")


def _road(outing: Outing) -> Iterator[Violation]:
    """Nobody arrives before the road allows, at a stop or at home."""
    told, roads = outing.told, outing.roads
    lefts = [told.leave, *(stop.end for stop in told.stops)]
    arrivals = [stop.start for stop in told.stops] + [told.back]
    names = [outing.name_of(stop) for stop in told.stops] + ["le retour"]
    for left, road, arrival, name in zip(lefts, roads, arrivals, names, strict=True):
        if arrival < left + road:
            text = f"{name} à {clock(arrival)}, départ à {clock(left)} et {lasting(road)} de route."
            yield outing.breaks("road", text)


def _stops(outing: Outing) -> Iterator[Violation]:
    for stop in outing.told.stops:
        stay, openings = _asked(outing, stop)
        name = outing.name_of(stop)
        if stop.end - stop.start != stay:
            text = f"{name} dure {stop.end - stop.start} min, il faut {stay} min."
            yield outing.breaks("stay", text)
        low, high = stop.opening
        if Opening(outing.day, low, high) not in openings:
            text = f"{name} n’est pas ouvert de {clock(low)} à {clock(high)}."
            yield outing.breaks("opening", text)
        if stop.start < low or stop.end > high:
            hours = f"de {clock(stop.start)} à {clock(stop.end)}"
            text = f"{name} {hours}, hors de l’ouverture de {clock(low)} à {clock(high)}."
            yield outing.breaks("within_opening", text)


def _asked(outing: Outing, stop: Stop) -> tuple[int, tuple[Opening, ...]]:
    """How long a stop must last, and the openings or options in which it may happen."""
    problem = outing.problem
    if stop.block is not None:
        block = problem.block[stop.block]
        return block.stay_min, block.options
    need = problem.need[stop.site or "", stop.team or ""]
    return need.stay_min, problem.site[need.site].openings


def _variety(outing: Outing) -> Iterator[Violation]:
    visits, most = outing.told.visits(), outing.problem.rules.max_stops
    if len(visits) > most:
        yield outing.breaks("max_stops", f"{counted(len(visits), 'visite')}, au plus {most}.")
    for site, count in Counter(stop.site for stop in visits).items():
        if count > 1:
            name = outing.problem.site[site or ""].name
            yield outing.breaks("site_twice", f"{name} est visité {count} fois dans la journée.")


def _who_may(outing: Outing) -> Iterator[Violation]:
    """Team, skill, and who is not to go there."""
    worker = outing.worker
    for stop in outing.told.visits():
        need, name = outing.problem.need[stop.site or "", stop.team or ""], outing.name_of(stop)
        if worker.team != need.team:
            asked, found = map(outing.problem.team_name, (need.team, worker.team))
            text = f"{name} attend l’équipe « {asked} », pas « {found} »."
            yield outing.breaks("team", text)
        if worker.id in need.forbidden:
            yield outing.breaks("forbidden", f"cette personne ne doit pas aller à {name}.")
        if need.required_skill is not None and need.required_skill not in worker.skills:
            text = f"{name} demande la compétence « {need.required_skill} »."
            yield outing.breaks("skill", text)


def _length(outing: Outing) -> Iterator[Violation]:
    most, widest = outing.worker.contract.max_day_min, outing.problem.rules.max_amplitude_min
    if outing.work > most:
        text = f"{lasting(outing.work)} de travail, au plus {lasting(most)}."
        yield outing.breaks("day_work", text)
    if outing.span > widest:
        text = f"{lasting(outing.span)} du départ au retour, au plus {lasting(widest)}."
        yield outing.breaks("amplitude", text)


def _meal(outing: Outing) -> Iterator[Violation]:
    """A long day has its meal, and a meal that is told fits after the stop that is told."""
    rules, after = outing.problem.rules, outing.told.lunch_after
    if after is None:
        if outing.span > rules.lunch_after_min:
            yield outing.breaks("meal", f"{lasting(outing.span)} sans repas prévu.")
    elif not 0 <= after < len(outing.told.stops):
        yield outing.breaks("meal", f"le repas suit l’arrêt n° {after + 1}, qui n’existe pas.")
    elif outing.idles[after] < rules.lunch_min:
        name = outing.name_of(outing.told.stops[after])
        text = (
            f"{outing.idles[after]} min libres après {name}, le repas en demande {rules.lunch_min}."
        )
        yield outing.breaks("meal", text)


def _pauses(outing: Outing) -> Iterator[Violation]:
    rules = outing.problem.rules
    for begins, ends in outing.stretches:
        if ends - begins > rules.break_after_min:
            text = (
                f"de {clock(begins)} à {clock(ends)} sans pause de {rules.break_min} min, "
                f"au plus {lasting(rules.break_after_min)}."
            )
            yield outing.breaks("pause", text)


def judge_vehicles(case: Case) -> Iterator[Violation]:
    """No more cars out on a free day than there are."""
    used = Counter(
        (outing.worker.vehicle, outing.day)
        for outing in case.free_outings
        if outing.worker.vehicle is not None
    )
    for (vehicle_id, day), count in used.items():
        vehicle = case.problem.vehicle[vehicle_id]
        if count > vehicle.count:
            outs = f"{count} sorties, {counted(vehicle.count, 'véhicule')}"
            yield Violation("vehicles", f"{vehicle.name}, {on(day)} : {outs}.")

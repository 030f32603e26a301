"""Why a visit is where it is: what it keeps, whom it meets, and what the other days would cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ruche.engines.rounds import Criterion
from ruche.engines.rounds.check import check
from ruche.engines.rounds.editing import Edit, ImpossibleEdit, Slot, edited
from ruche.french.numbers import counted, ordinal
from ruche.french.times import DAYS
from ruche.planning.showing import Board, Shown
from ruche.planning.wording import kilometres

HALF_A_KILOMETRE = 500

OTHERS = 8
"""Other days that are tried, the nearest first."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another day on which the door is open, and what moving there would change."""

    day: date
    road: str
    broken: tuple[str, ...]
    """The first rules that would no longer hold, in French."""
    losses: tuple[str, ...]
    """What is sought and would be worse."""


def whys(board: Board, visit: Shown, rotas: dict[str, str]) -> Iterator[str]:
    """Sentences, each true of this plan and checked against it."""
    yield from _imposed(board, visit)
    yield from _promised(board, visit)
    yield from _rhythm(board, visit)
    yield from _face(board, visit)
    yield from _company(board, visit, rotas)
    yield from _tour(board, visit)


def _imposed(board: Board, visit: Shown) -> Iterator[str]:
    for pin in board.problem.pins:
        same = (pin.site, pin.team) == (visit.site, visit.rota)
        if same and pin.day in (None, visit.day) and pin.worker in (None, visit.worker):
            yield "Vous l’avez imposé : les propositions le tiennent."
            return


def _promised(board: Board, visit: Shown) -> Iterator[str]:
    for promise in board.problem.announced:
        if (promise.site, promise.team, promise.day) == (visit.site, visit.rota, visit.day):
            yield "Cette date avait été annoncée au lieu : elle est tenue."
            return


def _rhythm(board: Board, visit: Shown) -> Iterator[str]:
    days = [each.day for each in board.visits if (each.site, each.rota) == (visit.site, visit.rota)]
    weekdays = {day.weekday() for day in days}
    if len(days) > 1 and len(weekdays) == 1:
        ranks = " et ".join(ordinal((day.day - 1) // 7 + 1) for day in days)
        yield f"Le rythme se retient : {ranks} {DAYS[days[0].weekday()]} du mois."
    elif len(days) > 1:
        gaps = " et ".join(
            counted((later - sooner).days, "jour") for sooner, later in pairwise(days)
        )
        yield f"Entre deux visites : {gaps}."


def _face(board: Board, visit: Shown) -> Iterator[str]:
    need = board.problem.need[visit.site, visit.rota]
    known = {
        each.worker
        for each in board.problem.history
        if (each.site, each.team) == (visit.site, visit.rota)
    }
    team = board.problem.team(visit.rota)
    if len(team) == 1:
        yield "Personne d’autre n’est dans ce roulement ce mois-ci."
    elif need.reference == visit.worker:
        yield f"{visit.worker_name} est le visage connu de ce lieu."
    elif visit.worker in known:
        yield f"{visit.worker_name} y a fait des visites ces derniers mois : le visage est connu."
    else:
        place = board.problem.place
        there = place[board.problem.site[visit.site].place]
        minutes = sorted(
            (board.problem.travel.minutes[place[each.base]][there], each.id) for each in team
        )
        if minutes[0][1] == visit.worker:
            yield f"{visit.worker_name} part du plus près : {minutes[0][0]} min de route."


def _company(board: Board, visit: Shown, rotas: dict[str, str]) -> Iterator[str]:
    names = {each.id: each.name for each in board.problem.partners}
    others = {
        rotas.get(each.rota, "une autre équipe")
        for each in board.visits
        if (each.site, each.day) == (visit.site, visit.day) and each.rota != visit.rota
    }
    others |= {
        names.get(each.partner, "un partenaire")
        for each in board.plan.meetings
        if (each.site, each.day) == (visit.site, visit.day)
    }
    if others:
        yield f"Même lieu, même jour : {', '.join(sorted(others))}."


def _tour(board: Board, visit: Shown) -> Iterator[str]:
    same = [
        each
        for each in board.visits
        if (each.day, each.worker) == (visit.day, visit.worker) and each.site != visit.site
    ]
    if same:
        names = ", ".join(each.site_name for each in same)
        yield f"Dans la même journée : {names}."


# ------------------------------------------------------------------------ the other days


def others(board: Board, visit: Shown) -> list[Other]:
    """Each other open day for the same person, tried one by one, in order of day."""
    before = Slot(visit.day, visit.worker)
    known = set(check(board.problem, board.plan))
    found = []
    for day in _nearest_open_days(board, visit)[:OTHERS]:
        edit = Edit(site=visit.site, team=visit.rota, before=before, after=Slot(day, visit.worker))
        try:
            plan = edited(board.problem, board.plan, edit)
        except ImpossibleEdit:
            continue
        broken = sorted(set(check(board.problem, plan)) - known)
        more = plan.metres - board.plan.metres
        values = {stage.criterion: stage.value for stage in plan.stages}
        found.append(
            Other(
                day,
                _road(more),
                tuple(each.text for each in broken[:2]),
                tuple(_losses(board, values)),
            )
        )
    return sorted(found, key=lambda each: each.day)


def _road(more: int) -> str:
    """« +22 km », « −5 km », « pareil » when no kilometre changes."""
    if abs(more) < HALF_A_KILOMETRE:
        return "pareil"
    return ("+" if more > 0 else "−") + kilometres(abs(more))


def _nearest_open_days(board: Board, visit: Shown) -> list[date]:
    taken = {
        each.day for each in board.visits if (each.site, each.rota) == (visit.site, visit.rota)
    }
    days = {each.day for each in board.problem.site[visit.site].openings} - taken
    free = [day for day in days if day >= board.today and not board.problem.is_frozen(day)]
    return sorted(free, key=lambda day: (abs((day - visit.day).days), day))


def _losses(board: Board, values: dict[Criterion, float]) -> Iterator[str]:
    words = {
        Criterion.MOVED_DATES: "une date annoncée déplacée",
        Criterion.RHYTHM: "un rythme moins régulier",
        Criterion.FAIRNESS: "une charge moins bien partagée",
        Criterion.COPRESENCE: "moins de présences partagées",
    }
    for stage in board.plan.stages:
        after = values.get(stage.criterion, stage.value)
        worse = (
            after < stage.value
            if stage.criterion is Criterion.COPRESENCE
            else (after > stage.value)
        )
        if worse and stage.criterion in words:
            yield words[stage.criterion]

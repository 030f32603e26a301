"""How a month reads in French: visits, changes, criteria, calls to make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ruche.engines.rounds import Criterion, Plan, Problem, Stage
from ruche.engines.rounds.editing import Edit, Slot
from ruche.engines.rounds.replanning import Change
from ruche.french.numbers import NBSP, counted, number
from ruche.french.times import day as day_in_words


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """What a criterion counts: its name, and what its value means, less being better or not."""

    name: str
    meaning: str
    forms: str
    """Singular and plural of what is counted, for `counted`."""


CRITERIA: Mapping[Criterion, CriterionWords] = {
    Criterion.VISITS: CriterionWords(
        "Visites assurées",
        "visites dues, ou temps réservés, qui n’ont pas trouvé de place",
        "visite manquante,visites manquantes",
    ),
    Criterion.MOVED_DATES: CriterionWords(
        "Dates tenues",
        "dates annoncées qui ne sont pas tenues",
        "date déplacée,dates déplacées",
    ),
    Criterion.CHANGED_WORKERS: CriterionWords(
        "Personnes tenues",
        "dates tenues, mais avec quelqu’un d’autre",
        "personne changée,personnes changées",
    ),
    Criterion.CONTINUITY: CriterionWords(
        "Continuité",
        "visages nouveaux, lieu par lieu",
        "visage nouveau,visages nouveaux",
    ),
    Criterion.RHYTHM: CriterionWords(
        "Rythme",
        "jours d’écart avec un rythme régulier, lieu par lieu",
        "jour d’écart,jours d’écart",
    ),
    Criterion.FAIRNESS: CriterionWords(
        "Équité",
        "pas de cinq points entre la personne la plus chargée et la moins chargée, "
        "le premier pour rien",
        "pas d’écart,pas d’écart",
    ),
    Criterion.COPRESENCE: CriterionWords(
        "Co-présence",
        "ouvertures où deux équipes se retrouvent, et partenaires qui en rejoignent une",
        "présence partagée,présences partagées",
    ),
    Criterion.KILOMETRES: CriterionWords("Route", "kilomètres parcourus", "km,km"),
}


def value_in_words(criterion: Criterion, value: float) -> str:
    """« 4 visites manquantes », « 4 602 km »."""
    if criterion is Criterion.KILOMETRES:
        return kilometres(round(value * 100))
    return counted(round(value), *CRITERIA[criterion].forms.split(","))


def reached_in_words(plan: Plan, stage: Stage) -> str:
    """What a plan reaches. Its road is that of its days, of which the search counts whole hundreds
    of metres: one page never tells two figures for it."""
    if stage.criterion is Criterion.KILOMETRES:
        return kilometres(plan.metres)
    return value_in_words(stage.criterion, stage.value)


def kilometres(metres: int) -> str:
    """« 4 602 km »."""
    return f"{number(round(metres / 1000))}{NBSP}km"


def duration(minutes: int) -> str:
    """125 → « 2 h 05 », 45 → « 45 min », −30 → « −30 min »."""
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{sign}{rest}{NBSP}min"
    return f"{sign}{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def slot_in_words(problem: Problem, slot: Slot) -> str:
    """« mardi 5 janvier, Odile Exemple »."""
    return f"{day_in_words(slot.day)}, {person(problem, slot.worker)}"


def person(problem: Problem, worker: str) -> str:
    known = problem.worker.get(worker)
    return known.name if known else "quelqu’un qui n’est plus dans les tournées"


def place(problem: Problem, site: str) -> str:
    known = problem.site.get(site)
    return known.name if known else "un lieu qui n’est plus visité"


def edit_in_words(problem: Problem, edit: Edit) -> str:
    """« La Halle : du mardi 5 janvier, Odile au vendredi 8 janvier, Rose »."""
    where = place(problem, edit.site)
    if edit.before is None:
        assert edit.after is not None
        return f"{where} : visite ajoutée, {slot_in_words(problem, edit.after)}"
    if edit.after is None:
        return f"{where} : visite retirée, {slot_in_words(problem, edit.before)}"
    if edit.before.day == edit.after.day:
        names = (person(problem, each.worker) for each in (edit.before, edit.after))
        return f"{where}, {day_in_words(edit.before.day)} : " + " → ".join(names)
    before, after = (slot_in_words(problem, each) for each in (edit.before, edit.after))
    return f"{where} : {before} → {after}"


CALL_TITLES = {
    Change.MOVED: "Date déplacée",
    Change.OTHER_WORKER: "Autre personne",
    Change.CANCELLED: "Visite annulée",
    Change.ADDED: "Visite en plus",
}


def call_in_words(
    change: Change, before: tuple[date, str] | None, after: tuple[date, str] | None
) -> str:
    """What to say on the telephone. `before` and `after`: the day, and who comes."""
    if change is Change.MOVED and before and after:
        same = before[1] == after[1]
        who = "" if same else f", avec {after[1]} au lieu de {before[1]}"
        return f"{day_in_words(before[0])} devient {day_in_words(after[0])}{who}"
    if change is Change.OTHER_WORKER and before and after:
        return f"{day_in_words(after[0])} : {after[1]} vient à la place de {before[1]}"
    if change is Change.CANCELLED and before:
        return f"{day_in_words(before[0])} : pas de visite ({before[1]} ne vient pas)"
    assert after is not None
    return f"{day_in_words(after[0])} : visite de {after[1]}"

"""How a séance reads in French: hours, pictograms, the words of each state."""

from datetime import time

from ruche.french.times import day, hour
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Absence, Participation, Seance

ANSWER_PICTURES = {
    Answer.ASKED: "info",
    Answer.CONFIRMED: "check",
    Answer.DECLINED: "danger",
    Answer.PROPOSED: "warning",
    Answer.CANCELLED: "danger",
    Answer.HELD: "success",
}

ANSWER_WORDS = {
    Answer.ASKED: "n’a pas encore répondu",
    Answer.CONFIRMED: "vient",
    Answer.DECLINED: "ne vient pas",
    Answer.PROPOSED: "propose une autre date",
    Answer.CANCELLED: "n’est plus attendue",
    Answer.HELD: "est venue",
}

STATUS_KINDS = {
    SeanceStatus.PREPARED: "warning",
    SeanceStatus.CONFIRMED: "success",
    SeanceStatus.CANCELLED: "danger",
    SeanceStatus.HELD: "info",
    SeanceStatus.COUNTED: "neutral",
}


def hours(seance: Seance) -> str:
    """« de 14 h à 16 h 30 »."""
    return span(seance.starts, seance.ends)


def span(starts: time, ends: time) -> str:
    """« de 9 h à 12 h »."""
    return f"de {hour(starts)} à {hour(ends)}"


def when(seance: Seance) -> str:
    """« mardi 1er décembre 2026, de 14 h à 16 h 30 »."""
    return f"{day(seance.day, year=True)}, {hours(seance)}"


def title(seance: Seance) -> str:
    """« Salle des fêtes (Auch), mardi 1er décembre 2026 »."""
    return f"{seance.site}, {day(seance.day, year=True)}"


def who(participation: Participation) -> str:
    """« Infirmières, est (Odile Exemple) »: for members only, since it may name one of them."""
    team, member = participation.team, participation.member
    return f"{team} ({member})" if member else str(team)


def away_when(absence: Absence) -> str:
    """« le mardi 1er décembre 2026 », « du … au …, de 9 h à 12 h chaque jour »."""
    if absence.first == absence.last:
        days, each_day = f"le {day(absence.first, year=True)}", ""
    else:
        first, last = (day(one, weekday=False, year=True) for one in (absence.first, absence.last))
        days, each_day = f"du {first} au {last}", " chaque jour"
    some = away_hours(absence)
    return f"{days}, {some}{each_day}" if some else days


def away_hours(absence: Absence) -> str:
    """« de 9 h à 12 h »; nothing when it takes whole days."""
    if absence.starts is None or absence.ends is None:
        return ""
    return span(absence.starts, absence.ends)

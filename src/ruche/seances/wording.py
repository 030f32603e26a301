"""How a séance reads in French: hours, pictograms, the words of each state."""

from ruche.french.times import day, hour
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Seance

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
    return f"de {hour(seance.starts)} à {hour(seance.ends)}"


def when(seance: Seance) -> str:
    """« mardi 1er décembre 2026, de 14 h à 16 h 30 »."""
    return f"{day(seance.day, year=True)}, {hours(seance)}"


def title(seance: Seance) -> str:
    """« Salle des fêtes (Auch), mardi 1er décembre 2026 »."""
    return f"{seance.site}, {day(seance.day, year=True)}"

"""Filters that say in a template where a séance and each of its teams stand."""

from django import template

from ruche.seances import wording
from ruche.seances.enums import DECLINE_REASONS, Answer, SeanceStatus
from ruche.seances.models import Participation, Seance

register = template.Library()

register.filter("hours", wording.hours)
register.filter("when", wording.when)
register.filter("who", wording.who)
register.filter("away_when", wording.away_when)


@register.filter
def answer_picture(participation: Participation) -> str:
    """The pictogram of an answer, always beside its words."""
    return wording.ANSWER_PICTURES[Answer(participation.answer)]


@register.filter
def answer_words(participation: Participation) -> str:
    """« vient », « ne vient pas (trop loin, ou trajet impossible) »."""
    words = wording.ANSWER_WORDS[Answer(participation.answer)]
    reason = DECLINE_REASONS.get(participation.reason)
    return f"{words} ({reason})" if reason else words


@register.filter
def status_kind(seance: Seance) -> str:
    """The kind of tag of a status."""
    return wording.STATUS_KINDS[SeanceStatus(seance.status)]

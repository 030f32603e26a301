"""The words of a séance: where it stands, where each team stands, what is counted."""

from django.db import models


class SeanceStatus(models.TextChoices):
    """Where a séance stands, as a whole."""

    PREPARED = "prepared", "en préparation"
    CONFIRMED = "confirmed", "confirmée"
    CANCELLED = "cancelled", "annulée"
    HELD = "held", "tenue"
    COUNTED = "counted", "comptée"


OPEN = (SeanceStatus.PREPARED, SeanceStatus.CONFIRMED)
"""A séance that may still change: not cancelled, not yet held."""


class Answer(models.TextChoices):
    """Where a team stands in a séance."""

    ASKED = "asked", "sollicitée"
    CONFIRMED = "confirmed", "confirmée"
    DECLINED = "declined", "ne vient pas"
    PROPOSED = "proposed", "propose une autre date"
    CANCELLED = "cancelled", "retirée"
    HELD = "held", "venue"


COMING = (Answer.ASKED, Answer.PROPOSED, Answer.CONFIRMED, Answer.HELD)
"""Teams that are, or may be, there."""

CERTAIN = (Answer.CONFIRMED, Answer.HELD)
"""Teams that are announced to everyone: they said that they come, or they came."""

OUT = (Answer.DECLINED, Answer.CANCELLED)
"""Teams that do not come."""

DECLINE_REASONS = {
    "absence": "personne de disponible ce jour-là",
    "distance": "trop loin, ou trajet impossible",
    "closed": "le lieu sera fermé",
    "other_date": "une autre date conviendrait",
    "other": "autre raison",
}
"""Why a partner does not come: a short list, and no story about anyone."""


class Measure(models.TextChoices):
    """What is counted at a séance: a total that a human declares, never a row per person."""

    PASSAGES = "passages", "personnes accueillies"
    HOUSEHOLDS = "households", "foyers"
    INTERVIEWS = "interviews", "entretiens"
    INFORMATION = "information", "informations données"
    ORIENTATIONS = "orientations", "orientations"
    PROCEDURES = "procedures", "démarches faites ensemble"
    GROUP = "group", "participants à une action collective"


class Band(models.TextChoices):
    """The bands of a count: few and wide, so that nobody is recognised."""

    ALL = "", "âge non précisé"
    CHILDREN = "children", "moins de 18 ans"
    ADULTS = "adults", "18 à 64 ans"
    ELDERS = "elders", "65 ans ou plus"


SITE_MEASURES = (Measure.PASSAGES, Measure.HOUSEHOLDS)
"""What the site itself counts on a distribution day."""

TEAM_MEASURES = (
    Measure.INTERVIEWS,
    Measure.INFORMATION,
    Measure.ORIENTATIONS,
    Measure.PROCEDURES,
    Measure.GROUP,
)
"""What a team counts of its own work."""

BANDED = (Measure.PASSAGES,)
"""Measures that are counted by band."""


def label_of(measure: str, band: str = Band.ALL) -> str:
    """« Personnes accueillies, moins de 18 ans »; a measure without bands says no age."""
    words = Measure(measure).label.capitalize()
    return f"{words}, {Band(band).label}" if measure in BANDED else words


def bands_of(measure: str) -> tuple[Band, ...]:
    """The bands in which a measure is counted, the unknown age last: nobody is asked."""
    if measure not in BANDED:
        return (Band.ALL,)
    return (Band.CHILDREN, Band.ADULTS, Band.ELDERS, Band.ALL)

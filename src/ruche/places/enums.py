"""The words of the register: access, public, degree of choice, cold, services.

Values follow the vocabularies that other tools read (data·inclusion, Soliguide); labels are ours.
"""

from django.db import models


class Access(models.TextChoices):
    """Can someone with reduced mobility come in?"""

    YES = "yes", "accessible"
    PARTLY = "partly", "accessible en partie"
    NO = "no", "non accessible"
    UNKNOWN = "unknown", "non renseigné"


class Audience(models.TextChoices):
    """Who may come."""

    EVERYONE = "everyone", "tout le monde"
    ORIENTED = "oriented", "sur orientation d’un travailleur social"
    REGISTERED = "registered", "personnes inscrites"


class Choice(models.TextChoices):
    """How far people choose what they take (Soliguide: `degreeOfChoice`)."""

    FREE = "free_choice", "on choisit librement"
    ACCOMPANIED = "accompanied_choice", "on choisit avec un bénévole"
    NONE = "no_choice", "colis préparé"
    NOT_FOOD = "not_food", "pas de distribution alimentaire"
    UNKNOWN = "unknown", "non renseigné"


FOOD_CHOICES = (Choice.FREE, Choice.ACCOMPANIED, Choice.NONE)
"""A site of which this is known gives food, even when its hours are not."""


class Cold(models.TextChoices):
    """Cold equipment of the site."""

    NONE = "none", "aucun équipement de froid"
    FRIDGE = "fridge", "réfrigérateur"
    FREEZER = "freezer", "réfrigérateur et congélateur"
    COLD_ROOM = "cold_room", "chambre froide"
    UNKNOWN = "unknown", "non renseigné"


class Need(models.TextChoices):
    """What a service answers to: the entries by which people look for it."""

    FOOD = "food", "alimentation"
    HEALTH = "health", "santé"
    RIGHTS = "rights", "accès aux droits"
    DIGITAL = "digital", "numérique"
    BUDGET = "budget", "budget"
    SOCIAL_CENTRE = "social_centre", "centre social"
    OTHER = "other", "autre"


class PresenceKind(models.TextChoices):
    """What an organisation does on a site."""

    HOST = "host", "tient le lieu"
    VISITOR = "visitor", "y vient"


class ReportKind(models.TextChoices):
    """What somebody says is wrong on a public page."""

    HOURS = "hours", "une date ou une heure"
    ADDRESS = "address", "l’adresse, ou comment venir"
    SERVICE = "service", "ce qu’on y trouve"
    CLOSED = "closed", "le lieu est fermé"
    WORDS = "words", "un mot, une traduction"
    OTHER = "other", "autre chose"


LANGUAGES = {
    "fr": "français",
    "en": "anglais",
    "es": "espagnol",
    "pt": "portugais",
    "ar": "arabe",
    "uk": "ukrainien",
    "ru": "russe",
    "ro": "roumain",
    "it": "italien",
    "oc": "occitan",
    "fsl": "langue des signes française",
}
"""Languages that a service may be given in: ISO 639 codes."""

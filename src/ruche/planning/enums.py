"""The words of the planning: where a month stands, what a computation does, how it ended."""

from django.db import models

from ruche.engines.rounds.limits import CommutePolicy

WEEKDAYS = (
    (0, "lundi"),
    (1, "mardi"),
    (2, "mercredi"),
    (3, "jeudi"),
    (4, "vendredi"),
    (5, "samedi"),
    (6, "dimanche"),
)


class Commute(models.TextChoices):
    """What of the way from home counts as work. The employer decides; the strictest comes first."""

    ALL = CommutePolicy.ALL.value, "tout le trajet est du travail"
    EXCESS = CommutePolicy.EXCESS.value, "ce qui dépasse le trajet habituel est du travail"
    NONE = CommutePolicy.NONE.value, "le trajet n’est pas du travail"


class MonthStatus(models.TextChoices):
    """Where the planning of a month stands."""

    DRAFT = "draft", "brouillon"
    PROPOSED = "proposed", "proposé aux équipes"
    PUBLISHED = "published", "publié"


class Origin(models.TextChoices):
    """How a version of a month came to be."""

    PROPOSAL = "proposal", "proposition du calcul"
    CHANGE = "change", "changement fait à la main"
    REPAIR = "repair", "proposition après un changement"
    WHAT_IF = "what_if", "et si…"
    URGENT = "urgent", "proposition d’urgence"


class RunKind(models.TextChoices):
    """What a computation looks for."""

    PROPOSE = "propose", "proposer le mois"
    REPAIR = "repair", "changer le moins possible"
    WHAT_IF = "what_if", "et si une règle était levée"
    URGENT = "urgent", "trois propositions d’urgence"


class RunStatus(models.TextChoices):
    """Where a computation stands."""

    WAITING = "waiting", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "terminé"
    STOPPED = "stopped", "arrêté"
    FAILED = "failed", "interrompu"


AT_WORK = (RunStatus.WAITING, RunStatus.RUNNING)

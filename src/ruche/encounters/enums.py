"""The words of encounters: what may be promised, and what waits outside."""

from django.db import models


class PromiseKind(models.TextChoices):
    """What was promised. The words themselves are sealed."""

    CALL = "call", "rappeler"
    BRING = "bring", "apporter une information"
    CHECK = "check", "vérifier une démarche"


class QuarantineKind(models.TextChoices):
    """What someone who left had sealed before leaving."""

    DEPOSIT = "deposit", "rencontre scellée"
    BATCH = "batch", "compteurs"
    FACT = "fact", "faits scellés"


DEPOSITS_OF_THE_EPOCH_BEFORE = 30
"""Days during which what was sealed for the previous epoch of a circle is still received."""

OLDEST_ENCOUNTER = 366
"""Days: a phone that slept a year still empties itself."""

BATCHES_KEPT = 2 * OLDEST_ENCOUNTER
"""Days during which a batch that was added is recognised: longer than any phone may wait."""

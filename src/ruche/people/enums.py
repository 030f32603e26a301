"""The words of persons' cards: what she says from her telephone."""

from django.db import models


class SaidKind(models.TextChoices):
    """What a person says with her card."""

    WORDS = "words", "ses mots"
    CORRECTION = "correction", "demande de correction"
    ERASURE = "erasure", "demande d’effacement"

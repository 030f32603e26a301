"""The words of the vault: what opens a ring, what is sealed, what a member asks a circle."""

from django.db import models


class SlotKind(models.TextChoices):
    """What secret opens a key ring."""

    PASSKEY = "passkey", "clé d’accès"
    PHRASE = "phrase", "phrase de sept mots"
    SHEET = "sheet", "feuille de secours"


class PieceKind(models.TextChoices):
    """What a sealed piece is. The server knows no more of it."""

    IDENTITY = "identity", "identité"
    NOTE = "note", "note"
    CONSENT = "consent", "accord de la personne"
    THREAD = "thread", "fil avec la personne"
    ENCOUNTER = "encounter", "rencontre"
    PROMISE = "promise", "promesse"


class AskKind(models.TextChoices):
    """What someone asks of a circle."""

    JOIN = "join", "entrer"
    REPLACE = "replace", "changer de clés"
    RESCUE = "rescue", "revenir avec les gardiennes"

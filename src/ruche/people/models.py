"""Cards, and what they open: no name, no secret, nothing that tells whose card it is.

The server knows a card by its handle, derived from a secret that it never sees.
"""

from uuid import uuid4

from django.db import models
from django.utils import timezone

from ruche.people.enums import SaidKind
from ruche.vault.models import Piece, Record


class Card(models.Model):
    """A card that someone holds. Its handle and its proof are derived from its secret."""

    handle = models.CharField("repère", max_length=32, primary_key=True)
    proof = models.CharField("empreinte de la preuve", max_length=64)
    made_on = models.DateField("remise le", default=timezone.localdate)

    class Meta:
        verbose_name = "carte"

    def __str__(self) -> str:
        return "carte"


class Thread(models.Model):
    """The key that a circle shares with a person for one record, sealed for her card."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    card = models.ForeignKey(Card, models.CASCADE, related_name="threads", verbose_name="carte")
    record = models.OneToOneField(
        Record, models.CASCADE, related_name="thread", verbose_name="fiche"
    )
    held = models.BinaryField("clé du fil, scellée pour la carte", max_length=128)

    class Meta:
        verbose_name = "fil avec une personne"
        verbose_name_plural = "fils avec les personnes"

    def __str__(self) -> str:
        return f"fil {self.pk}"


class Shown(models.Model):
    """The key of a piece, sealed for the thread: what she chose to see."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    piece = models.OneToOneField(
        Piece, models.CASCADE, related_name="shown", verbose_name="morceau"
    )
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="shown", verbose_name="fil")
    key = models.BinaryField("clé scellée pour le fil", max_length=128)

    class Meta:
        verbose_name = "morceau montré"
        verbose_name_plural = "morceaux montrés"

    def __str__(self) -> str:
        return f"morceau montré {self.pk}"


class Said(models.Model):
    """What she wrote from her telephone, sealed by the thread for her circle."""

    id = models.UUIDField(primary_key=True, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="said", verbose_name="fil")
    kind = models.CharField("nature", max_length=12, choices=SaidKind)
    body = models.BinaryField("contenu scellé", max_length=17_000)

    class Meta:
        verbose_name = "parole d’une personne"
        verbose_name_plural = "paroles des personnes"

    def __str__(self) -> str:
        return f"parole {self.pk}"

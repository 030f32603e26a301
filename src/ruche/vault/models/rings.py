"""Rings, their slots, and the halves that keep one open between two pages."""

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.vault.enums import SlotKind

KEY = 32
"""Bytes of a key."""


class KeyRing(models.Model):
    """The key ring of a member (*trousseau*), sealed by her browser, and her public keys."""

    member = models.OneToOneField(
        Member, models.CASCADE, primary_key=True, related_name="ring", verbose_name="membre"
    )
    seal_public = models.BinaryField("clé publique de scellement", max_length=KEY)
    sign_public = models.BinaryField("clé publique de signature", max_length=KEY)
    version = models.PositiveIntegerField("version", default=1)
    sealed = models.BinaryField("trousseau scellé", max_length=70_000)
    made_on = models.DateField("fait le", default=timezone.localdate)

    class Meta:
        verbose_name = "trousseau"
        verbose_name_plural = "trousseaux"

    def __str__(self) -> str:
        return f"trousseau de {self.member_id}"


class Slot(models.Model):
    """One way of opening a ring. Each opens alone; a passkey's slot goes with the passkey."""

    id = models.UUIDField(primary_key=True, editable=False)
    ring = models.ForeignKey(
        KeyRing, models.CASCADE, related_name="slots", verbose_name="trousseau"
    )
    kind = models.CharField("nature", max_length=10, choices=SlotKind)
    salt = models.BinaryField("sel", max_length=16, blank=True)
    sealed = models.BinaryField("clé du trousseau, scellée", max_length=128)
    authenticator = models.OneToOneField(
        Authenticator,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="vault_slot",
        verbose_name="clé d’accès",
    )
    made_on = models.DateField("fait le", default=timezone.localdate)

    class Meta:
        verbose_name = "ouverture du trousseau"
        verbose_name_plural = "ouvertures du trousseau"
        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("ring", "kind"),
                condition=~Q(kind="passkey"),
                name="one_phrase_and_one_sheet_a_ring",
                violation_error_message="Ce trousseau a déjà une ouverture de ce genre.",
            ),
            models.CheckConstraint(
                condition=Q(kind="passkey", authenticator__isnull=False)
                | ~Q(kind="passkey") & Q(authenticator=None),
                name="a_passkey_slot_has_its_passkey",
                violation_error_message="Une ouverture par clé d’accès a sa clé d’accès.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class Half(models.Model):
    """The server's half of an open ring, for one web session: useless alone, gone when idle.

    Kept in its own table, that backups leave out, and overwritten before it is deleted.
    """

    session = models.CharField("empreinte de la session", max_length=64, primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="halves", verbose_name="membre")
    half = models.BinaryField("moitié", max_length=KEY)
    seen_at = models.DateTimeField("vue à", default=timezone.now)

    class Meta:
        verbose_name = "moitié de session"
        verbose_name_plural = "moitiés de session"

    def __str__(self) -> str:
        return "moitié"

"""Circles: who is in them, by which acts, under which keys, and who asks to enter or come back."""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.vault.enums import AskKind
from ruche.vault.models.rings import KEY

RETENTION_MONTHS = 24
"""Months after the last contact (CNIL, délibération 2023-095), unless a circle says otherwise."""


class CircleQuerySet(models.QuerySet["Circle"]):
    """Verbs to choose circles."""

    def of(self, member: Member) -> Self:
        """Those that she is in."""
        return self.filter(seats__member=member)

    def kept_by(self, member: Member) -> Self:
        """Those of which she is a custodian."""
        return self.filter(custodies__custodian=member)


class Circle(models.Model):
    """The smallest group that may read something. What its acts say is checked, not believed."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField("nom", max_length=80, unique=True)
    purpose = models.CharField("ce que l’on y garde, et pourquoi", max_length=200)
    retention_months = models.PositiveSmallIntegerField(
        "durée de conservation, en mois après le dernier contact", default=RETENTION_MONTHS
    )
    epoch = models.PositiveIntegerField("époque", default=1)
    number = models.PositiveIntegerField("nombre d’actes", default=1)

    objects: ClassVar[Any] = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = "cercle"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(retention_months__gte=1, retention_months__lte=240),
                name="retention_is_between_a_month_and_twenty_years",
                violation_error_message="La durée va d’un mois à vingt ans (240 mois).",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def ends_in(self, today: date) -> date:
        """The month in which what is touched today must be erased: its first day."""
        months = today.year * 12 + today.month - 1 + self.retention_months
        return date(months // 12, months % 12 + 1, 1)


class Seat(models.Model):
    """A member's place in a circle: what its acts say, ready to be asked."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="seats", verbose_name="cercle")
    member = models.ForeignKey(Member, models.PROTECT, related_name="seats", verbose_name="membre")
    since = models.DateField("depuis le")

    class Meta:
        verbose_name = "place dans un cercle"
        verbose_name_plural = "places dans un cercle"
        ordering = ("circle", "since", "pk")
        constraints = (
            models.UniqueConstraint(fields=("circle", "member"), name="one_seat_a_member"),
        )

    def __str__(self) -> str:
        return f"{self.member_id} dans {self.circle_id}"


class Custody(models.Model):
    """One of the three parts of a circle's recovery key, sealed to its custodian."""

    circle = models.ForeignKey(
        Circle, models.CASCADE, related_name="custodies", verbose_name="cercle"
    )
    custodian = models.ForeignKey(
        Member, models.PROTECT, related_name="custodies", verbose_name="gardienne ou gardien"
    )
    act = models.PositiveIntegerField("acte qui l’a confiée")
    part = models.BinaryField("part scellée", max_length=256)

    class Meta:
        verbose_name = "part de secours"
        verbose_name_plural = "parts de secours"
        ordering = ("circle", "pk")
        constraints = (
            models.UniqueConstraint(fields=("circle", "custodian"), name="one_part_a_custodian"),
        )

    def __str__(self) -> str:
        return f"part de {self.custodian_id}"


class Act(models.Model):
    """A signed act of a circle, byte for byte as it was signed. Never changed."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="acts", verbose_name="cercle")
    number = models.PositiveIntegerField("numéro")
    statement = models.BinaryField("énoncé", max_length=32_000)
    signature = models.BinaryField("signature", max_length=64)
    approvals = models.JSONField("accords des gardiennes", default=dict, blank=True)

    class Meta:
        verbose_name = "acte d’un cercle"
        verbose_name_plural = "actes d’un cercle"
        ordering = ("circle", "number")
        constraints = (
            models.UniqueConstraint(fields=("circle", "number"), name="one_act_a_number"),
        )

    def __str__(self) -> str:
        return f"acte {self.number}"


class Epoch(models.Model):
    """The public key of a circle for a time, and the secret of the time before, sealed under it."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="epochs", verbose_name="cercle")
    number = models.PositiveIntegerField("numéro")
    public = models.BinaryField("clé publique", max_length=KEY)
    chained = models.BinaryField("secret précédent, scellé", max_length=128, blank=True)
    recovery = models.BinaryField("secret pour les gardiennes, scellé", max_length=128, blank=True)

    class Meta:
        verbose_name = "époque"
        ordering = ("circle", "number")
        constraints = (
            models.UniqueConstraint(fields=("circle", "number"), name="one_epoch_a_number"),
        )

    def __str__(self) -> str:
        return f"époque {self.number}"


class EpochWrap(models.Model):
    """The secret of the newest epoch, sealed to one member. It opens the older ones too."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="wraps", verbose_name="cercle")
    epoch = models.PositiveIntegerField("époque")
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="epoch_wraps", verbose_name="membre"
    )
    wrapped = models.BinaryField("secret scellé", max_length=128)

    class Meta:
        verbose_name = "secret confié"
        verbose_name_plural = "secrets confiés"
        ordering = ("circle", "member")
        constraints = (
            models.UniqueConstraint(fields=("circle", "member"), name="one_secret_a_member"),
        )

    def __str__(self) -> str:
        return f"secret de l’époque {self.epoch}"


class Ask(models.Model):
    """A member asks to enter a circle, or to come back to it. One at a time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="asks", verbose_name="cercle")
    member = models.ForeignKey(Member, models.CASCADE, related_name="asks", verbose_name="membre")
    kind = models.CharField("nature", max_length=8, choices=AskKind)
    on = models.DateField("demandé le", default=timezone.localdate)

    class Meta:
        verbose_name = "demande à un cercle"
        verbose_name_plural = "demandes à un cercle"
        ordering = ("on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("circle", "member"),
                name="one_ask_at_a_time",
                violation_error_message="Une demande de cette personne attend déjà.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class Approval(models.Model):
    """A custodian's agreement that someone comes back: her part, re-sealed to that person."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="approvals", verbose_name="demande")
    custodian = models.ForeignKey(
        Member, models.CASCADE, related_name="approvals", verbose_name="gardienne ou gardien"
    )
    part = models.BinaryField("part re-scellée", max_length=256)
    signature = models.BinaryField("signature", max_length=64)

    class Meta:
        verbose_name = "accord d’une gardienne"
        verbose_name_plural = "accords des gardiennes"
        ordering = ("ask", "pk")
        constraints = (
            models.UniqueConstraint(fields=("ask", "custodian"), name="one_approval_a_custodian"),
        )

    def __str__(self) -> str:
        return f"accord de {self.custodian_id}"

"""Records of persons: sealed pieces, the keys that open them, the shares that she agreed to."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.vault.enums import PieceKind
from ruche.vault.models.circles import Circle


class RecordQuerySet(models.QuerySet["Record"]):
    """Verbs to choose records."""

    def readable_by(self, member: Member) -> Self:
        """Those of her circles, and those that a living permission shares with one of them."""
        circles = Circle.objects.of(member).order_by()
        shared = Permission.objects.alive().filter(circle__in=circles).order_by()
        return self.filter(Q(circle__in=circles) | Q(pk__in=shared.values("record")))


class Record(models.Model):
    """Everything that one circle keeps about one person: a random identifier, and little else."""

    id = models.UUIDField(primary_key=True, editable=False)
    circle = models.ForeignKey(
        Circle, models.PROTECT, related_name="records", verbose_name="cercle"
    )
    ends_in = models.DateField("à effacer le mois du")
    """The first day of a month: the retention ends with it."""

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_in__day=1),
                name="retention_is_a_month",
                violation_error_message="La conservation s’arrête à un mois, pas à un jour.",
            ),
        )

    def __str__(self) -> str:
        return f"fiche {self.pk}"


class PermissionQuerySet(models.QuerySet["Permission"]):
    """Verbs to choose permissions."""

    def alive(self) -> Self:
        today = timezone.localdate()
        return self.filter(ended_on=None, since__lte=today, until__gte=today)


class Permission(models.Model):
    """A person agreed that one more circle may read. What she said, and how, is sealed."""

    id = models.UUIDField(primary_key=True, editable=False)
    record = models.ForeignKey(
        Record, models.CASCADE, related_name="permissions", verbose_name="fiche"
    )
    circle = models.ForeignKey(
        Circle, models.PROTECT, related_name="permissions", verbose_name="cercle qui peut lire"
    )
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au")
    ended_on = models.DateField("retiré le", null=True, blank=True)

    objects: ClassVar[Any] = PermissionQuerySet.as_manager()

    class Meta:
        verbose_name = "partage"
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="permission_ends_after_it_begins",
                violation_error_message="Un partage finit après avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return f"partage {self.pk}"

    @property
    def is_alive(self) -> bool:
        return self.ended_on is None and self.since <= timezone.localdate() <= self.until


class Piece(models.Model):
    """One sealed thing about a person: who wrote it, when, and what, are inside."""

    id = models.UUIDField(primary_key=True, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="pieces", verbose_name="fiche")
    kind = models.CharField("nature", max_length=12, choices=PieceKind)
    epoch = models.PositiveIntegerField("époque")
    body = models.BinaryField("contenu scellé", max_length=66_000)

    class Meta:
        verbose_name = "morceau scellé"
        verbose_name_plural = "morceaux scellés"
        constraints = (
            models.UniqueConstraint(
                fields=("record",),
                condition=Q(kind="identity"),
                name="one_identity_a_record",
                violation_error_message="Cette fiche a déjà une identité.",
            ),
        )

    def __str__(self) -> str:
        return f"morceau {self.pk}"


class Wrap(models.Model):
    """The key of a piece, for one circle. Erasing it makes the piece unreadable there, for ever.

    Kept in its own table, with its own short cycle of backups.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    piece = models.ForeignKey(Piece, models.CASCADE, related_name="wraps", verbose_name="morceau")
    circle = models.ForeignKey(
        Circle, models.PROTECT, related_name="piece_wraps", verbose_name="cercle"
    )
    epoch = models.PositiveIntegerField("époque")
    permission = models.ForeignKey(
        Permission,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="wraps",
        verbose_name="partage",
    )
    key = models.BinaryField("clé scellée", max_length=128)
    """For an identity in its own circle, its salt: 32 bytes."""

    class Meta:
        verbose_name = "clé d’un morceau"
        verbose_name_plural = "clés des morceaux"
        constraints = (
            models.UniqueConstraint(fields=("piece", "circle"), name="one_key_a_circle"),
        )

    def __str__(self) -> str:
        return f"clé {self.pk}"

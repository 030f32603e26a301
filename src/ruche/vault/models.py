"""What the vault keeps: rings, circles and pieces, all sealed; nothing dates or orders pieces.

The tables of records (`Record`, `Piece`, `Wrap`, `Permission`) have random identifiers, no instant,
and no hidden row number in SQLite: nothing in a copy of the database tells in what order they came.
"""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.vault.enums import AskKind, PieceKind, SlotKind

KEY = 32
RETENTION_MONTHS = 24
"""Months after the last contact (CNIL, délibération 2023-095), unless a circle says otherwise."""


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


# -------------------------------------------------------------------------------- records


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

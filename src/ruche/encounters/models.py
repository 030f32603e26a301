"""What the server keeps of encounters: forms, sealed deposits, sealed facts, promises that are due.

Nothing here tells whom one met, when, or what was said: a deposit is an envelope in the tray of a
circle, a fact is an envelope of the circle « mesure », a promise is a site and a month.
"""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.encounters.definitions import Definition
from ruche.encounters.enums import QuarantineKind
from ruche.places.models import Site
from ruche.seances.models import Team
from ruche.vault.models import Circle, Piece, Record


class Form(models.Model):
    """A form of encounter. Its versions are kept: what was asked stays readable."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.SlugField("clé", max_length=30, unique=True)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "formulaire de rencontre"
        verbose_name_plural = "formulaires de rencontre"
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    @property
    def newest(self) -> "FormVersion":
        found = self.versions.order_by("-number").first()
        assert found is not None, "un formulaire a toujours une version"
        return found


class FormVersion(models.Model):
    """A form as it was from one day on. Never changed."""

    form = models.ForeignKey(
        Form, models.CASCADE, related_name="versions", verbose_name="formulaire"
    )
    number = models.PositiveIntegerField("numéro")
    data = models.JSONField("contenu")
    made_on = models.DateField("faite le", default=timezone.localdate)

    class Meta:
        verbose_name = "version d’un formulaire"
        verbose_name_plural = "versions des formulaires"
        ordering = ("form", "number")
        constraints: ClassVar = (
            models.UniqueConstraint(fields=("form", "number"), name="one_form_version_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.form_id}, version {self.number}"

    @property
    def definition(self) -> Definition:
        return Definition.of(self.data)


class FormUseQuerySet(models.QuerySet["FormUse"]):
    """Verbs to choose uses of forms."""

    def alive(self) -> Self:
        return self.filter(form__is_active=True)


class FormUse(models.Model):
    """A team uses a form, and seals for a circle; without a team, the volunteers of every site."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    form = models.ForeignKey(Form, models.CASCADE, related_name="uses", verbose_name="formulaire")
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="form_uses",
        verbose_name="équipe",
        help_text="Vide : les bénévoles de chaque lieu.",
    )
    circle = models.ForeignKey(
        Circle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="form_uses",
        verbose_name="cercle pour lequel on scelle",
        help_text="Vide : on compte, et rien d’une personne ne se garde.",
    )

    objects: ClassVar[Any] = FormUseQuerySet.as_manager()

    class Meta:
        verbose_name = "usage d’un formulaire"
        verbose_name_plural = "usages des formulaires"
        ordering = ("form__key", "team__name", "pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=("form", "team"),
                name="one_use_of_a_form_a_team",
                violation_error_message="Cette équipe utilise déjà ce formulaire.",
            ),
            models.UniqueConstraint(
                fields=("form",),
                condition=Q(team=None),
                name="one_use_of_a_form_by_volunteers",
                violation_error_message="Les bénévoles utilisent déjà ce formulaire.",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(circle=None),
                name="volunteers_seal_nothing",
                violation_error_message="Les bénévoles comptent et ne gardent rien d’une personne.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.form} par {self.team or 'les bénévoles'}"


class MeasuringCircle(models.Model):
    """The circle « mesure »: the one that may cross what encounters said. One, or none."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+", verbose_name="cercle")

    class Meta:
        verbose_name = "cercle qui mesure"
        verbose_name_plural = "cercle qui mesure"
        constraints: ClassVar = (
            models.CheckConstraint(condition=Q(id=1), name="one_circle_measures"),
        )

    def __str__(self) -> str:
        return str(self.circle)


class Deposit(models.Model):
    """An encounter sealed for a circle by a phone that could open nothing: it waits to be filed."""

    id = models.UUIDField(primary_key=True, editable=False)
    circle = models.ForeignKey(
        Circle, models.PROTECT, related_name="deposits", verbose_name="cercle"
    )
    epoch = models.PositiveIntegerField("époque")
    body = models.BinaryField("contenu scellé", max_length=66_000)
    key = models.BinaryField("clé scellée", max_length=128)
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deposits",
        verbose_name="lieu d’une promesse",
        db_index=False,
    )
    month = models.DateField("mois d’une promesse", null=True, blank=True)

    class Meta:
        verbose_name = "rencontre à ranger"
        verbose_name_plural = "rencontres à ranger"
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(site=None, month=None) | Q(site__isnull=False, month__day=1),
                name="deposit_promises_a_site_and_a_month",
                violation_error_message="Une promesse a un lieu et un mois, pas un jour.",
            ),
        )

    def __str__(self) -> str:
        return f"rencontre à ranger {self.pk}"


class FiledDeposit(models.Model):
    """What was filed, erased, or sealed together with others: sent again, it is not kept twice."""

    id = models.UUIDField(primary_key=True, editable=False)
    day = models.DateField("jour", default=timezone.localdate)

    class Meta:
        verbose_name = "rencontre rangée"
        verbose_name_plural = "rencontres rangées"

    def __str__(self) -> str:
        return "rencontre rangée"


class Facts(models.Model):
    """Joint facts of encounters, in one envelope of the circle « mesure ».

    Phones deposit them one by one. Someone of the circle, who has opened many, seals them anew
    together: hundreds then open at once, under the newest epoch.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="facts", verbose_name="cercle")
    epoch = models.PositiveIntegerField("époque")
    body = models.BinaryField("contenu scellé", max_length=66_000)
    key = models.BinaryField("clé scellée, ou sel d’un bloc", max_length=128)
    is_block = models.BooleanField("bloc refait dans le cercle", default=False)

    class Meta:
        verbose_name = "faits scellés"
        verbose_name_plural = "faits scellés"

    def __str__(self) -> str:
        return f"faits {self.pk}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Verbs to choose promises."""

    def readable_by(self, member: Member) -> Self:
        """Those of her circles."""
        return self.filter(record__circle__seats__member=member)


class Promise(models.Model):
    """Something promised to someone: at which site it is due, and from which month. No more."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    piece = models.OneToOneField(
        Piece, models.CASCADE, related_name="promise", verbose_name="morceau scellé"
    )
    record = models.ForeignKey(
        Record, models.CASCADE, related_name="promises", verbose_name="fiche"
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="promises", verbose_name="lieu")
    month = models.DateField("à partir du mois de")

    objects: ClassVar[Any] = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = "promesse"
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="promise_is_due_in_a_month",
                violation_error_message="Une promesse a un mois, pas un jour.",
            ),
        )

    def __str__(self) -> str:
        return f"promesse {self.pk}"


class Permit(models.Model):
    """By it, a phone whose member has left may still hand over what it had sealed before."""

    token = models.CharField("empreinte", max_length=64, primary_key=True)
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="permits", verbose_name="membre"
    )
    made_on = models.DateField("donné le", default=timezone.localdate)

    class Meta:
        verbose_name = "permis de déposer"
        verbose_name_plural = "permis de déposer"
        ordering = ("member", "made_on", "token")

    def __str__(self) -> str:
        return "permis"


class Quarantined(models.Model):
    """What someone who left had sealed: someone who stayed accepts it, or destroys it."""

    id = models.CharField(primary_key=True, max_length=64, editable=False)
    kind = models.CharField("nature", max_length=8, choices=QuarantineKind)
    sender = models.ForeignKey(
        Member, models.PROTECT, related_name="quarantined", verbose_name="déposé par"
    )
    circle = models.ForeignKey(
        Circle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quarantined",
        verbose_name="cercle",
    )
    body = models.JSONField("envoi")
    day = models.DateField("reçu le", default=timezone.localdate)

    class Meta:
        verbose_name = "envoi en quarantaine"
        verbose_name_plural = "envois en quarantaine"
        ordering = ("day", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%d/%m/%Y}"

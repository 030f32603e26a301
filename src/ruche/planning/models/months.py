"""A month from draft to announcement: every version is kept, and the last announced one known."""

from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.engines.rounds import Plan, Problem
from ruche.engines.rounds.serialisation import plan_from_json, problem_from_json
from ruche.french.times import month_of
from ruche.places.models import Site
from ruche.planning.enums import AT_WORK, MonthStatus, Origin, RunKind, RunStatus
from ruche.planning.models.resources import Rota, Worker
from ruche.seances.models import Participation


class Month(models.Model):
    """The planning of one month, named by its first day."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    first = models.DateField("premier jour", unique=True)
    status = models.CharField("état", max_length=10, choices=MonthStatus, default=MonthStatus.DRAFT)
    head = models.ForeignKey(
        "planning.Version",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="version en cours",
    )
    published = models.ForeignKey(
        "planning.Version",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dernière version publiée",
    )
    version = models.PositiveIntegerField("génération", default=1)
    """Raised by every change: two people who plan the same month never overwrite each other."""

    class Meta:
        verbose_name = "mois"
        ordering = ("-first",)
        constraints = (
            models.CheckConstraint(
                condition=Q(first__day=1),
                name="month_begins_on_its_first_day",
                violation_error_message="Un mois commence le premier.",
            ),
        )

    def __str__(self) -> str:
        return month_of(self.first)

    def get_absolute_url(self) -> str:
        return reverse("planning:month", args=[self.first])

    @property
    def slug(self) -> str:
        """« 2027-01 », as in its address."""
        return f"{self.first:%Y-%m}"

    @property
    def is_published_as_it_is(self) -> bool:
        """Whether what everyone reads is the version in hand."""
        return self.published_id is not None and self.published_id == self.head_id


class Brief(models.Model):
    """All that a computation was given: several versions of a month may answer the same one."""

    month = models.ForeignKey(Month, models.CASCADE, related_name="briefs", verbose_name="mois")
    text = models.TextField("contenu")
    """JSON of `engines.rounds.serialisation`."""
    made_at = models.DateTimeField("rassemblé le", default=timezone.now)

    class Meta:
        verbose_name = "données d’un calcul"
        verbose_name_plural = "données des calculs"
        ordering = ("month", "made_at", "pk")

    def __str__(self) -> str:
        return f"données de {self.month}"

    @cached_property
    def problem(self) -> Problem:
        """Read once."""
        return problem_from_json(self.text)


class Version(models.Model):
    """A month at one moment: a plan, and what it answers. Only its reasons are written later."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    month = models.ForeignKey(Month, models.CASCADE, related_name="versions", verbose_name="mois")
    number = models.PositiveIntegerField("numéro")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="faite à partir de",
    )
    origin = models.CharField("origine", max_length=10, choices=Origin)
    title = models.CharField("ce qui a été fait", max_length=300)
    brief = models.ForeignKey(
        Brief, models.PROTECT, related_name="versions", verbose_name="données"
    )
    plan = models.TextField("plan")
    """JSON of `engines.rounds.serialisation`."""
    reasons = models.JSONField("pourquoi certaines visites manquent", default=list, blank=True)
    """Each one: site, team, period, visits, text, and the rules to let go (rule, label)."""
    run = models.ForeignKey(
        "planning.Run",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="results",
        verbose_name="calcul",
    )
    made_by = models.ForeignKey(
        Member, models.PROTECT, related_name="plan_versions", verbose_name="faite par"
    )
    made_at = models.DateTimeField("faite le", default=timezone.now)

    class Meta:
        verbose_name = "version d’un mois"
        verbose_name_plural = "versions d’un mois"
        ordering = ("month", "-number")
        constraints = (
            models.UniqueConstraint(fields=("month", "number"), name="one_version_per_number"),
        )

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def problem(self) -> Problem:
        return self.brief.problem

    @cached_property
    def found(self) -> Plan:
        """The plan, read once."""
        return plan_from_json(self.plan)


class Pin(models.Model):
    """What a coordinator imposes in a month: a day, someone for a site, or someone on a day."""

    month = models.ForeignKey(Month, models.CASCADE, related_name="pins", verbose_name="mois")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", verbose_name="lieu")
    rota = models.ForeignKey(Rota, models.CASCADE, related_name="+", verbose_name="roulement")
    day = models.DateField("jour", null=True, blank=True)
    worker = models.ForeignKey(
        Worker, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="équipier"
    )

    class Meta:
        verbose_name = "choix imposé"
        verbose_name_plural = "choix imposés"
        ordering = ("month", "day", "site__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("month", "site", "rota", "day"),
                condition=Q(day__isnull=False),
                name="one_pin_per_site_rota_and_day",
                violation_error_message="Un choix est déjà imposé ce jour-là.",
            ),
            models.UniqueConstraint(
                fields=("month", "site", "rota"),
                condition=Q(day=None),
                name="one_pin_for_every_visit",
                violation_error_message="Une personne est déjà imposée pour toutes les visites.",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False) | Q(worker__isnull=False),
                name="pin_imposes_something",
                violation_error_message="Imposez un jour, une personne, ou les deux.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rota} à {self.site.name}"


class Visit(models.Model):
    """A visit that was announced, and the team's place in the séance that tells of it."""

    month = models.ForeignKey(Month, models.CASCADE, related_name="visits", verbose_name="mois")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name="lieu")
    rota = models.ForeignKey(Rota, models.PROTECT, related_name="+", verbose_name="roulement")
    day = models.DateField("jour")
    worker = models.ForeignKey(
        Worker, models.PROTECT, related_name="visits", verbose_name="équipier"
    )
    participation = models.ForeignKey(
        Participation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned",
        verbose_name="venue",
    )

    class Meta:
        verbose_name = "visite annoncée"
        verbose_name_plural = "visites annoncées"
        ordering = ("day", "site__name", "rota__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "rota", "day"),
                name="one_visit_per_site_rota_and_day",
                violation_error_message="Cette visite est déjà annoncée.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rota} à {self.site.name} le {self.day:%d/%m/%Y}"


class Publication(models.Model):
    """A month that was told to everyone, and who had to be called since the time before."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    month = models.ForeignKey(
        Month, models.CASCADE, related_name="publications", verbose_name="mois"
    )
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="publications", verbose_name="version"
    )
    made_by = models.ForeignKey(
        Member, models.PROTECT, related_name="publications", verbose_name="publié par"
    )
    made_at = models.DateTimeField("publié le", default=timezone.now)
    calls = models.JSONField("appels à passer", default=list, blank=True)
    """Each one: site, team (the rota), change, before and after (day, worker; or nothing)."""

    class Meta:
        verbose_name = "publication d’un mois"
        verbose_name_plural = "publications d’un mois"
        ordering = ("month", "-made_at", "pk")

    def __str__(self) -> str:
        return f"{self.month}, publié le {timezone.localtime(self.made_at):%d/%m/%Y}"


class RunQuerySet(models.QuerySet["Run"]):
    """Verbs to choose computations."""

    def at_work(self) -> Self:
        return self.filter(status__in=AT_WORK)


class Run(models.Model):
    """A computation of a month, in the background: it can be watched, stopped, taken up again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    month = models.ForeignKey(Month, models.CASCADE, related_name="runs", verbose_name="mois")
    kind = models.CharField("recherche", max_length=10, choices=RunKind)
    status = models.CharField("état", max_length=10, choices=RunStatus, default=RunStatus.WAITING)
    title = models.CharField("ce qui est demandé", max_length=300)
    brief = models.ForeignKey(Brief, models.PROTECT, related_name="runs", verbose_name="données")
    asked = models.JSONField("précisions", default=dict, blank=True)
    """What this kind of computation must know: who is away, which rules to let go."""
    asked_by = models.ForeignKey(
        Member, models.PROTECT, related_name="planning_runs", verbose_name="demandé par"
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    beat_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    criterion = models.CharField("critère", max_length=20, blank=True)
    value = models.FloatField("valeur", null=True, blank=True)
    bound = models.FloatField("borne", null=True, blank=True)
    seconds = models.FloatField("secondes", default=0)
    stop_asked = models.BooleanField("arrêt demandé", default=False)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    trouble = models.TextField("ce qui a empêché", blank=True)
    base = models.ForeignKey(
        Version,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="version de départ",
    )
    objects: ClassVar[Any] = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "calcul"
        ordering = ("-asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("month",),
                condition=Q(status__in=[status.value for status in AT_WORK]),
                name="one_run_at_a_time",
                violation_error_message="Un calcul est déjà en cours pour ce mois.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.month}"

    def get_absolute_url(self) -> str:
        return reverse("planning:run", args=[self.pk])

    @property
    def is_at_work(self) -> bool:
        return self.status in AT_WORK

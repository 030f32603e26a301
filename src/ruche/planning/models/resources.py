"""Who can go, with what, and what is owed to each site. Each row has defaults that make sense."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ruche.accounts.models import Member
from ruche.engines.portraits.levels import Level
from ruche.engines.rounds.limits import DAY, Contract, clock
from ruche.geography.models import Territory
from ruche.places.models import Site
from ruche.planning.enums import WEEKDAYS, Commute
from ruche.seances.models import Team

STRICT = Contract()
"""What the law allows without anything being said: the defaults of a contract."""

LONGEST_WEEK = STRICT.max_week_abs_min
LONGEST_DAY = STRICT.max_day_min


def week_of_days() -> list[int]:
    """From Monday to Friday."""
    return list(STRICT.workdays)


class Rota(models.Model):
    """People who answer for the same visits, and can take one another's place."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("nom", max_length=60, unique=True)
    visits = models.PositiveSmallIntegerField(
        "visites par mois", default=2, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    stay_min = models.PositiveSmallIntegerField(
        "durée d’une visite, en minutes",
        default=90,
        validators=[MinValueValidator(10), MaxValueValidator(600)],
    )
    is_active = models.BooleanField("en activité", default=True)

    class Meta:
        verbose_name = "roulement"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Vehicle(models.Model):
    """A car that a team shares, or a van."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("nom", max_length=60, unique=True)
    seats = models.PositiveSmallIntegerField(
        "places", default=5, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    count = models.PositiveSmallIntegerField(
        "combien", default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    class Meta:
        verbose_name = "véhicule"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Outage(models.Model):
    """Days on which a vehicle stays at the garage."""

    vehicle = models.ForeignKey(
        Vehicle, models.CASCADE, related_name="outages", verbose_name="véhicule"
    )
    first = models.DateField("du")
    last = models.DateField("au")

    class Meta:
        verbose_name = "immobilisation"
        ordering = ("first", "vehicle", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="outage_ends_after_it_begins",
                violation_error_message="Une immobilisation finit après avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.vehicle} du {self.first:%d/%m/%Y} au {self.last:%d/%m/%Y}"


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Verbs to choose workers."""

    def active(self) -> Self:
        return self.filter(is_active=True, rota__is_active=True)


class Worker(models.Model):
    """Who moves as one: a nurse in her car, a van with its crew. Home is known by its commune."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("nom affiché", max_length=80)
    rota = models.ForeignKey(Rota, models.PROTECT, related_name="workers", verbose_name="roulement")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="workers",
        verbose_name="équipe",
        help_text="L’équipe qui est attendue à la séance, et qui reçoit les messages.",
    )
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name="membre",
        help_text="Vide : toute l’équipe se déplace ensemble.",
    )
    people = models.PositiveSmallIntegerField(
        "personnes à bord", default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    base = models.ForeignKey(
        Territory,
        models.PROTECT,
        limit_choices_to={"level": Level.COMMUNE},
        related_name="+",
        verbose_name="commune de départ",
        help_text="La commune suffit : jamais d’adresse personnelle.",
    )
    vehicle = models.ForeignKey(
        Vehicle,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name="véhicule",
        help_text="Vide : sa propre voiture.",
    )
    workdays = models.JSONField("jours de travail", default=week_of_days)
    """Numbers of days, Monday is 0."""
    max_week_min = models.PositiveSmallIntegerField(
        "travail par semaine, en minutes",
        default=STRICT.max_week_min,
        validators=[MinValueValidator(60), MaxValueValidator(LONGEST_WEEK)],
    )
    max_day_min = models.PositiveSmallIntegerField(
        "travail par jour, en minutes",
        default=STRICT.max_day_min,
        validators=[MinValueValidator(60), MaxValueValidator(LONGEST_DAY)],
    )
    earliest_start = models.PositiveSmallIntegerField(
        "départ au plus tôt, en minutes", default=STRICT.earliest_start
    )
    latest_end = models.PositiveSmallIntegerField(
        "retour au plus tard, en minutes", default=STRICT.latest_end
    )
    commute = models.CharField(
        "trajet depuis la base", max_length=20, choices=Commute, default=Commute.ALL
    )
    usual_commute_min = models.PositiveSmallIntegerField(
        "trajet habituel, en minutes", default=0, validators=[MaxValueValidator(240)]
    )
    is_active = models.BooleanField("dans les tournées", default=True)

    objects: ClassVar[Any] = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "équipier"
        ordering = ("rota__name", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("rota", "name"),
                name="one_worker_per_name_and_rota",
                violation_error_message="Ce roulement a déjà quelqu’un de ce nom.",
            ),
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(is_active=True),
                name="one_active_worker_per_member",
                violation_error_message="Cette personne est déjà dans les tournées.",
            ),
            models.CheckConstraint(
                condition=Q(latest_end__gt=F("earliest_start"), latest_end__lte=DAY),
                name="worker_is_back_after_leaving",
                violation_error_message="Le retour au plus tard vient après le départ au plus tôt.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planning:worker", args=[self.pk])

    @property
    def workday_names(self) -> list[str]:
        return [name for number, name in WEEKDAYS if number in self.workdays]

    @property
    def week_in_words(self) -> str:
        """« 35 h »."""
        return clock(self.max_week_min)


class Need(models.Model):
    """What a rota owes to a site each month."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="needs", verbose_name="lieu")
    rota = models.ForeignKey(Rota, models.CASCADE, related_name="needs", verbose_name="roulement")
    visits = models.PositiveSmallIntegerField(
        "visites par mois", default=2, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    stay_min = models.PositiveSmallIntegerField(
        "durée d’une visite, en minutes",
        default=90,
        validators=[MinValueValidator(10), MaxValueValidator(600)],
    )
    min_days = models.PositiveSmallIntegerField(
        "jours entre deux visites, au moins", default=7, validators=[MinValueValidator(1)]
    )
    max_days = models.PositiveSmallIntegerField(
        "jours entre deux visites, au plus", default=21, validators=[MinValueValidator(1)]
    )
    reference = models.ForeignKey(
        Worker,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="references",
        verbose_name="visage connu",
        help_text="Qui vient d’habitude. Vide : qui est venu avant.",
    )

    class Meta:
        verbose_name = "besoin d’un lieu"
        verbose_name_plural = "besoins des lieux"
        ordering = ("rota__name", "site__commune__name", "site__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "rota"),
                name="one_need_per_site_and_rota",
                violation_error_message="Ce lieu a déjà ce besoin.",
            ),
            models.CheckConstraint(
                condition=Q(max_days__gte=F("min_days")),
                name="need_gaps_are_in_order",
                violation_error_message="L’écart le plus court dépasse l’écart le plus long.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rota} à {self.site.name}"


class Block(models.Model):
    """Time that is not a visit: a training day (one moment), a meeting to place (several)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("quoi", max_length=80, help_text="« réunion d’équipe », « formation »")
    workers = models.ManyToManyField(Worker, related_name="blocks", verbose_name="pour qui")
    options = models.JSONField("moments possibles", default=list)
    """Each one: day (ISO), start and end in minutes since midnight."""
    stay_min = models.PositiveSmallIntegerField(
        "durée, en minutes", validators=[MinValueValidator(10), MaxValueValidator(DAY)]
    )
    together = models.BooleanField("tout le monde en même temps", default=True)

    class Meta:
        verbose_name = "temps réservé"
        verbose_name_plural = "temps réservés"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class PartnerOffer(models.Model):
    """When a partner can join a team on a site, and how often it wishes to."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.OneToOneField(
        Team, models.CASCADE, related_name="offer", verbose_name="équipe partenaire"
    )
    rule = models.CharField(
        "jours possibles",
        max_length=2_000,
        help_text="« 1er et 3e mardi du mois, 9h-17h »",
    )
    """In OSM `opening_hours` syntax, as the hours of a site."""
    sites = models.ManyToManyField(
        Site, related_name="offers", blank=True, verbose_name="lieux souhaités"
    )
    rotas = models.ManyToManyField(Rota, related_name="offers", blank=True, verbose_name="avec qui")
    visits = models.PositiveSmallIntegerField(
        "venues par mois", default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    rides = models.ForeignKey(
        Vehicle,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name="vient dans le véhicule",
    )
    is_active = models.BooleanField("en cours", default=True)

    class Meta:
        verbose_name = "disponibilité d’un partenaire"
        verbose_name_plural = "disponibilités des partenaires"
        ordering = ("team__organisation__name", "team__name", "pk")

    def __str__(self) -> str:
        return f"{self.team.organisation}, {self.team}"

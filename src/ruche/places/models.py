"""Sites, what organisations bring there, and when each thing is open."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ruche.accounts.models import Member, Organisation
from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory
from ruche.places.enums import (
    LANGUAGES,
    Access,
    Audience,
    Choice,
    Cold,
    Need,
    PresenceKind,
    ReportKind,
)
from ruche.places.imports.models import ImportBatch, ImportKey, ImportLine

__all__ = [
    "Assignment",
    "ImportBatch",
    "ImportKey",
    "ImportLine",
    "OccurrenceChange",
    "Opening",
    "Photo",
    "Presence",
    "Report",
    "Service",
    "Site",
]


class SiteQuerySet(models.QuerySet["Site"]):
    """Verbs to choose sites."""

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def of_member(self, member: Member) -> Self:
        """The sites to which a member is assigned."""
        return self.filter(assignments__member=member)


class Site(models.Model):
    """A place where people come for help."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("nom", max_length=100)
    commune = models.ForeignKey(
        Territory,
        models.PROTECT,
        limit_choices_to={"level": Level.COMMUNE},
        related_name="+",
        verbose_name="commune",
    )
    address = models.CharField("adresse", max_length=160)
    address_note = models.CharField(
        "pour trouver", max_length=200, blank=True, help_text="« derrière l’église, portail vert »"
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    access = models.CharField(
        "accès des personnes à mobilité réduite",
        max_length=10,
        choices=Access,
        default=Access.UNKNOWN,
    )
    access_note = models.CharField("précisions sur l’accès", max_length=200, blank=True)
    transport = models.CharField("comment venir", max_length=300, blank=True)
    audience = models.CharField(
        "qui peut venir", max_length=12, choices=Audience, default=Audience.EVERYONE
    )
    choice = models.CharField(
        "degré de choix", max_length=20, choices=Choice, default=Choice.UNKNOWN
    )
    cold = models.CharField(
        "équipement de froid", max_length=10, choices=Cold, default=Cold.UNKNOWN
    )
    phone = models.CharField("téléphone du lieu", max_length=20, blank=True)
    email = models.EmailField("courriel du lieu", blank=True)
    note = models.TextField("note pour les équipes", max_length=1_000, blank=True)
    is_hub = models.BooleanField("tiers-lieu solidaire", default=True)
    closed_on = models.DateField("fermé depuis le", null=True, blank=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1)

    objects: ClassVar[Any] = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ("commune__name", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("commune", "name"),
                name="one_site_per_name_and_commune",
                violation_error_message="Un lieu de cette commune porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,  # a range says nothing of what is unknown
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="site_has_both_coordinates_or_none",
                violation_error_message=("Donnez la latitude et la longitude, ou aucune des deux."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.commune.title})"

    @property
    def is_placed(self) -> bool:
        """Whether it can be shown on a map."""
        return self.position is not None

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude, when they are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class Photo(models.Model):
    """A picture of a site, that has words for who does not see it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="photos", verbose_name="lieu")
    image = models.ImageField(
        "photo", upload_to="lieux/", width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField("largeur", editable=False)
    height = models.PositiveIntegerField("hauteur", editable=False)
    alternative = models.CharField(
        "ce que montre la photo",
        max_length=200,
        help_text="Lu à la place de l’image. Aucune personne reconnaissable.",
    )
    added_at = models.DateTimeField("ajoutée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "photo"
        ordering = ("site", "added_at", "pk")

    def __str__(self) -> str:
        return self.alternative


class Presence(models.Model):
    """An organisation on a site: who holds it, who comes."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="presences", verbose_name="lieu")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="presences", verbose_name="organisation"
    )
    kind = models.CharField(
        "ce qu’elle y fait", max_length=10, choices=PresenceKind, default=PresenceKind.VISITOR
    )
    note = models.CharField("précisions", max_length=200, blank=True)

    class Meta:
        verbose_name = "présence"
        ordering = ("site", "kind", "organisation__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "organisation"),
                name="one_presence_per_site_and_organisation",
                violation_error_message="Cette organisation est déjà sur ce lieu.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()}"

    @property
    def is_host(self) -> bool:
        return self.kind == PresenceKind.HOST


class Assignment(models.Model):
    """A volunteer of a site: what she may count and see there comes from it."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="assignments", verbose_name="lieu")
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="assignments", verbose_name="membre"
    )

    class Meta:
        verbose_name = "affectation"
        ordering = ("site", "member")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "member"),
                name="one_assignment_per_site_and_member",
                violation_error_message="Cette personne est déjà affectée à ce lieu.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member} à {self.site}"


class Service(models.Model):
    """Something that an organisation offers, wherever it does."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="services", verbose_name="organisation"
    )
    name = models.CharField("nom", max_length=120)
    need = models.CharField("besoin", max_length=20, choices=Need)
    description = models.TextField("en quelques mots", max_length=1_000, blank=True)
    conditions = models.CharField("conditions", max_length=300, blank=True)
    documents = models.CharField("à apporter", max_length=300, blank=True)
    languages = models.JSONField("langues", default=list, blank=True)
    """ISO codes among `LANGUAGES`."""
    is_free = models.BooleanField("gratuit", default=True)
    is_active = models.BooleanField("proposé", default=True)
    sites = models.ManyToManyField(Site, related_name="services", blank=True, verbose_name="lieux")
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "service"
        ordering = ("need", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                name="one_service_per_name_and_organisation",
                violation_error_message="Cette organisation propose déjà un service de ce nom.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def language_names(self) -> list[str]:
        return [LANGUAGES[code] for code in self.languages if code in LANGUAGES]


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Verbs to choose openings."""

    def current(self) -> Self:
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today))


class Opening(models.Model):
    """When a site is open, or one of its services: a rule, in OSM `opening_hours` syntax."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="openings", verbose_name="lieu")
    service = models.ForeignKey(
        Service,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="openings",
        verbose_name="service",
        help_text="Vide : le lieu lui-même, pour la distribution.",
    )
    rule = models.CharField("règle", max_length=2_000)
    since = models.DateField("à partir du", default=timezone.localdate)
    until = models.DateField("jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects: ClassVar[Any] = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = "horaire"
        ordering = ("site", "service__name", "since", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="opening_ends_after_it_begins",
                violation_error_message="Un horaire finit après avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return self.rule


class OccurrenceChange(models.Model):
    """One opening of one day that does not follow the rule: cancelled, or at another time."""

    opening = models.ForeignKey(
        Opening, models.CASCADE, related_name="changes", verbose_name="horaire"
    )
    day = models.DateField("jour de la règle")
    new_day = models.DateField("nouveau jour", null=True, blank=True)
    starts = models.TimeField("de", null=True, blank=True)
    ends = models.TimeField("à", null=True, blank=True)
    reason = models.CharField("raison", max_length=200, blank=True)

    class Meta:
        verbose_name = "changement d’un jour"
        ordering = ("opening", "day")
        constraints = (
            models.UniqueConstraint(
                fields=("opening", "day"),
                name="one_change_per_day",
                violation_error_message="Ce jour a déjà été modifié.",
            ),
            models.CheckConstraint(
                condition=Q(new_day=None, starts=None, ends=None)
                | Q(
                    new_day__isnull=False,
                    starts__isnull=False,
                    ends__isnull=False,
                    ends__gt=F("starts"),
                ),
                name="moved_occurrence_is_whole",
                violation_error_message=(
                    "Un jour déplacé a une date, une heure de début et une heure de fin."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} : {'annulée' if self.is_cancelled else 'déplacée'}"

    @property
    def is_cancelled(self) -> bool:
        return self.new_day is None


class Report(models.Model):
    """An error that somebody saw on a public page, told without an account and without a name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="reports", verbose_name="lieu")
    kind = models.CharField("ce qui ne va pas", max_length=10, choices=ReportKind)
    message = models.CharField("message", max_length=500, blank=True)
    language = models.CharField("langue de la page", max_length=2)
    received_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "signalement"
        ordering = ("received_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "kind", "message"),
                name="one_report_of_an_error",
                violation_error_message="Cette erreur a déjà été signalée.",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

"""Editions of the portraits and their figures: written once, then only read."""

from datetime import date
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from ruche.engines.portraits.peers import BASES
from ruche.engines.portraits.states import State
from ruche.geography.models import Territory

LONG_FIELDS = ("inputs", "notes", "checks", "changes", "known")
"""What few pages ask of an edition: read when it is asked."""


class EditionQuerySet(models.QuerySet["Edition"]):
    """Verbs to choose editions."""

    def published(self) -> Self:
        return self.filter(status=Edition.Status.PUBLISHED)

    def current(self, departement: str = "") -> "Edition | None":
        """The edition that the public reads: the last one published of the network's département.

        The editions of other départements are there to be tried, compared and printed.
        """
        wanted = departement or settings.NETWORK_DEPARTEMENT
        found = self.published().filter(departement=wanted).defer(*LONG_FIELDS)
        return found.order_by("-published_on", "-id").first()


class Edition(models.Model):
    """A photograph of every territory, sealed by a digest of its inputs and of its content."""

    class Status(models.TextChoices):
        DRAFT = "draft", "brouillon"
        PUBLISHED = "published", "publiée"

    id = models.CharField("édition", max_length=40, primary_key=True)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.DRAFT)
    geography = models.PositiveSmallIntegerField("géographie au 1er janvier")
    departement = models.CharField("département des communes", max_length=3)
    catalogue_digest = models.CharField("empreinte du catalogue", max_length=64)
    digest = models.CharField("empreinte du contenu", max_length=64)
    inputs = models.JSONField("fichiers d’origine", default=list)
    notes = models.JSONField("avertissements de l’import", default=list)
    checks = models.JSONField("contrôles", default=list)
    known = models.JSONField("territoires connus par indicateur et échelle", default=dict)
    changes = models.JSONField("changements depuis l’édition précédente", default=dict)
    built_on = models.DateField("construite le")
    published_on = models.DateField("publiée le", null=True)
    changes_read = models.BooleanField("changements lus et approuvés", default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "édition"
        ordering = ("-published_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_on__isnull=False, changes_read=True),
                name="published_edition_was_read",
                violation_error_message="Une édition se publie après lecture de ses changements.",
            ),
        )

    def __str__(self) -> str:
        return self.id

    @property
    def dated(self) -> date:
        return self.published_on or self.built_on


class FigureQuerySet(models.QuerySet["Figure"]):
    """Verbs to choose figures. A figure is never changed: its edition is built again."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise ImmutableFigure

    def of(self, edition: Edition) -> Self:
        return self.filter(edition=edition)


class ImmutableFigure(RuntimeError):
    """Someone tried to change a figure of an edition."""

    def __init__(self) -> None:
        super().__init__("Un chiffre d'une édition ne se modifie pas : reconstruisez l'édition.")


class Figure(models.Model):
    """One indicator of one territory in one edition, with its place and its certainty."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, verbose_name="édition")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, verbose_name="territoire")
    level = models.CharField("échelle", max_length=4)
    indicator = models.CharField("indicateur", max_length=40)
    year = models.PositiveSmallIntegerField("année")
    value = models.FloatField("valeur", null=True)
    state = models.PositiveSmallIntegerField("état", choices=[(s.value, s.label) for s in State])
    estimated = models.BooleanField("estimation", default=False)
    source = models.CharField("source", max_length=40)
    num = models.FloatField("numérateur", null=True)
    den = models.FloatField("dénominateur", null=True)
    margin = models.FloatField("marge à 95 %, en points", null=True)
    rank = models.PositiveIntegerField("rang", null=True)
    count = models.PositiveIntegerField("classés", null=True)
    rank_wide = models.PositiveIntegerField("rang large", null=True)
    count_wide = models.PositiveIntegerField("classés, groupe large", null=True)
    percentile = models.FloatField("centile", null=True)
    peers_low = models.FloatField("premier quartile des comparables", null=True)
    peers_median = models.FloatField("médiane des comparables", null=True)
    peers_high = models.FloatField("troisième quartile des comparables", null=True)
    history = models.JSONField("années", default=list)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffre"
        ordering = ("edition", "territory", "indicator")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "territory", "indicator"), name="one_figure_per_indicator"
            ),
            models.CheckConstraint(
                condition=Q(state=0, value__isnull=False) | Q(value__isnull=True) & ~Q(state=0),
                name="figure_has_a_value_or_a_reason",
                violation_error_message="Un chiffre a une valeur, ou la raison de son absence.",
            ),
        )
        indexes = (
            models.Index(fields=("edition", "indicator", "level"), name="figure_by_indicator"),
        )

    def __str__(self) -> str:
        return f"{self.edition_id} {self.territory_id} {self.indicator}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableFigure
        super().save(*args, **kwargs)


class Peer(models.Model):
    """One of the ten intercommunalités most comparable with another, and why."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, verbose_name="édition")
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="peers", verbose_name="territoire"
    )
    base = models.CharField("base", max_length=40, choices=[(base, base) for base in BASES])
    position = models.PositiveSmallIntegerField("place")
    peer = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name="territoire comparable"
    )
    distance = models.FloatField("distance")
    closest = models.JSONField("indicateurs les plus proches", default=list)
    farthest = models.JSONField("indicateurs les plus différents", default=list)

    class Meta:
        verbose_name = "territoire comparable"
        verbose_name_plural = "territoires comparables"
        ordering = ("edition", "territory", "base", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "territory", "base", "position"), name="one_peer_per_position"
            ),
        )

    def __str__(self) -> str:
        return f"{self.territory_id} ≈ {self.peer_id}"

"""Territories at every level, and where each one belongs."""

from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When

from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.portraying import FRANCE_ADDRESS, address_of
from ruche.french.toponyms import Toponym
from ruche.geography.names import LONGEST_QUERY, plain

__all__ = ["FRANCE_ADDRESS", "Territory", "address_of"]


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """Verbs to choose territories."""

    def epcis_of(self, departement: str) -> Self:
        """The intercommunalités of a département: those most of whose inhabitants live there."""
        return self.filter(level=Level.EPCI, departement=departement).order_by("name")

    def search(self, words: str) -> Self:
        """By name: the exact name first, then names that begin so, then names that hold the words.

        Accents, hyphens, case, « St » and « CC du » do not matter. A code or an address does too:
        « 32 » is first the département. Of two homonyms, the one of the network comes first.
        Nothing typed finds nothing.
        """
        wanted, typed = plain(words), words.replace("\0", "").strip()[:LONGEST_QUERY]
        if not wanted:
            return self.none()
        begins = Q(search_name__startswith=wanted)
        holds = Q(search_name__contains=f" {wanted}")
        coded = Q(code__iexact=typed) | Q(address__iexact=typed)
        return (
            self.filter(begins | holds | coded)
            .annotate(
                closeness=Case(
                    When(coded & ~Q(level=Level.REGION), then=Value(0)),
                    When(search_name=wanted, then=Value(0)),
                    When(coded, then=Value(1)),
                    When(begins, then=Value(2)),
                    default=Value(3),
                    output_field=IntegerField(),
                ),
                far=Case(
                    When(departement=settings.NETWORK_DEPARTEMENT, then=Value(0)),
                    default=Value(1),
                    output_field=IntegerField(),
                ),
            )
            .order_by("closeness", "reach", "far", "-population", "name", "pk")
        )


class Territory(models.Model):
    """A commune, an intercommunalité, a département, a région or the country."""

    address = models.CharField("adresse", max_length=12, primary_key=True)
    level = models.CharField("échelle", max_length=4, choices=[(x.value, x.label) for x in Level])
    code = models.CharField("code officiel", max_length=9)
    name = models.CharField("nom sans article", max_length=120)
    title = models.CharField("nom", max_length=120)
    official = models.CharField("nom officiel", max_length=120)
    tncc = models.PositiveSmallIntegerField("code d’article")
    inside = models.CharField("préposition", max_length=4)
    search_name = models.CharField("nom cherché", max_length=120, db_index=True)
    reach = models.PositiveSmallIntegerField("étendue", default=0)
    epci = models.CharField("intercommunalité", max_length=9, blank=True)
    departement = models.CharField("département", max_length=3, blank=True)
    region = models.CharField("région", max_length=3, blank=True)
    population = models.PositiveIntegerField("population", null=True)
    area_km2 = models.FloatField("superficie en km²", null=True)
    communes = models.PositiveIntegerField("nombre de communes", null=True)
    note = models.TextField("note sur le périmètre", blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("level", "code"), name="one_territory_per_code"),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]),
                name="territory_level_is_known",
                violation_error_message="Échelle inconnue.",
            ),
        )
        indexes = (
            models.Index(fields=("level", "departement"), name="territory_by_departement"),
            models.Index(fields=("level", "epci"), name="territory_by_epci"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def scale(self) -> Level:
        return Level(self.level)

    @cached_property
    def toponym(self) -> Toponym:
        return Toponym(self.name, self.tncc, self.title, self.inside)  # type: ignore[arg-type]

    @property
    def parent_addresses(self) -> dict[str, str]:
        """Addresses of the levels above, by name of level, from the nearest."""
        found = {}
        if self.scale is Level.COMMUNE and self.epci:
            found["epci"] = address_of(Level.EPCI, self.epci)
        if self.scale in {Level.COMMUNE, Level.EPCI} and self.departement:
            found["departement"] = address_of(Level.DEPARTEMENT, self.departement)
        if self.scale not in {Level.REGION, Level.FRANCE} and self.region:
            found["region"] = address_of(Level.REGION, self.region)
        if self.scale is not Level.FRANCE:
            found["france"] = address_of(Level.FRANCE, FRANCE_CODE)
        return found

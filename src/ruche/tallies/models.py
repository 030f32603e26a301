"""What the counters hold: totals, the batches that were added, the key that phones seal to."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ruche.places.models import Site
from ruche.seances.models import Team
from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, Shape


class Tally(models.Model):
    """A total of one cell. Its identifier is drawn from the cell: rows have no order of arrival."""

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    shape = models.CharField("forme", max_length=12, choices=Shape)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tallies",
        verbose_name="équipe",
        db_index=False,
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tallies",
        verbose_name="lieu",
        db_index=False,
    )
    period = models.CharField("période", max_length=8)
    measure = models.CharField("mesure", max_length=100)
    total = models.PositiveIntegerField("total", default=0)

    class Meta:
        verbose_name = "compteur"
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=(
                    Q(shape__in=OF_A_TEAM, team__isnull=False, site=None)
                    | Q(shape__in=OF_A_SITE, site__isnull=False, team=None)
                    | Q(shape=Shape.NETWORK_YEAR, site=None, team=None)
                ),
                name="tally_has_an_allowed_shape",
                violation_error_message="Ce compteur n’a pas une forme permise.",
            ),
        )
        indexes: ClassVar = (
            models.Index(fields=("shape", "team", "period"), name="tally_of_a_team"),
            models.Index(fields=("shape", "site", "period"), name="tally_of_a_site"),
        )

    def __str__(self) -> str:
        return f"{self.measure}, {self.period} : {self.total}"


class SpentBatch(models.Model):
    """The identifier of a batch that was added: sent again, it counts for nothing."""

    id = models.CharField(primary_key=True, max_length=64, editable=False)
    day = models.DateField("jour", default=timezone.localdate)

    class Meta:
        verbose_name = "lot de compteurs ajouté"
        verbose_name_plural = "lots de compteurs ajoutés"

    def __str__(self) -> str:
        return "lot"


class IntakeKey(models.Model):
    """The pair to which phones seal what they count: a phone cannot read what it has written.

    Its private half is kept here, not in the environment: what waits on a phone must still open
    after the machine has changed. It opens no person's content, only increments of counters.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    public = models.BinaryField("clé publique", max_length=32)
    private = models.BinaryField("clé privée", max_length=32)
    made_on = models.DateField("faite le", default=timezone.localdate)

    class Meta:
        verbose_name = "clé de dépôt des compteurs"
        verbose_name_plural = "clés de dépôt des compteurs"
        ordering = ("made_on", "id")

    def __str__(self) -> str:
        return f"clé {self.pk}"

"""How long a road takes, when someone knows it better than an estimate."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from ruche.engines.rounds.limits import DAY

BY_HAND = "à la main"
LONGEST_SOURCE = 120

MOST_METRES = 2_000_000
"""Farther than any road of a round: a slip of the hand."""


class Road(models.Model):
    """A journey that was given, one way. Both ends are named as the engine names places.

    A site is its identifier, a commune from which people leave its own: what is no longer in the
    rounds is not looked at, and comes back with its roads.
    """

    origin = models.CharField("départ", max_length=40)
    target = models.CharField("arrivée", max_length=40)
    minutes = models.PositiveSmallIntegerField("minutes", validators=[MaxValueValidator(DAY)])
    metres = models.PositiveIntegerField("mètres", validators=[MaxValueValidator(MOST_METRES)])
    source = models.CharField("d’après", max_length=LONGEST_SOURCE, default=BY_HAND)

    class Meta:
        verbose_name = "trajet donné"
        verbose_name_plural = "trajets donnés"
        ordering = ("origin", "target")
        constraints = (
            models.UniqueConstraint(fields=("origin", "target"), name="one_road_each_way"),
            models.CheckConstraint(
                condition=~Q(origin=F("target")),
                name="road_goes_somewhere",
                violation_error_message="Un trajet mène d’un lieu à un autre.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.minutes} min"

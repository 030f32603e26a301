"""The only shapes in which encounters are counted, and the bands that they share.

A shape crosses few things, over a long enough time: in any of them, one person is lost among
others. There is no other, and no screen makes one.
"""

from django.db import models


class Shape(models.TextChoices):
    """What a counter crosses."""

    TEAM_WEEK = "team_week", "équipe × semaine × mesure, tous lieux ensemble"
    SITE_MONTH = "site_month", "lieu × mois × rencontres"
    SITE_QUARTER = "site_quarter", "lieu × trimestre × âge × genre"
    SITE_YEAR = "site_year", "lieu × année × thème"
    NETWORK_YEAR = "network_year", "département × année × thème sensible"


OF_A_TEAM = (Shape.TEAM_WEEK,)
OF_A_SITE = (Shape.SITE_MONTH, Shape.SITE_QUARTER, Shape.SITE_YEAR)


class Meeting(models.TextChoices):
    """What is counted of every encounter."""

    MET = "met", "personnes rencontrées"
    FIRST_EVER = "first_ever", "rencontrées pour la première fois"
    FIRST_OF_YEAR = "first_of_year", "rencontrées pour la première fois de l’année"


class AgeBand(models.TextChoices):
    """Bands of age. « Ne souhaite pas dire » and « pas demandé » are answers, and are counted."""

    BABY = "0-5", "0 à 5 ans"
    CHILD = "6-17", "6 à 17 ans"
    YOUNG = "18-24", "18 à 24 ans"
    ADULT = "25-44", "25 à 44 ans"
    MIDDLE = "45-64", "45 à 64 ans"
    SENIOR = "65-79", "65 à 79 ans"
    OLD = "80+", "80 ans ou plus"
    DECLINED = "declined", "ne souhaite pas dire"
    UNKNOWN = "unknown", "pas demandé"


class Gender(models.TextChoices):
    """As the person says it."""

    WOMAN = "woman", "femme"
    MAN = "man", "homme"
    OTHER = "other", "autre"
    DECLINED = "declined", "ne souhaite pas dire"
    UNKNOWN = "unknown", "pas demandé"


MASKED_BELOW = 5
"""A value of 1 to 4 reads « moins de 5 » outside the circle."""

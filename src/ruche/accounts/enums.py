"""The words of the policy: roles, kinds of organisations, what is done, and to what."""

from enum import IntEnum

from django.db import models


class OrganisationKind(models.TextChoices):
    """What kind of organisation a member belongs to."""

    GIP = "gip", "GIP"
    CHARITY = "charity", "association caritative"
    CCAS = "ccas", "CCAS ou CIAS"
    SOCIAL_CENTRE = "social_centre", "centre social"
    PUBLIC = "public", "service public"
    PARTNER = "partner", "partenaire"


class Role(models.TextChoices):
    """What a member does in her organisation. A member may have several roles."""

    COORDINATOR = "coordinator", "coordinatrice ou coordinateur"
    NURSE = "nurse", "infirmière ou infirmier"
    DIGITAL_ADVISER = "digital_adviser", "conseillère ou conseiller numérique"
    BUDGET_ADVISER = "budget_adviser", "conseillère ou conseiller budget"
    SITE_VOLUNTEER = "site_volunteer", "bénévole d’un lieu"
    GROCERY_VOLUNTEER = "grocery_volunteer", "bénévole d’une épicerie"
    PARTNER = "partner", "partenaire"
    DIRECTOR = "director", "direction"
    DPO = "dpo", "déléguée ou délégué à la protection des données"
    TECHNICAL = "technical", "administration technique"


class Verb(models.TextChoices):
    """What a member does to a thing."""

    SEE = "see", "voir"
    EDIT = "edit", "modifier"
    PLAN = "plan", "organiser"
    ANSWER = "answer", "répondre"
    COUNT = "count", "compter"
    EXPORT = "export", "exporter"


class Thing(models.TextChoices):
    """What a right is about."""

    DESK = "desk", "l’accueil des membres"
    CALENDAR = "calendar", "le calendrier"
    MEMBER = "member", "les membres"
    ORGANISATION = "organisation", "les organisations"
    SITE = "site", "les lieux"
    OPENING = "opening", "les horaires"
    SEANCE = "seance", "les séances"
    PARTICIPATION = "participation", "la venue d’une équipe"
    TEAM = "team", "les équipes et les absences"
    COUNTS = "counts", "les comptages"
    JOURNAL = "journal", "le journal"
    MAIL = "mail", "les courriels en attente"
    VAULT = "vault", "son trousseau et ce que l’on sait des cercles"
    CIRCLE = "circle", "les cercles de confidentialité"
    PERSON = "person", "les personnes accueillies"
    ENCOUNTER = "encounter", "les rencontres"
    TALLY = "tally", "les compteurs des rencontres"
    PLANNING = "planning", "le planning du mois"
    FORM = "form", "les formulaires de rencontre"


class Scope(IntEnum):
    """How far a right goes; a wider one holds the narrower."""

    NOTHING = 0
    OWN = 1
    """What concerns the member herself, or her team."""
    SITES = 2
    """The sites to which she is assigned."""
    ORGANISATION = 3
    """All that her organisation does, and where it is present."""
    NETWORK = 4
    """Everything."""

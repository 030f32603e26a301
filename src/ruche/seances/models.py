"""Séances, the teams that come to them, their answers, and what was counted."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.models import Member, Organisation
from ruche.places.models import Service, Site
from ruche.seances.enums import (
    COMING,
    DECLINE_REASONS,
    OPEN,
    Answer,
    Band,
    Measure,
    SeanceStatus,
    label_of,
)

NIGHT_ENDS = time(4)
"""A séance that ends late is still counted by link until this hour."""


def at(day: date, moment: time = time()) -> datetime:
    """The instant of an hour of the clock, here; midnight unless told."""
    return timezone.make_aware(datetime.combine(day, moment))


class Team(models.Model):
    """People of one organisation who come together: the nurses of the east, the van, a partner."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="teams", verbose_name="organisation"
    )
    name = models.CharField("nom", max_length=80)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True, help_text="Où partent les demandes.")
    services = models.ManyToManyField(
        Service, related_name="teams", blank=True, verbose_name="services apportés"
    )
    members = models.ManyToManyField(
        Member, related_name="teams", blank=True, verbose_name="membres"
    )
    is_active = models.BooleanField("en activité", default=True)

    class Meta:
        verbose_name = "équipe"
        ordering = ("organisation__name", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                name="one_team_per_name_and_organisation",
                violation_error_message="Cette organisation a déjà une équipe de ce nom.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("seances:team", args=[self.pk])


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Verbs to choose absences."""

    def on(self, day: date) -> Self:
        return self.filter(first__lte=day, last__gte=day)

    def during(self, day: date, starts: time, ends: time) -> Self:
        """Those that take something of these hours: whole days, or hours that meet them."""
        whole, some = Q(starts=None), Q(starts__lt=ends, ends__gt=starts)
        return self.on(day).filter(whole | some)


class Absence(models.Model):
    """Days, or hours of these days, when a member, or a whole team, does not come.

    No reason is asked.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="absences", verbose_name="équipe")
    member = models.ForeignKey(
        Member,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="absences",
        verbose_name="membre",
        help_text="Vide : toute l’équipe.",
    )
    first = models.DateField("du")
    last = models.DateField("au")
    starts = models.TimeField("seulement à partir de", null=True, blank=True)
    """With `ends`: only these hours of each day. Without: whole days."""
    ends = models.TimeField("jusqu’à", null=True, blank=True)

    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        ordering = ("first", "team", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="absence_ends_after_it_begins",
                violation_error_message="Une absence finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(starts=None, ends=None)
                | Q(starts__isnull=False, ends__isnull=False, ends__gt=F("starts")),
                name="absence_hours_are_whole",
                violation_error_message=(
                    "Une absence de quelques heures a un début, puis une fin ; sinon, laissez "
                    "les deux vides."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member or self.team} du {self.first} au {self.last}"


class SeanceQuerySet(models.QuerySet["Seance"]):
    """Verbs to choose séances."""

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__range=(first, last))

    def upcoming(self) -> Self:
        return self.filter(day__gte=timezone.localdate()).exclude(status=SeanceStatus.CANCELLED)

    def at(self, site: Site) -> Self:
        return self.filter(site=site)

    def open(self) -> Self:
        """Neither cancelled nor held: they may still change."""
        return self.filter(status__in=OPEN)

    def meeting(self, starts: time, ends: time) -> Self:
        """Whose hours have a moment in common with these."""
        return self.filter(starts__lt=ends, ends__gt=starts)

    def to_count(self) -> Self:
        """Past, not cancelled, and not yet counted."""
        return self.filter(day__lte=timezone.localdate(), status__in=(*OPEN, SeanceStatus.HELD))

    def with_teams(self) -> Self:
        """With the site, its commune, and the teams, whatever the number of séances."""
        teams = Participation.objects.select_related(
            "team__organisation", "member"
        ).prefetch_related("services")
        return self.select_related("site__commune").prefetch_related(
            models.Prefetch("participations", queryset=teams)
        )


class Seance(models.Model):
    """One site, one date, several teams of several organisations, several services."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="seances", verbose_name="lieu")
    day = models.DateField("jour")
    starts = models.TimeField("de")
    ends = models.TimeField("à")
    status = models.CharField(
        "état", max_length=10, choices=SeanceStatus, default=SeanceStatus.PREPARED
    )
    note = models.CharField("note pour les équipes", max_length=300, blank=True)
    cancel_reason = models.CharField("raison de l’annulation", max_length=200, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    """Raised by every change: two people who edit the same séance never overwrite each other."""

    objects: ClassVar[Any] = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering = ("day", "starts", "site__name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="seance_ends_after_it_begins",
                violation_error_message="Une séance finit après avoir commencé.",
            ),
            models.UniqueConstraint(
                fields=("site", "day", "starts"),
                condition=~Q(status=SeanceStatus.CANCELLED),
                name="one_seance_per_site_and_hour",
                violation_error_message="Une séance commence déjà à cette heure sur ce lieu.",
            ),
        )
        indexes = (models.Index(fields=("day", "status"), name="seance_by_day"),)

    def __str__(self) -> str:
        return f"{self.site.name}, {self.day:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("seances:seance", args=[self.pk])

    @property
    def begins_at(self) -> datetime:
        """The instant at which it begins, in the time of France."""
        return at(self.day, self.starts)

    @property
    def ends_at(self) -> datetime:
        return at(self.day, self.ends)

    @property
    def answers_until(self) -> datetime:
        """The end of its day: until then a team may still change its answer."""
        return at(self.day + timedelta(days=1))

    @property
    def counting_since(self) -> datetime:
        """The beginning of its day: nothing is counted before."""
        return at(self.day)

    @property
    def counting_until(self) -> datetime:
        """The end of the night that follows: a counting link stops then, members go on."""
        return at(self.day + timedelta(days=1), NIGHT_ENDS)

    @property
    def is_past(self) -> bool:
        return self.day < timezone.localdate()

    @property
    def has_come(self) -> bool:
        """Whether its day is here, or behind."""
        return self.day <= timezone.localdate()

    @property
    def is_cancelled(self) -> bool:
        return self.status == SeanceStatus.CANCELLED

    @property
    def is_counted(self) -> bool:
        return self.status == SeanceStatus.COUNTED

    @property
    def is_open(self) -> bool:
        """Neither cancelled nor held: it may still change."""
        return self.status in OPEN


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Verbs to choose participations."""

    def coming(self) -> Self:
        return self.filter(answer__in=COMING)

    def waiting(self) -> Self:
        """Asked, not answered, for a day to come."""
        return self.filter(
            answer=Answer.ASKED,
            seance__day__gte=timezone.localdate(),
        ).exclude(seance__status=SeanceStatus.CANCELLED)

    def of_member(self, member: Member) -> Self:
        return self.filter(team__members=member)


class Participation(models.Model):
    """A team in a séance: asked, confirmed, declined, held."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    seance = models.ForeignKey(
        Seance, models.CASCADE, related_name="participations", verbose_name="séance"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="participations", verbose_name="équipe"
    )
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name="qui vient",
        help_text="Vide : toute l’équipe.",
    )
    services = models.ManyToManyField(
        Service, related_name="participations", blank=True, verbose_name="services"
    )
    answer = models.CharField("réponse", max_length=10, choices=Answer, default=Answer.ASKED)
    reason = models.CharField("raison", max_length=20, blank=True)
    """A key of `DECLINE_REASONS`, when the team does not come."""
    message = models.CharField("message", max_length=300, blank=True)
    proposed_day = models.DateField("autre date proposée", null=True, blank=True)
    asked_at = models.DateTimeField("sollicitée le", default=timezone.now)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name="remplace",
    )
    version = models.PositiveIntegerField("version", default=1)

    objects: ClassVar[Any] = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = "venue d’une équipe"
        ordering = ("seance", "team__organisation__name", "team__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("seance", "team"),
                name="one_participation_per_team",
                violation_error_message="Cette équipe est déjà dans la séance.",
            ),
            models.CheckConstraint(
                condition=Q(reason="", answer__in=Answer.values)
                | Q(reason__in=DECLINE_REASONS, answer=Answer.DECLINED),
                name="only_a_refusal_has_a_reason",
                violation_error_message="Seule une équipe qui ne vient pas donne une raison.",
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.PROPOSED, proposed_day__isnull=False)
                | (~Q(answer=Answer.PROPOSED) & Q(proposed_day=None)),
                name="only_a_proposal_has_another_day",
                violation_error_message="Proposez une autre date, ou répondez sans date.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.team} : {self.get_answer_display()}"

    @property
    def is_coming(self) -> bool:
        return self.answer in COMING


class AnswerLink(models.Model):
    """A link by which a team answers without an account. Opening it changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    participation = models.ForeignKey(
        Participation, models.CASCADE, related_name="links", verbose_name="venue"
    )
    token = models.CharField("empreinte du lien", max_length=64, unique=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de réponse"
        ordering = ("participation", "expires_at", "pk")

    def __str__(self) -> str:
        return f"lien {self.pk}"

    @property
    def actor(self) -> str:
        """How the journal names who answers by it."""
        return f"link:{self.pk}"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Verbs to choose reminders."""

    def waiting(self) -> Self:
        return self.filter(sent_at=None, stopped_at=None)


class Reminder(models.Model):
    """An e-mail that will remind a team, unless someone stops it."""

    participation = models.ForeignKey(
        Participation, models.CASCADE, related_name="reminders", verbose_name="venue"
    )
    due_at = models.DateTimeField("à envoyer le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    stopped_at = models.DateTimeField("arrêté le", null=True, blank=True)

    objects: ClassVar[Any] = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "rappel"
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("participation", "due_at"), name="one_reminder_per_instant"
            ),
        )

    def __str__(self) -> str:
        return f"rappel du {self.due_at:%d/%m/%Y}"

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.stopped_at is None


class CountingLink(models.Model):
    """A link, or its QR, for an occasional volunteer: one séance, one day, only to add."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    seance = models.ForeignKey(
        Seance, models.CASCADE, related_name="counting_links", verbose_name="séance"
    )
    token = models.CharField("empreinte du lien", max_length=64, unique=True)
    made_by = models.ForeignKey(
        Member, models.PROTECT, related_name="counting_links", verbose_name="créé par"
    )
    made_at = models.DateTimeField("créé le", default=timezone.now)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de comptage"
        ordering = ("seance", "made_at", "pk")

    def __str__(self) -> str:
        return f"lien de comptage {self.pk}"

    @property
    def actor(self) -> str:
        return f"link:{self.pk}"

    @property
    def is_early(self) -> bool:
        """It will serve, but on the day of the séance only."""
        return self.revoked_at is None and timezone.now() < self.seance.counting_since

    @property
    def is_live(self) -> bool:
        """Only on the day of the séance, and as long as nobody revoked it."""
        begun = self.seance.counting_since <= timezone.now() < self.seance.counting_until
        return begun and self.revoked_at is None


class CalendarLink(models.Model):
    """A secret address by which a telephone follows the séances of a member, or of one team.

    Diaries cannot sign in. It shows where and when, never anything about the people who come.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="calendar_links", verbose_name="membre"
    )
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_links",
        verbose_name="équipe",
        help_text="Vide : toutes ses équipes.",
    )
    token = models.CharField("empreinte de l’adresse", max_length=64, unique=True)
    made_at = models.DateTimeField("créée le", default=timezone.now)

    class Meta:
        verbose_name = "adresse d’agenda"
        verbose_name_plural = "adresses d’agenda"
        ordering = ("member", "made_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "team"),
                name="one_calendar_per_member_and_team",
                violation_error_message="Cette adresse d’agenda existe déjà.",
            ),
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(team=None),
                name="one_calendar_of_all_her_teams",
                violation_error_message="Cette adresse d’agenda existe déjà.",
            ),
        )

    def __str__(self) -> str:
        return str(self.team) if self.team else "toutes ses équipes"


class Count(models.Model):
    """A total of a séance: of the site, or of one team; by measure and band."""

    seance = models.ForeignKey(Seance, models.CASCADE, related_name="counts", verbose_name="séance")
    participation = models.ForeignKey(
        Participation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name="équipe",
        help_text="Vide : le lieu lui-même.",
    )
    measure = models.CharField("mesure", max_length=20, choices=Measure)
    band = models.CharField("tranche", max_length=10, choices=Band, blank=True, default=Band.ALL)
    total = models.PositiveIntegerField("total", default=0)

    class Meta:
        verbose_name = "comptage"
        ordering = ("seance", "participation", "measure", "band", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("seance", "participation", "measure", "band"),
                name="one_total_per_measure",
                condition=Q(participation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("seance", "measure", "band"),
                condition=Q(participation=None),
                name="one_site_total_per_measure",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} : {self.total}"

    @property
    def label(self) -> str:
        """« Personnes accueillies, moins de 18 ans »."""
        return label_of(self.measure, self.band)


class Correction(models.Model):
    """A total that was changed: what it was, what it is, who said so, on what day."""

    count = models.ForeignKey(
        Count, models.CASCADE, related_name="corrections", verbose_name="comptage"
    )
    old = models.PositiveIntegerField("ancien total")
    new = models.PositiveIntegerField("nouveau total")
    by = models.CharField("auteur", max_length=64)
    day = models.DateField("jour", default=timezone.localdate)

    class Meta:
        verbose_name = "correction"
        ordering = ("count", "-pk")

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class SpentIncrement(models.Model):
    """The identifier of an increment that was counted: sent again, it counts for nothing."""

    id = models.UUIDField(primary_key=True)
    day = models.DateField("jour", default=timezone.localdate)

    class Meta:
        verbose_name = "incrément compté"
        ordering = ("day", "id")

    def __str__(self) -> str:
        return str(self.pk)

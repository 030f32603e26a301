"""Organisations of the network, members, and the posts that give them their rights."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from ruche.accounts.charter import CURRENT
from ruche.accounts.enums import OrganisationKind, Role, Thing, Verb
from ruche.accounts.policy import Grants, grants_of

INVITATION_DAYS = 14
TOKEN_BYTES = 24


def new_token() -> str:
    """A secret for a link: 192 bits, safe in an address. Only its fingerprint is kept."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fingerprint(token: str) -> str:
    """SHA-256 of a token: what the database keeps, of no use to who reads it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Organisation(models.Model):
    """The GIP, a charity, a CCAS, a partner: whoever brings something to a site."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField("nom", max_length=120, unique=True)
    short_name = models.CharField("nom court", max_length=40, blank=True)
    kind = models.CharField("nature", max_length=20, choices=OrganisationKind)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    website = models.URLField("site internet", blank=True)
    is_active = models.BooleanField("en activité", default=True)

    class Meta:
        verbose_name = "organisation"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values),
                name="organisation_kind_is_known",
                violation_error_message="Nature d’organisation inconnue.",
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name


class MemberManager(BaseUserManager["Member"]):
    """Members by their address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email__iexact=username or "")

    def active(self) -> models.QuerySet["Member"]:
        return self.filter(is_active=True)


class Member(AbstractBaseUser):
    """Someone of the network who signs in. Her identifier is opaque; her posts give her rights."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField("courriel", unique=True)
    name = models.CharField("nom affiché", max_length=80)
    phone = models.CharField("téléphone professionnel", max_length=20, blank=True)
    is_active = models.BooleanField("en activité", default=True)
    session_epoch = models.PositiveIntegerField("génération des sessions", default=0)
    """Raised when her sessions must end: a session of an older one is refused, for ever."""
    joined_at = models.DateTimeField("membre depuis", default=timezone.now)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "membre"
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="member_email_is_lower_case",
                violation_error_message="Le courriel s’écrit en minuscules.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """How the journal names her."""
        return f"member:{self.pk}"

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        for older in super().get_session_auth_fallback_hash():
            yield f"{older}.{self.session_epoch}"

    @cached_property
    def current_posts(self) -> list["Post"]:
        """Her posts of today, each with its organisation."""
        return list(self.posts.current().select_related("organisation"))

    @property
    def roles(self) -> list[Role]:
        return list(dict.fromkeys(Role(post.role) for post in self.current_posts))

    @property
    def organisations(self) -> list[Organisation]:
        return list(dict.fromkeys(post.organisation for post in self.current_posts))

    def grants(self, verb: Verb, thing: Thing) -> Grants:
        """What her posts allow for one verb on one thing."""
        posts = [(Role(post.role), post.organisation_id) for post in self.current_posts]
        return grants_of(posts, verb, thing)

    def may(self, verb: Verb, thing: Thing) -> bool:
        """Whether she may do it somewhere; `grants` says where."""
        return self.is_active and bool(self.grants(verb, thing))

    @cached_property
    def has_read_the_charter(self) -> bool:
        return self.charters.filter(version=CURRENT.version).exists()


class PostQuerySet(models.QuerySet["Post"]):
    """Verbs to choose posts."""

    def current(self) -> Self:
        today = timezone.localdate()
        return self.filter(since__lte=today).filter(Q(until=None) | Q(until__gte=today))


class Post(models.Model):
    """A role of a member in an organisation, from one day to another."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="posts", verbose_name="membre")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="posts", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    since = models.DateField("depuis le", default=timezone.localdate)
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects: ClassVar[Any] = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "poste"
        ordering = ("member", "role", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "organisation", "role"),
                condition=Q(until=None),
                name="one_open_post_per_role",
                violation_error_message="Cette personne a déjà ce rôle dans cette organisation.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="post_ends_after_it_begins",
                violation_error_message="Un poste finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="post_role_is_known",
                violation_error_message="Rôle inconnu.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Verbs to choose invitations."""

    def waiting(self) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def in_two_weeks() -> Any:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A link by which someone becomes a member. Only its fingerprint is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token = models.CharField("empreinte du lien", max_length=64, unique=True)
    email = models.EmailField("courriel")
    name = models.CharField("nom affiché", max_length=80, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    invited_by = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name="invité par",
        help_text="Vide : l’invitation vient de l’installation.",
    )
    created_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au", default=in_two_weeks)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ("-created_at", "pk")

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return not (self.accepted_at or self.revoked_at or self.expires_at <= timezone.now())

    @property
    def state(self) -> str:
        """« acceptée », « retirée », « expirée », « en attente »."""
        if self.accepted_at:
            return "acceptée"
        if self.revoked_at:
            return "retirée"
        return "en attente" if self.is_waiting else "expirée"


class CharterAcceptance(models.Model):
    """The version of the charter that a member read and accepted, and when."""

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="charters", verbose_name="membre"
    )
    version = models.CharField("version", max_length=12)
    at = models.DateTimeField("acceptée le", default=timezone.now)

    class Meta:
        verbose_name = "charte acceptée"
        ordering = ("member", "at")
        constraints = (
            models.UniqueConstraint(fields=("member", "version"), name="one_acceptance_a_version"),
        )

    def __str__(self) -> str:
        return f"charte {self.version}"

"""The journal: what was done, by whom, on what, when; written once, chained, never changed.

Actor and object are opaque identifiers and never the name of a person: no foreign key, so that a
line outlives what it speaks of.
"""

import json
import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Length
from django.db.models.lookups import Exact
from django.utils import timezone

from ruche.journal.chain import GENESIS, digest_of, instant
from ruche.journal.verbs import label_of, verbs_that_say

LONGEST_TEXT = 200
MOST_DETAILS = 20
LARGEST_WHOLE = 2**53 - 1
"""Above it, a reader that keeps numbers as floats, a browser for instance, reads another one."""

MOST_WORDS = 8
DETAIL_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

opaque_actor = RegexValidator(
    r"\A[a-z][a-z0-9_]*(:[A-Za-z0-9_.-]+)?\Z",
    "Un acteur est un identifiant (« member:4f1c… », « system »), jamais un nom.",
)
opaque_object = RegexValidator(
    r"\A[A-Za-z0-9_-][A-Za-z0-9_.:-]*\Z",
    "Un objet est désigné par un identifiant sans espace, jamais par un nom.",
)
snake_case = RegexValidator(
    r"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", "Un code s’écrit en minuscules : member_invited."
)
hexadecimal = RegexValidator(r"\A[0-9a-f]{64}\Z", "Une empreinte a 64 signes hexadécimaux.")


class JournalIsAppendOnly(RuntimeError):
    """Someone tried to change or erase a line of the journal, or to write one beside the chain."""

    def __init__(self) -> None:
        super().__init__(
            "Le journal ne se modifie pas et ne s'efface pas : ajoutez une ligne avec record()."
        )


def validate_detail(detail: Any) -> None:
    """A small flat dictionary of texts, whole numbers, booleans and nothings.

    A number with decimals is refused: two databases do not give it back in the same way, and the
    digest would no longer match. It is written as a text.
    """
    if not isinstance(detail, dict):
        raise ValidationError("Le détail d’une ligne est un dictionnaire.")
    if len(detail) > MOST_DETAILS:
        raise ValidationError(f"Le détail d’une ligne a {MOST_DETAILS} valeurs au plus.")
    for key, value in detail.items():
        if not isinstance(key, str) or not DETAIL_KEY.fullmatch(key):
            raise ValidationError(f"« {key} » n’est pas une clé : écrivez small_words.")
        _validate_value(key, value)


def _validate_value(key: str, value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _validate_text(key, value)
    elif not isinstance(value, int):
        raise ValidationError(f"« {key} » : écrivez un texte, un nombre entier, ou oui ou non.")
    elif abs(value) > LARGEST_WHOLE:
        raise ValidationError(f"« {key} » : ce nombre est trop grand, écrivez-le comme un texte.")


def _validate_text(key: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise ValidationError(f"« {key} » : {LONGEST_TEXT} caractères au plus.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise ValidationError(f"« {key} » contient un signe qui ne se lit pas.")


class ReadableJSONEncoder(json.JSONEncoder):
    """Letters as they are, so that a word with an accent is found in SQLite as in PostgreSQL."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class EntryQuerySet(models.QuerySet["Entry"]):
    """Verbs to choose lines. None changes them."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly

    def delete(self) -> NoReturn:
        raise JournalIsAppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly

    def matching(
        self,
        words: str = "",
        *,
        verb: str = "",
        actor: str = "",
        object_kind: str = "",
        object_id: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Self:
        """Lines that match all that is given, the newest first.

        Each word is looked for in the sentence of the act, the actor, the object and the detail.
        `since` and `until` are included; a `date` is a whole day here, a `datetime` an instant.
        """
        exact = {"verb": verb, "actor": actor, "object_kind": object_kind, "object_id": object_id}
        found = self.filter(**{name: value for name, value in exact.items() if value})
        if since is not None:
            found = found.filter(at__gte=_start_of(since))
        if until is not None:
            found = found.filter(_until(until))
        return found._that_say(words).order_by("-number")

    def _that_say(self, words: str) -> Self:
        wanted = words.replace("\0", " ").split()[:MOST_WORDS]
        if not wanted:
            return self
        found = self.alias(detail_text=Cast("detail", TextField()))
        for word in wanted:
            found = found.filter(
                Q(verb__in=verbs_that_say(word))
                | Q(actor__icontains=word)
                | Q(object_kind__icontains=word)
                | Q(object_id__icontains=word)
                | Q(detail_text__icontains=word)
            )
        return found


def _start_of(day: date) -> datetime:
    """Midnight here, when that day begins; an instant is itself."""
    if isinstance(day, datetime):
        return day
    return timezone.make_aware(datetime.combine(day, time.min))


def _until(last: date) -> Q:
    if isinstance(last, datetime):
        return Q(at__lte=last)
    return Q(at__lt=_start_of(last + timedelta(days=1)))


class Entry(models.Model):
    """One line of the journal. Written by `actions.record` and by nothing else."""

    number = models.PositiveBigIntegerField("numéro", primary_key=True)
    at = models.DateTimeField("instant", db_index=True)
    actor = models.CharField("acteur", max_length=64, validators=[opaque_actor])
    verb = models.CharField("acte", max_length=48, validators=[snake_case])
    object_kind = models.CharField("type d’objet", max_length=32, validators=[snake_case])
    object_id = models.CharField("objet", max_length=64, validators=[opaque_object])
    detail = models.JSONField("détail", default=dict, blank=True, encoder=ReadableJSONEncoder)
    previous = models.CharField(
        "empreinte de la ligne précédente", max_length=64, validators=[hexadecimal]
    )
    digest = models.CharField("empreinte", max_length=64, validators=[hexadecimal])

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(
                condition=Q(number=1, previous=GENESIS) | Q(number__gt=1) & ~Q(previous=GENESIS),
                name="only_the_first_entry_follows_nothing",
                violation_error_message="La première ligne, et elle seule, n’en suit aucune autre.",
            ),
            models.UniqueConstraint(
                fields=("previous",),
                name="one_entry_follows_another",
                violation_error_message="Une ligne n’est suivie que d’une seule autre.",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("digest"), 64)) & Q(Exact(Length("previous"), 64)),
                name="entry_digests_have_64_signs",
                violation_error_message="Une empreinte a 64 signes hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(verb="") & ~Q(object_kind="") & ~Q(object_id=""),
                name="entry_says_who_did_what_to_what",
                violation_error_message="Une ligne dit qui a fait quoi, et sur quoi.",
            ),
        )
        indexes = (
            models.Index(fields=("actor",), name="entry_by_actor"),
            models.Index(fields=("verb",), name="entry_by_verb"),
            models.Index(fields=("object_kind", "object_id"), name="entry_by_object"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new line once its fields are checked; never an update, whatever its number."""
        if not self._state.adding:
            raise JournalIsAppendOnly
        self.clean_fields()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly

    @property
    def label(self) -> str:
        """What was done, in French."""
        return label_of(self.verb)

    def seal(self) -> None:
        """Check what the line says, then give it its digest."""
        self.clean_fields(exclude={"digest"})
        self.digest = self.compute_digest()

    def compute_digest(self) -> str:
        """What `digest` must be for what the line says."""
        return digest_of(
            {
                "number": self.number,
                "at": instant(self.at),
                "actor": self.actor,
                "verb": self.verb,
                "object_kind": self.object_kind,
                "object_id": self.object_id,
                "detail": self.detail,
                "previous": self.previous,
            }
        )

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        super().clean_fields(exclude=exclude)
        try:
            validate_detail(self.detail)
        except ValidationError as error:
            raise ValidationError({"detail": error.messages}) from error


class Head(models.Model):
    """Number and digest of the last line: one row, locked by whoever appends."""

    THE_ONLY_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONLY_ONE)
    number = models.PositiveBigIntegerField("numéro de la dernière ligne", default=0)
    digest = models.CharField("empreinte de la dernière ligne", max_length=64, default=GENESIS)

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "têtes du journal"
        constraints = (
            models.CheckConstraint(
                condition=Q(id=1),
                name="journal_has_one_head",
                violation_error_message="Le journal n’a qu’une tête.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"

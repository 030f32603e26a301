"""A batch, its lines, and the keys by which a line finds its object again."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.places.imports.enums import AT_WORK, TO_MEND, BatchStatus, Decision, Fate, LineState


class ImportBatch(models.Model):
    """A file that someone sent, without the file: its lines are what the closed list of columns
    lets in, and nothing else of it is kept, not even its name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    format = models.CharField("contenu", max_length=40)
    """A key of `formats.FORMATS`."""
    status = models.CharField(
        "état", max_length=12, choices=BatchStatus, default=BatchStatus.COLUMNS
    )
    made_by = models.ForeignKey(
        Member, models.PROTECT, related_name="import_batches", verbose_name="envoyé par"
    )
    made_at = models.DateTimeField("envoyé le", default=timezone.now)
    started_at = models.DateTimeField("travail commencé le", null=True, blank=True)
    """When the work that is going on was asked."""
    applied_at = models.DateTimeField("importé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    sheet = models.JSONField("lignes lues", default=dict, blank=True, encoder=DjangoJSONEncoder)
    """Headers and lines, until the columns are known; then empty."""
    columns = models.JSONField("colonnes", default=list, blank=True)
    """Keys of the columns that were kept, in the order of the file."""
    remarks = models.JSONField("remarques de lecture", default=list, blank=True)
    trouble = models.CharField("ce qui a empêché", max_length=400, blank=True)
    """Why the last work did not end, in French."""
    version = models.PositiveIntegerField("version", default=1)
    """Raised by each preview: what is applied is what was read."""

    class Meta:
        verbose_name = "import"
        ordering = ("-made_at", "pk")

    def __str__(self) -> str:
        return f"import du {timezone.localtime(self.made_at):%d/%m/%Y à %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("places:import", args=[self.pk])

    @property
    def is_at_work(self) -> bool:
        return self.status in AT_WORK


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    """Verbs to choose lines."""

    def to_mend(self) -> Self:
        return self.filter(state__in=TO_MEND)


class ImportLine(models.Model):
    """A line of a file: what it says, what it would do, how its object was before and after."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="lines", verbose_name="import"
    )
    number = models.PositiveIntegerField("ligne du fichier")
    cells = models.JSONField("ce qui est écrit", default=dict)
    """Text by key of column; a column outside the format has no key, and is nowhere."""
    unread = models.JSONField("ce qui n’a pas pu être lu", default=list, blank=True)
    """Pairs: key of the column, or nothing for the line itself; and why."""
    state = models.CharField(
        "ce qu’elle fait", max_length=10, choices=LineState, default=LineState.REFUSED
    )
    title = models.CharField("objet", max_length=200, blank=True)
    faults = models.JSONField("pourquoi elle est refusée", default=list, blank=True)
    remarks = models.JSONField("ce qui a été compris", default=list, blank=True)
    decision = models.CharField("décision", max_length=10, choices=Decision, blank=True)
    target = models.UUIDField("objet", null=True, blank=True)
    """The object of the line: the one that it finds, or the one that it would create."""
    key = models.CharField("clé d’origine", max_length=100, blank=True)
    before = models.JSONField("avant", null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField("après", null=True, blank=True, encoder=DjangoJSONEncoder)
    fate = models.CharField("à l’annulation", max_length=10, choices=Fate, blank=True)

    objects: ClassVar[Any] = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’import"
        ordering = ("batch", "number", "pk")
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="one_import_line_per_number"),
        )
        indexes = (models.Index(fields=("batch", "state"), name="import_line_by_state"),)

    def __str__(self) -> str:
        return f"ligne {self.number}"


class ImportKey(models.Model):
    """The identifier of an object in a list that is not ours: the same line finds it again."""

    batch = models.ForeignKey(
        ImportBatch,
        models.SET_NULL,
        null=True,
        related_name="keys",
        verbose_name="import qui l’a donnée",
    )
    source = models.CharField("liste", max_length=40)
    kind = models.CharField("nature", max_length=20)
    key = models.CharField("clé", max_length=100)
    target = models.UUIDField("objet")

    class Meta:
        verbose_name = "clé d’origine"
        ordering = ("source", "kind", "key")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "kind", "key"), name="one_object_per_import_key"
            ),
            models.UniqueConstraint(
                fields=("source", "kind", "target"), name="one_import_key_per_object"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} : {self.key}"

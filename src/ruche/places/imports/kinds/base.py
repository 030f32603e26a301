"""What kinds share: merging, words, and whether something now rests on an object."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from ruche.accounts.models import Organisation
from ruche.core.spreadsheets import BadCell
from ruche.core.spreadsheets import plain as plain_words
from ruche.places.imports.formats import Draft, Snapshot
from ruche.places.imports.planning import slices
from ruche.places.imports.suggesting import Suggestions

LIST = (";", "\n", "|")


class BaseKind:
    """The parts of a kind that most kinds have alike."""

    model: ClassVar[type[models.Model]]
    labels: ClassVar[Mapping[str, str]]
    blank: ClassVar[Snapshot]

    def merged(self, before: Snapshot, wanted: Snapshot) -> Snapshot:
        return {**before, **wanted}

    def doubt(self, drafts: Sequence[Draft]) -> None:
        """Most objects have a name that leaves no doubt."""

    def check(self, draft: Draft) -> None:
        """Columns have checked their own texts, and the database checks the rest."""

    def label(self, field: str) -> str:
        return self.labels.get(field, field)

    def wording(self) -> Callable[[str, Any], str]:
        return self.words

    def words(self, field: str, value: Any) -> str:
        """The simplest words of a value."""
        if value is None or value == "" or value == []:
            return "vide"
        if isinstance(value, bool):
            return "oui" if value else "non"
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def delete(self, targets: Collection[UUID]) -> None:
        for some in slices(sorted(targets)):
            self.model._default_manager.filter(pk__in=some).delete()

    def used(self, targets: Any) -> set[UUID]:
        """Those to which rows of any table point, whatever the app: one question per relation."""
        found: set[UUID] = set()
        for rows, name in self._relations():
            pointing = rows.filter(**{f"{name}__in": targets}).order_by()
            found.update(pointing.values_list(name, flat=True).distinct())
        return found

    def _relations(self) -> Iterator[tuple[Any, str]]:
        """(rows, name of the key) of what points to the model, but for what the import owns."""
        for relation in self.model._meta.related_objects:
            field: Any = relation.field
            if isinstance(relation, models.ManyToManyRel):
                through: Any = relation.through
                yield through._default_manager.all(), field.m2m_reverse_field_name()
            else:
                pointing: Any = relation.related_model
                yield self.using(pointing._default_manager.all()), field.name

    def using(self, rows: Any) -> Any:
        """Of the rows that point to the objects, those that an import did not write itself."""
        return rows


def rows_of(rows: Any, field: str, keys: Collection[Any]) -> Iterator[Any]:
    """The rows whose field is one of many keys, in slices that every database takes."""
    for some in slices(sorted(keys)):
        yield from rows.filter(**{f"{field}__in": some})


def several(text: str) -> list[str]:
    """The parts of a cell that holds a list: « a ; b », one per line. A comma is in names."""
    for mark in LIST:
        text = text.replace(mark, ";")
    return [part for part in (each.strip() for each in text.split(";")) if part]


def email(text: str) -> str:
    """An e-mail address."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadCell(
            f"« {text} » n’est pas une adresse de courriel : écrivez par exemple "
            "accueil@exemple.fr."
        ) from error
    return text


class Organisations:
    """Organisations in activity, found by their name or their short name."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[Organisation]] = {}
        self.titles: dict[str, str] = {}
        for one in Organisation.objects.filter(is_active=True).order_by("name"):
            self.titles[str(one.pk)] = str(one)
            for name in {plain_words(one.name), plain_words(one.short_name)} - {""}:
                self.by_name.setdefault(name, []).append(one)
        self.suggestions = Suggestions(
            (one.name, one.name) for found in self.by_name.values() for one in found
        )

    def find(self, name: str) -> Organisation:
        """The organisation of that name; `BadCell` when there is none, or two."""
        found = self.by_name.get(plain_words(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            names = " ou ".join(one.name for one in found)
            raise BadCell(f"« {name} » peut être {names} : écrivez le nom entier.")
        raise BadCell(
            f"Aucune organisation en activité ne s’appelle « {name} »"
            f"{self.suggestions.phrase(name)}. Vérifiez l’écriture, ou "
            "créez-la d’abord (page « Organisations »)."
        )

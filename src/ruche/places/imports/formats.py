"""What a file may contain: its columns, the kind of object that its lines are about.

A *kind* knows how to find, describe, write and remove its objects; a *format* is a list of columns
that leads to a kind: ours, or one that someone publishes. What is common to all of them (previews,
duplicates, undo) knows objects only as *snapshots*: small dictionaries of texts, numbers and lists,
that are kept in the batch and compared.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member
from ruche.places.imports.enums import LineState

Snapshot = dict[str, Any]
Natural = tuple[Any, ...]
"""What tells an object from all others when nobody gave it a key: (commune, name) for a site."""

ID = "cle"
"""The column of the identifier that a line has in the list of who sends it."""


@dataclass(frozen=True)
class Column:
    """A column that a format lets in. `read` turns its text into a value, or raises `BadCell`."""

    key: str
    label: str
    read: Callable[[str], Any]
    names: tuple[str, ...] = ()
    """Other headers that mean it."""
    required: bool = False
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Words that may be written → codes, for the sheet of explanations."""
    examples: tuple[str, str] = ("", "")


@dataclass(eq=False)
class Draft:
    """A line on its way: what it says, then what it would do."""

    number: int
    cells: Mapping[str, str]
    unread: Sequence[tuple[str, str]] = ()
    decision: str = ""
    target: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)
    """Values by key of column; an empty cell has none, and changes nothing."""
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    title: str = ""
    key: str = ""
    wanted: Snapshot = field(default_factory=dict)
    """What the line asks of its object; the rest stays as it is."""
    natural: Natural | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    resembles: UUID | None = None
    """An object that may be the same under another name."""
    doubts: list[str] = field(default_factory=list)
    state: LineState = LineState.REFUSED
    outside: str = ""
    """Why the line is not for this network, when it is not."""

    @property
    def is_sound(self) -> bool:
        return not self.faults and not self.outside

    def refuse(self, why: str) -> None:
        self.faults.append(why)


class Kind(Protocol):
    """What an import must know of a kind of object. Every method works on many at once, in a number
    of queries that does not depend on how many."""

    key: str
    noun: str
    """« lieu », « service »."""
    plural: str
    feminine: bool
    blank: ClassVar[Snapshot]
    """A new object of which nothing was said."""

    def resolve(self, drafts: Sequence[Draft]) -> None:
        """From values to `wanted`, `natural` and `title`; a fault for what does not exist."""

    def existing(self, naturals: Collection[Natural]) -> dict[Natural, UUID]:
        """The objects that bear these names."""

    def merged(self, before: Snapshot, wanted: Snapshot) -> Snapshot:
        """An object that was so, once it is as a line asks."""

    def natural_of(self, snapshot: Snapshot) -> Natural:
        """What tells apart an object that is so."""

    def snapshots(self, targets: Collection[UUID]) -> dict[UUID, Snapshot]:
        """How these objects are now; those that are gone are not there."""

    def doubt(self, drafts: Sequence[Draft]) -> None:
        """`doubts` and `resembles` for the new objects that may be known under another name."""

    def check(self, draft: Draft) -> None:
        """Faults of what the object would be; `after` may be completed."""

    def wording(self) -> Callable[[str, Any], str]:
        """What says a field of a snapshot as people read it: `words(field, value)`."""

    def label(self, field: str) -> str:
        """« adresse », « qui peut venir »."""

    def create(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> dict[UUID, UUID]:
        """Write new objects; identifiers that the database chose in the place of ours."""

    def change(self, wanted: Mapping[UUID, Snapshot], *, by: Member) -> None:
        """Bring objects to a snapshot."""

    def delete(self, targets: Collection[UUID]) -> None:
        """Remove objects that nobody uses."""

    def used(self, targets: Any) -> set[UUID]:
        """Those of these objects on which something else now rests; `targets`: a query of one
        column, so that thousands of identifiers do not travel."""


@dataclass(frozen=True)
class Format:
    """A file that one may send."""

    key: str
    label: str
    kind: Kind
    columns: tuple[Column, ...]
    verb: Verb
    thing: Thing
    source: str = "reseau"
    """Whose keys they are."""
    group: str = "Tableaux du réseau"
    intro: str = ""
    is_closed: bool = False
    """Someone else's format: its columns are known by their exact name, and are not chosen."""
    convert: Callable[[Sequence[Draft]], None] = lambda drafts: None
    """From the values of a published format to those of our own columns."""
    never: tuple[str, ...] = ()
    """Headers of the format that speak of persons, told as left aside."""

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Every header that means a column, by key."""
        if self.is_closed:
            return {
                column.key: (*column.names, column.key) if column.key == ID
                else (column.key, *column.names)
                for column in self.columns
            }  # fmt: skip
        return {column.key: (column.key, column.label, *column.names) for column in self.columns}

    @property
    def fields(self) -> list[str]:
        """What is read of a published format, as its producer names it."""
        return [names[0] for names in self.names.values()]

    @property
    def required(self) -> list[Column]:
        return [column for column in self.columns if column.required]


FORMATS: dict[str, Format] = {}


def register_formats(*formats: Format) -> None:
    """Make formats known, in the order of the page. Twice the same is refused."""
    for one in formats:
        if FORMATS.setdefault(one.key, one) is not one:
            raise ValueError(f"« {one.key} » is already a format")


def formats_for(member: Member) -> list[Format]:
    """What a member may import: a right over the whole network is asked."""
    return [one for one in FORMATS.values() if member.grants(one.verb, one.thing).network]

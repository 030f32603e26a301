"""From the lines of a file to what would be done. Nothing is written here.

Each line is read, its object is looked for (by its key, or else by what tells it apart), and what
it asks is compared with what is. Two lines that speak of the same object are told: the first one
counts, the others repeat it or contradict it. Whatever the number of lines, the database receives
the same few questions.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from ruche.core.spreadsheets import BadCell, Guess
from ruche.core.spreadsheets.values import refuse_damaged
from ruche.places.imports.enums import Decision, LineState
from ruche.places.imports.formats import ID, Column, Draft, Format, Kind, Snapshot
from ruche.places.imports.models import ImportKey

STEPS = 5
"""Reading, resolving, matching, comparing, checking."""

Tick = Callable[[int, int], None]
"""Told how many steps are done, of how many."""


def plan(form: Format, drafts: Sequence[Draft], *, tick: Tick = lambda done, total: None) -> None:
    """Fill the drafts: what each would do, and why, or why not."""
    kind, known = form.kind, _Known()
    for draft in drafts:
        read_cells(form, draft, known)
    form.convert([draft for draft in drafts if draft.is_sound])
    tick(1, STEPS)
    kind.resolve(_sound(drafts))
    tick(2, STEPS)
    _match(form, _sound(drafts))
    tick(3, STEPS)
    kind.doubt([draft for draft in _sound(drafts) if draft.before is None])
    _follow_decisions(kind, _sound(drafts))
    tick(4, STEPS)
    for draft in _sound(drafts):
        _complete(kind, draft)
    repeated = _tell_repeated(_sound(drafts))
    for draft in drafts:
        draft.title = draft.title or _first_words(form, draft)
        draft.state = LineState.REPEATED if draft.number in repeated else _state(draft)
    tick(5, STEPS)


def _first_words(form: Format, draft: Draft) -> str:
    """What names a line that was refused too early to have a name: its first necessary cell."""
    cells = (draft.cells.get(column.key, "") for column in form.columns if column.required)
    return next(filter(None, cells), "")


def _sound(drafts: Iterable[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.is_sound]


# -------------------------------------------------------------------------------- reading


class _Known(dict[tuple[str, str], Any]):
    """(column, text) → what was read: in a column, a few texts come back on most lines."""

    def read(self, column: Column, text: str) -> Any:
        """The value, or the `BadCell` that says why there is none."""
        if (column.key, text) not in self:
            try:
                refuse_damaged(text)
                self[column.key, text] = column.read(text)
            except BadCell as error:
                self[column.key, text] = error
        return self[column.key, text]


def read_cells(form: Format, draft: Draft, known: _Known) -> None:
    """The values of a line. A cell that is empty has none: it changes nothing."""
    for key, why in draft.unread:
        draft.refuse(_at(form.column(key), why) if key else why)
    for column in form.columns:
        text = draft.cells.get(column.key, "")
        if text:
            _keep_value(column, known.read(column, text), draft)
        elif column.required and not any(key == column.key for key, _ in draft.unread):
            draft.refuse(_at(column, "cette case est vide, et elle est nécessaire. Remplissez-la."))
    draft.key = str(draft.values.pop(ID, ""))


def _keep_value(column: Column, value: Any, draft: Draft) -> None:
    if isinstance(value, BadCell):
        draft.refuse(_at(column, str(value)))
        return
    if isinstance(value, Guess):
        draft.remarks.append(_at(column, value.why))
        value = value.value
    draft.values[column.key] = value


def _at(column: Column, why: str) -> str:
    return f"Colonne « {column.label} » : {why}"


# ------------------------------------------------------------------------------- matching


def _match(form: Format, drafts: Sequence[Draft]) -> None:
    """The object of each line, as it is now; none for a new one."""
    kind = form.kind
    keyed = _keyed(form, {draft.key for draft in drafts if draft.key})
    named = kind.existing({draft.natural for draft in drafts if draft.natural is not None})
    keys = dict(
        ImportKey.objects.filter(
            source=form.source, kind=kind.key, target__in=set(named.values())
        ).values_list("target", "key")
    )
    now = kind.snapshots({*keyed.values(), *named.values()})
    for draft in drafts:
        by_key = keyed.get(draft.key)
        by_name = named.get(draft.natural) if draft.natural is not None else None
        if by_key in now:
            if by_name not in {None, by_key}:
                draft.refuse(
                    f"{_a(kind, 'Un autre')} {kind.noun} s’appelle déjà « {draft.title} », et la "
                    f"clé « {draft.key} » désigne {now[by_key].get('name', 'celui d’avant')} : "
                    "corrigez la clé ou le nom."
                )
            draft.target = by_key
        elif by_name is not None:
            if draft.key and keys.get(by_name, draft.key) != draft.key:
                draft.refuse(
                    f"« {draft.title} » est déjà dans le registre sous la clé « {keys[by_name]} »"
                    f" : corrigez la clé « {draft.key} », ou le nom."
                )
            draft.target = by_name
        else:
            draft.target = uuid4()
        draft.before = now.get(draft.target)


def _keyed(form: Format, keys: set[str]) -> dict[str, UUID]:
    """Key → the object that an import gave it to. In slices: SQLite takes so many values."""
    found: dict[str, UUID] = {}
    known = ImportKey.objects.filter(source=form.source, kind=form.kind.key)
    for some in slices(sorted(keys)):
        found.update(known.filter(key__in=some).values_list("key", "target"))
    return found


def slices(items: Sequence, size: int = 5_000) -> Iterator[Sequence]:  # type: ignore[type-arg]
    """Parts of a list, for questions that take so many values at once."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _a(kind: Kind, words: str) -> str:
    return f"{words}e" if kind.feminine else words


def _follow_decisions(kind: Kind, drafts: Sequence[Draft]) -> None:
    """A line of which someone said that it is a known object changes that object."""
    same = [d for d in drafts if d.decision == Decision.THE_SAME and d.resembles is not None]
    now = kind.snapshots({draft.resembles for draft in same if draft.resembles})
    for draft in same:
        if draft.resembles in now:
            draft.target, draft.before = draft.resembles, now[draft.resembles]
            draft.doubts = []


# ------------------------------------------------------------------------------ comparing


def _complete(kind: Kind, draft: Draft) -> None:
    before = kind.blank if draft.before is None else draft.before
    draft.after = kind.merged(before, draft.wanted)
    kind.check(draft)


def _tell_repeated(drafts: Sequence[Draft]) -> set[int]:
    """Lines that repeat an earlier one; those that contradict it are refused.

    The first line that speaks of an object is the one that all others are compared with: a line
    that repeats a repetition is told the number of the first.
    """
    first: dict[Hashable, Draft] = {}
    repeated = set()
    for draft in drafts:
        names = list(_names(draft))
        found = next((first[name] for name in names if name in first), None)
        if found is None:
            first.update(dict.fromkeys(names, draft))
            continue
        first.update({name: found for name in names if name not in first})
        if found.after == draft.after:
            repeated.add(draft.number)
            draft.remarks.append(f"Répète la ligne {found.number}.")
        else:
            draft.refuse(
                f"La ligne {found.number} parle déjà de « {found.title} », et dit autre chose : "
                "gardez une seule de ces lignes."
            )
    return repeated


def _names(draft: Draft) -> Iterator[Hashable]:
    """All that may make two lines speak of one object."""
    if draft.key:
        yield ("key", draft.key)
    if draft.natural is not None:
        yield ("natural", draft.natural)
    yield ("target", draft.target)


def _state(draft: Draft) -> LineState:
    if draft.outside:
        return LineState.OUTSIDE
    if draft.faults:
        return LineState.REFUSED
    if draft.before is None:
        waits = draft.doubts and draft.decision != Decision.ANOTHER
        return LineState.DOUBTFUL if waits else LineState.CREATE
    return LineState.SAME if draft.before == draft.after else LineState.CHANGE


def changes(line_before: Snapshot | None, after: Snapshot) -> list[tuple[str, object, object]]:
    """(field, old, new) of what differs; for a new object, all that was said."""
    before = line_before or {}
    return [
        (name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    ]

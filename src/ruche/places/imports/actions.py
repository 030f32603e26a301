"""Everything that changes an import, and through it the register: whole or not at all, journaled.

What takes long (comparing, writing, undoing) has two halves: one notes in the batch that it was
asked, the other does it in a single transaction that also notes that it is done. A process that is
killed in between leaves the first note and nothing else, and the work may be asked again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.spreadsheets import Line, Sheet, read, recognised
from ruche.core.writing import insert_all, update_all
from ruche.journal.actions import record
from ruche.places.imports.enums import (
    NOT_APPLIED,
    WRITTEN,
    BatchStatus,
    Decision,
    Fate,
    LineState,
)
from ruche.places.imports.errors import ImportRefused, MissingColumns, StaleBatch
from ruche.places.imports.formats import FORMATS, Draft, Format, Kind, Snapshot
from ruche.places.imports.models import ImportBatch, ImportKey, ImportLine
from ruche.places.imports.personal import speaks_of_persons
from ruche.places.imports.planning import Tick, plan, slices

IGNORED_HEADERS = ("à corriger", "ligne du fichier")
"""Columns that we add to the lines that go back to be mended."""

FORGOTTEN_AFTER = {BatchStatus.COLUMNS: timedelta(days=1), BatchStatus.READY: timedelta(days=30)}
"""When a file is forgotten whose columns nobody confirmed, or whose preview nobody applied."""

NOBODY: Tick = lambda done, total: None  # noqa: E731


# --------------------------------------------------------------------------------- a file


def start(form: Format, data: bytes, *, by: Member, pk: UUID | None = None) -> ImportBatch:
    """Read a file and keep its lines, without the columns that speak of persons.

    A published format keeps the columns of its list alone, and needs no confirmation. Refuses
    (`UnreadableSpreadsheet`) a file that cannot be read. `pk`: drawn by the page, so that a file
    sent twice by the same page is one batch.
    """
    sheet = read(
        data,
        recognise=lambda headers: len(recognised(headers, form.names)),
        fields=[name for names in form.names.values() for name in names] if form.is_closed else (),
    )
    sheet, left = _without_persons(sheet, form)
    remarks = [*sheet.remarks, *_told_left(left)]
    batch = ImportBatch(
        pk=pk or uuid4(), format=form.key, made_by=by, remarks=remarks, sheet=_as_json(sheet)
    )
    with transaction.atomic():
        forget_old()
        batch.save(force_insert=True)
        if form.is_closed:
            batch = choose_columns(batch, recognised(sheet.headers, form.names))
    return batch


def _without_persons(sheet: Sheet, form: Format) -> tuple[Sheet, list[str]]:
    """The sheet without what no column of a format may hold; and the headers left aside."""
    known = recognised(sheet.headers, form.names)
    kept, left = [], []
    for rank, header in enumerate(sheet.headers):
        if rank in known or (not form.is_closed and _may_be_chosen(header)):
            kept.append(rank)
        elif speaks_of_persons(header) or header in form.never:
            left.append(header)
    return sheet.only(kept), left


def _may_be_chosen(header: str) -> bool:
    return not speaks_of_persons(header) and header.casefold() not in IGNORED_HEADERS


def _told_left(left: Sequence[str]) -> list[str]:
    if not left:
        return []
    names = ", ".join(f"« {header} »" for header in left)
    return [f"Ce qui parle de personnes n’est ni lu ni gardé : {names}."]


def _as_json(sheet: Sheet) -> dict[str, Any]:
    lines = [[line.number, list(line.cells), list(line.faults)] for line in sheet.lines]
    return {"headers": list(sheet.headers), "lines": lines}


@transaction.atomic
def choose_columns(batch: ImportBatch, chosen: Mapping[int, str]) -> ImportBatch:
    """Keep the columns that mean something, forget the others, and ask for the comparison.

    `chosen`: rank of a header → key of a column. Refuses (`MissingColumns`) a choice without what
    the format needs, or that gives the same column twice.
    """
    held = _held(batch)
    if held.status != BatchStatus.COLUMNS:
        return held
    form = FORMATS[held.format]
    _check_columns(form, list(chosen.values()))
    lines = [
        Line(number, tuple(cells), _pairs(faults)) for number, cells, faults in held.sheet["lines"]
    ]
    insert_all(_line(held, line, chosen) for line in lines if _says_something(line, chosen))
    held.columns, held.sheet = [chosen[rank] for rank in sorted(chosen)], {}
    _ask(held, BatchStatus.PREPARING)
    return held


def _pairs(faults: Iterable[Sequence[Any]]) -> tuple[tuple[int, str], ...]:
    return tuple((rank, why) for rank, why in faults)


def _check_columns(form: Format, keys: Sequence[str]) -> None:
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        label = form.column(twice[0]).label
        raise MissingColumns(f"Deux colonnes du fichier sont « {label} » : gardez-en une.")
    missing = [column.label for column in form.required if column.key not in keys]
    if missing:
        names = ", ".join(f"« {label} »" for label in missing)
        raise MissingColumns(
            f"Il manque {names} : dites quelle colonne du fichier la contient, ou ajoutez-la au "
            "fichier et envoyez-le de nouveau."
        )


def _says_something(line: Line, chosen: Mapping[int, str]) -> bool:
    return any(line.cells[rank] for rank in chosen) or bool(line.faults)


def _line(batch: ImportBatch, line: Line, chosen: Mapping[int, str]) -> ImportLine:
    cells = {chosen[rank]: line.cells[rank] for rank in sorted(chosen) if line.cells[rank]}
    unread = [
        (chosen.get(rank, ""), why) for rank, why in line.faults if rank == -1 or rank in chosen
    ]
    return ImportLine(batch=batch, number=line.number, cells=cells, unread=unread)


def forget_old() -> int:
    """Erase the lines of files that nobody applied in time; how many files."""
    number = 0
    for status, delay in FORGOTTEN_AFTER.items():
        old = ImportBatch.objects.filter(status=status, made_at__lt=timezone.now() - delay)
        number += old.count()
        old.delete()
    return number


@transaction.atomic
def drop(batch: ImportBatch) -> None:
    """Forget a file that was not applied. Refuses one that was, or is being."""
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if held is None:
        return
    if held.status not in NOT_APPLIED:
        raise ImportRefused("Cet import a été enregistré : annulez-le plutôt.")
    held.delete()


# -------------------------------------------------------------------------------- compare


def prepare(batch: ImportBatch, *, tick: Tick = NOBODY) -> None:
    """Compare the lines with the register, and keep what each would do. Nothing else changes."""
    form = FORMATS[batch.format]
    lines = list(ImportLine.objects.filter(batch=batch).order_by("number"))
    drafts = [
        Draft(line.number, line.cells, unread=line.unread, decision=line.decision) for line in lines
    ]
    plan(form, drafts, tick=tick)
    for line, draft in zip(lines, drafts, strict=True):
        _keep_draft(line, draft)
    with transaction.atomic():
        held = _held(batch)
        if held.status != BatchStatus.PREPARING:
            return
        _rewrite(held, lines)
        held.status, held.version = BatchStatus.READY, held.version + 1
        held.save(update_fields=["status", "version"])


def _keep_draft(line: ImportLine, draft: Draft) -> None:
    line.state, line.title, line.key = draft.state, draft.title[:200], draft.key
    line.faults = draft.faults or ([draft.outside] if draft.outside else draft.doubts)
    line.remarks = draft.remarks
    known = draft.is_sound and draft.state != LineState.REPEATED
    line.target = draft.target if known else None
    line.before, line.after = (draft.before, draft.after) if known else (None, None)
    if draft.state == LineState.DOUBTFUL:
        line.target = draft.resembles


def _rewrite(batch: ImportBatch, lines: Sequence[ImportLine]) -> None:
    """Written anew rather than updated: an update of thousands of rows by cases is far slower."""
    ImportLine.objects.filter(batch=batch).delete()
    insert_all(lines)


@transaction.atomic
def decide(batch: ImportBatch, decisions: Mapping[int, str]) -> ImportBatch:
    """Say of lines that resemble something what they are, and ask for the comparison again.

    `decisions`: number of a line → a `Decision`.
    """
    held = _held(batch)
    if held.status != BatchStatus.READY:
        return held
    lines = held.lines.filter(number__in=list(decisions), state=LineState.DOUBTFUL)
    changed = []
    for line in lines.order_by("number"):
        wanted = decisions[line.number]
        if wanted == Decision.THE_SAME and line.target is None:
            raise ImportRefused(
                f"Ligne {line.number} : elle ressemble à une autre ligne du fichier, qui n’est pas "
                "encore dans le registre. Dites que c’en est un autre, ou laissez-la de côté."
            )
        if wanted in Decision.values and wanted != line.decision:
            line.decision = wanted
            changed.append(line)
    if changed:
        update_all(changed, ["decision"])
        _ask(held, BatchStatus.PREPARING)
    return held


# ---------------------------------------------------------------------------------- apply


@transaction.atomic
def ask_to_apply(batch: ImportBatch, *, version: int) -> ImportBatch:
    """Ask for what was read to be written. Refuses (`StaleBatch`) when another preview was made.

    Asked twice, it is done once.
    """
    held = _held(batch)
    if held.status != BatchStatus.READY:
        return held
    if held.version != version:
        raise StaleBatch("Cet aperçu a été refait depuis que vous l’avez ouvert : relisez-le.")
    if not held.lines.filter(state__in=WRITTEN).exists():
        raise ImportRefused("Aucune ligne de ce fichier ne changerait quelque chose.")
    _ask(held, BatchStatus.APPLYING)
    return held


def apply(batch: ImportBatch, *, by: Member, tick: Tick = NOBODY) -> None:
    """Write what the preview told, all of it or nothing.

    When the register changed since the preview, nothing is written: `StaleBatch`, and the preview
    is asked again.
    """
    try:
        with transaction.atomic():
            held = _held(batch)
            if held.status == BatchStatus.APPLYING:
                _write(held, by, tick)
    except (StaleBatch, IntegrityError) as error:
        _ask_again(batch)
        if isinstance(error, StaleBatch):
            raise
        raise StaleBatch(_CHANGED_MEANWHILE) from error


_CHANGED_MEANWHILE = (
    "Quelqu’un a modifié le registre depuis cet aperçu : rien n’a été enregistré. Voici l’aperçu "
    "refait, relisez-le."
)


def _write(batch: ImportBatch, by: Member, tick: Tick) -> None:
    form = FORMATS[batch.format]
    lines = list(batch.lines.filter(state__in=WRITTEN).order_by("number"))
    _refuse_what_changed(form.kind, lines)
    created = [line for line in lines if line.state == LineState.CREATE]
    changed = [line for line in lines if line.state == LineState.CHANGE]
    done = 0
    for some in slices(created, 500):
        _rename(some, form.kind.create(_wanted(some), by=by))
        tick(done := done + len(some), len(lines))
    for some in slices(changed, 500):
        form.kind.change(_wanted(some), by=by)
        tick(done := done + len(some), len(lines))
    _keep_keys(batch, form)
    batch.status, batch.applied_at = BatchStatus.APPLIED, timezone.now()
    batch.save(update_fields=["status", "applied_at"])
    left = batch.lines.to_mend().count()
    detail = {"created": len(created), "changed": len(changed), "left_aside": left}
    _record("import_applied", batch, by, **detail)


def _rename(lines: Sequence[ImportLine], chosen: Mapping[UUID, UUID]) -> None:
    """Keep the identifiers that the database chose."""
    if chosen:
        for line in lines:
            line.target = chosen[line.target] if line.target else None
        update_all(lines, ["target"])


def _wanted(lines: Iterable[ImportLine]) -> dict[UUID, Snapshot]:
    return {line.target: line.after for line in lines if line.target and line.after}


def _refuse_what_changed(kind: Kind, lines: Sequence[ImportLine]) -> None:
    """`StaleBatch` unless every object is as the preview saw it, and new names are still free."""
    changed = {line.target: line.before for line in lines if line.target and line.before}
    now = kind.snapshots(changed.keys())
    if any(now.get(target) != before for target, before in changed.items()):
        raise StaleBatch(_CHANGED_MEANWHILE)
    naturals = {kind.natural_of(line.after): line.target for line in lines if line.after}
    taken = kind.existing(naturals.keys())
    if any(naturals[natural] != target for natural, target in taken.items()):
        raise StaleBatch(_CHANGED_MEANWHILE)


def _keep_keys(batch: ImportBatch, form: Format) -> None:
    """The keys by which the same lines will find the same objects."""
    states = (*WRITTEN, LineState.SAME)
    rows = batch.lines.filter(state__in=states).exclude(key="").order_by("number")
    keys = [
        ImportKey(batch=batch, source=form.source, kind=form.kind.key, key=key, target=target)
        for key, target in rows.values_list("key", "target")
        if target
    ]
    ImportKey.objects.bulk_create(keys, 500, ignore_conflicts=True)


# ----------------------------------------------------------------------------------- undo


@transaction.atomic
def ask_to_undo(batch: ImportBatch) -> ImportBatch:
    """Ask for what a batch did to be undone. Asked twice, it is done once."""
    held = _held(batch)
    if held.status == BatchStatus.APPLIED:
        _ask(held, BatchStatus.UNDOING)
    return held


@transaction.atomic
def undo(batch: ImportBatch, *, by: Member, tick: Tick = NOBODY) -> None:
    """Bring every object back to what it was before the batch.

    What someone changed since, and what something now rests on, is kept: the fate of each line says
    so. Twice changes nothing.
    """
    held = _held(batch)
    if held.status != BatchStatus.UNDOING:
        return
    kind = FORMATS[held.format].kind
    lines = list(held.lines.filter(state__in=WRITTEN).order_by("number"))
    _judge(kind, held, lines)
    undone = [line for line in lines if line.fate == Fate.UNDONE]
    gone = [line.target for line in undone if line.state == LineState.CREATE and line.target]
    kept = [line.target for line in lines if line.fate != Fate.UNDONE and line.target]
    kind.change({x.target: x.before for x in undone if x.target and x.before}, by=by)
    tick(1, 2)
    kind.delete(gone)
    tick(2, 2)
    held.keys.exclude(target__in=kept).delete()
    for fate in Fate:
        for some in slices([line.pk for line in lines if line.fate == fate]):
            ImportLine.objects.filter(pk__in=some).update(fate=fate)
    held.status, held.undone_at = BatchStatus.UNDONE, timezone.now()
    held.save(update_fields=["status", "undone_at"])
    _record("import_undone", held, by, undone=len(undone), kept=len(lines) - len(undone))


def _judge(kind: Kind, batch: ImportBatch, lines: Sequence[ImportLine]) -> None:
    """What becomes of each line, from what its object is now."""
    now = kind.snapshots({line.target for line in lines if line.target})
    used = kind.used(batch.lines.filter(state=LineState.CREATE).order_by().values("target"))
    taken = kind.existing({kind.natural_of(line.before) for line in lines if line.before})
    for line in lines:
        line.fate = _fate(line, now.get(line.target), line.target in used)  # type: ignore[arg-type]
        if line.fate == Fate.UNDONE and line.before:
            holder = taken.get(kind.natural_of(line.before), line.target)
            line.fate = Fate.UNDONE if holder == line.target else Fate.CHANGED_SINCE


def _fate(line: ImportLine, now: Snapshot | None, is_used: bool) -> Fate:
    if now is None:
        return Fate.GONE
    if now != line.after:
        return Fate.CHANGED_SINCE
    return Fate.USED_SINCE if is_used else Fate.UNDONE


# -------------------------------------------------------------------------------- helpers


def note_trouble(batch: ImportBatch, asked: str, *, status: str, trouble: str) -> None:
    """Say why the work that was asked did not end, and where the batch stands now.

    Nothing when the batch is no longer in the state `asked`: another process ended the work.
    """
    held = ImportBatch.objects.filter(pk=batch.pk, status=asked)
    held.update(status=status, trouble=trouble)


def _held(batch: ImportBatch) -> ImportBatch:
    """The batch as it is now; others who act on it wait until the end of this act."""
    return ImportBatch.objects.select_for_update().get(pk=batch.pk)


def _ask(batch: ImportBatch, status: BatchStatus) -> None:
    batch.status, batch.started_at, batch.trouble = status, timezone.now(), ""
    batch.save(update_fields=["status", "started_at", "trouble", "columns", "sheet"])


@transaction.atomic
def _ask_again(batch: ImportBatch) -> None:
    held = _held(batch)
    if held.status == BatchStatus.APPLYING:
        _ask(held, BatchStatus.PREPARING)


def _record(verb: str, batch: ImportBatch, by: Member, **detail: Any) -> None:
    detail = {"format": batch.format, **detail}
    record(verb, actor=by.actor, kind="import_batch", id=str(batch.pk), detail=detail)

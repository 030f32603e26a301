"""The chain that makes a change of the journal visible: pure computation, without a database.

Each line carries the digest of the line before it, and its own digest covers everything that it
says, that link included. Changing a line changes its digest, hence the link of the next one, and so
on to the last: the *head*. Whoever wrote down a head, its number and its digest, can tell later
whether all that came before is still what it was. Whoever owns the database can rewrite the whole
chain so that it is sound again; they cannot rewrite the head that someone kept outside. Both are
looked at here: the links between lines, and the heads that were kept.

The canonical form of a line is the JSON object of its eight `FIELDS`: keys sorted, no space between
signs, letters as they are (no `\\u00e9`), UTF-8. `at` is written by `instant`, in UTC and with
microseconds. The digest is the SHA-256 of these bytes, in 64 small hexadecimal signs. The first
line follows `GENESIS`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from ruche.french.numbers import number, spaced

__all__ = [
    "FIELDS",
    "GENESIS",
    "Fault",
    "FaultKind",
    "HeadKept",
    "Line",
    "UnreadableHead",
    "added_line",
    "canonical",
    "digest_of",
    "instant",
    "read_head",
    "read_heads",
    "verify",
]

FIELDS = ("number", "at", "actor", "verb", "object_kind", "object_id", "detail", "previous")
"""What a digest covers: every field of a line but the digest itself."""

GENESIS = "0" * 64
"""What the first line follows, and the digest of a journal that has no line yet."""

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


# --------------------------------------------------------------------------- digests


def instant(at: datetime) -> str:
    """`2026-11-24T09:00:00.000000Z`. An instant without a time zone raises `ValueError`."""
    if at.tzinfo is None:
        raise ValueError("Un instant du journal porte son fuseau horaire.")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def canonical(value: Any) -> str:
    """The one way of writing a value in JSON: sorted keys, no space, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(fields: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form; `fields` holds exactly `FIELDS`, or `ValueError`."""
    if set(fields) != set(FIELDS):
        raise ValueError(f"Une ligne a exactement ces champs : {', '.join(FIELDS)}.")
    # A tampered text may hold half of a pair of surrogates: it has a digest too, a wrong one.
    return sha256(canonical(dict(fields)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Line:
    """One line as it was read, true or not: `at` as `instant` writes it, `detail` as it came."""

    number: int
    at: str
    actor: str
    verb: str
    object_kind: str
    object_id: str
    detail: Any
    previous: str
    digest: str

    @property
    def fields(self) -> dict[str, Any]:
        """What the digest covers."""
        return {name: getattr(self, name) for name in FIELDS}


# ---------------------------------------------------------------- heads kept outside


class UnreadableHead(ValueError):
    """A head that someone kept cannot be read; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class HeadKept:
    """The number and the digest of what was once the last line, as someone wrote them down."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def read_head(text: str) -> HeadKept:
    """`"12:9f86…"`, capitals and spaces allowed, as on the printed sheet; or `UnreadableHead`."""
    found = HEAD.fullmatch(re.sub(r"\s+", "", text).lower())
    if found is None:
        shown = text.strip()[:40]
        raise UnreadableHead(
            _text(
                f"Tête illisible : « {shown} ». Écrivez le numéro, deux points, puis les 64 signes "
                "de l’empreinte (chiffres, et lettres de a à f)."
            )
        )
    return HeadKept(int(found[1]), found[2])


def read_heads(text: str) -> list[HeadKept]:
    """One head per line; empty lines, and those that begin with `#`, are left aside."""
    heads = []
    for place, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                heads.append(read_head(line))
            except UnreadableHead as error:
                raise UnreadableHead(_text(f"Ligne {place}. {error}")) from error
    return heads


# ---------------------------------------------------------------------------- faults


class FaultKind(StrEnum):
    """What can be wrong with a chain."""

    EDITED = "edited"
    BROKEN = "broken"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REPLACED = "replaced"
    ADDED = "added"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    FaultKind.EDITED: "ligne modifiée",
    FaultKind.BROKEN: "chaîne rompue",
    FaultKind.MISSING: "ligne manquante",
    FaultKind.REORDERED: "ligne déplacée",
    FaultKind.TRUNCATED: "fin effacée",
    FaultKind.REPLACED: "passé réécrit",
    FaultKind.ADDED: "ligne ajoutée",
}

WHAT_TO_DO = (
    "Ne corrigez rien : gardez une copie de la base, comparez avec la dernière sauvegarde ou le "
    "dernier export, et prévenez la personne déléguée à la protection des données."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a sound chain does not have: on which line, of what kind, in French."""

    number: int
    kind: FaultKind
    text: str


def _text(sentence: str) -> str:
    """French spaces, inside quotation marks too."""
    return spaced(sentence).replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def _fault(line: int, kind: FaultKind, meaning: str) -> Fault:
    return Fault(line, kind, _text(f"{meaning} {WHAT_TO_DO}"))


def _edited(line: int) -> Fault:
    meaning = "ne correspond plus à son empreinte : elle a été modifiée après avoir été écrite."
    return _fault(line, FaultKind.EDITED, f"La ligne {number(line)} {meaning}")


def _broken(line: int) -> Fault:
    if line == 1:
        meaning = "La ligne 1 dit en suivre une autre : le début du journal a été réécrit."
    else:
        meaning = (
            f"La ligne {number(line)} n’est plus attachée à celle qui la précède : l’une des deux "
            "a été réécrite."
        )
    return _fault(line, FaultKind.BROKEN, meaning)


def _missing(gap: range) -> Fault:
    first, last = gap[0], gap[-1]
    if first == last:
        meaning = f"La ligne {number(first)} manque : elle a été effacée."
    else:
        meaning = f"Les lignes {number(first)} à {number(last)} manquent : elles ont été effacées."
    return _fault(first, FaultKind.MISSING, meaning)


def _reordered(line: int) -> Fault:
    meaning = "n’est pas à sa place, ou s’y trouve deux fois : l’ordre des actes a été changé."
    return _fault(line, FaultKind.REORDERED, f"La ligne {number(line)} {meaning}")


def _truncated(last: int, kept: int) -> Fault:
    meaning = (
        f"Le journal s’arrête à la ligne {number(last)}, alors qu’une tête gardée porte le numéro "
        f"{number(kept)} : la fin a été effacée, ou une sauvegarde plus ancienne a été restaurée."
    )
    return _fault(last + 1, FaultKind.TRUNCATED, meaning)


def _replaced(line: int) -> Fault:
    meaning = (
        f"La ligne {number(line)} n’a plus l’empreinte de la tête qui avait été gardée : elle, ou "
        "une ligne qui la précède, a été réécrite, et la suite recalculée. Relisez d’abord la tête "
        "recopiée : un signe a pu être mal noté."
    )
    return _fault(line, FaultKind.REPLACED, meaning)


def added_line(line: int) -> Fault:
    """A line that the head of the database does not know: it was not written by Ruche."""
    meaning = (
        f"La ligne {number(line)} est au-delà de la tête du journal : elle a été ajoutée sans "
        "passer par Ruche, ou la tête a été ramenée en arrière."
    )
    return _fault(line, FaultKind.ADDED, meaning)


# ---------------------------------------------------------------------- verification


def verify(lines: Iterable[Line], heads: Iterable[HeadKept] = ()) -> list[Fault]:
    """Every fault of a chain, by line number; none when it is sound.

    `lines` come in the order of the journal and are read once, one at a time. Without a head kept
    outside, the loss of the last lines and a chain rewritten to the end cannot be seen.
    """
    reading = _Reading(heads)
    for line in lines:
        reading.see(line)
    return sorted(reading.end(), key=lambda fault: fault.number)


@dataclass(slots=True)
class _Gaps:
    """Numbers that were jumped over, until they are met later on."""

    ranges: list[range] = field(default_factory=list)

    def fill(self, met: int) -> None:
        self.ranges = [part for gap in self.ranges for part in _without(gap, met)]


def _without(gap: range, met: int) -> Iterator[range]:
    parts = (range(gap.start, met), range(met + 1, gap.stop)) if met in gap else (gap,)
    return (part for part in parts if part)


class _Reading:
    """What must be remembered from one line to the next: the last one, the gaps, the faults."""

    def __init__(self, heads: Iterable[HeadKept]) -> None:
        self.kept: dict[int, set[str]] = {}
        for head in heads:
            self.kept.setdefault(head.number, set()).add(head.digest)
        self.number, self.digest = 0, GENESIS
        self.gaps = _Gaps()
        self.faults: list[Fault] = []
        self._compare_with_heads(0, GENESIS)

    def see(self, line: Line) -> None:
        if digest_of(line.fields) != line.digest:
            self.faults.append(_edited(line.number))
        self._compare_with_heads(line.number, line.digest)
        if line.number <= self.number:
            self.faults.append(_reordered(line.number))
            self.gaps.fill(line.number)
            return
        if line.number > self.number + 1:
            self.gaps.ranges.append(range(self.number + 1, line.number))
        elif line.previous != self.digest:
            self.faults.append(_broken(line.number))
        self.number, self.digest = line.number, line.digest

    def end(self) -> list[Fault]:
        last_kept = max(self.kept, default=0)
        if last_kept > self.number:
            self.faults.append(_truncated(self.number, last_kept))
        return self.faults + [_missing(gap) for gap in self.gaps.ranges]

    def _compare_with_heads(self, line: int, digest: str) -> None:
        if self.kept.get(line, set()) - {digest}:
            self.faults.append(_replaced(line))

"""Sealed pieces, kept and read: what is refused, one sentence each.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

import os
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from ruche.engines.vault.forms import text_of
from ruche.engines.vault.pieces import digest_of
from ruche.journal.models import Entry
from ruche.vault import actions
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import (
    Piece,
    Record,
    Wrap,
)
from ruche.vault.queries import (
    DIRECTORY_ROW,
    directory_of,
    short,
)
from tests.members import browser_of
from tests.vault.played_browsers import (
    admission,
    departure,
    piece_given,
    save,
    send,
)
from tests.vault.refusals import last_line, post, posted, refused, rows

# ---------------------------------------------------------------------------------- pieces


def test_a_piece_is_kept_where_its_author_is(hands):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    for outsider in (hands.samir, hands.karim):
        with refused(NotPermitted, "pas dans ce cercle"):
            save(outsider, given)


def test_a_role_that_keeps_no_record_writes_nothing(hands):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    with refused(NotPermitted, "rôle"):
        save(hands.guards[0], given)


def test_a_piece_does_not_enter_the_record_of_another_circle(hands, record):
    send(hands.karim, admission(hands.karim, hands.advisers, hands.odile))
    given = piece_given(hands.odile, hands.advisers, {"text": "Ailleurs."}, record=record.pk)
    with refused(NotPermitted, "autre cercle"):
        save(hands.odile, given)


@pytest.mark.parametrize("epoch", [1, 3])
def test_nothing_is_kept_under_another_epoch_than_that_of_today(hands, epoch):
    send(hands.odile, departure(hands.odile, hands.nurses, hands.rose.id))
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."}, epoch=1)
    with refused(Stale, "époque"):
        save(hands.odile, {**given, "epoch": epoch})


def test_the_same_piece_sent_again_changes_nothing(hands, record):
    before = rows()
    assert save(hands.odile, record.identity, record.note) == 0
    send(hands.odile, admission(hands.odile, hands.nurses, hands.samir))
    send(hands.odile, departure(hands.odile, hands.nurses, hands.rose.id))
    assert save(hands.odile, record.note) == 0
    assert {name: rows()[name] for name in ("Piece", "Wrap", "Record")} == {
        name: before[name] for name in ("Piece", "Wrap", "Record")
    }


def test_one_bad_piece_keeps_the_others_out(hands):
    good = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    bad = piece_given(hands.odile, hands.nurses, {"text": "Venue."}) | {"epoch": 9}
    with refused(Stale):
        save(hands.odile, good, bad)


def test_a_record_has_one_identity(hands, record):
    other = piece_given(hands.rose, hands.nurses, {}, kind="identity", record=record.pk)
    with refused(Stale, "déjà une identité"):
        save(hands.rose, other)


def changed_identity(hand, hands, record, **more):
    return piece_given(
        hand,
        hands.nurses,
        {"given": "Alba", "family": "Bellegarde"},
        kind="identity",
        record=record.pk,
        piece=record.identity["id"],
        **more,
    )


def test_an_identity_that_someone_changed_meanwhile_is_not_overwritten(hands, record):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    save(hands.rose, changed_identity(hands.rose, hands, record, replaces=seen))
    with refused(Stale, "vient de modifier"):
        save(hands.odile, changed_identity(hands.odile, hands, record, replaces=seen))
    with refused(Stale, "vient de modifier"):
        save(hands.odile, changed_identity(hands.odile, hands, record))


def test_an_identity_that_changes_leaves_no_key_of_the_former(hands, record, shared):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    given = changed_identity(hands.odile, hands, record, replaces=seen)
    save(hands.odile, given)
    [key] = Wrap.objects.filter(piece=record.identity["id"])
    assert text_of(key.key) == given["key"]
    assert key.circle_id == hands.nurses.pk


@pytest.mark.parametrize("kind", ["note", "consent"])
def test_what_is_written_is_not_rewritten(hands, kind):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."}, kind=kind)
    save(hands.odile, given)
    anew = piece_given(
        hands.odile,
        hands.nurses,
        {"text": "Jamais venue."},
        kind=kind,
        record=given["record"],
        piece=given["id"],
        replaces=digest_of(bytes(Piece.objects.get(pk=given["id"]).body)),
    )
    with refused(Refused, "ne se réécrit pas"):
        save(hands.odile, anew)


def test_a_piece_does_not_change_record_or_kind(hands, record):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    for change in ({"record": str(uuid4())}, {"kind": "thread"}):
        given = changed_identity(hands.odile, hands, record, replaces=seen) | change
        with refused(NotPermitted, "autre fiche"):
            save(hands.odile, given)


def test_writing_leaves_no_line_in_the_journal(hands):
    """It would date what is written."""
    before = Entry.objects.count()
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "Venue."}))
    assert Entry.objects.count() == before


def test_writing_prolongs_the_record_to_the_month_of_the_circle(hands, record):
    Record.objects.filter(pk=record.pk).update(ends_in="2026-01-01")
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "…"}, record=record.pk))
    record.refresh_from_db()
    assert record.ends_in == hands.nurses.ends_in(timezone.localdate())


# --------------------------------------------------------------------------------- reading


def test_one_line_names_all_the_records_that_were_opened(hands):
    given = [piece_given(hands.odile, hands.nurses, {"text": str(one)}) for one in range(11)]
    given.append(piece_given(hands.odile, hands.nurses, {}, record=given[0]["record"]))
    save(hands.odile, *given)
    before = Entry.objects.count()
    found = actions.open_pieces(hands.rose.member, [UUID(one["id"]) for one in given])
    assert len(found) == 12
    assert Entry.objects.count() == before + 1
    line = last_line("pieces_opened")
    assert line.actor == hands.rose.member.actor
    named = " ".join(line.detail[key] for key in ("records1", "records2")).split()
    assert named == sorted(short(UUID(one["record"])) for one in given[:11])
    assert line.detail["count"] == 11  # records: a count of pieces would tell when one was added
    assert set(line.detail) == {"count", "records1", "records2"}


def test_the_line_of_the_largest_batch_can_be_written(hands):
    given = [piece_given(hands.odile, hands.nurses, {}) for _ in range(144)]
    save(hands.odile, *given)
    assert len(actions.open_pieces(hands.odile.member, [UUID(one["id"]) for one in given])) == 144
    detail = last_line("pieces_opened").detail
    assert sum(len(text.split()) for name, text in detail.items() if name != "count") == 144


def test_nothing_is_served_when_the_line_cannot_be_written(hands, record, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("le journal est plein")

    monkeypatch.setattr("ruche.vault.actions.pieces.journal", broken)
    with refused(RuntimeError, "plein"):
        actions.open_pieces(hands.odile.member, [UUID(record.note["id"])])
    with refused(RuntimeError, "plein"):
        actions.open_directory(hands.odile.member, hands.nurses)
    client = browser_of(hands.odile.member)
    client.raise_request_exception = False
    answers = [
        post(client, "lire/", {"pieces": [record.note["id"]]}),
        post(client, "fiche/", {"record": str(record.pk)}),
        post(client, "annuaire/", {"circle": str(hands.nurses.pk)}),
    ]
    for answer in answers:
        assert answer.status_code == 500
        assert record.note["body"].encode() not in answer.content
        assert record.identity["body"].encode() not in answer.content


def test_pieces_of_others_are_absent_and_nothing_says_that_they_exist(hands, record):
    before = Entry.objects.count()
    ids = [UUID(record.note["id"]), uuid4()]
    assert actions.open_pieces(hands.karim.member, ids) == []
    assert Entry.objects.count() == before
    answer = posted(hands.karim, "lire/", {"pieces": [str(one) for one in ids]})
    assert answer.json() == {"pieces": []}


def test_a_piece_asked_twice_is_served_once_in_the_order_that_was_asked(hands, record):
    ids = [UUID(record.note["id"]), UUID(record.identity["id"]), UUID(record.note["id"])]
    found = actions.open_pieces(hands.odile.member, ids)
    assert [one.piece for one in found] == ids[:2]


def test_the_directory_is_in_the_journal_with_its_count(hands, record):
    block = actions.open_directory(hands.odile.member, hands.nurses)
    line = last_line("directory_opened")
    assert (line.actor, line.object_id) == (hands.odile.member.actor, str(hands.nurses.pk))
    assert line.detail == {"count": 1}
    row = DIRECTORY_ROW.unpack_from(block)
    assert row[:3] == (record.pk.bytes, UUID(record.identity["id"]).bytes, 1)
    assert len(block) == DIRECTORY_ROW.size + row[4]


def test_the_directory_of_another_circle_is_refused(hands, record):
    answer = posted(hands.karim, "annuaire/", {"circle": str(hands.nurses.pk)})
    assert answer.status_code == 403


def test_the_directory_holds_the_longest_identity_that_is_kept(hands):
    """A row says the length of an identity on two bytes: what does not fit must not be kept."""
    long_one = {"given": "Alba", "more": "x" * 8_000}
    given = piece_given(hands.odile, hands.nurses, long_one, kind="identity")
    save(hands.odile, given)
    block, count = directory_of(hands.nurses)
    assert count == 1
    assert block.endswith(bytes(Piece.objects.get(pk=given["id"]).body))
    too_long = piece_given(hands.odile, hands.nurses, {"more": "x" * 9_000}, kind="identity")
    with refused(Refused, "trop longue"):
        save(hands.odile, too_long)
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "x" * 60_000}))


def test_an_identity_comes_with_a_salt_and_nothing_else(hands):
    """A directory row has 32 bytes for it: a longer key would be cut, and the person lost."""
    given = piece_given(hands.odile, hands.nurses, {"given": "Alba"}, kind="identity")
    with refused(Refused):
        save(hands.odile, given | {"key": text_of(os.urandom(81))})

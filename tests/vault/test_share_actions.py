"""Shares and erasure: what is refused, one sentence each.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruche.journal.models import Entry
from ruche.vault import actions
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import (
    Permission,
    Piece,
    Record,
    Wrap,
)
from ruche.vault.payloads import WrapGiven
from ruche.vault.queries import (
    pieces_of,
    pieces_readable,
)
from tests.vault.played_browsers import (
    admission,
    departure,
    in_days,
    opened,
    piece_given,
    save,
    send,
    share,
    share_given,
    wrap_given,
)
from tests.vault.refusals import last_line, posted, refused

# --------------------------------------------------------------------------------- sharing


def test_a_share_has_its_consent(hands, record):
    good = share_given(hands.odile, record, hands.advisers)
    elsewhere = piece_given(hands.odile, hands.nurses, {"said": "oui"}, kind="consent")
    note = piece_given(hands.odile, hands.nurses, {"said": "oui"}, record=record.pk)
    for consent in (elsewhere, note):
        with refused(Refused, "L’accord de la personne manque"):
            share(hands.odile, record, good | {"consent": consent})


@pytest.mark.parametrize("until", [-1, -400])
def test_a_share_ends_after_it_began(hands, record, until):
    given = share_given(hands.odile, record, hands.advisers, until=in_days(until))
    with refused(Refused, "date à venir"):
        share(hands.odile, record, given)


def test_a_share_ends_on_a_day_that_exists(hands, record):
    given = share_given(hands.odile, record, hands.advisers) | {"until": "2027-02-30"}
    with refused(Refused, "n’existe pas"):
        share(hands.odile, record, given)


def test_a_record_is_shared_with_another_circle_that_exists(hands, record):
    good = share_given(hands.odile, record, hands.advisers)
    for circle in (hands.nurses.pk, uuid4()):
        with refused(Refused, "autre cercle"):
            share(hands.odile, record, good | {"circle": str(circle)})


def test_keys_are_handed_to_the_epoch_of_today(hands, record):
    given = share_given(hands.odile, record, hands.advisers)
    send(hands.karim, admission(hands.karim, hands.advisers, hands.samir))
    send(hands.karim, departure(hands.karim, hands.advisers, hands.lea.id))
    with refused(Stale, "changé d’époque"):
        share(hands.odile, record, given)


def test_the_key_of_a_piece_of_another_record_is_not_handed_over(hands, record):
    other = piece_given(hands.odile, hands.nurses, {"text": "Une autre personne."})
    save(hands.odile, other)
    given = share_given(hands.odile, record, hands.advisers)
    [served] = pieces_readable(hands.odile.member, [UUID(other["id"])])
    given["wraps"].append(wrap_given(hands.odile, served, hands.advisers))
    with refused(NotPermitted, "pas de la fiche partagée"):
        share(hands.odile, record, given)


def test_who_reads_by_a_share_does_not_share_further(hands, record, shared):
    given = share_given(hands.odile, record, hands.advisers)
    with refused(NotPermitted, "pas dans ce cercle"):
        share(hands.karim, record, given)
    assert posted(hands.karim, "partages/", given).status_code == 403
    assert posted(hands.karim, "effacer/", {"record": str(record.pk)}).status_code == 403
    ended = posted(hands.karim, "partages/retirer/", {"permission": str(shared.pk)})
    assert ended.status_code == 403


def test_a_share_that_lives_is_read_and_one_line_says_that_it_was_given(hands, record, shared):
    found = pieces_readable(hands.karim.member, pieces_of(record))
    assert {one.piece for one in found} == {
        UUID(one["id"]) for one in (record.identity, record.note)
    }
    assert all(one.through == (hands.advisers.pk, 1) for one in found)
    texts = [opened(hands.karim, one).get("text") for one in found]
    assert "Venue." in texts
    line = last_line("record_shared")
    assert line.object_id == str(record.pk)
    assert line.detail == {"circle": str(hands.advisers.pk), "permission": str(shared.pk)}


def test_what_is_written_after_a_share_is_not_shared_with_it(hands, record, shared):
    later = piece_given(hands.odile, hands.nurses, {"text": "Revenue."}, record=record.pk)
    save(hands.odile, later)
    ids = [UUID(later["id"])]
    assert pieces_readable(hands.karim.member, ids) == []
    [served] = pieces_readable(hands.odile.member, ids)
    wrap = WrapGiven.model_validate(wrap_given(hands.odile, served, hands.advisers))
    actions.wrap_more(shared, [wrap])
    [served] = pieces_readable(hands.karim.member, ids)
    assert opened(hands.karim, served)["text"] == "Revenue."


def test_the_same_share_sent_again_is_no_breakdown(hands, record):
    """The answer was lost, the browser sends it again."""
    given = share_given(hands.odile, record, hands.advisers)
    assert posted(hands.odile, "partages/", given).status_code == 200
    assert posted(hands.odile, "partages/", given).status_code < 500
    assert Permission.objects.filter(record=record).count() == 1


def test_a_share_taken_back_erases_its_keys_and_is_written_once(hands, record, shared):
    own = Wrap.objects.filter(piece__record=record, circle=hands.nurses).count()
    actions.unshare(shared, by=hands.odile.member.actor)
    assert not Wrap.objects.filter(permission=shared).exists()
    assert Wrap.objects.filter(piece__record=record, circle=hands.nurses).count() == own == 3
    assert pieces_readable(hands.karim.member, pieces_of(record)) == []
    lines = Entry.objects.filter(verb="record_unshared").count()
    actions.unshare(shared, by=hands.odile.member.actor)
    assert Entry.objects.filter(verb="record_unshared").count() == lines


def test_a_share_taken_back_twice_is_told(hands, record, shared):
    given = {"permission": str(shared.pk)}
    assert posted(hands.odile, "partages/retirer/", given).status_code == 200
    answer = posted(hands.odile, "partages/retirer/", given)
    assert (answer.status_code, answer.json()["message"]) == (403, "Ce partage est déjà retiré.")


def test_no_key_is_handed_over_once_a_share_is_taken_back_or_over(hands, record, shared):
    [served] = pieces_readable(hands.odile.member, [UUID(record.note["id"])])
    wrap = WrapGiven.model_validate(wrap_given(hands.odile, served, hands.advisers))
    with (
        time_machine.travel(timezone.now() + timedelta(days=31)),
        refused(NotPermitted, "pris fin"),
    ):
        actions.wrap_more(shared, [wrap])
    actions.unshare(shared, by=hands.odile.member.actor)
    with refused(NotPermitted, "pris fin"):
        actions.wrap_more(shared, [wrap])


def test_a_share_is_read_until_the_evening_of_its_last_day(hands, record, shared):
    ids = pieces_of(record)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False) as clock:
        assert len(pieces_readable(hands.karim.member, ids)) == 2
        assert Record.objects.readable_by(hands.karim.member).filter(pk=record.pk).exists()
        assert actions.end_expired() == 0
        clock.shift(timedelta(days=1))
        assert pieces_readable(hands.karim.member, ids) == []
        assert not Record.objects.readable_by(hands.karim.member).filter(pk=record.pk).exists()
        assert actions.end_expired() == 2
        assert not Wrap.objects.filter(permission=shared).exists()
        assert len(pieces_readable(hands.odile.member, ids)) == 3


def test_a_record_is_erased_keys_first_and_nothing_stays(hands, record, shared):
    with CaptureQueriesContext(connection) as queries:
        actions.erase_record(record, by=hands.odile.member.actor)
    deleted = [
        table
        for one in queries
        if one["sql"].startswith("DELETE")
        for table in ("vault_wrap", "vault_piece", "vault_permission", "vault_record")
        if f'FROM "{table}"' in one["sql"]
    ]
    assert deleted[0] == "vault_wrap"
    assert set(deleted) >= {"vault_wrap", "vault_piece", "vault_permission", "vault_record"}
    pieces = [record.identity["id"], record.note["id"]]
    assert not Record.objects.filter(pk=shared.record_id).exists()
    assert not Piece.objects.filter(pk__in=pieces).exists()
    assert not Wrap.objects.filter(piece__in=pieces).exists()
    assert not Permission.objects.filter(pk=shared.pk).exists()
    assert last_line("record_erased").object_id == str(shared.record_id)

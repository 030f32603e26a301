"""A line and the act that it tells are written together; then nobody changes it."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from ruche.journal import triggers
from ruche.journal.actions import (
    VERBS,
    OutsideTransaction,
    label_of,
    record,
    register_verbs,
)
from ruche.journal.chain import GENESIS, HeadKept
from ruche.journal.models import Entry, Head, JournalIsAppendOnly
from ruche.journal.queries import current_head, printable_head, verify_all
from tests.journal.conftest import NOON

# ---------------------------------------------------------------------------- record


def test_lines_are_numbered_from_one_and_each_follows_the_one_before(journal):
    first, second = journal(), journal()
    assert (first.number, first.previous) == (1, GENESIS)
    assert (second.number, second.previous) == (2, first.digest)
    assert current_head() == HeadKept(2, second.digest)
    assert verify_all() == []


def test_a_line_is_read_again_as_it_was_written(journal):
    detail = {"role": "soin à l’été", "copies": 3, "urgent": True, "end": None, "text": "a\u00a0b"}
    written = journal(detail=detail, at=datetime(2026, 11, 24, 11, 0, 0, 120_000, tzinfo=UTC))
    read = Entry.objects.get(pk=1)
    assert read.detail == detail
    assert read.compute_digest() == read.digest == written.digest
    assert verify_all([HeadKept(1, written.digest)]) == []


def test_a_line_is_dated_now_unless_told_otherwise(journal):
    before = datetime.now(UTC)
    assert before <= journal(at=None).at <= datetime.now(UTC)
    assert journal().at == NOON


def test_a_line_is_not_written_outside_the_transaction_of_its_act(journal, monkeypatch):
    monkeypatch.setattr(connection, "in_atomic_block", False)
    with pytest.raises(OutsideTransaction):
        journal()
    monkeypatch.undo()
    assert Entry.objects.count() == 0


def test_an_act_that_fails_leaves_no_line_and_no_hole(journal):
    journal()

    @transaction.atomic
    def act():
        journal()
        raise RuntimeError("coupure")

    with pytest.raises(RuntimeError, match="coupure"):
        act()
    assert Entry.objects.count() == 1
    assert journal().number == 2
    assert verify_all() == []


def test_a_line_that_fails_undoes_its_act(journal):
    journal()

    @transaction.atomic
    def act():
        journal()
        journal(actor="Une Personne")

    with pytest.raises(ValidationError):
        act()
    assert current_head().number == 1


def test_an_act_that_nobody_declared_is_refused(journal):
    with pytest.raises(ValueError, match="register_verbs"):
        record("never_declared", actor="system", kind="trial", id="12")
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "Jeanne Dupuy"},
        {"actor": "member:4f1c\n"},
        {"actor": ""},
        {"kind": "Une chose"},
        {"id": "Jeanne Dupuy"},
        {"id": ""},
        {"id": "x" * 65},
    ],
)
def test_a_name_in_the_place_of_an_identifier_is_refused(journal, change):
    with pytest.raises(ValidationError):
        journal(**change)


@pytest.mark.parametrize(
    "actor", ["system", "link:12", "member:9f86d081-884c-4d63-a1b2-c3d4e5f60718"]
)
def test_opaque_actors_are_accepted(journal, actor):
    assert journal(actor=actor).actor == actor


@pytest.mark.parametrize(
    "detail",
    [
        {"list": [1]},
        {"inside": {"a": 1}},
        {"share": 0.5},
        {"when": NOON},
        {"text": "a" * 201},
        {"text": "a\0b"},
        {"text": "\ud800"},
        {"count": 2**53},
        {"Une clé": 1},
        {f"key{place}": place for place in range(21)},
    ],
    ids=lambda detail: next(iter(detail)),
)
def test_a_detail_that_is_not_small_and_flat_is_refused(journal, detail):
    with pytest.raises(ValidationError):
        journal(detail=detail)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("detail", [None, [], "", ()])
def test_a_line_made_by_hand_is_checked_too(journal, detail):
    entry = journal()
    made = Entry(number=2, at=NOON, actor="system", verb="trial_done", object_kind="trial")
    made.object_id, made.previous, made.detail = "1", entry.digest, detail
    made.digest = made.compute_digest()
    with pytest.raises(ValidationError, match="dictionnaire"):
        made.save()


def test_a_text_of_two_hundred_signs_is_accepted(journal):
    assert journal(detail={"text": "é" * 200}).detail == {"text": "é" * 200}


def test_an_instant_without_a_time_zone_is_refused_at_the_door(journal):
    with pytest.raises(ValueError, match="fuseau"):
        journal(at=datetime(2026, 11, 24))


# ------------------------------------------------------------------------------ verbs


@pytest.fixture
def verbs(monkeypatch):
    for code in list(VERBS):
        monkeypatch.delitem(VERBS, code)
    return VERBS


def test_an_act_is_declared_with_its_sentence(verbs):
    register_verbs({"member_invited": "Une personne a été invitée."})
    register_verbs({"member_invited": "Une personne a été invitée."})
    assert label_of("member_invited") == "Une personne a été invitée."
    del verbs["member_invited"]


def test_an_act_that_is_no_longer_declared_reads_as_its_code():
    assert label_of("gone_for_ever") == "gone_for_ever"


@pytest.mark.parametrize(
    "wrong",
    [{"MemberInvited": "Phrase."}, {"a" * 49: "Phrase."}, {"act": " "}, {"known": "Autre."}],
)
def test_a_badly_declared_act_is_refused_with_its_companions(verbs, wrong):
    verbs["known"] = "Connu."
    with pytest.raises(ValueError, match="acte"):
        register_verbs({"good_one": "Bon.", **wrong})
    assert verbs == {"known": "Connu."}
    del verbs["known"]


# ------------------------------------------------------------------- append and nothing


def test_a_line_is_never_changed_or_erased_through_its_model(journal):
    entry = journal()
    entry.actor = "system"
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(actor="system"),
        lambda: Entry.objects.bulk_update([entry], ["actor"]),
        lambda: Entry.objects.bulk_create([Entry(number=2)]),
        lambda: Entry.objects.update_or_create({"actor": "system"}, pk=1),
    ):
        with pytest.raises(JournalIsAppendOnly):
            attempt()
    assert Entry.objects.get().actor == "member:4f1c"


def test_a_new_line_does_not_take_the_number_of_another(journal):
    """Not even where the triggers are missing."""
    first = journal()
    copy = Entry(**{f.name: getattr(first, f.name) for f in Entry._meta.fields})
    copy.actor = "system"
    triggers.remove(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert Entry.objects.get().actor == "member:4f1c"


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def refused_by_the_database():
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        yield


COLUMNS = "number, at, actor, verb, object_kind, object_id, detail, previous, digest"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET actor = 'system' WHERE number = 2",
        "UPDATE journal_entry SET number = 7 WHERE number = 5",
        "DELETE FROM journal_entry WHERE number = 5",
        "DELETE FROM journal_entry",
    ],
)
def test_the_database_itself_refuses_to_change_or_erase_a_line(five, sql):
    with refused_by_the_database():
        execute(sql)
    assert verify_all(five) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE est propre à SQLite")
def test_sqlite_does_not_replace_a_line_either(five):
    sql = f"INSERT OR REPLACE INTO journal_entry ({COLUMNS}) SELECT {COLUMNS} FROM journal_entry"
    with refused_by_the_database():
        execute(sql)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE est propre à PostgreSQL")
def test_postgresql_does_not_empty_the_journal_either(five):
    with refused_by_the_database():
        execute("TRUNCATE journal_entry")


@pytest.mark.parametrize(
    "change",
    [{"previous": GENESIS}, {"digest": "abc"}, {"object_id": ""}, {"previous": "of the first"}],
    ids=str,
)
def test_the_database_refuses_a_line_that_cannot_be_true(five, change):
    if change == {"previous": "of the first"}:
        change = {"previous": Entry.objects.get(pk=2).previous}
    made = Entry.objects.get(pk=5)
    made.number, made.previous = 6, "a" * 64
    for name, value in change.items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        super(Entry, made).save(force_insert=True)


def test_the_journal_has_one_head_only(journal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Head.objects.create(pk=2)


# ---------------------------------------------------------------------------- reading


def numbers(**asked) -> list[int]:
    return [entry.number for entry in Entry.objects.matching(**asked)]


def test_lines_come_newest_first(five):
    assert numbers() == [5, 4, 3, 2, 1]


def test_words_are_sought_in_the_sentence_the_actor_the_object_and_the_detail(journal):
    journal()
    journal("journal_exported", actor="system")
    journal(id="dep-32", detail={"role": "Soin à la crèche"})
    assert numbers(words="exporte") == [2]
    assert numbers(words="MENÉ ESSAI") == [3, 1]
    assert numbers(words="system") == [2]
    assert numbers(words="dep-3") == [3]
    assert numbers(words="crèche soin") == [3]
    assert numbers(words="essai system") == []


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "a%b"])
def test_signs_of_sql_are_words_like_others(journal, words):
    journal(detail={"text": "rien"}, id="12", actor="system")
    assert numbers(words=words) == []


def test_a_nul_sign_is_a_space(five):
    assert numbers(words="essai\0mené") == [5, 4, 3, 2, 1]


def test_lines_are_filtered_by_act_actor_and_object(journal):
    journal(kind="site", id="1")
    journal(kind="site", id="2", actor="system")
    journal("journal_exported", kind="journal", id="2")
    assert numbers(verb="journal_exported") == [3]
    assert numbers(actor="system") == [2]
    assert numbers(object_kind="site") == [2, 1]
    assert numbers(object_kind="site", object_id="2") == [2]


def test_a_period_counts_whole_days_of_here(journal):
    """In Auch, 23:30 in universal time is the day after."""
    journal(at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    journal(at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    journal(at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert numbers(since=date(2026, 11, 23), until=date(2026, 11, 23)) == [2, 1]
    assert numbers(since=date(2026, 11, 24)) == [3]
    assert numbers(until=datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) == [2, 1]
    assert numbers(since=datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) == [3, 2]


def test_the_head_is_printed_four_signs_at_a_time(five):
    head = printable_head()
    assert (head.number, head.at, head.digest) == (5, NOON, five[-1].digest)
    assert [len(group) for group in head.groups] == [4] * 16
    assert head.spaced.replace(" ", "") == head.digest
    assert str(head) == str(five[-1])


def test_a_journal_without_a_line_has_a_head_too(journal):
    head = printable_head()
    assert (head.number, head.at, head.digest) == (0, None, GENESIS)

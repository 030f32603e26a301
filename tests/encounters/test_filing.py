"""From the tray to a record: whole, once, in one's own circle, and without a line that dates it."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.encounters.actions import dismiss, file
from ruche.encounters.models import Deposit, FiledDeposit, Promise
from ruche.encounters.payloads import FilingGiven
from ruche.journal.models import Entry
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import Circle, Piece, Record, Wrap
from ruche.vault.queries import pieces_of, pieces_readable, short
from tests.encounters.sealed_phones import (
    DISMISS,
    FILE,
    everything,
    filing_given,
    in_the_field,
    kept_in_tray,
    posted,
)
from tests.members import browser_of, someone
from tests.vault.played_browsers import departure, opened, piece_given, send

LIST = "/rencontres/a-ranger/liste/"
PAGE = "/rencontres/a-ranger/"


@pytest.fixture
def place(world):
    return in_the_field()


@pytest.fixture
def deposit(place) -> Deposit:
    return kept_in_tray(place.odile.member, place.nurses)


def january() -> Any:
    return timezone.localdate().replace(day=1)


def file_as(hand: Any, deposit: Deposit, given: dict[str, Any]) -> None:
    file(hand.member, deposit, FilingGiven.model_validate(given))


# ------------------------------------------------------------------------------- moved once


def test_an_encounter_moves_from_the_tray_to_a_new_record_with_what_was_promised(place, deposit):
    given = filing_given(place.rose, deposit, promised=[(place.site, january())])
    assert posted(place.rose.member, FILE, given).status_code == 200
    assert not Deposit.objects.filter(pk=deposit.pk).exists()
    assert FiledDeposit.objects.filter(pk=deposit.pk).exists()
    record = Record.objects.get(pk=given["pieces"][0]["record"])
    assert record.circle == place.nurses
    kinds = record.pieces.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["encounter", "identity", "promise"]
    promise = Promise.objects.get(record=record)
    assert (promise.site, promise.month) == (place.site, january())
    assert promise.piece.kind == "promise"


def test_the_others_of_the_circle_read_what_was_filed(place, deposit):
    given = filing_given(place.rose, deposit)
    file_as(place.rose, deposit, given)
    record = Record.objects.get(pk=given["pieces"][0]["record"])
    served = pieces_readable(place.samir.member, pieces_of(record))
    said = [opened(place.samir, one) for one in served if one.kind == "encounter"]
    assert said[0]["met"] == {"note": "Venue avec sa sœur."}


def test_an_encounter_goes_to_a_record_that_exists(place, deposit):
    identity = piece_given(place.odile, place.nurses, {"given": "Alba"}, kind="identity")
    file_as(place.odile, deposit, filing_given(place.odile, deposit))
    other = kept_in_tray(place.odile.member, place.nurses)
    record = Record.objects.filter(circle=place.nurses).get()
    given = filing_given(place.odile, other, record=record.pk)
    assert posted(place.odile.member, FILE, given).status_code == 200
    assert record.pieces.filter(kind="encounter").count() == 2
    assert not Record.objects.filter(pk=identity["record"]).exists()


def test_a_day_of_promise_is_kept_as_its_month(place, deposit):
    day = january().replace(day=17)
    file_as(place.rose, deposit, filing_given(place.rose, deposit, promised=[(place.site, day)]))
    assert Promise.objects.get(record__circle=place.nurses).month == january()


def test_of_two_who_file_the_same_encounter_the_second_is_told_and_writes_nothing(place, deposit):
    """Both had it on their screen."""
    mine, hers = (filing_given(hand, deposit) for hand in (place.odile, place.rose))
    file_as(place.odile, deposit, mine)
    before = everything()
    with pytest.raises(Stale, match="vient de la ranger"):
        file_as(place.rose, deposit, hers)
    assert everything() == before


@pytest.mark.parametrize("address", [FILE, DISMISS])
def test_an_encounter_that_was_already_filed_answers_409_with_what_to_do(place, deposit, address):
    mine, hers = (filing_given(hand, deposit) for hand in (place.odile, place.rose))
    assert posted(place.odile.member, FILE, mine).status_code == 200
    body = hers if address == FILE else {"deposit": str(deposit.pk)}
    before = everything()
    answer = posted(place.rose.member, address, body)
    assert (answer.status_code, "rechargez" in answer.json()["message"]) == (409, True)
    assert everything() == before


def test_an_encounter_that_was_read_may_be_erased_once(place, deposit):
    before = everything()
    body = {"deposit": str(deposit.pk)}
    assert posted(place.rose.member, DISMISS, body).status_code == 200
    assert not Deposit.objects.filter(pk=deposit.pk).exists()
    assert FiledDeposit.objects.filter(pk=deposit.pk).exists()
    after = everything()
    same = set(before) - {"Deposit", "FiledDeposit"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    with pytest.raises(Stale):
        dismiss(place.odile.member, deposit)


# -------------------------------------------------------------------------- whole, or nothing


def refused_whole(hand: Any, deposit: Deposit, given: dict[str, Any], status: int) -> str:
    """What it is told; nothing moved."""
    before = everything()
    answer = posted(hand.member, FILE, given)
    assert answer.status_code == status, answer.content
    assert everything() == before
    assert Deposit.objects.filter(pk=deposit.pk).exists()
    message: str = answer.json()["message"]
    return message


def test_a_piece_of_another_circle_is_refused_with_all_the_rest(place, deposit):
    """Odile is in both."""
    given = filing_given(place.odile, deposit)
    given["pieces"].append(piece_given(place.odile, place.measure, {"text": "Ailleurs."}))
    assert "propre cercle" in refused_whole(place.odile, deposit, given, 403)


def test_a_record_of_another_circle_receives_nothing(place, deposit):
    theirs = kept_in_tray(place.karim.member, place.advisers)
    file_as(place.karim, theirs, filing_given(place.karim, theirs))
    record = Record.objects.get(circle=place.advisers)
    given = filing_given(place.odile, deposit, record=record.pk)
    assert "autre cercle" in refused_whole(place.odile, deposit, given, 403)


def test_a_promise_whose_words_are_missing_is_refused_with_all_the_rest(place, deposit):
    given = filing_given(place.odile, deposit, promised=[(place.site, january())])
    alone = {**given, "pieces": given["pieces"][:-1]}
    assert "mots de cette promesse" in refused_whole(place.odile, deposit, alone, 400)
    note = {**given, "promises": [{**given["promises"][0], "piece": given["pieces"][1]["id"]}]}
    assert "mots de cette promesse" in refused_whole(place.odile, deposit, note, 400)


def test_a_promise_at_a_site_that_never_was_is_refused_with_all_the_rest(place, deposit):
    given = filing_given(place.odile, deposit, promised=[(place.site, january())])
    given["promises"][0]["site"] = str(uuid4())
    assert "lieu" in refused_whole(place.odile, deposit, given, 400)


def test_the_last_bad_piece_takes_the_first_ones_back(place, deposit):
    given = filing_given(place.odile, deposit)
    given["pieces"].append({**given["pieces"][-1], "id": str(uuid4()), "epoch": 7})
    assert "époque" in refused_whole(place.odile, deposit, given, 409)


def test_a_machine_that_stops_while_filing_leaves_the_encounter_in_the_tray(
    place, deposit, monkeypatch
):
    """It stops at the last thing that is written: the promise."""
    given = filing_given(place.odile, deposit, promised=[(place.site, january())])
    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "get_or_create", _stops_at(Promise))
        with pytest.raises(OSError, match="s’arrête"):
            file_as(place.odile, deposit, given)
    assert everything() == before
    file_as(place.odile, deposit, given)
    assert Promise.objects.filter(record__circle=place.nurses).count() == 1


def _stops_at(model: Any) -> Any:
    write = QuerySet.get_or_create

    def stopping(rows: Any, *args: Any, **more: Any) -> Any:
        if rows.model is model:
            raise OSError("la machine s’arrête")
        return write(rows, *args, **more)

    return stopping


@pytest.mark.parametrize(
    "wrong", [{"pieces": []}, {"deposit": "Alba"}, {"given": "Alba"}, {"promises": "none"}]
)
def test_a_filing_that_has_not_the_expected_form_is_refused(place, deposit, wrong):
    given = {**filing_given(place.odile, deposit), **wrong}
    assert "forme attendue" in refused_whole(place.odile, deposit, given, 400)


def test_an_encounter_of_a_former_epoch_is_filed_under_the_new_one(place, deposit):
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    fresh = Deposit.objects.select_related("circle").get(pk=deposit.pk)
    file_as(place.rose, fresh, filing_given(place.rose, fresh))
    epochs = Piece.objects.filter(record__circle=place.nurses).order_by("pk")
    assert set(epochs.values_list("epoch", flat=True)) == {2}


# ------------------------------------------------------------------------------------ rights


@pytest.mark.parametrize("address", [FILE, DISMISS])
def test_nobody_files_for_a_circle_that_she_is_not_in(place, deposit, address):
    given = filing_given(place.odile, deposit)
    body = given if address == FILE else {"deposit": str(deposit.pk)}
    before = everything()
    roles = (Role.NURSE, Role.SITE_VOLUNTEER, Role.COORDINATOR, Role.DPO, Role.TECHNICAL)
    for stranger in (place.karim.member, *map(someone, roles)):
        assert posted(stranger, address, body).status_code == 403
    assert everything() == before


def test_who_left_the_circle_files_nothing_more(place, deposit):
    given = filing_given(place.samir, deposit)
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    assert posted(place.samir.member, FILE, given).status_code == 403


@pytest.mark.parametrize("address", [FILE, DISMISS])
def test_an_encounter_that_never_was_is_not_found(place, deposit, address):
    given = {**filing_given(place.odile, deposit), "deposit": str(uuid4())}
    body = given if address == FILE else {"deposit": given["deposit"]}
    assert posted(place.odile.member, address, body).status_code == 404


def test_actions_refuse_pieces_of_a_circle_that_the_member_is_not_in(place, deposit):
    given = filing_given(place.odile, deposit)
    with pytest.raises(NotPermitted):
        file_as(place.karim, deposit, given)
    assert Deposit.objects.filter(pk=deposit.pk).exists()
    assert issubclass(NotPermitted, Refused)


# ----------------------------------------------------------------------------------- the tray


def served(hand: Any) -> list[str]:
    answer = posted(hand.member, LIST, {})
    assert answer.status_code == 200
    return [one["id"] for one in answer.json()["deposits"]]


def test_each_one_receives_what_waits_in_her_circles_and_nothing_else(place, deposit):
    theirs = kept_in_tray(place.karim.member, place.advisers)
    assert served(place.samir) == [str(deposit.pk)]
    assert served(place.lea) == [str(theirs.pk)]
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    assert served(place.samir) == []


def test_opening_the_tray_is_a_line_that_says_how_many_and_nothing_of_whom(place, deposit):
    kept_in_tray(place.odile.member, place.nurses)
    before = Entry.objects.count()
    assert len(served(place.rose)) == 2
    line = Entry.objects.order_by("number").last()
    assert Entry.objects.count() == before + 1
    assert (line.verb, line.object_kind, line.object_id) == (
        "tray_opened",
        "member",
        str(place.rose.member.pk),
    )
    assert line.detail == {"count": 2}


def test_opening_an_empty_tray_writes_no_line(place):
    before = Entry.objects.count()
    assert served(place.rose) == []
    assert Entry.objects.count() == before


def test_the_page_of_the_tray_says_how_many_and_holds_no_encounter(place, deposit):
    page = browser_of(place.rose.member).get(PAGE)
    assert page.status_code == 200
    assert str(deposit.pk) not in page.content.decode()


# -------------------------------------------------------------------------------- the journal


def test_filing_and_erasing_write_no_line_of_the_journal(place, deposit):
    """A line has a time: it would date what was filed."""
    given = filing_given(place.rose, deposit, promised=[(place.site, january())])
    other = kept_in_tray(place.odile.member, place.nurses)
    before = Entry.objects.count()
    assert posted(place.rose.member, FILE, given).status_code == 200
    assert posted(place.rose.member, DISMISS, {"deposit": str(other.pk)}).status_code == 200
    assert Entry.objects.count() == before


def test_no_line_of_the_whole_path_names_the_record_the_encounter_or_the_promise(place):
    before = Entry.objects.order_by("-number").first().number
    deposit = kept_in_tray(place.odile.member, place.nurses)
    served(place.rose)
    given = filing_given(place.rose, deposit, promised=[(place.site, january())])
    assert posted(place.rose.member, FILE, given).status_code == 200
    lines = Entry.objects.filter(number__gt=before).order_by("number")
    assert [line.verb for line in lines] == ["tray_opened"]
    told = json.dumps([[one.object_id, one.detail] for one in lines])
    record = UUID(given["pieces"][0]["record"])
    promise = Promise.objects.get(record=record)
    names = [record, deposit.pk, promise.pk, *(UUID(one["id"]) for one in given["pieces"])]
    for name in names:
        assert str(name) not in told
        assert name.hex not in told
        assert short(name) not in told


def test_what_says_that_an_encounter_was_filed_does_not_lead_to_the_record(place, deposit):
    """Its day is kept with the number that the phone drew, and that number is nowhere else."""
    given = filing_given(place.rose, deposit, promised=[(place.site, january())])
    file_as(place.rose, deposit, given)
    fields = {field.name for field in FiledDeposit._meta.get_fields()}
    assert fields == {"id", "day"}
    for model in (Record, Piece, Wrap, Promise, Circle):
        kept = [str(value) for row in model.objects.order_by("pk").values_list() for value in row]
        assert not {str(deposit.pk), deposit.pk.hex} & set(kept), model

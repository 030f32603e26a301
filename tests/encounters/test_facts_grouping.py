"""Facts sealed together take the place of those sealed one by one: whole, or not at all."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from ruche.accounts.enums import Role
from ruche.encounters import queries
from ruche.encounters.actions import receive_facts
from ruche.encounters.models import Facts, MeasuringCircle
from ruche.encounters.payloads import EnvelopeGiven
from ruche.engines.vault.forms import bytes_of, canonical, context, padded, text_of
from ruche.engines.vault.suite import new_key, seal
from ruche.journal.models import Entry
from ruche.vault.models import Circle
from tests.encounters.sealed_phones import (
    everything,
    facts_given,
    in_the_field,
    posted,
    send_facts,
)
from tests.members import browser_of, someone
from tests.vault.played_browsers import Hand, departure, secrets_of, send

READ, GROUP, PAGE = (
    "/rencontres/croiser/faits/",
    "/rencontres/croiser/regrouper/",
    "/rencontres/croiser/",
)


@pytest.fixture
def place(world):
    """Those who measure, and no fact of the demo world."""
    Facts.objects.all().delete()
    return in_the_field()


def deposited(place: Any, count: int, circle: Circle | None = None) -> list[str]:
    """Envelopes that phones left; their numbers."""
    given = [facts_given(circle or place.measure) for _ in range(count)]
    receive_facts(place.samir.member, [EnvelopeGiven.model_validate(one) for one in given])
    return [one["id"] for one in given]


def block(hand: Hand, circle: Circle, **changed: Any) -> dict[str, Any]:
    """Facts sealed together under the newest epoch, as the page of those who measure does."""
    secrets = secrets_of(hand, circle)
    secret, id, salt = secrets[max(secrets)], str(uuid4()), new_key()
    where = context("facts", secret.circle, secret.epoch, id)
    body = seal(secret.identity_key(salt, where), padded(canonical([])), where)
    found = {"id": id, "epoch": secret.epoch, "body": text_of(body), "key": text_of(salt)}
    return {**found, **changed}


def grouping(place: Any, gone: list[str], blocks: int = 1) -> dict[str, Any]:
    return {"blocks": [block(place.odile, place.measure) for _ in range(blocks)], "gone": gone}


def names(**where: Any) -> set[str]:
    rows = Facts.objects.filter(**where).order_by("pk")
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


# ------------------------------------------------------------------------------- whole, once


def test_a_block_takes_the_place_of_the_envelopes_that_it_holds(place):
    gone, stay = deposited(place, 3), deposited(place, 2)
    given = grouping(place, gone)
    assert posted(place.lea.member, GROUP, given).json() == {"done": True}
    assert names(is_block=False) == set(stay)
    kept = Facts.objects.get(is_block=True)
    assert (str(kept.pk), kept.circle, kept.epoch) == (given["blocks"][0]["id"], place.measure, 1)
    assert bytes(kept.body) == bytes_of(given["blocks"][0]["body"])


def test_more_envelopes_than_one_query_can_name_are_grouped_too(place):
    gone = [name for _ in range(26) for name in deposited(place, 50)]
    assert posted(place.odile.member, GROUP, grouping(place, gone, 3)).status_code == 200
    assert (len(names(is_block=False)), len(names(is_block=True))) == (0, 3)


def test_a_block_may_be_grouped_again(place):
    first = grouping(place, deposited(place, 2))
    posted(place.odile.member, GROUP, first)
    again = grouping(place, [first["blocks"][0]["id"], *deposited(place, 1)])
    assert posted(place.rose.member, GROUP, again).status_code == 200
    assert names() == {again["blocks"][0]["id"]}


def test_an_envelope_that_is_named_twice_is_taken_away_once(place):
    gone = deposited(place, 2)
    given = grouping(place, [*gone, *gone])
    assert posted(place.odile.member, GROUP, given).status_code == 200
    assert names() == {given["blocks"][0]["id"]}


def refused(hand: Hand, given: Any, status: int) -> str:
    before = everything()
    answer = posted(hand.member, GROUP, given)
    assert answer.status_code == status, answer.content
    assert everything() == before
    message: str = answer.json()["message"]
    return message


def test_of_two_who_group_the_same_facts_the_second_is_told_and_changes_nothing(place):
    gone = deposited(place, 4)
    mine, hers = grouping(place, gone), grouping(place, gone[2:])
    assert posted(place.odile.member, GROUP, mine).status_code == 200
    assert "rechargez" in refused(place.lea, hers, 409)


@pytest.mark.parametrize("size", [3, 600])
def test_one_envelope_that_is_gone_keeps_all_the_others(place, size):
    gone = [name for _ in range(size // 50 or 1) for name in deposited(place, min(size, 50))]
    assert "rechargez" in refused(place.odile, grouping(place, [*gone, str(uuid4())]), 409)
    assert names() == set(gone)


def test_a_machine_that_stops_while_grouping_loses_no_fact(place, monkeypatch):
    gone = deposited(place, 5)
    given, before = grouping(place, gone), everything()
    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "bulk_create", _stops)
        client = browser_of(place.odile.member)
        with pytest.raises(OSError, match="s’arrête"):
            posted(client, GROUP, given)
    assert everything() == before
    assert posted(place.odile.member, GROUP, given).status_code == 200


def _stops(*_: Any, **__: Any) -> None:
    raise OSError("la machine s’arrête")


def test_the_facts_of_another_circle_are_not_taken_away(place):
    theirs, gone = deposited(place, 2, place.advisers), deposited(place, 2)
    assert "rechargez" in refused(place.odile, grouping(place, [*gone, theirs[0]]), 409)
    assert posted(place.odile.member, GROUP, grouping(place, gone)).status_code == 200
    assert names(circle=place.advisers) == set(theirs)


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_block_of_another_epoch_than_that_of_today_is_refused(place, epoch):
    gone = deposited(place, 2)
    send(place.odile, departure(place.odile, place.measure, place.lea.id))
    fresh, other = block(place.odile, place.measure), block(place.odile, place.measure)
    given = {"blocks": [fresh, {**other, "epoch": epoch}], "gone": gone}
    assert "époque" in refused(place.rose, given, 403)
    given["blocks"][1]["epoch"] = 2
    assert posted(place.rose.member, GROUP, given).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"blocks": []}, {"gone": []}, {"gone": ["Alba"]}, {"note": "Alba"}, {"blocks": [{}]}],
)
def test_a_grouping_that_has_not_the_expected_form_is_refused(place, wrong):
    given = {**grouping(place, deposited(place, 2)), **wrong}
    assert "forme attendue" in refused(place.odile, given, 400)


def test_a_phone_that_sends_again_what_was_grouped_meanwhile_does_not_count_it_twice(place):
    """Its answer was lost, and the facts are now inside a block."""
    given = facts_given(place.measure)
    send_facts(place.samir.member, given)
    assert posted(place.odile.member, GROUP, grouping(place, [given["id"]])).status_code == 200
    assert send_facts(place.samir.member, given)["kept"] == [given["id"]]
    assert names(is_block=False) == set()


# ------------------------------------------------------------------------------------ rights


def strangers(place: Any) -> list[Any]:
    roles = (Role.NURSE, Role.COORDINATOR, Role.DIRECTOR, Role.DPO, Role.TECHNICAL, Role.PARTNER)
    return [place.samir.member, place.karim.member, *map(someone, roles)]


def test_nobody_reads_crosses_or_groups_facts_without_being_in_the_circle_that_measures(place):
    given = grouping(place, deposited(place, 2))
    before = everything()
    for stranger in strangers(place):
        assert browser_of(stranger).get(PAGE).status_code == 403
        assert posted(stranger, READ, {}).status_code == 403
        assert posted(stranger, GROUP, given).status_code == 403
    assert everything() == before


def test_without_a_circle_that_measures_nobody_reads_facts(place):
    deposited(place, 2)
    MeasuringCircle.objects.all().delete()
    assert posted(place.odile.member, READ, {}).status_code == 403


def test_who_left_the_circle_that_measures_reads_no_more(place):
    deposited(place, 2)
    send(place.odile, departure(place.odile, place.measure, place.lea.id))
    assert posted(place.lea.member, READ, {}).status_code == 403


# ------------------------------------------------------------------------------------- pages


def page_after(place: Any, after: str | None) -> dict[str, Any]:
    found: dict[str, Any] = posted(place.odile.member, READ, {"after": after}).json()
    return found


def test_pages_of_facts_cover_everything_once_while_others_deposit(place, monkeypatch):
    """What was there at the start comes once; what arrives meanwhile comes once, or next time."""
    monkeypatch.setattr(queries, "MOST_FACTS", 7)
    there, during = set(deposited(place, 45)), set[str]()
    read: list[str] = []
    after, more, pages = None, True, 0
    while more:
        answer = page_after(place, after)
        more, pages = answer["more"], pages + 1
        read += [one["id"] for one in answer["facts"]]
        after = read[-1]
        if pages < 6:
            during |= set(deposited(place, 3))
    assert pages > 6
    assert len(read) == len(set(read)), "une enveloppe est lue deux fois"
    assert there <= set(read) <= there | during
    assert read == sorted(read)


@pytest.mark.parametrize("count", [0, 6, 7, 8, 14])
def test_the_last_page_says_that_it_is_the_last(place, monkeypatch, count):
    monkeypatch.setattr(queries, "MOST_FACTS", 7)
    deposited(place, count)
    first = page_after(place, None)
    assert (len(first["facts"]), first["more"]) == (min(count, 7), count > 7)
    if count > 7:
        last = page_after(place, first["facts"][-1]["id"])
        assert (len(last["facts"]), last["more"]) == (count - 7, False)


def test_pages_hold_the_facts_of_the_circle_that_measures_alone(place):
    mine, _ = deposited(place, 2), deposited(place, 2, place.advisers)
    assert {one["id"] for one in page_after(place, None)["facts"]} == set(mine)


def test_opening_facts_is_one_line_of_the_journal_whatever_the_number_of_pages(place, monkeypatch):
    monkeypatch.setattr(queries, "MOST_FACTS", 2)
    deposited(place, 6)
    before = Entry.objects.count()
    first = page_after(place, None)
    page_after(place, first["facts"][-1]["id"])
    line = Entry.objects.order_by("number").last()
    assert Entry.objects.count() == before + 1
    assert (line.verb, line.object_id) == ("facts_opened", str(place.measure.pk))
    assert line.detail == {}


def test_grouping_writes_no_line_and_names_nobody(place):
    before = Entry.objects.count()
    posted(place.odile.member, GROUP, grouping(place, deposited(place, 3)))
    assert Entry.objects.count() == before
    fields = {field.name for field in Facts._meta.get_fields()}
    assert fields == {"id", "circle", "epoch", "body", "key", "is_block"}
    assert all(UUID(name).version == 4 for name in names())

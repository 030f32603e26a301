"""What a phone takes with it: its séances, forms and keys, what is due; and, in a bag, whom."""

import json
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import Member
from ruche.encounters.actions import file
from ruche.encounters.models import Deposit, Form, FormUse, Permit, Promise
from ruche.encounters.payloads import FilingGiven
from ruche.encounters.queries import pack_for
from ruche.engines.vault.forms import bytes_of
from ruche.journal.models import Entry
from ruche.places.models import Assignment
from ruche.seances.enums import Answer, SeanceStatus
from ruche.tallies.actions import intake_key
from ruche.vault.models import Piece, Record
from tests.encounters.sealed_phones import (
    BAG,
    PACK,
    deposit_given,
    filing_given,
    from_phone,
    in_the_field,
    kept_in_tray,
    public_of,
    send_deposits,
)
from tests.members import browser_of, organisation, someone
from tests.seances.field import a_seance, a_site, a_team, in_days, there, today
from tests.vault.played_browsers import share, share_given


@pytest.fixture
def place(world):
    return in_the_field()


def pack_of(member: Member) -> dict[str, Any]:
    answer = from_phone(member, PACK, permit=True)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def next_of(member: Member, seance: Any) -> str | None:
    (found,) = [one for one in pack_of(member)["seances"] if one["id"] == str(seance.pk)]
    after: str | None = found["next"]
    return after


def file_one(place: Any, hand: Any, circle: Any, month: date, **more: Any) -> dict[str, Any]:
    """Someone met, filed, with a promise at the site of today in a month."""
    deposit = kept_in_tray(hand.member, circle)
    promised = [(more.pop("site", place.site), month)]
    given = filing_given(hand, deposit, promised=promised, **more)
    file(hand.member, deposit, FilingGiven.model_validate(given))
    return given


# ---------------------------------------------------------------------------------- contents


def test_a_nurse_takes_her_seances_their_form_and_the_keys_to_which_she_seals(place):
    pack = pack_of(place.rose.member)
    assert pack["member"] == {"id": place.rose.id, "name": place.rose.member.name}
    (seance,) = pack["seances"]
    assert (seance["id"], seance["use"]) == (str(place.seance.pk), str(place.use.pk))
    assert (seance["day"], seance["starts"], seance["ends"]) == (str(today()), "14:00", "16:30")
    assert seance["site"]["id"] == str(place.site.pk)
    assert not seance["cancelled"]
    use = pack["uses"][str(place.use.pk)]
    assert (use["form"], use["circle"], use["team"]) == (
        "sante",
        str(place.nurses.pk),
        str(place.team.pk),
    )
    assert [one["key"] for one in use["data"]["fields"]] == [one.key for one in place.form.fields]
    assert set(pack["circles"]) == {str(place.nurses.pk), str(place.measure.pk)}
    assert pack["measuring"] == str(place.measure.pk)
    intake = {"id": str(intake_key().pk), "public": intake_key().public}
    assert pack["intake"]["id"] == intake["id"]
    assert bytes_of(pack["intake"]["public"]) == bytes(intake["public"])


def test_the_acts_of_a_circle_come_whole_so_that_the_phone_believes_its_key(place):
    """The key that the phone finds at the end of the acts is the one that the circle opens."""
    told = pack_of(place.rose.member)["circles"][str(place.nurses.pk)]["acts"]
    statement = json.loads(bytes_of(told[-1]["statement"]))
    epoch, public = public_of(place.nurses)
    assert (statement["epoch"], bytes_of(statement["public"])) == (epoch, public)


def test_the_pictograms_of_a_form_come_drawn(place):
    use = pack_of(place.rose.member)["uses"][str(place.use.pk)]
    icons = [one["icon"] for field in use["data"]["fields"] for one in field["options"]]
    assert any(icon.startswith(("M", "m")) for icon in icons)


def test_a_volunteer_takes_the_form_of_her_site_and_seals_for_nobody(place):
    volunteer = someone(Role.SITE_VOLUNTEER)
    Assignment.objects.create(member=volunteer, site=place.site)
    elsewhere = a_seance(a_site(), today())
    pack = pack_of(volunteer)
    assert [one["id"] for one in pack["seances"]] == [str(place.seance.pk)]
    assert str(elsewhere.pk) not in json.dumps(pack)
    (use,) = pack["uses"].values()
    assert (use["form"], use["circle"], use["team"]) == ("accueil", None, None)
    assert str(place.nurses.pk) not in pack["circles"]
    assert pack["due"] == []


def test_a_volunteer_without_a_site_takes_no_seance(place):
    pack = pack_of(someone(Role.SITE_VOLUNTEER))
    assert (pack["seances"], pack["uses"]) == ([], {})


def test_a_partner_takes_the_form_that_was_given_to_a_team_of_her_organisation(place):
    house = organisation("Maison d’essai", OrganisationKind.CHARITY)
    partner, team = someone(Role.PARTNER, at=house), a_team(where="Maison d’essai")
    other = a_team(where="Ailleurs")
    for each in (team, other):
        there(place.seance, each, Answer.CONFIRMED)
        FormUse.objects.create(form=Form.objects.get(key="numerique"), team=each)
    pack = pack_of(partner)
    (use,) = pack["uses"].values()
    assert (use["form"], use["team"]) == ("numerique", str(team.pk))
    assert len(pack["seances"]) == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.DPO, Role.TECHNICAL])
def test_those_who_meet_nobody_take_nothing(place, role):
    assert from_phone(someone(role), PACK, permit=False).status_code == 403
    assert not Permit.objects.exists()


def test_a_form_that_is_no_longer_proposed_leaves_the_pack(place):
    Form.objects.filter(key="sante").update(is_active=False)
    assert pack_of(place.rose.member)["seances"] == []


def test_a_team_that_does_not_come_has_no_seance(place):
    place.seance.participations.update(answer=Answer.DECLINED)
    assert pack_of(place.rose.member)["seances"] == []


def test_seances_of_a_month_ago_and_of_the_week_that_comes_are_taken_and_no_others(place):
    kept = [a_seance(place.site, in_days(days)) for days in (-31, -1, 8)]
    left = [a_seance(place.site, in_days(days)) for days in (-32, 9)]
    for seance in (*kept, *left):
        there(seance, place.team, Answer.CONFIRMED)
    taken = {one["id"] for one in pack_of(place.rose.member)["seances"]}
    assert taken == {str(one.pk) for one in (*kept, place.seance)}


def test_a_cancelled_seance_is_taken_and_says_so(place):
    """One may have met people before hearing of it."""
    place.seance.status = SeanceStatus.CANCELLED
    place.seance.save(update_fields=["status"])
    (seance,) = pack_of(place.rose.member)["seances"]
    assert seance["cancelled"] is True


# ------------------------------------------------------------------------------ coming dates


def test_the_next_date_is_that_of_the_team_at_that_site(place):
    for site, team, days in (
        (place.site, a_team(), 7),
        (a_site(), place.team, 8),
        (place.site, place.team, 14),
        (place.site, place.team, 28),
    ):
        there(a_seance(site, in_days(days)), team, Answer.CONFIRMED)
    assert next_of(place.rose.member, place.seance) == str(in_days(14))


def test_a_date_that_was_cancelled_or_declined_is_not_the_next_one(place):
    cancelled = a_seance(place.site, in_days(7), status=SeanceStatus.CANCELLED)
    there(cancelled, place.team, Answer.CONFIRMED)
    there(a_seance(place.site, in_days(9)), place.team, Answer.DECLINED)
    there(a_seance(place.site, in_days(10)), place.team, Answer.CANCELLED)
    assert next_of(place.rose.member, place.seance) is None
    there(a_seance(place.site, in_days(21)), place.team, Answer.ASKED)
    assert next_of(place.rose.member, place.seance) == str(in_days(21))


def test_another_seance_of_the_same_day_is_not_the_next_one(place):
    evening = a_seance(place.site, today(), starts=time(18), ends=time(19))
    there(evening, place.team, Answer.CONFIRMED)
    assert next_of(place.rose.member, place.seance) is None


def test_for_volunteers_the_next_date_is_any_of_the_site(place):
    volunteer = someone(Role.SITE_VOLUNTEER)
    Assignment.objects.create(member=volunteer, site=place.site)
    a_seance(place.site, in_days(11))
    assert next_of(volunteer, place.seance) == str(in_days(11))


def test_a_past_seance_to_enter_again_from_paper_is_followed_by_the_one_after_it(place):
    past = a_seance(place.site, in_days(-10))
    there(past, place.team, Answer.HELD)
    assert next_of(place.rose.member, past) == str(today())


# --------------------------------------------------------------------------------------- due


def test_what_is_due_counts_promises_that_were_filed_and_those_that_wait(place):
    month, later = today().replace(day=1), date(2027, 3, 1)
    for _ in range(2):
        file_one(place, place.odile, place.nurses, month)
    for due in (month, later):
        site = {"site": str(place.site.pk), "month": due.isoformat()}
        send_deposits(place.odile.member, deposit_given(place.nurses, **site))
    assert pack_of(place.rose.member)["due"] == [
        {"site": str(place.site.pk), "month": month.isoformat(), "count": 3},
        {"site": str(place.site.pk), "month": later.isoformat(), "count": 1},
    ]


def test_what_other_circles_promised_is_not_counted(place):
    month = today().replace(day=1)
    file_one(place, place.karim, place.advisers, month)
    due = {"site": str(place.site.pk), "month": month.isoformat()}
    send_deposits(place.karim.member, deposit_given(place.advisers, **due))
    assert pack_of(place.rose.member)["due"] == []
    assert [one["count"] for one in pack_of(place.lea.member)["due"]] == [2]


def test_a_promise_is_counted_once_when_it_moves_from_the_tray_to_a_record(place):
    month = today().replace(day=1)
    given = deposit_given(place.nurses, site=str(place.site.pk), month=month.isoformat())
    send_deposits(place.odile.member, given)
    before = pack_of(place.rose.member)["due"]
    deposit = Deposit.objects.get(pk=given["id"])
    words = filing_given(place.odile, deposit, promised=[(place.site, month)])
    file(place.odile.member, deposit, FilingGiven.model_validate(words))
    assert pack_of(place.rose.member)["due"] == before
    assert before[0]["count"] == 1


# ----------------------------------------------------------------------- cost, and discretion


def queries_of(member: Member) -> int:
    intake_key()  # drawn at the first need
    afresh = Member.objects.get(pk=member.pk)
    with CaptureQueriesContext(connection) as found:
        pack_for(afresh, timezone.localdate())
    return len(found)


def test_the_number_of_queries_does_not_depend_on_the_number_of_seances(place):
    few = queries_of(place.rose.member)
    for days in range(1, 8):
        for site in (place.site, a_site()):
            there(a_seance(site, in_days(days)), place.team, Answer.CONFIRMED)
    assert len(pack_of(place.rose.member)["seances"]) == 15
    assert queries_of(place.rose.member) == few


def test_the_number_of_queries_does_not_depend_on_what_is_due(place):
    few = queries_of(place.rose.member)
    for month in range(1, 6):
        file_one(place, place.odile, place.nurses, date(2027, month, 1))
    assert len(pack_of(place.rose.member)["due"]) == 5
    assert queries_of(place.rose.member) == few


def test_no_person_is_in_the_pack(place):
    """Neither a record, nor a piece, nor a promise, nor a deposit: by any of their numbers."""
    month = today().replace(day=1)
    file_one(place, place.odile, place.nurses, month)
    kept_in_tray(place.odile.member, place.nurses)
    text = from_phone(place.rose.member, PACK, permit=False).content.decode()
    assert str(place.site.pk) in text
    for model in (Record, Piece, Promise, Deposit):
        kept = model.objects.order_by("pk").values_list("pk", flat=True)
        assert kept
        assert not any(str(pk) in text or pk.hex in text for pk in kept), model


def test_making_a_pack_writes_no_line_of_the_journal(place):
    before = Entry.objects.count()
    pack_of(place.rose.member)
    assert Entry.objects.count() == before


# --------------------------------------------------------------------------------------- bag


def bag_of(member: Member, site: Any, month: date, *records: Any) -> dict[str, Any]:
    named = [str(one) for one in records]
    answer = from_phone(member, BAG, site=str(site.pk), month=month.isoformat(), records=named)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def records_in(bag: dict[str, Any]) -> set[str]:
    return {one["record"] for one in bag["pieces"]}


def test_a_bag_holds_the_identities_and_promises_of_those_who_are_expected_there(place):
    month = today().replace(day=1)
    given = file_one(place, place.odile, place.nurses, month)
    file_one(place, place.odile, place.nurses, month, site=a_site())
    file_one(place, place.odile, place.nurses, date(2027, 6, 1))
    bag = bag_of(place.rose.member, place.site, month)
    identity, _, promise = given["pieces"]
    assert {one["piece"] for one in bag["pieces"]} == {identity["id"], promise["id"]}
    (told,) = bag["promises"].values()
    assert list(bag["promises"]) == [promise["id"]]
    assert (told["site"], told["month"]) == (str(place.site.pk), month.isoformat())


def test_what_was_promised_in_a_past_month_is_still_in_the_bag(place):
    given = file_one(place, place.odile, place.nurses, date(2026, 1, 1))
    bag = bag_of(place.rose.member, place.site, today().replace(day=1))
    assert records_in(bag) == {given["pieces"][0]["record"]}


def test_the_notes_of_a_person_are_not_in_the_bag(place):
    month = today().replace(day=1)
    file_one(place, place.odile, place.nurses, month)
    kinds = {one["kind"] for one in bag_of(place.rose.member, place.site, month)["pieces"]}
    assert kinds == {"identity", "promise"}


def test_a_bag_holds_no_record_of_another_circle_even_when_it_is_asked_by_its_number(place):
    month = today().replace(day=1)
    mine = file_one(place, place.odile, place.nurses, month)["pieces"][0]["record"]
    theirs = file_one(place, place.karim, place.advisers, month)["pieces"][0]["record"]
    bag = bag_of(place.rose.member, place.site, month, theirs, uuid4())
    assert records_in(bag) == {mine}
    assert records_in(bag_of(place.lea.member, place.site, month, mine)) == {theirs}


def test_one_adds_to_the_bag_people_who_are_not_expected(place):
    given = file_one(place, place.odile, place.nurses, date(2027, 6, 1))
    record = given["pieces"][0]["record"]
    bag = bag_of(place.rose.member, a_site(), today(), record)
    assert records_in(bag) == {record}
    assert {one["kind"] for one in bag["pieces"]} == {"identity"}


def test_a_record_that_another_circle_shares_may_be_added_with_its_promises_left_there(place):
    month = today().replace(day=1)
    given = file_one(place, place.odile, place.nurses, month)
    record = Record.objects.get(pk=given["pieces"][0]["record"])
    share(place.odile, record, share_given(place.odile, record, place.advisers))
    bag = bag_of(place.lea.member, place.site, month, record.pk)
    assert {one["kind"] for one in bag["pieces"]} == {"identity"}
    assert bag["promises"] == {}


def test_a_bag_is_told_by_two_lines_of_the_journal(place):
    month = today().replace(day=1)
    for _ in range(2):
        file_one(place, place.odile, place.nurses, month)
    last = Entry.objects.order_by("-number").first().number
    bag_of(place.rose.member, place.site, month)
    lines = {line.verb: line for line in Entry.objects.filter(number__gt=last).order_by("number")}
    assert set(lines) == {"pieces_opened", "bag_loaded"}
    assert lines["bag_loaded"].object_id == str(place.site.pk)
    assert lines["bag_loaded"].detail == {"count": 2}
    assert lines["pieces_opened"].detail["count"] == 2
    assert {line.actor for line in lines.values()} == {place.rose.member.actor}


def test_an_empty_bag_opens_no_piece_and_is_told_all_the_same(place):
    last = Entry.objects.order_by("-number").first().number
    assert bag_of(place.rose.member, a_site(), today())["pieces"] == []
    verbs = Entry.objects.filter(number__gt=last).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["bag_loaded"]


def test_more_people_than_one_line_can_name_are_told_by_several(place, monkeypatch):
    monkeypatch.setattr("ruche.capture.views.sync.MOST_PIECES", 2)
    month = today().replace(day=1)
    given = [file_one(place, place.odile, place.nurses, month) for _ in range(3)]
    bag = bag_of(place.rose.member, place.site, month)
    assert records_in(bag) == {one["pieces"][0]["record"] for one in given}
    assert len(bag["pieces"]) == 6


@pytest.mark.parametrize("role", [Role.SITE_VOLUNTEER, Role.PARTNER, Role.COORDINATOR])
def test_those_who_keep_no_record_take_no_bag(place, role):
    body = {"site": str(place.site.pk), "month": str(today()), "records": []}
    assert from_phone(someone(role), BAG, **body).status_code == 403


def test_a_bag_for_a_site_that_never_was_is_empty(place):
    body = {"site": str(uuid4()), "month": str(in_days(0)), "records": []}
    answer = from_phone(browser_of(place.rose.member), BAG, **body)
    assert (answer.status_code, answer.json()["pieces"]) == (200, [])

"""What phones send is kept once, byte for byte; what cannot be is said, and nothing is lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.encounters import payloads
from ruche.encounters.actions import dismiss, file, receive_deposits, receive_facts
from ruche.encounters.enums import DEPOSITS_OF_THE_EPOCH_BEFORE
from ruche.encounters.models import Deposit, Facts, Promise, Quarantined
from ruche.encounters.payloads import DepositGiven, EnvelopeGiven, FilingGiven
from ruche.engines.vault.forms import bytes_of, text_of
from ruche.journal.models import Entry
from ruche.seances.enums import SeanceStatus
from ruche.tallies.models import SpentBatch, Tally
from ruche.vault.payloads import LARGEST_BODY
from tests.encounters.sealed_phones import (
    BAG,
    COUNTERS,
    DEPOSITS,
    FACTS,
    PACK,
    QUARANTINE,
    deposit_given,
    everything,
    facts_given,
    filing_given,
    from_phone,
    in_the_field,
    kept_in_tray,
    opened_deposit,
    phone_of,
    posted,
    public_of,
    send_deposits,
    send_facts,
)
from tests.members import browser_of, organisation, someone
from tests.tallies.slips import batch_of
from tests.vault.played_browsers import admission, departure, send, with_a_ring

MONTH = "2027-01-01"


@pytest.fixture
def place(world):
    """A team of nurses, its circle, a séance today; no counter of the demo world."""
    Tally.objects.all().delete()
    return in_the_field()


def other_content(given: dict[str, Any]) -> dict[str, Any]:
    body = bytearray(bytes_of(given["body"]))
    body[-1] ^= 1
    return {**given, "body": text_of(bytes(body))}


def bodies() -> dict[str, bytes]:
    return {str(one.pk): bytes(one.body) for one in Deposit.objects.order_by("pk")}


# ------------------------------------------------------------------------------- deposits


def test_an_encounter_waits_in_the_tray_and_opens_for_each_one_of_the_circle(place):
    given = deposit_given(place.nurses, {"note": "Venue avec sa sœur."})
    told = send_deposits(place.odile.member, given)
    assert told == {"kept": [given["id"]], "quarantined": [], "conflicts": {}}
    kept = Deposit.objects.get(pk=given["id"])
    for hand in (place.odile, place.rose):
        assert opened_deposit(hand, kept) == {"note": "Venue avec sa sœur."}


def test_what_is_kept_of_a_deposit_says_neither_who_sent_it_nor_when(place):
    fields = {field.name for field in Deposit._meta.get_fields()}
    assert fields == {"id", "circle", "epoch", "body", "key", "site", "month"}


def test_a_deposit_sent_twice_is_kept_once(place):
    given = deposit_given(place.nurses)
    first = send_deposits(place.odile.member, given)
    assert send_deposits(place.odile.member, given) == first
    assert bodies() == {given["id"]: bytes_of(given["body"])}


def test_a_deposit_sent_twice_in_one_request_is_kept_once(place):
    given = deposit_given(place.nurses)
    told = send_deposits(place.odile.member, given, given)
    assert set(told["kept"]) == {given["id"]}
    assert not told["conflicts"]
    assert list(bodies()) == [given["id"]]


def test_another_content_under_the_same_number_overwrites_nothing_and_is_said(place):
    """The server keeps the first, the phone the second."""
    given = deposit_given(place.nurses)
    send_deposits(place.odile.member, given)
    told = send_deposits(place.rose.member, other_content(given))
    assert (told["kept"], told["quarantined"]) == ([], [])
    assert "Un autre contenu" in told["conflicts"][given["id"]]
    assert bodies() == {given["id"]: bytes_of(given["body"])}


def test_another_content_in_the_same_request_does_not_take_the_place_of_the_first(place):
    given = deposit_given(place.nurses)
    told = send_deposits(place.odile.member, given, other_content(given))
    assert given["id"] in told["conflicts"]
    assert bodies() == {given["id"]: bytes_of(given["body"])}


def test_a_conflict_does_not_stop_the_others(place):
    given, beside = deposit_given(place.nurses), deposit_given(place.nurses)
    send_deposits(place.odile.member, given)
    told = send_deposits(place.odile.member, other_content(given), beside)
    assert (list(told["conflicts"]), told["kept"]) == ([given["id"]], [beside["id"]])


def test_a_deposit_that_was_filed_is_not_kept_a_second_time(place):
    given = deposit_given(place.nurses)
    send_deposits(place.odile.member, given)
    deposit = Deposit.objects.get(pk=given["id"])
    words = filing_given(place.rose, deposit)
    file(place.rose.member, deposit, FilingGiven.model_validate(words))
    before = everything()
    assert send_deposits(place.odile.member, given)["kept"] == [given["id"]]
    assert everything() == before


def test_a_deposit_that_was_read_and_erased_does_not_come_back(place):
    given = deposit_given(place.nurses)
    send_deposits(place.odile.member, given)
    dismiss(place.rose.member, Deposit.objects.get(pk=given["id"]))
    assert send_deposits(place.odile.member, given)["kept"] == [given["id"]]
    assert not Deposit.objects.filter(pk=given["id"]).exists()


def test_receiving_writes_no_line_of_the_journal(place):
    """A line would tell when someone was met."""
    phone = phone_of(place.odile, place)
    for _ in range(5):
        phone.meet({"themes": ["dents"]}, note="Venue avec sa sœur.")
    before = Entry.objects.count()
    client = browser_of(place.odile.member)
    for address, body in phone.sync():
        assert posted(client, address, body).status_code == 200
    assert (Deposit.objects.count(), Facts.objects.count() > 4) == (5, True)
    assert Entry.objects.count() == before


# ------------------------------------------------------------------- a whole batch, or none


def test_a_machine_that_stops_in_the_middle_has_written_nothing(place, monkeypatch):
    """A part of what is sent goes to the quarantine; it stays out with the rest."""
    key = public_of(place.nurses)
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    late = [deposit_given(place.nurses, key=key) for _ in range(20)]
    fresh = [deposit_given(place.nurses) for _ in range(180)]
    given = [DepositGiven.model_validate(one) for one in (*late, *fresh)]
    write = QuerySet.bulk_create

    def stop_halfway(rows: Any, objects: list[Any], **more: Any) -> None:
        write(rows, objects[:90], **more)
        raise OSError("la machine s’arrête")

    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "bulk_create", stop_halfway)
        with pytest.raises(OSError, match="s’arrête"):
            receive_deposits(place.samir.member, given)
    assert everything() == before
    received = receive_deposits(place.samir.member, given)
    assert (len(received.kept), len(received.quarantined)) == (180, 20)
    assert Deposit.objects.count() == 180


def test_two_hundred_encounters_are_received_in_one_request_and_no_more(place):
    given = [deposit_given(place.nurses) for _ in range(201)]
    answer = from_phone(place.odile.member, DEPOSITS, deposits=given)
    assert answer.status_code == 400
    assert not Deposit.objects.exists()
    assert len(send_deposits(place.odile.member, *given[:200])["kept"]) == 200
    assert Deposit.objects.count() == 200


def test_the_number_of_queries_does_not_depend_on_the_number_of_encounters(place):
    client, given = browser_of(place.odile.member), [deposit_given(place.nurses) for _ in range(62)]
    with CaptureQueriesContext(connection) as few:
        send_deposits(client, *given[:2])
    with CaptureQueriesContext(connection) as many:
        send_deposits(client, *given[2:])
    assert len(many) == len(few)


# --------------------------------------------------------------------------------- epochs


@pytest.fixture
def former(place):
    """The key of the epoch that ended when Samir left the circle."""
    key = public_of(place.nurses)
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    return key


def told_of(place: Any, hand: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    """Where an encounter that she sends goes, by the actions: no session, whatever the day."""
    given = deposit_given(place.nurses, **more)
    received = receive_deposits(hand.member, [DepositGiven.model_validate(given)])
    where = {
        "tray": given["id"] in received.kept,
        "quarantine": given["id"] in received.quarantined,
        "conflict": given["id"] in received.conflicts,
    }
    (found,) = [name for name, is_there in where.items() if is_there]
    assert Deposit.objects.filter(pk=given["id"]).exists() == (found == "tray")
    assert Quarantined.objects.filter(pk=given["id"]).exists() == (found == "quarantine")
    return found, given


def test_what_was_sealed_before_a_departure_still_comes_in_for_a_month(place, former):
    assert told_of(place, place.rose, key=former)[0] == "tray"
    with time_machine.travel(timezone.now() + timedelta(days=DEPOSITS_OF_THE_EPOCH_BEFORE)):
        found, given = told_of(place, place.rose, key=former)
    assert found == "tray"
    assert opened_deposit(place.rose, Deposit.objects.get(pk=given["id"]))


def test_later_than_a_month_someone_of_the_circle_decides(place, former):
    with time_machine.travel(timezone.now() + timedelta(days=DEPOSITS_OF_THE_EPOCH_BEFORE + 1)):
        assert told_of(place, place.rose, key=former)[0] == "quarantine"


def test_what_someone_who_left_the_circle_had_sealed_waits_for_a_decision(place, former):
    found, given = told_of(place, place.samir, key=former)
    assert found == "quarantine"
    waiting = Quarantined.objects.get(pk=given["id"])
    assert (waiting.sender, waiting.circle) == (place.samir.member, place.nurses)


def test_two_departures_ago_is_too_long_even_for_who_stayed(place, former):
    send(place.odile, departure(place.odile, place.nurses, place.rose.id))
    assert told_of(place, place.odile, key=former)[0] == "quarantine"
    assert told_of(place, place.odile, key=public_of(place.nurses, 2))[0] == "tray"


def test_an_admission_changes_no_epoch_and_hinders_nothing(place):
    key, jeanne = public_of(place.nurses), with_a_ring(someone(Role.NURSE))
    send(place.odile, admission(place.odile, place.nurses, jeanne))
    assert told_of(place, place.samir, key=key)[0] == "tray"


def test_what_waits_for_a_decision_is_not_put_aside_twice(place, former):
    given = deposit_given(place.nurses, key=former)
    first = send_deposits(place.samir.member, given)
    assert first["quarantined"] == [given["id"]]
    assert send_deposits(place.samir.member, given) == first
    told = send_deposits(place.samir.member, other_content(given))
    assert list(told["conflicts"]) == [given["id"]]
    assert Quarantined.objects.get().body["body"] == given["body"]


@pytest.mark.parametrize("strange", ["an epoch to come", "an unknown circle"])
def test_what_has_nowhere_to_go_stays_on_the_phone_that_says_so(place, strange):
    changed = {
        "an epoch to come": {"epoch": 2},
        "an unknown circle": {"circle": str(uuid4())},
    }[strange]
    given = {**deposit_given(place.nurses), **changed}
    before = everything()
    told = send_deposits(place.odile.member, given)
    assert (told["kept"], told["quarantined"]) == ([], [])
    assert "fichier scellé" in told["conflicts"][given["id"]]
    assert everything() == before


# ------------------------------------------------------------------------------- promises


@pytest.mark.parametrize("missing", ["nothing", "site", "month", "an unknown site"])
def test_a_promise_is_due_at_a_site_in_a_month_or_nowhere(place, missing):
    due = {
        "nothing": {"site": str(place.site.pk), "month": "2027-01-19"},
        "site": {"month": MONTH},
        "month": {"site": str(place.site.pk)},
        "an unknown site": {"site": str(uuid4()), "month": MONTH},
    }[missing]
    given = deposit_given(place.nurses, **due)
    assert send_deposits(place.odile.member, given)["kept"] == [given["id"]]
    kept = Deposit.objects.get(pk=given["id"])
    found = (kept.site, kept.month.isoformat() if kept.month else None)
    assert found == ((place.site, MONTH) if missing == "nothing" else (None, None))


def promised(place: Any, hand: Any, circle: Any) -> Promise:
    deposit = kept_in_tray(hand.member, circle)
    month = timezone.localdate().replace(day=1)
    words = filing_given(hand, deposit, promised=[(place.site, month)])
    file(hand.member, deposit, FilingGiven.model_validate(words))
    return Promise.objects.get(piece=words["promises"][0]["piece"])


def test_a_promise_that_was_kept_leaves_the_list(place):
    mine, other = (promised(place, place.odile, place.nurses) for _ in range(2))
    send_deposits(place.rose.member, settled=[mine.pk, mine.pk, uuid4()])
    assert Promise.objects.filter(pk__in=[mine.pk, other.pk]).get() == other


def test_nobody_settles_the_promises_of_another_circle(place):
    theirs = promised(place, place.karim, place.advisers)
    send_deposits(place.odile.member, settled=[theirs.pk])
    assert Promise.objects.filter(pk=theirs.pk).exists()


def test_a_seance_that_was_cancelled_meanwhile_hinders_nothing(place):
    """People were met before anyone heard of it."""
    phone = phone_of(place.odile, place)
    met = [phone.meet({"themes": ["vue"]}, note="Venue.") for _ in range(5)]
    place.seance.status = SeanceStatus.CANCELLED
    place.seance.save(update_fields=["status"])
    client = browser_of(place.odile.member)
    for address, body in phone.sync():
        assert posted(client, address, body).status_code == 200
    assert set(bodies()) == {one.deposit for one in met}
    assert Facts.objects.filter(pk__in=[one.fact for one in met]).count() == 5
    assert Tally.objects.get(shape="team_week", team=place.team, measure="met").total == 5


# --------------------------------------------------------------------------- old, or hostile


def requests_of(place: Any) -> dict[str, dict[str, Any]]:
    """One good request to each address of the client."""
    return {
        PACK: {"permit": False},
        DEPOSITS: {"deposits": [deposit_given(place.nurses)], "settled": []},
        FACTS: {"envelopes": [facts_given(place.measure)]},
        COUNTERS: {
            key: value
            for key, value in batch_of("not a cell").model_dump(mode="json").items()
            if key != "client"
        },
        BAG: {"site": str(place.site.pk), "month": MONTH, "records": []},
        QUARANTINE: {
            "permit": text_of(bytes(32)),
            "kind": "deposit",
            "deposit": deposit_given(place.nurses),
        },
    }


ADDRESSES = [PACK, DEPOSITS, FACTS, COUNTERS, BAG, QUARANTINE]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_client_that_is_too_old_is_told_to_load_again_and_writes_nothing(
    place, monkeypatch, address
):
    body = requests_of(place)[address]
    monkeypatch.setattr(payloads, "OLDEST_CLIENT", payloads.CLIENT + 1)
    before = everything()
    answer = from_phone(place.odile.member, address, **body)
    assert answer.status_code == 426
    assert "trop ancienne" in answer.json()["message"]
    assert "Rien n’est perdu" in answer.json()["message"]
    assert everything() == before


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "wrong", ["no client", "a field in excess", "not JSON", "a list", "nothing", "giant", "deep"]
)
def test_what_has_not_the_expected_form_is_refused_in_french_and_writes_nothing(
    place, address, wrong
):
    good = {"client": payloads.CLIENT, **requests_of(place)[address]}
    body = {
        "no client": {key: value for key, value in good.items() if key != "client"},
        "a field in excess": {**good, "name": "Alba"},
        "not JSON": b"{",
        "a list": b"[]",
        "nothing": b"",
        "giant": b" " * 3_000_000,
        "deep": b"[" * 100_000,
    }[wrong]
    before = everything()
    answer = posted(place.odile.member, address, body)
    assert answer.status_code == 400
    expected = "trop gros" if wrong == "giant" else "n’a pas la forme attendue"
    assert expected in answer.json()["message"]
    assert "Alba" not in answer.json()["message"]
    assert everything() == before


def test_a_body_just_above_the_limit_is_refused_as_too_big(place):
    """Django reads it; we do not."""
    answer = posted(place.odile.member, DEPOSITS, b" " * (LARGEST_BODY + 1))
    assert answer.status_code == 400
    assert "trop gros" in answer.json()["message"]


WRONG_DEPOSITS: dict[str, dict[str, Any]] = {
    "an identifier that is no number": {"id": "Alba"},
    "an epoch before the first": {"epoch": 0},
    "a body that is not base64": {"body": "é" * 60},
    "an empty body": {"body": ""},
    "a body that is too long": {"body": "A" * 90_000},
    "a key that is too short": {"key": "AAAA"},
    "a month that does not exist": {"site": str(uuid4()), "month": "2026-13-01"},
    "a field in excess": {"given": "Alba"},
    "a body that is no text": {"body": 12},
}


@pytest.mark.parametrize("wrong", WRONG_DEPOSITS)
def test_one_bad_deposit_keeps_the_whole_request_out(place, wrong):
    given = {**deposit_given(place.nurses), **WRONG_DEPOSITS[wrong]}
    before = everything()
    answer = from_phone(place.odile.member, DEPOSITS, deposits=[deposit_given(place.nurses), given])
    assert answer.status_code == 400
    assert "forme attendue" in answer.json()["message"]
    assert everything() == before


# --------------------------------------------------------------------------------- rights

FIELD_ROLES = (Role.NURSE, Role.DIGITAL_ADVISER, Role.BUDGET_ADVISER)
WHO_COUNTS = (*FIELD_ROLES, Role.SITE_VOLUNTEER, Role.GROCERY_VOLUNTEER, Role.PARTNER)
WHO_DOES_NOT = (Role.COORDINATOR, Role.DIRECTOR, Role.DPO, Role.TECHNICAL)


def test_every_role_is_spoken_of_here():
    assert set(WHO_COUNTS) | set(WHO_DOES_NOT) == set(Role)


@pytest.mark.parametrize("role", WHO_COUNTS)
def test_those_who_meet_people_may_send_counters(place, role):
    cell = phone_of(place.odile, place).meet({}).cells[0]
    assert cell.team is None
    body = batch_of(cell).model_dump(mode="json")
    answer = posted(someone(role), COUNTERS, body)
    assert (answer.status_code, answer.json()["counted"]) == (200, 1)


@pytest.mark.parametrize("role", WHO_DOES_NOT)
@pytest.mark.parametrize("address", [PACK, DEPOSITS, FACTS, COUNTERS, BAG])
def test_those_who_meet_nobody_send_nothing(place, role, address):
    body = requests_of(place)[address]
    before = everything()
    assert from_phone(someone(role), address, **body).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("address", [PACK, DEPOSITS, FACTS, COUNTERS, BAG])
def test_nobody_sends_without_a_session_nor_by_a_link(place, client, address):
    before = everything()
    answer = from_phone(client, address, **requests_of(place)[address])
    assert (answer.status_code, "/connexion" in answer["Location"]) == (302, True)
    assert browser_of(place.odile.member).get(address).status_code == 405
    assert everything() == before


@pytest.mark.parametrize("address", [DEPOSITS, FACTS, COUNTERS])
def test_the_work_of_one_member_never_arrives_under_the_session_of_another(place, address):
    given, rose, before = requests_of(place)[address], place.rose.member, everything()
    hers = str(place.odile.member.pk)
    answer = from_phone(rose, address, **{**given, "member": hers})
    assert (answer.status_code, "Rien n’est parti" in answer.json()["message"]) == (409, True)
    assert everything() == before
    assert from_phone(place.odile.member, address, **{**given, "member": hers}).status_code == 200
    assert everything() != before


# ------------------------------------------------------------------------------- counters


def test_a_batch_sent_again_counts_for_nothing_and_the_phone_is_told_the_same(place):
    met = phone_of(place.odile, place).meet({"themes": ["dents"]})
    body = batch_of(*met.cells).model_dump(mode="json")
    first, again = (posted(place.odile.member, COUNTERS, body).json() for _ in range(2))
    assert first == {"counted": len(met.cells), "refused": [], "again": False}
    assert again == {**first, "again": True}
    assert sum(Tally.objects.order_by("pk").values_list("total", flat=True)) == len(met.cells)


def test_the_slips_that_nobody_may_count_are_listed_by_their_place(place):
    met = phone_of(place.odile, place).meet({})
    body = batch_of("not a cell", *met.cells, {"shape": "site_day"}).model_dump(mode="json")
    told = posted(place.odile.member, COUNTERS, body).json()
    assert (told["counted"], told["refused"]) == (len(met.cells), [0, len(met.cells) + 1])


def test_a_batch_that_changed_on_the_way_is_refused_whole_in_french(place):
    met = phone_of(place.odile, place).meet({})
    body = batch_of(*met.cells).model_dump(mode="json")
    before = everything()
    answer = posted(place.odile.member, COUNTERS, {**body, "slips": body["slips"][:-1]})
    assert (answer.status_code, "changé en route" in answer.json()["message"]) == (400, True)
    assert everything() == before


def test_a_batch_without_slips_is_refused(place):
    body = batch_of("nothing").model_dump(mode="json")
    answer = posted(place.odile.member, COUNTERS, {**body, "slips": []})
    assert answer.status_code == 400
    assert not SpentBatch.objects.filter(pk=body["id"]).exists()


def test_partners_do_not_count_for_the_nurses_team(place):
    met = phone_of(place.odile, place).meet({})
    of_team = [cell for cell in met.cells if cell.team]
    partner = someone(Role.PARTNER, at=organisation("Ailleurs", OrganisationKind.GIP))
    told = posted(partner, COUNTERS, batch_of(*of_team).model_dump(mode="json")).json()
    assert (told["counted"], told["refused"]) == (0, list(range(len(of_team))))


# ---------------------------------------------------------------------------------- facts


def test_facts_sent_twice_are_kept_once(place):
    given = facts_given(place.measure)
    first = send_facts(place.odile.member, given)
    assert first == {"kept": [given["id"]], "quarantined": [], "conflicts": {}}
    assert send_facts(place.odile.member, given) == first
    assert Facts.objects.filter(circle=place.measure).count() == 1


def test_other_facts_under_the_same_number_overwrite_nothing(place):
    given = facts_given(place.measure)
    send_facts(place.odile.member, given)
    told = send_facts(place.odile.member, other_content(given))
    assert (told["kept"], list(told["conflicts"])) == ([], [given["id"]])
    assert bytes(Facts.objects.get(pk=given["id"]).body) == bytes_of(given["body"])


def test_other_facts_in_the_same_request_do_not_take_the_place_of_the_first(place):
    given = facts_given(place.measure)
    told = send_facts(place.odile.member, given, other_content(given))
    assert list(told["conflicts"]) == [given["id"]]
    assert bytes(Facts.objects.get(pk=given["id"]).body) == bytes_of(given["body"])


def test_facts_of_a_former_epoch_are_kept_whoever_measures_opens_them(place):
    key = public_of(place.measure)
    send(place.odile, departure(place.odile, place.measure, place.lea.id))
    given = facts_given(place.measure, key=key)
    assert send_facts(place.rose.member, given)["kept"] == [given["id"]]


@pytest.mark.parametrize("strange", [{"epoch": 2}, {"circle": str(uuid4())}])
def test_facts_that_nobody_could_open_stay_on_the_phone(place, strange):
    given = {**facts_given(place.measure), **strange}
    told = send_facts(place.odile.member, given)
    assert (told["kept"], list(told["conflicts"])) == ([], [given["id"]])
    assert not Facts.objects.filter(pk=given["id"]).exists()


def test_a_machine_that_stops_keeps_no_part_of_the_facts(place, monkeypatch):
    given = [EnvelopeGiven.model_validate(facts_given(place.measure)) for _ in range(6)]
    write = QuerySet.bulk_create

    def stop_halfway(rows: Any, objects: list[Any], **more: Any) -> None:
        write(rows, objects[:3], **more)
        raise OSError("la machine s’arrête")

    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "bulk_create", stop_halfway)
        with pytest.raises(OSError, match="s’arrête"):
            receive_facts(place.odile.member, given)
    assert everything() == before
    assert len(receive_facts(place.odile.member, given).kept) == 6


def test_fifty_envelopes_are_received_in_one_request_and_no_more(place):
    given = [facts_given(place.measure) for _ in range(51)]
    assert from_phone(place.odile.member, FACTS, envelopes=given).status_code == 400
    assert from_phone(place.odile.member, FACTS, envelopes=[]).status_code == 400
    assert len(send_facts(place.odile.member, *given[:50])["kept"]) == 50

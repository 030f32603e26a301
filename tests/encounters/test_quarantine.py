"""What someone had sealed before leaving waits; someone who stayed decides, and it is told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from ruche.encounters.actions import (
    accept_quarantined,
    destroy_quarantined,
    dismiss,
    file,
    give_permit,
    group_facts,
    receive_deposits,
    receive_facts,
)
from ruche.encounters.enums import OLDEST_ENCOUNTER
from ruche.encounters.models import Deposit, Facts, FiledDeposit, Permit, Quarantined
from ruche.encounters.payloads import DepositGiven, EnvelopeGiven, FilingGiven, GroupingGiven
from ruche.engines.vault.forms import bytes_of, text_of
from ruche.journal.models import Entry
from ruche.tallies.models import SpentBatch, Tally
from ruche.vault.errors import Refused, Stale
from tests.encounters.sealed_phones import (
    PACK,
    QUARANTINE,
    deposit_given,
    everything,
    facts_given,
    filing_given,
    from_phone,
    in_the_field,
    opened_deposit,
    phone_of,
    public_of,
)
from tests.members import browser_of, someone
from tests.seances.field import today
from tests.tallies.slips import batch_of
from tests.vault.played_browsers import departure, send
from tests.world import words_of

PAGE, DECIDE = "/rencontres/quarantaine/", "/rencontres/quarantaine/decider/"


@pytest.fixture
def place(world):
    """Samir has a permit in his phone, and has left everything since."""
    Tally.objects.all().delete()
    found = in_the_field()
    found.permit = text_of(give_permit(found.samir.member))
    found.key = public_of(found.nurses)
    leave(found.samir.member)
    return found


def leave(member: Member) -> None:
    member.is_active = False
    member.save(update_fields=["is_active"])


def handed_over(place: Any, client: Client | None = None, **item: Any) -> Any:
    """What the server answers to a phone that has a permit and no session."""
    (kind,) = item
    name = {"deposit": "deposit", "fact": "envelope", "batch": "batch"}[kind]
    sent = {"permit": place.permit, "kind": kind, name: item[kind]}
    return from_phone(client or Client(SERVER_NAME="localhost"), QUARANTINE, **sent)


def a_batch(place: Any) -> dict[str, Any]:
    phone = phone_of(place.samir, place)
    cells = [cell for _ in range(5) for cell in phone.meet({"themes": ["dents"]}).cells]
    return batch_of(*cells).model_dump(mode="json")


def items_of(place: Any) -> dict[str, dict[str, Any]]:
    return {
        "deposit": deposit_given(place.nurses, site=str(place.site.pk), month="2027-01-12"),
        "fact": facts_given(place.measure),
        "batch": a_batch(place),
    }


KINDS = ("deposit", "fact", "batch")
KEPT_IN = {"deposit": Deposit, "fact": Facts, "batch": SpentBatch}


def waiting(place: Any, kind: str) -> Quarantined:
    """One thing in quarantine."""
    item = items_of(place)[kind]
    assert handed_over(place, **{kind: item}).json()["quarantined"] == [item["id"]]
    return Quarantined.objects.get(pk=item["id"])


# ---------------------------------------------------------------------------- handing over


@pytest.mark.parametrize("kind", KINDS)
def test_who_left_hands_over_what_she_had_sealed_without_any_session(place, kind):
    item = items_of(place)[kind]
    told = handed_over(place, **{kind: item}).json()
    assert told == {"kept": [], "quarantined": [item["id"]], "conflicts": {}}
    kept = Quarantined.objects.get(pk=item["id"])
    assert (kept.kind, kept.sender) == (kind, place.samir.member)
    assert not KEPT_IN[kind].objects.filter(pk=item["id"]).exists()
    assert not Tally.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_handed_over_twice_waits_once_and_another_content_overwrites_nothing(place, kind):
    item = items_of(place)[kind]
    first = handed_over(place, **{kind: item}).json()
    assert handed_over(place, **{kind: item}).json() == first
    field, other = {
        "batch": ("salt", text_of(bytes(16))),
        "deposit": ("key", text_of(bytes(81))),
        "fact": ("key", text_of(bytes(81))),
    }[kind]
    told = handed_over(place, **{kind: {**item, field: other}}).json()
    assert (told["quarantined"], list(told["conflicts"])) == ([], [item["id"]])
    assert Quarantined.objects.get(pk=item["id"]).body[field] == item[field]


def test_who_lost_her_role_but_kept_her_account_hands_over_too(place):
    samir = place.samir.member
    samir.is_active = True
    samir.save(update_fields=["is_active"])
    yesterday = today() - timedelta(days=1)
    samir.posts.update(since=yesterday, until=yesterday)
    item = deposit_given(place.nurses)
    assert handed_over(place, deposit=item).json()["quarantined"] == [item["id"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_living_account_is_told_to_sign_in_again(place, kind):
    place.permit = text_of(give_permit(place.rose.member))
    item = items_of(place)[kind]
    before = everything()
    for client in (Client(SERVER_NAME="localhost"), browser_of(place.rose.member)):
        answer = handed_over(place, client, **{kind: item})
        assert (answer.status_code, "reconnectez-vous" in answer.json()["message"]) == (400, True)
    assert everything() == before


@pytest.mark.parametrize("permit", ["another", "its print"])
def test_nobody_hands_anything_over_with_a_permit_that_was_not_given(place, permit):
    stored = Permit.objects.get(member=place.samir.member).token
    place.permit = text_of({"another": bytes(32), "its print": bytes.fromhex(stored)}[permit])
    before = everything()
    answer = handed_over(place, deposit=deposit_given(place.nurses))
    assert (answer.status_code, "permis" in answer.json()["message"]) == (403, True)
    assert everything() == before


def test_a_copy_of_the_database_gives_no_permit(place):
    """Only its print is kept."""
    kept = Permit.objects.get(member=place.samir.member)
    assert bytes_of(place.permit).hex() not in (kept.token, str(kept))
    assert len(bytes.fromhex(kept.token)) == 32


def test_a_phone_receives_a_permit_once_with_its_first_pack(place):
    first = from_phone(place.rose.member, PACK, permit=False).json()
    assert len(bytes_of(first["permit"])) == 32
    assert from_phone(place.rose.member, PACK, permit=True).json()["permit"] is None
    assert Permit.objects.filter(member=place.rose.member).count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_item_is_refused(place, kind):
    before = everything()
    client = Client(SERVER_NAME="localhost")
    answer = from_phone(client, QUARANTINE, permit=place.permit, kind=kind)
    assert (answer.status_code, "vide" in answer.json()["message"]) == (400, True)
    assert everything() == before


def test_what_is_sealed_for_a_circle_that_never_was_stays_on_the_phone(place):
    item = {**deposit_given(place.nurses), "circle": str(uuid4())}
    before = everything()
    told = handed_over(place, deposit=item).json()
    assert (told["quarantined"], list(told["conflicts"])) == ([], [item["id"]])
    assert everything() == before


# -------------------------------------------------------------------------------- accepting


def decider(place: Any, kind: str) -> Member:
    """Someone who may decide."""
    return someone(Role.COORDINATOR) if kind == "batch" else place.rose.member


def test_an_accepted_encounter_waits_in_the_tray_and_opens(place):
    item = waiting(place, "deposit")
    accept_quarantined(place.rose.member, item)
    kept = Deposit.objects.get(pk=item.pk)
    assert opened_deposit(place.rose, kept) == {"note": "Venue avec sa sœur."}
    assert (kept.site, kept.month.isoformat()) == (place.site, "2027-01-01")
    assert not Quarantined.objects.exists()


def test_accepted_facts_join_the_others(place):
    item = waiting(place, "fact")
    accept_quarantined(place.rose.member, item)
    assert Facts.objects.get(pk=item.pk).circle == place.measure
    assert not Quarantined.objects.exists()


def test_an_accepted_batch_is_counted(place):
    item = waiting(place, "batch")
    accept_quarantined(someone(Role.COORDINATOR), item)
    met = Tally.objects.get(shape="team_week", team=place.team, measure="met")
    assert met.total == 5
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_handed_over_and_accepted_again_is_there_once(place, kind):
    """The answer was lost, the phone sent it again after the decision."""
    item = items_of(place)[kind]
    for _ in range(2):
        handed_over(place, **{kind: item})
        accept_quarantined(decider(place, kind), Quarantined.objects.get(pk=item["id"]))
    assert KEPT_IN[kind].objects.filter(pk=item["id"]).count() == 1
    if kind == "batch":
        assert Tally.objects.get(shape="team_week", measure="met").total == 5
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("ended", ["filed", "erased"])
def test_an_encounter_that_was_filed_or_erased_does_not_come_back_by_the_quarantine(place, ended):
    item = items_of(place)["deposit"]
    receive_deposits(place.rose.member, [DepositGiven.model_validate(item)])
    deposit = Deposit.objects.get(pk=item["id"])
    if ended == "filed":
        given = FilingGiven.model_validate(filing_given(place.rose, deposit))
        file(place.rose.member, deposit, given)
    else:
        dismiss(place.rose.member, deposit)
    handed_over(place, deposit=item)
    accept_quarantined(place.rose.member, Quarantined.objects.get(pk=item["id"]))
    assert not Deposit.objects.filter(pk=item["id"]).exists()
    assert FiledDeposit.objects.filter(pk=item["id"]).count() == 1


def test_facts_that_were_grouped_do_not_come_back_by_the_quarantine(place):
    """Its answer was lost, the facts are inside a block since, and she left."""
    item = items_of(place)["fact"]
    receive_facts(place.rose.member, [EnvelopeGiven.model_validate(item)])
    block = {"id": uuid4(), "epoch": 1, "body": text_of(bytes(60)), "key": text_of(bytes(32))}
    given = GroupingGiven.model_validate({"blocks": [block], "gone": [item["id"]]})
    group_facts(place.rose.member, place.measure, given)
    handed_over(place, fact=item)
    accept_quarantined(place.rose.member, Quarantined.objects.get(pk=item["id"]))
    assert not Facts.objects.filter(pk=item["id"]).exists()
    assert not Quarantined.objects.exists()


def test_accepting_does_not_lose_an_encounter_whose_number_is_taken(place):
    """Both are kept: the one in the tray as it was, the other in quarantine."""
    item = items_of(place)["deposit"]
    handed_over(place, deposit=item)
    other = deposit_given(place.nurses, {"note": "Autre chose."}, id=item["id"])
    receive_deposits(place.rose.member, [DepositGiven.model_validate(other)])
    with pytest.raises(Refused):
        accept_quarantined(place.rose.member, Quarantined.objects.get(pk=item["id"]))
    assert bytes(Deposit.objects.get(pk=item["id"]).body) == bytes_of(other["body"])
    assert Quarantined.objects.get(pk=item["id"]).body["body"] == item["body"]


def test_accepting_does_not_lose_facts_whose_number_is_taken(place):
    item = items_of(place)["fact"]
    handed_over(place, fact=item)
    other = facts_given(place.measure, id=item["id"])
    receive_facts(place.rose.member, [EnvelopeGiven.model_validate(other)])
    with pytest.raises(Refused):
        accept_quarantined(place.rose.member, Quarantined.objects.get(pk=item["id"]))
    assert bytes(Facts.objects.get(pk=item["id"]).body) == bytes_of(other["body"])


def test_an_accepted_encounter_whose_site_never_was_has_no_promise(place):
    item = {**items_of(place)["deposit"], "site": str(uuid4())}
    handed_over(place, deposit=item)
    accept_quarantined(place.rose.member, Quarantined.objects.get(pk=item["id"]))
    kept = Deposit.objects.get(pk=item["id"])
    assert (kept.site_id, kept.month) == (None, None)


def test_a_batch_of_two_years_ago_is_still_counted_by_who_accepts_it(place):
    """The phone of someone who left may have slept longer than one of a nurse who stayed."""
    day = today() - timedelta(days=OLDEST_ENCOUNTER + 60)
    phone = phone_of(place.samir, place, day=day)
    item = batch_of(*phone.meet({}).cells).model_dump(mode="json")
    handed_over(place, batch=item)
    accept_quarantined(someone(Role.COORDINATOR), Quarantined.objects.get(pk=item["id"]))
    assert Tally.objects.get(shape="team_week", measure="met").total == 1


def test_a_batch_of_which_nothing_counts_any_more_can_only_be_destroyed(place):
    phone = phone_of(place.samir, place, day=today() - timedelta(days=3 * OLDEST_ENCOUNTER))
    item = batch_of(*phone.meet({}).cells).model_dump(mode="json")
    handed_over(place, batch=item)
    kept, coordinator = Quarantined.objects.get(pk=item["id"]), someone(Role.COORDINATOR)
    before = everything()
    with pytest.raises(Refused, match="trop ancien"):
        accept_quarantined(coordinator, kept)
    assert everything() == before
    destroy_quarantined(coordinator, kept)
    assert not Quarantined.objects.exists()


def test_what_someone_who_left_the_circle_sent_by_her_session_is_decided_in_the_same_way(place):
    send(place.odile, departure(place.odile, place.nurses, place.samir.id))
    karim, given = place.karim.member, deposit_given(place.nurses, key=place.key)
    receive_deposits(karim, [DepositGiven.model_validate(given)])
    accept_quarantined(place.rose.member, Quarantined.objects.get(pk=given["id"]))
    assert opened_deposit(place.odile, Deposit.objects.get(pk=given["id"]))


# ------------------------------------------------------------------------------- destroying


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_destroyed_is_nowhere(place, kind):
    item = waiting(place, kind)
    before = everything()
    destroy_quarantined(decider(place, kind), item)
    after = everything()
    assert not Quarantined.objects.exists()
    same = set(before) - {"Quarantined", "Entry"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", [accept_quarantined, destroy_quarantined])
def test_of_two_who_decide_the_second_is_told_and_changes_nothing(place, kind, act):
    item, who = waiting(place, kind), decider(place, kind)
    destroy_quarantined(who, Quarantined.objects.get(pk=item.pk))
    before = everything()
    with pytest.raises(Stale, match="vient d’en décider"):
        act(who, item)
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("act", "verb"),
    [(accept_quarantined, "quarantine_accepted"), (destroy_quarantined, "quarantine_destroyed")],
)
def test_each_decision_is_a_line_that_says_who_and_nothing_of_what(place, kind, act, verb):
    item, who = waiting(place, kind), decider(place, kind)
    before = Entry.objects.count()
    act(who, item)
    line = Entry.objects.order_by("number").last()
    assert Entry.objects.count() == before + 1
    assert (line.verb, line.actor, line.object_id) == (verb, who.actor, item.pk)
    assert line.detail == {"kind": kind, "sender": str(place.samir.member.pk)}


# ----------------------------------------------------------------------------------- the page


def shown_to(member: Member) -> list[str]:
    """The numbers of what the page lets her decide of."""
    answer = browser_of(member).get(PAGE)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    return sorted(one["value"] for one in page.select('input[name="id"]'))


def decide(member: Member, id: str, decision: str | None = "accept") -> Any:
    sent = {"id": id} if decision is None else {"id": id, "decision": decision}
    return browser_of(member).post(DECIDE, sent)


def test_each_one_is_shown_what_she_may_decide_of(place):
    encounter, facts, counters = (waiting(place, kind).pk for kind in KINDS)
    assert shown_to(place.odile.member) == sorted([encounter, facts])
    assert shown_to(place.lea.member) == [facts]
    assert shown_to(someone(Role.COORDINATOR)) == [counters]
    for stranger in (place.karim.member, someone(Role.NURSE), someone(Role.SITE_VOLUNTEER)):
        assert shown_to(stranger) == []


def test_the_page_says_what_who_and_when_and_nothing_that_was_sealed(place):
    item = waiting(place, "deposit")
    text = browser_of(place.rose.member).get(PAGE).content.decode()
    words = words_of(BeautifulSoup(text, "html.parser"))
    assert "Rencontre scellée" in words
    assert place.samir.member.name in words
    assert place.nurses.name in words
    assert item.body["body"] not in text


def test_one_accepts_or_destroys_by_a_button(place):
    first, second = waiting(place, "deposit"), waiting(place, "deposit")
    accepted = decide(place.rose.member, first.pk)
    assert (accepted.status_code, accepted["Location"]) == (302, PAGE)
    assert Deposit.objects.filter(pk=first.pk).exists()
    assert decide(place.rose.member, second.pk, "destroy").status_code == 302
    assert not Deposit.objects.filter(pk=second.pk).exists()
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("decision", [None, "", "accepter", "yes"])
def test_a_decision_that_is_none_destroys_nothing(place, decision):
    item = waiting(place, "deposit")
    decide(place.rose.member, item.pk, decision)
    assert Quarantined.objects.filter(pk=item.pk).exists()


def test_one_is_told_in_french_when_a_batch_can_no_longer_be_counted(place):
    phone = phone_of(place.samir, place, day=today() - timedelta(days=3 * OLDEST_ENCOUNTER))
    item = batch_of(*phone.meet({}).cells).model_dump(mode="json")
    handed_over(place, batch=item)
    client = browser_of(someone(Role.COORDINATOR))
    answer = client.post(DECIDE, {"id": item["id"], "decision": "accept"}, follow=True)
    assert "trop ancien" in answer.content.decode()
    assert Quarantined.objects.filter(pk=item["id"]).exists()


def test_nobody_decides_of_what_is_not_hers(place):
    mine = {kind: waiting(place, kind).pk for kind in KINDS}
    before = everything()
    for kind, strangers in {
        "deposit": (place.karim.member, place.lea.member, someone(Role.COORDINATOR)),
        "fact": (place.karim.member, someone(Role.COORDINATOR), someone(Role.SITE_VOLUNTEER)),
        "batch": (place.odile.member, place.lea.member, someone(Role.PARTNER)),
    }.items():
        for stranger in (*strangers, someone(Role.DPO), someone(Role.TECHNICAL)):
            for decision in ("accept", "destroy"):
                assert decide(stranger, mine[kind], decision).status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    "id", ["", "x", "0" * 64, "é" * 300, "' OR 1=1 --", "../../", "\x00", "a\x00b"]
)
def test_a_hostile_number_is_not_found(place, id):
    waiting(place, "deposit")
    before = everything()
    assert decide(place.rose.member, id).status_code == 404
    assert everything() == before


def test_one_decides_by_posting_and_signed_in(place):
    item = waiting(place, "deposit")
    assert browser_of(place.rose.member).get(DECIDE).status_code == 405
    assert Client(SERVER_NAME="localhost").post(DECIDE, {"id": item.pk}).status_code == 302
    assert Quarantined.objects.filter(pk=item.pk).exists()

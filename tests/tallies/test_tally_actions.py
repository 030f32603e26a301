"""A batch of increments is added whole, once, or not at all; what nobody may count is named."""

import json
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ruche.accounts.enums import Role
from ruche.accounts.models import Member
from ruche.encounters.actions import receive_batch
from ruche.encounters.actions.receiving import CellGuard
from ruche.encounters.enums import OLDEST_ENCOUNTER
from ruche.engines.vault.forms import context, padded, text_of
from ruche.engines.vault.suite import KeyPair, wrap
from ruche.journal.models import Entry
from ruche.seances.models import Team
from ruche.tallies.actions import (
    MOST_SLIPS,
    Added,
    BadBatch,
    add_batch,
    batch_id,
    cell_of,
    intake_key,
)
from ruche.tallies.cells import BadCell, Cell, period_of
from ruche.tallies.enums import Shape
from ruche.tallies.models import IntakeKey, SpentBatch, Tally
from ruche.vault.errors import Refused
from tests.members import organisation, someone
from tests.seances.field import a_site, a_team
from tests.tallies.slips import batch, batch_of, said, sealed


@pytest.fixture(autouse=True)
def no_counter(world):
    """The counters of the demo world are away."""
    Tally.objects.all().delete()
    SpentBatch.objects.all().delete()


@pytest.fixture
def nurse():
    return someone(Role.NURSE, at=organisation("GIP d’essai"))


@pytest.fixture
def team(nurse):
    return a_team(nurse)


def today() -> date:
    return timezone.localdate()


def met(site=None, day: date | None = None) -> Cell:
    shape = Shape.SITE_MONTH
    return Cell(shape, period_of(shape, day or today()), "met", site=(site or a_site()).pk)


def of_team(team: Team, measure: str = "met", day: date | None = None) -> Cell:
    shape = Shape.TEAM_WEEK
    return Cell(shape, period_of(shape, day or today()), measure, team=team.pk)


def totals() -> dict[str, int]:
    return dict(Tally.objects.order_by("pk").values_list("pk", "total"))


def nothing_is_written() -> bool:
    return not Tally.objects.exists() and not SpentBatch.objects.exists()


def anybody(cell: Cell) -> bool:
    """The guard that lets everything in."""
    return True


# -------------------------------------------------------------------------------- added


def test_sealed_increments_are_opened_and_added(nurse, team):
    site = a_site()
    cells = [met(site), met(site), of_team(team), of_team(team, "sante.suite.ecoute")]
    added = receive_batch(nurse, batch_of(*cells))
    assert (added.counted, added.refused, added.again) == (4, (), False)
    assert totals() == {cell.key: n for cell, n in Counter(cells).items()}


def test_a_row_says_where_it_counts_and_nothing_else(nurse):
    site = a_site()
    receive_batch(nurse, batch_of(met(site)))
    row = Tally.objects.get()
    assert (row.shape, row.site, row.team, row.measure) == ("site_month", site, None, "met")
    assert row.period == f"{today():%Y-%m}"
    fields = {field.name for field in Tally._meta.get_fields()}
    assert fields == {"id", "shape", "team", "site", "period", "measure", "total"}


def test_batches_add_up(nurse, team):
    for _ in range(3):
        receive_batch(nurse, batch_of(of_team(team), of_team(team)))
    assert totals() == {of_team(team).key: 6}


def test_a_batch_that_is_sent_again_adds_nothing_and_says_so(nurse, team):
    sent = batch_of(of_team(team), of_team(team), "not a cell")
    first, again = receive_batch(nurse, sent), receive_batch(nurse, sent)
    assert (first.counted, first.refused, first.again) == (2, (2,), False)
    assert (again.counted, again.refused, again.again) == (2, (2,), True)
    assert totals() == {of_team(team).key: 2}
    assert SpentBatch.objects.count() == 1


def test_what_is_kept_of_a_batch_is_its_identifier_and_the_day(nurse, team):
    sent = batch_of(of_team(team))
    receive_batch(nurse, sent)
    assert list(SpentBatch.objects.values()) == [{"id": sent.id, "day": today()}]


def test_no_line_of_the_journal_dates_a_batch(nurse, team):
    before = Entry.objects.count()
    receive_batch(nurse, batch_of(of_team(team), "not a cell"))
    assert Entry.objects.count() == before


def test_phones_seal_for_one_key_drawn_at_the_first_need():
    IntakeKey.objects.all().delete()
    key = intake_key()
    assert intake_key() == key
    assert len(bytes(key.public)) == len(bytes(key.private)) == 32


def test_a_batch_sealed_for_an_older_key_still_opens(nurse, team):
    old = intake_key()
    pair = KeyPair.draw()
    IntakeKey.objects.create(
        public=pair.seal_public, private=pair.seal_private, made_on=today() + timedelta(days=1)
    )
    assert intake_key() != old
    assert receive_batch(nurse, batch([sealed(of_team(team), old)], old)).counted == 1


# ---------------------------------------------------------------------- a changed batch


@pytest.fixture
def sent(team):
    """Three different slips, as a phone posts them."""
    return batch_of(of_team(team), met(), met())


def changes(sent) -> dict[str, dict[str, object]]:
    slips = [text_of(slip) for slip in sent.slips]
    return {
        "another salt": {"salt": text_of(bytes(16))},
        "another order": {"slips": [slips[1], slips[0], slips[2]]},
        "a slip less": {"slips": slips[:2]},
        "a slip more": {"slips": [*slips, slips[0]]},
        "another slip": {"slips": [*slips[:2], text_of(sealed(met()))]},
        "another name": {"id": "0" * 64},
    }


@pytest.mark.parametrize(
    "change",
    [
        "another salt",
        "another order",
        "a slip less",
        "a slip more",
        "another slip",
        "another name",
    ],
)
def test_a_batch_that_changed_on_the_way_is_refused_whole(nurse, sent, change):
    words = sent.model_dump(mode="json") | changes(sent)[change]
    changed = type(sent).model_validate(words)
    with pytest.raises(Refused, match="a changé en route"):
        receive_batch(nurse, changed)
    assert nothing_is_written()
    assert receive_batch(nurse, sent).counted == 3


def test_a_batch_for_a_key_that_is_gone_is_refused_whole(nurse, team):
    with pytest.raises(Refused, match="une clé que le serveur n’a plus"):
        receive_batch(nurse, batch([sealed(of_team(team))], IntakeKey(id=uuid4())))
    assert nothing_is_written()


def test_a_batch_that_is_too_big_is_refused_before_anything_is_opened():
    slips = [b"x"] * (MOST_SLIPS + 1)
    with pytest.raises(BadBatch, match="trop gros"):
        add_batch(batch_id(b"salt", slips), b"salt", intake_key().pk, slips, allowed=anybody)
    assert nothing_is_written()


@given(
    st.binary(min_size=16, max_size=16),
    st.lists(st.binary(max_size=6), min_size=1, max_size=5),
    st.lists(st.binary(max_size=6), min_size=1, max_size=5),
)
def test_two_batches_share_a_name_only_if_their_slips_are_the_same_in_the_same_order(
    salt, one, other
):
    """Slips that are cut elsewhere are other slips."""
    assert (batch_id(salt, one) == batch_id(salt, other)) == (one == other)


# ------------------------------------------------------------------------ refused slips


def wrong_slips(team: Team) -> dict[str, object]:
    """What a slip may hold that nobody may count; each beside slips that count."""
    good, key = of_team(team), intake_key()
    opened = said(good)
    old = today() - timedelta(days=OLDEST_ENCOUNTER + 40)
    return {
        "noise": b"\x01" + bytes(100),
        "empty": b"",
        "for another key": sealed(good, key, where=context("slip", str(uuid4()))),
        "for another use": sealed(good, key, where=context("note", str(key.pk))),
        "not padded": written_otherwise(json.dumps(opened).encode()),
        "not JSON": written_otherwise(padded(b"{")),
        "too deep": written_otherwise(padded(b"[" * 60_000)),
        "a list": sealed([opened]),
        "a negative amount": sealed({**opened, "n": -5}),
        "a big amount": sealed({**opened, "n": 1_000_000}),
        "a name": sealed({**opened, "name": "Alba"}),
        "no shape": sealed({"period": "2026", "measure": "met"}),
        "a shape of its own": sealed({**opened, "shape": "site_day"}),
        "a shape that is no word": sealed({**opened, "shape": ["team_week"]}),
        "no team": sealed({key: opened[key] for key in ("shape", "period", "measure")}),
        "a team that is no number": sealed({**opened, "team": "infirmières"}),
        "a team that is nothing": sealed({**opened, "team": None}),
        "a team that is a list": sealed({**opened, "team": []}),
        "a team of others": sealed(of_team(a_team(where="Ailleurs"))),
        "a team that never was": sealed({**opened, "team": str(uuid4())}),
        "a site that never was": sealed({**said(met()), "site": str(uuid4())}),
        "an unknown measure": sealed(of_team(team, "sante.themes.invente")),
        "an unknown form": sealed(of_team(team, "secret.themes.dents")),
        "a sensitive theme of a team": sealed(of_team(team, "sante.themes.violences")),
        "a measure by site": sealed(
            Cell(Shape.SITE_YEAR, f"{today():%Y}", "sante.suite.ecoute", site=a_site().pk)
        ),
        "a period too old": sealed(of_team(team, day=old)),
        "a period to come": sealed(of_team(team, day=today() + timedelta(days=12))),
    }


def written_otherwise(content: bytes) -> bytes:
    """A slip whose content was not written by the book."""
    key = intake_key()
    return wrap(bytes(key.public), content, context("slip", str(key.pk)))


NAMES = [
    "noise", "empty", "for another key", "for another use", "not padded", "not JSON", "too deep",
    "a list", "a negative amount", "a big amount", "a name", "no shape", "a shape of its own",
    "a shape that is no word", "no team", "a team that is no number", "a team that is nothing",
    "a team that is a list", "a team of others", "a team that never was", "a site that never was",
    "an unknown measure", "an unknown form", "a sensitive theme of a team", "a measure by site",
    "a period too old", "a period to come",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_slip_that_nobody_may_count_is_named_and_the_others_count(nurse, team, name):
    slips = [sealed(of_team(team)), wrong_slips(team)[name], sealed(met())]
    added = receive_played(nurse, slips)
    assert (added.counted, added.refused) == (2, (1,))
    assert sum(totals().values()) == 2


def receive_played(nurse: Member, slips: list[bytes]) -> Added:
    """As `receive_batch`, without the bounds of what is posted: a slip may be too short."""
    salt = bytes(16)
    allowed = CellGuard(nurse)
    return add_batch(batch_id(salt, slips), salt, intake_key().pk, slips, allowed=allowed)


def test_every_wrong_slip_at_once_is_named_by_its_place(nurse, team):
    wrong = wrong_slips(team)
    assert list(wrong) == NAMES
    added = receive_played(nurse, [sealed(of_team(team)), *wrong.values(), sealed(of_team(team))])
    assert added.refused == tuple(range(1, len(wrong) + 1))
    assert totals() == {of_team(team).key: 2}


def test_a_batch_in_which_nothing_counts_is_spent_all_the_same(nurse):
    """The phone may forget it."""
    sent = batch_of("not a cell", "neither")
    assert receive_batch(nurse, sent).refused == (0, 1)
    assert receive_batch(nurse, sent).again
    assert not Tally.objects.exists()


def test_what_was_met_a_year_ago_may_still_be_counted(nurse, team):
    """A phone that slept a year still empties itself."""
    day = today() - timedelta(days=OLDEST_ENCOUNTER)
    assert receive_batch(nurse, batch_of(of_team(team, day=day))).counted == 1


def test_a_clock_that_is_a_day_ahead_still_counts(nurse, team):
    tomorrow = today() + timedelta(days=1)
    assert receive_batch(nurse, batch_of(of_team(team, day=tomorrow))).counted == 1


def test_one_counts_for_the_other_teams_of_ones_organisation(nurse):
    """She may have changed team since she met someone."""
    beside = a_team()
    assert beside.organisation in {post.organisation for post in nurse.current_posts}
    assert receive_batch(nurse, batch_of(of_team(beside))).counted == 1


@pytest.mark.parametrize(
    "text",
    [
        {"shape": "site_month", "period": "2026-11", "measure": "met"},
        {"shape": "site_month", "period": "2026-11", "measure": "met", "site": "x"},
        {"shape": "network_year", "period": "2026", "measure": "a.b.c", "site": str(UUID(int=1))},
        {"period": "2026", "measure": "a.b.c"},
        [],
        None,
        "network_year",
        12,
    ],
)
def test_what_is_not_a_cell_is_refused_by_its_own_error(text):
    with pytest.raises(BadCell):
        cell_of(text)

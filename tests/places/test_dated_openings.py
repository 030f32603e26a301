"""Opening hours: what is refused, the dates that they give, what changes on one day."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruche.journal.models import Entry
from ruche.places import actions, agenda
from ruche.places.errors import (
    AlreadyThere,
    BadChange,
    BadOpening,
    NotAnOpening,
    StaleOpening,
)
from ruche.places.models import Opening, Site
from tests.places.register import a_service, a_site, an_opening, at, coordinator
from tests.world import AUCH

pytestmark = pytest.mark.usefixtures("a_monday_of_november")

FIRST, THIRD = date(2026, 12, 1), date(2026, 12, 15)
DECEMBER = (date(2026, 12, 1), 31)


def days_of(openings):
    return [(item.start.date(), item.is_cancelled) for item in openings]


# --------------------------------------------------------------------------------- saving


def test_the_canonical_text_of_a_rule_is_kept():
    assert (
        an_opening(a_site(), "Tu[1,3] 14:00-16:30 ; PH off").rule == "Tu[1,3] 14:00-16:30; PH off"
    )


def test_a_rule_that_is_not_understood_is_refused_in_french():
    with pytest.raises(BadOpening, match="n’est pas comprise"):
        an_opening(a_site(), "mardi de 14 h à 16 h")


def test_a_rule_that_never_opens_is_refused_and_nothing_is_kept():
    site = a_site()
    with pytest.raises(BadOpening, match="aucune ouverture"):
        an_opening(site, "2020 Jan 07 10:00-12:00")
    assert not site.openings.exists()


def test_hours_that_end_before_the_rule_opens_are_refused():
    with pytest.raises(BadOpening, match="n’ouvre jamais entre"):
        an_opening(a_site(), until=date(2026, 11, 30))


def test_hours_of_the_past_may_still_be_corrected():
    opening = an_opening(a_site(), since=date(2026, 1, 1), until=date(2026, 3, 31))
    assert opening.pk


def test_a_service_has_hours_only_where_it_is_given():
    with pytest.raises(BadOpening, match="pas proposé dans ce lieu"):
        an_opening(a_site(), service=a_service())


def test_two_people_who_edit_the_same_hours_never_overwrite_each_other():
    opening, odile = an_opening(a_site()), coordinator()
    hers, his = Opening.objects.get(pk=opening.pk), Opening.objects.get(pk=opening.pk)
    hers.rule = "We 09:00-12:00"
    actions.save_opening(hers, version=1, by=odile)
    his.rule = "Th 09:00-12:00"
    with pytest.raises(StaleOpening) as refused:
        actions.save_opening(his, version=1, by=odile)
    assert refused.value.saved.rule == "We 09:00-12:00"


def test_hours_end_after_their_last_day_and_those_that_never_were_are_erased():
    site, odile = a_site(), coordinator()
    actions.end_opening(an_opening(site), last=FIRST, by=odile)
    future = an_opening(site, "We 09:00-12:00", since=date(2027, 1, 1))
    actions.end_opening(future, by=odile)
    assert days_of(agenda.openings_of(site, *DECEMBER)) == [(FIRST, False)]
    assert not Opening.objects.filter(pk=future.pk).exists()
    assert {entry.verb for entry in Entry.objects.all()[:2]} == {"opening_saved", "opening_ended"}


# ---------------------------------------------------------------------------------- dates


def test_openings_of_a_site_are_those_of_its_rules_in_order():
    site = a_site()
    an_opening(site)
    service = a_service(sites=(site,))
    an_opening(site, "Tu[1] 10:00-12:00", service=service)
    found = agenda.openings_of(site, *DECEMBER)
    assert [(item.start, item.opening.service) for item in found] == [
        (at("2026-12-01 10:00"), service),
        (at("2026-12-01 14:00"), None),
        (at("2026-12-15 14:00"), None),
    ]


def test_nothing_opens_before_the_first_day_nor_after_the_last():
    site = a_site()
    an_opening(site, "Mo 10:00-12:00", since=date(2026, 12, 14), until=date(2026, 12, 21))
    found = agenda.openings_of(site, *DECEMBER)
    assert [item.day for item in found] == [date(2026, 12, 14), date(2026, 12, 21)]


def test_the_opening_of_now_is_said_to_be_now(a_monday_of_november):
    site = a_site()
    an_opening(site, "Mo 08:00-12:00", since=date(2026, 11, 23))
    (item,) = agenda.next_openings_of(site, 1, after=a_monday_of_november)
    assert item.in_words(a_monday_of_november) == "en ce moment, jusqu’à 12\u00a0h"


def test_an_opening_is_said_with_the_words_of_people(a_monday_of_november):
    site = a_site()
    an_opening(site)
    (item,) = agenda.next_openings_of(site, 1, after=a_monday_of_november)
    assert item.in_words(a_monday_of_november).replace("\u00a0", " ") == (
        "mardi 1er décembre, de 14 h à 16 h 30"
    )


def test_on_the_day_when_the_clock_changes_hours_are_those_of_the_clock_on_the_wall():
    site = a_site()
    an_opening(site, "Su[-1] 10:00-12:00", since=date(2026, 10, 1))
    (october,) = agenda.openings_of(site, date(2026, 10, 25), 1)
    (march,) = agenda.openings_of(site, date(2027, 3, 28), 1)
    assert (october.start.hour, october.start.utcoffset()) == (10, timedelta(hours=1))
    assert (march.start.hour, march.start.utcoffset()) == (10, timedelta(hours=2))


def test_an_opening_moved_to_the_day_when_the_clock_changes_is_at_the_hour_that_was_typed():
    site, odile = a_site(), coordinator()
    opening = an_opening(site, "Sa[-1] 10:00-12:00")
    actions.change_occurrence(
        opening,
        date(2027, 3, 27),
        new_day=date(2027, 3, 28),
        starts=time(10),
        ends=time(12),
        by=odile,
    )
    (moved,) = agenda.openings_of(site, date(2027, 3, 28), 1)
    assert moved.start == at("2027-03-28 10:00")
    assert moved.end - moved.start == timedelta(hours=2)


@pytest.mark.parametrize("number", [2, 200])
def test_the_openings_of_two_or_two_hundred_sites_take_two_queries(number):
    by, one = coordinator(), a_site()
    sites = Site.objects.bulk_create(
        Site(name=f"Lieu {rank}", commune_id=AUCH, address="ici") for rank in range(number)
    )
    openings = Opening.objects.bulk_create(
        Opening(site=site, rule="Tu[1] 14:00-16:00", since=date(2026, 1, 1)) for site in sites
    )
    for opening in openings[:2]:
        actions.change_occurrence(opening, FIRST, by=by)
    with CaptureQueriesContext(connection) as asked:
        read = agenda.Agenda([*sites, one])
        found = [item for pk in read.sites for item in read.of(pk, *DECEMBER)]
        assert all(item.site for item in found)
    assert len(asked) == 2
    assert len(found) == number
    assert sum(item.is_cancelled for item in found) == 2


# ---------------------------------------------------------------------------- one day only


def test_a_cancelled_opening_is_kept_at_its_place_and_says_why():
    site = a_site()
    opening = an_opening(site)
    actions.change_occurrence(opening, FIRST, reason="salle occupée", by=coordinator())
    cancelled, held = agenda.openings_of(site, *DECEMBER)
    assert (cancelled.start, cancelled.is_cancelled) == (at("2026-12-01 14:00"), True)
    assert cancelled.reason == "salle occupée"
    assert held.is_held


def test_a_moved_opening_is_at_its_new_place_and_remembers_its_day():
    site = a_site()
    opening = an_opening(site)
    actions.change_occurrence(
        opening,
        FIRST,
        new_day=date(2026, 12, 17),
        starts=time(9),
        ends=time(11, 30),
        by=coordinator(),
    )
    third, moved = agenda.openings_of(site, *DECEMBER)
    assert third.day == THIRD
    assert (moved.start, moved.end) == (at("2026-12-17 09:00"), at("2026-12-17 11:30"))
    assert (moved.day, moved.is_moved) == (FIRST, True)


def test_an_opening_moved_out_of_a_window_is_not_in_it_and_is_in_the_next():
    site = a_site()
    opening = an_opening(site)
    there = date(2027, 1, 4)
    actions.change_occurrence(
        opening, THIRD, new_day=there, starts=time(9), ends=time(10), by=coordinator()
    )
    assert days_of(agenda.openings_of(site, *DECEMBER)) == [(FIRST, False)]
    assert days_of(agenda.openings_of(site, there, 1)) == [(there, False)]


def test_a_restored_opening_is_back_at_its_place():
    site, odile = a_site(), coordinator()
    opening = an_opening(site)
    change = actions.change_occurrence(opening, FIRST, by=odile)
    actions.restore_occurrence(change, by=odile)
    assert days_of(agenda.openings_of(site, *DECEMBER)) == [(FIRST, False), (THIRD, False)]
    assert Entry.objects.first().verb == "occurrence_restored"


def test_a_day_that_the_rule_does_not_open_cannot_be_changed():
    with pytest.raises(NotAnOpening):
        actions.change_occurrence(an_opening(a_site()), date(2026, 12, 2), by=coordinator())


def test_the_same_day_is_not_changed_twice():
    opening, odile = an_opening(a_site()), coordinator()
    actions.change_occurrence(opening, FIRST, by=odile)
    with pytest.raises(AlreadyThere, match="déjà été modifié"):
        actions.change_occurrence(
            opening, FIRST, new_day=THIRD, starts=time(9), ends=time(10), by=odile
        )


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"new_day": THIRD}, "nouveau jour"),
        ({"starts": time(9), "ends": time(10)}, "nouveau jour"),
        ({"new_day": THIRD, "starts": time(10), "ends": time(9)}, "avant celle du début"),
        ({"new_day": FIRST, "starts": time(14), "ends": time(16, 30)}, "déjà le jour"),
    ],
)
def test_a_move_that_is_not_whole_ends_before_it_starts_or_moves_nothing_is_refused(move, words):
    with pytest.raises(BadChange, match=words):
        actions.change_occurrence(an_opening(a_site()), FIRST, **move, by=coordinator())


def test_a_change_whose_day_the_rule_no_longer_opens_has_no_effect_and_is_told():
    site, odile = a_site(), coordinator()
    opening = an_opening(site)
    change = actions.change_occurrence(
        opening, FIRST, new_day=date(2026, 12, 3), starts=time(9), ends=time(10), by=odile
    )
    opening.rule = "We[1] 14:00-16:00"
    actions.save_opening(opening, by=odile)
    assert agenda.lost_changes(opening) == [change]
    assert days_of(agenda.openings_of(site, *DECEMBER)) == [(date(2026, 12, 2), False)]

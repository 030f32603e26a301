"""Count: by a touch, by a typed total, by the link of a volunteer; and who may."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.journal.models import Entry
from ruche.places.enums import PresenceKind
from ruche.places.models import Assignment, Presence
from ruche.seances import actions, queries
from ruche.seances.enums import Answer, Measure, SeanceStatus
from ruche.seances.models import Count, CountingLink, SpentIncrement
from ruche.seances.refusals import (
    BadCount,
    ClosedSeance,
    LinkGone,
    NotAllowedByLink,
    NothingToTakeBack,
)
from tests.members import browser_of, organisation, someone
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_site,
    a_team,
    added,
    in_days,
    journal_of,
    there,
)
from tests.world import visitor

pytestmark = pytest.mark.django_db

ONE = {"measure": "passages", "band": "", "amount": 1, "act": "add", "slot": "one"}


@pytest.fixture
def seance():
    return a_seance(day=in_days(0))


def touch(browser, address, htmx=False, **more):
    headers = {"HX-Request": "true"} if htmx else {}
    return browser.post(address, {**ONE, "increment": uuid4(), **more}, headers=headers)


def take_back(seance, amount=1, by="member:1"):
    return actions.take_back(seance, Measure.PASSAGES, amount, increment=uuid4(), by=by)


# ------------------------------------------------------------------------------- actions


def test_an_increment_that_is_sent_again_counts_once(seance):
    increment = uuid4()
    totals = [added(seance, Measure.PASSAGES, 3, increment=increment) for _ in range(3)]
    assert totals == [3, 3, 3]
    assert SpentIncrement.objects.filter(pk=increment).count() == 1


def test_an_increment_that_is_sent_again_is_not_refused_after_the_counts_are_closed(seance):
    increment = uuid4()
    added(seance, Measure.PASSAGES, increment=increment)
    actions.close_counts(seance, by=a_coordinator())
    assert added(seance, Measure.PASSAGES, increment=increment) == 1


def test_an_increment_that_is_refused_may_be_sent_again(seance):
    increment = uuid4()
    with pytest.raises(NothingToTakeBack):
        actions.take_back(seance, Measure.PASSAGES, increment=increment, by="member:1")
    assert added(seance, Measure.PASSAGES, increment=increment) == 1


@pytest.mark.parametrize("amount", [0, -1, 501])
def test_an_increment_goes_from_one_to_five_hundred(seance, amount):
    with pytest.raises(BadCount):
        added(seance, Measure.PASSAGES, amount)
    assert added(seance, Measure.PASSAGES, 500) == 500


def test_taking_back_never_goes_below_zero(seance):
    added(seance, Measure.PASSAGES, 2)
    assert take_back(seance) == 1
    with pytest.raises(NothingToTakeBack):
        take_back(seance, 2)
    assert Count.objects.get().total == 1


def test_each_measure_and_band_has_its_own_total(seance):
    team = there(seance)
    added(seance, Measure.PASSAGES, 2, band="adults")
    added(seance, Measure.PASSAGES, 3)
    added(seance, Measure.INTERVIEWS, 4, participation=team)
    found = {key: count.total for key, count in queries.counts_of(seance).items()}
    assert found == {
        (None, "passages", "adults"): 2,
        (None, "passages", ""): 3,
        (team.pk, "interviews", ""): 4,
    }


def test_a_measure_is_counted_only_where_it_belongs(seance):
    team, elsewhere = there(seance), there(a_seance(day=in_days(0)))
    declined = there(seance, answer=Answer.CANCELLED)
    for measure, more in (
        (Measure.INTERVIEWS, {}),
        (Measure.PASSAGES, {"participation": team}),
        (Measure.HOUSEHOLDS, {"band": "adults"}),
        (Measure.INTERVIEWS, {"participation": elsewhere}),
        (Measure.INTERVIEWS, {"participation": declined}),
    ):
        with pytest.raises(BadCount):
            added(seance, measure, **more)


def test_members_still_count_after_the_day():
    late = a_seance(day=in_days(-20))
    assert added(late, Measure.PASSAGES, 12, by="member:1") == 12


def test_closed_counts_only_change_by_a_correction_that_keeps_the_former_total(seance):
    coordinator = a_coordinator()
    added(seance, Measure.PASSAGES, 12)
    actions.close_counts(seance, by=coordinator)
    with pytest.raises(ClosedSeance):
        added(seance, Measure.PASSAGES)
    actions.correct(Count.objects.get(), 14, by=coordinator)
    kept = Count.objects.get().corrections.get()
    assert (kept.old, kept.new, kept.by, kept.day) == (12, 14, coordinator.actor, in_days(0))
    line = Entry.objects.get(verb="count_corrected", object_id=str(seance.pk))
    assert line.detail == {"old": 12, "new": 14, "measure": "passages", "band": ""}


def test_a_correction_that_changes_nothing_is_not_one(seance):
    added(seance, Measure.PASSAGES, 12)
    actions.correct(Count.objects.get(), 12, by=a_coordinator())
    assert not Count.objects.get().corrections.exists()


def test_an_increment_writes_nothing_in_the_journal(seance):
    before = Entry.objects.count()
    added(seance, Measure.PASSAGES)
    take_back(seance)
    assert Entry.objects.count() == before


# --------------------------------------------------------------------------- by a member


def test_the_page_counts_without_javascript_and_leads_back_to_itself(seance):
    address = f"/seances/{seance.pk}/compter/"
    browser = browser_of(a_coordinator())
    fresh = re.findall(
        r'name="increment" id="one-\S+" value="([^"]+)"', _text(browser.get(address))
    )
    assert len(set(fresh)) == len(fresh) == 5
    answer = touch(browser, address, increment=fresh[0])
    assert (answer.status_code, answer.url) == (302, address)
    touch(browser, address, increment=fresh[0])
    assert Count.objects.get().total == 1
    touch(browser, address, act="take_back", slot="back")
    assert Count.objects.get().total == 0


def _text(response):
    return response.content.decode()


def test_with_htmx_the_total_comes_back_is_announced_and_the_next_touch_has_its_identifier(seance):
    browser, spent = browser_of(a_coordinator()), uuid4()
    answer = touch(browser, f"/seances/{seance.pk}/compter/", htmx=True, increment=spent)
    page = _text(answer)
    assert 'data-ruche-announce="Personnes accueillies, âge non précisé : 1"' in page
    assert 'id="one-lieu-passages-tous"' in page
    assert str(spent) not in page


def test_a_touch_that_is_refused_says_why_and_what_to_do(seance):
    browser = browser_of(a_coordinator())
    for htmx in (True, False):
        answer = touch(browser, f"/seances/{seance.pk}/compter/", htmx, act="take_back")
        assert answer.status_code == 422
        assert "Rien n’a été compté" in _text(answer)
        assert "Le total est trop petit" in _text(answer)


def test_a_typed_total_is_kept_with_its_history(seance):
    browser = browser_of(a_coordinator())
    added(seance, Measure.PASSAGES, 12)
    where = {"measure": "passages", "band": "", "participation": ""}
    address = f"/seances/{seance.pk}/compter/corriger/"
    assert browser.post(address, {**where, "total": 15}).status_code == 302
    assert "12 corrigé en 15" in _text(browser.get(f"/seances/{seance.pk}/compter/"))
    refused = browser.post(address, {**where, "total": -1})
    assert refused.status_code == 422
    assert Count.objects.get().total == 15


def test_a_volunteer_counts_on_her_sites_and_nowhere_else(seance):
    volunteer = someone(Role.SITE_VOLUNTEER)
    Assignment.objects.create(site=seance.site, member=volunteer)
    browser, other = browser_of(volunteer), a_seance(day=in_days(0))
    assert touch(browser, f"/seances/{seance.pk}/compter/").status_code == 302
    assert touch(browser, f"/seances/{other.pk}/compter/").status_code == 403


def test_a_volunteer_does_not_count_for_the_teams_that_visit(seance):
    volunteer, team = someone(Role.SITE_VOLUNTEER), there(seance)
    Assignment.objects.create(site=seance.site, member=volunteer)
    answer = touch(
        browser_of(volunteer),
        f"/seances/{seance.pk}/compter/",
        measure="interviews",
        participation=team.pk,
    )
    assert answer.status_code == 403


def test_a_nurse_counts_for_her_own_team_only(seance):
    nurse = someone(Role.NURSE)
    own, other = there(seance, a_team(nurse)), there(seance)
    browser, address = browser_of(nurse), f"/seances/{seance.pk}/compter/"
    one = {"measure": "interviews"}
    assert touch(browser, address, **one, participation=own.pk).status_code == 302
    assert touch(browser, address, **one, participation=other.pk).status_code == 403
    assert touch(browser, address).status_code == 403
    assert browser.post(f"/seances/{seance.pk}/compter/arreter/").status_code == 403


def test_a_partner_counts_where_her_organisation_holds_the_site():
    here = organisation("Partenaire d’essai", OrganisationKind.PARTNER)
    partner, site = someone(Role.PARTNER, at=here), a_site()
    presence = Presence.objects.create(site=site, organisation=here, kind=PresenceKind.VISITOR)
    address = f"/seances/{a_seance(site, in_days(0)).pk}/compter/"
    assert touch(browser_of(partner), address).status_code == 403
    presence.kind = PresenceKind.HOST
    presence.save()
    assert touch(browser_of(partner), address).status_code == 302


# ------------------------------------------------------------------------------- by link


@pytest.fixture
def link(seance):
    found, token = actions.make_counting_link(seance, a_coordinator())
    return found, f"/seances/compter/{token}/"


def test_a_link_adds_and_only_adds(seance, link):
    found, address = link
    assert touch(visitor(), address).status_code == 302
    assert Count.objects.get().total == 1
    assert touch(visitor(), address, act="take_back").status_code == 422
    with pytest.raises(NotAllowedByLink):
        take_back(seance, by=found.actor)
    with pytest.raises(NotAllowedByLink):
        added(seance, Measure.INTERVIEWS, by=found.actor, participation=there(seance))
    assert Count.objects.get().total == 1


def test_the_page_of_a_link_offers_neither_undo_nor_correction(link):
    page = visitor().get(link[1])
    assert "take_back" not in _text(page)
    assert "corriger/" not in _text(page)
    assert page["X-Robots-Tag"] == "noindex"


def test_a_link_that_was_revoked_no_longer_counts(seance, link):
    found, address = link
    browser_of(a_coordinator()).post(f"/seances/comptages/liens/{found.pk}/retirer/")
    assert visitor().get(address).status_code == 410
    assert touch(visitor(), address).status_code == 410
    with pytest.raises(LinkGone):
        added(seance, Measure.PASSAGES, by=found.actor)
    assert journal_of(found) == ["counting_link_made", "counting_link_revoked"]


def test_a_link_counts_for_its_own_seance_only(link):
    with pytest.raises(LinkGone):
        added(a_seance(day=in_days(0)), Measure.PASSAGES, by=link[0].actor)


def test_a_link_waits_for_the_day(seance, link):
    seance.day = in_days(1)
    seance.save()
    answer = visitor().get(link[1])
    assert answer.status_code == 403
    assert "Ce lien servira le" in _text(answer)


def test_a_link_stops_in_the_night_that_follows(seance, link, monkeypatch):
    after = timezone.make_aware(datetime.combine(seance.day + timedelta(days=1), time(4)))
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert not CountingLink.objects.get().is_live
    with pytest.raises(LinkGone):
        added(seance, Measure.PASSAGES, by=link[0].actor)


@pytest.mark.parametrize("status", [SeanceStatus.CANCELLED, SeanceStatus.COUNTED])
def test_a_link_to_a_seance_that_is_over_says_so(seance, link, status):
    seance.status = status
    seance.save()
    assert visitor().get(link[1]).status_code == 410


def test_the_qr_is_drawn_in_the_page_with_its_title_and_the_address_in_text(seance):
    answer = browser_of(a_coordinator()).post(f"/seances/{seance.pk}/compter/lien/")
    page = _text(answer)
    assert "<title>QR du lien de comptage</title>" in page
    assert "<code>http://localhost:8000/seances/compter/" in page
    assert "no-store" in answer["Cache-Control"]


# -------------------------------------------------------------------------------- months


def test_the_month_is_a_table_by_site_where_never_counted_is_not_zero(seance):
    added(seance, Measure.PASSAGES, 7, band="adults")
    added(seance, Measure.PASSAGES, 5)
    other = a_seance(day=in_days(0))
    added(other, Measure.HOUSEHOLDS, 2)
    table = queries.month_counts(seance.day.year, seance.day.month).table
    rows = {row[0]: row[1:3] for row in table.rows}
    assert rows == {
        f"{seance.site.name} (Auch)": ("12", "pas compté"),
        f"{other.site.name} (Auch)": ("pas compté", "2"),
    }


def test_a_volunteer_sees_the_counts_of_her_sites_only(seance):
    volunteer, other = someone(Role.SITE_VOLUNTEER), a_seance(day=in_days(0))
    Assignment.objects.create(site=seance.site, member=volunteer)
    for each in (seance, other):
        added(each, Measure.PASSAGES)
    page = _text(browser_of(volunteer).get("/seances/comptages/"))
    assert seance.site.name in page
    assert other.site.name not in page


def test_the_export_asks_who_one_is_again_and_leaves_a_line(seance):
    added(seance, Measure.PASSAGES, 12, band="adults")
    coordinator, month = a_coordinator(), f"{seance.day:%Y-%m}"
    address, asked = "/seances/comptages/export/", {"mois": month}
    refused = browser_of(coordinator).post(address, asked)
    assert refused.status_code == 302
    answer = browser_of(coordinator, sudo=True).post(address, asked)
    lines = _text(answer).splitlines()
    assert lines[0] == "date,lieu,commune,organisation,equipe,mesure,tranche,total"
    assert lines[1].endswith(",Auch,,,personnes accueillies,18 à 64 ans,12")
    assert Entry.objects.filter(verb="counts_exported", actor=coordinator.actor).count() == 1


def test_an_export_gives_a_spreadsheet_no_formula_to_run():
    seance = a_seance(a_site(name="=1+1"), in_days(0))
    added(seance, Measure.PASSAGES)
    browser = browser_of(a_coordinator(), sudo=True)
    answer = browser.post("/seances/comptages/export/", {"mois": f"{seance.day:%Y-%m}"})
    assert ",'=1+1," in _text(answer)


@pytest.mark.parametrize("role", [Role.NURSE, Role.SITE_VOLUNTEER, Role.PARTNER, Role.DPO])
def test_those_who_may_not_export_are_refused(role):
    browser = browser_of(someone(role), sudo=True)
    assert browser.post("/seances/comptages/export/").status_code == 403

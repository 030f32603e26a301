"""The editor of opening hours: from plain French to a rule and back, preview, refusals."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from ruche.places.forms.openings import OpeningForm
from tests.members import browser_of
from tests.places.register import a_service, a_site, an_opening, coordinator
from tests.world import words_of

pytestmark = pytest.mark.usefixtures("a_monday_of_november")

SINCE = {"since": "2026-11-01", "school_holidays": "open"}
TUESDAYS = {
    **SINCE,
    "slot1_rhythm": "monthly",
    "slot1_days": ["1"],
    "slot1_ranks": ["1", "3"],
    "slot1_start": "14:00",
    "slot1_end": "16:30",
}
WEEKLY = {
    **SINCE,
    "slot1_rhythm": "weekly",
    "slot1_days": ["0", "3"],
    "slot1_start": "09:00",
    "slot1_end": "12:00",
}


@pytest.fixture
def site():
    return a_site()


@pytest.fixture
def browser():
    return browser_of(coordinator())


def posted(browser, site, fields, **more):
    return browser.post(reverse("places:new-opening", args=[site.pk]), {**fields, **more})


def errors_of(answer) -> dict[str, str]:
    assert answer.status_code == 422
    assert not answer.context["site"].openings.exists()
    return {name: " ".join(errors) for name, errors in answer.context["form"].errors.items()}


def as_posted(form: OpeningForm) -> MultiValueDict:
    """What a browser would send of a form that nobody touched."""
    sent = MultiValueDict()
    for bound in form:
        if bound.name == "public_holidays":
            sent.setlist(bound.name, ["on"] if bound.value() else [])
        elif (value := bound.field.widget.format_value(bound.value())) not in (None, "", []):
            sent.setlist(bound.name, value if isinstance(value, list) else [value])
    return sent


# ------------------------------------------------------------------------------ round trips


def test_first_and_third_tuesday_from_the_form_to_the_rule_and_back(browser, site):
    posted(browser, site, TUESDAYS)
    opening = site.openings.get()
    assert opening.rule == "Tu[1,3] 14:00-16:30; PH off"
    answer = browser.get(reverse("places:edit-opening", args=[opening.pk]))
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one('[name="slot1_rhythm"] [selected]')["value"] == "monthly"
    for name, values in {"slot1_days": ["1"], "slot1_ranks": ["1", "3"]}.items():
        assert [box["value"] for box in page.select(f'[name="{name}"][checked]')] == values
    assert page.select_one('[name="slot1_start"]')["value"] == "14:00"
    assert page.select_one('[name="slot1_end"]')["value"] == "16:30"
    assert page.select_one('[name="slot1_end"]')["type"] == "time"


@pytest.mark.parametrize(
    "rule",
    [
        "Tu[1,3] 14:00-16:30; PH off",
        "Mo-Fr 09:00-12:00,14:00-17:00; PH off; SH off",
        "week 02-52/2 Fr 14:00-17:00",
        "week 01-53/2 Mo 22:00-02:00; PH off",
        "We[-1] 18:00-24:00; PH off",
        "SH We 09:00-12:00; PH off",
        "Mo 09:00-12:00; PH off; 2026 Dec 21-2027 Jan 03 off, 2026 Dec 23 10:00-12:00",
    ],
)
def test_a_form_that_nobody_touched_gives_the_same_rule(site, rule):
    opening = an_opening(site, rule)
    form = OpeningForm(as_posted(OpeningForm(opening=opening)), opening=opening)
    assert form.is_valid(), form.errors
    assert form.rule == opening.rule
    assert not form.cleaned_data["advanced"]


@pytest.mark.parametrize(
    "rule", ["Jun-Aug: Mo 10:00-12:00", "Mo 08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00"]
)
def test_a_rule_that_the_editor_cannot_say_stays_as_it_is_written(browser, site, rule):
    opening = an_opening(site, rule)
    answer = browser.get(reverse("places:edit-opening", args=[opening.pk]))
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("details:has(#id_advanced)").has_attr("open")
    assert page.select_one("#id_advanced").get_text().strip() == opening.rule


def test_an_advanced_rule_is_saved_from_its_text(browser, site):
    posted(browser, site, SINCE, advanced="Tu[1,3] 14:00-16:30; PH off")
    assert site.openings.get().rule == "Tu[1,3] 14:00-16:30; PH off"


def test_hours_are_those_of_a_service_that_is_given_there(browser, site):
    service, elsewhere = a_service(sites=(site,)), a_service()
    assert "service" in errors_of(posted(browser, site, TUESDAYS, service=elsewhere.pk))
    posted(browser, site, TUESDAYS, service=service.pk, until="2027-06-30")
    opening = site.openings.get()
    assert (opening.service, opening.until) == (service, date(2027, 6, 30))


def test_three_slots_closures_and_exceptional_openings_make_one_rule(browser, site):
    posted(
        browser,
        site,
        WEEKLY,
        slot2_rhythm="even",
        slot2_days=["4"],
        slot2_start="14:00",
        slot2_end="17:00",
        slot3_rhythm="monthly",
        slot3_days=["5"],
        slot3_ranks=["-1"],
        slot3_start="10:00",
        slot3_end="12:00",
        school_holidays="closed",
        public_holidays="on",
        closure1_first="2026-12-21",
        closure1_last="2027-01-03",
        closure2_first="2027-05-07",
        extra1_day="2026-12-23",
        extra1_start="10:00",
        extra1_end="12:00",
    )
    assert site.openings.get().rule == (
        "Mo,Th 09:00-12:00, week 02-52/2 Fr 14:00-17:00, Sa[-1] 10:00-12:00; SH off; "
        "2026 Dec 21-2027 Jan 03 off; 2027 May 07 off, 2026 Dec 23 10:00-12:00"
    )


# ---------------------------------------------------------------------------------- preview


def test_a_preview_says_the_rule_and_its_next_ten_openings_and_saves_nothing(browser, site):
    answer = posted(browser, site, TUESDAYS, preview="oui")
    page = BeautifulSoup(answer.content, "html.parser").select_one("#apercu")
    assert answer.status_code == 200
    assert not site.openings.exists()
    assert "1er et 3e mardi du mois, de 14 h à 16 h 30 ; fermé les jours fériés" in words_of(page)
    days = [words_of(day) for day in page.select("ol li")]
    assert len(days) == 10
    assert days[0] == "Mardi 1er décembre, de 14 h à 16 h 30"
    assert days[2] == "Mardi 5 janvier 2027, de 14 h à 16 h 30"


def test_the_preview_that_htmx_asks_for_is_the_part_of_the_page(browser, site):
    sent = {**TUESDAYS, "preview": "oui"}
    address = reverse("places:new-opening", args=[site.pk])
    fragment = browser.post(address, sent, headers={"HX-Request": "true"})
    whole = BeautifulSoup(browser.post(address, sent).content, "html.parser")
    part = BeautifulSoup(fragment.content, "html.parser")
    assert words_of(part) == words_of(whole.select_one("#apercu"))
    assert not part.select("html, h1")


def test_a_preview_stops_at_the_last_day(browser, site):
    answer = posted(browser, site, TUESDAYS, preview="oui", until="2026-12-31")
    assert len(BeautifulSoup(answer.content, "html.parser").select("#apercu ol li")) == 2


def test_the_preview_of_a_form_that_is_not_finished_says_what_it_waits_for(browser, site):
    sent = {**TUESDAYS, "slot1_end": "", "preview": "oui"}
    address = reverse("places:new-opening", args=[site.pk])
    answer = browser.post(address, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Indiquez l’heure de fin." in answer.content.decode()


# --------------------------------------------------------------------------------- refusals


def test_a_rule_that_never_opens_comes_back_with_its_reason(browser, site):
    past = {
        **SINCE,
        "extra1_day": "2026-01-10",
        "extra1_start": "10:00",
        "extra1_end": "12:00",
    }
    assert "aucune ouverture" in errors_of(posted(browser, site, past))["__all__"]


def test_nothing_at_all_is_not_a_rule(browser, site):
    assert "au moins un créneau" in errors_of(posted(browser, site, SINCE))["__all__"]


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"slot1_days": []}, "slot1_days", "au moins un jour"),
        ({"slot1_ranks": []}, "slot1_ranks", "au moins une semaine"),
        ({"slot1_rhythm": "weekly"}, "slot1_ranks", "certaines semaines du mois"),
        ({"slot1_start": ""}, "slot1_start", "heure de début"),
        ({"slot1_end": ""}, "slot1_end", "heure de fin"),
        ({"slot1_end": "14:00"}, "slot1_end", "la même"),
        ({"slot1_end": "13:00"}, "slot1_end", "avant celle du début"),
        ({"since": ""}, "since", "obligatoire"),
        ({"until": "2026-01-01"}, "until", "avant"),
        ({"slot2_start": "10:00"}, "slot2_days", "au moins un jour"),
        ({"closure1_last": "2026-12-31"}, "closure1_first", "premier jour"),
        (
            {"closure1_first": "2026-12-31", "closure1_last": "2026-12-01"},
            "closure1_last",
            "finit avant de commencer",
        ),
        ({"extra1_start": "10:00", "extra1_end": "11:00"}, "extra1_day", "jour"),
        ({"advanced": "We 10:00-12:00"}, "advanced", "pas les deux"),
    ],
)
def test_a_mistake_is_told_beside_its_field(browser, site, change, name, words):
    assert words in errors_of(posted(browser, site, {**TUESDAYS, **change}))[name]


def test_an_advanced_text_that_is_not_understood_is_told_in_french(browser, site):
    errors = errors_of(posted(browser, site, SINCE, advanced="mardi"))
    assert "n’est pas comprise" in errors["advanced"]


def test_who_saves_hours_second_reads_the_first_and_keeps_what_she_typed(browser, site):
    opening = an_opening(site)
    address = reverse("places:edit-opening", args=[opening.pk])
    assert browser.post(address, {**WEEKLY, "version": 1}).status_code == 302
    answer = browser.post(address, {**TUESDAYS, "version": 1})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert "Chaque lundi et jeudi, de 9 h à 12 h" in words_of(page.main)
    assert page.select_one('[name="slot1_end"]')["value"] == "16:30"
    version = page.select_one('[name="version"]')["value"]
    assert browser.post(address, {**TUESDAYS, "version": version}).status_code == 302
    assert site.openings.get().rule == "Tu[1,3] 14:00-16:30; PH off"


def test_saving_a_rule_tells_the_changes_that_no_longer_apply(browser, site):
    opening = an_opening(site)
    change = reverse("places:change-occurrence", args=[opening.pk, date(2026, 12, 1)])
    browser.post(change, {"what": "cancel"})
    address = reverse("places:edit-opening", args=[opening.pk])
    answer = browser.post(address, {**WEEKLY, "version": 1}, follow=True)
    said = words_of(BeautifulSoup(answer.content, "html.parser").main)
    assert "Le changement prévu le mardi 1er décembre ne s’applique plus" in said


def test_hours_end_from_the_page_of_the_site(browser, site):
    opening = an_opening(site)
    address = reverse("places:end-opening", args=[opening.pk])
    browser.post(address, {"last": "pas une date"})
    assert site.openings.get().until is None
    browser.post(address, {"last": "2026-12-31"})
    assert site.openings.get().until == date(2026, 12, 31)
    browser.post(address)
    assert site.openings.get().until == date(2026, 11, 22)

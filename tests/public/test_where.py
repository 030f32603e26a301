"""« Où et quand »: near first, certain dates, cancellations said, in every language."""

import re
from datetime import date, datetime, time, timedelta
from gzip import compress
from uuid import uuid4

import icalendar
import pytest
import recurring_ical_events
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ruche.geography.models import Territory
from ruche.languages import CODES, language
from ruche.places import actions as register
from ruche.places.enums import Audience, Choice, Need
from ruche.places.models import Opening, Report, Service, Site
from ruche.public.where import asking, finding
from ruche.public.where.feeds import DAYS, PAST_DAYS
from ruche.seances import actions
from ruche.seances.enums import Answer
from ruche.seances.models import Participation
from tests.members import organisation
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    in_days,
    today,
)
from tests.world import page_at, visitor, words_of

pytestmark = pytest.mark.django_db

FR, AR = language("fr"), language("ar")
MIRANDE, MIELAN, LECTOURE, TOULOUSE = "32256", "32252", "32208", "31555"
EVERY_DAY = "Mo-Su 09:00-12:00"


@pytest.fixture(autouse=True)
def an_empty_register(db):
    """The sites of the demo world are away: a test puts there what it speaks of."""
    Site.objects.update(closed_on=date(2020, 1, 1))


def site_in(commune: str, **more) -> Site:
    site = a_site(**more)
    site.commune = Territory.objects.get(pk=commune)
    site.save()
    return site


def opens(site: Site, rule: str = EVERY_DAY, **more) -> Opening:
    return Opening.objects.create(site=site, rule=rule, since=date(2026, 1, 1), **more)


def nurses_at(site: Site, day: date, *, need: str = Need.HEALTH) -> Participation:
    seance = a_seance(site, day)
    service = a_service()
    Service.objects.filter(pk=service.pk).update(need=need)
    part = Participation.objects.create(seance=seance, team=a_team(), answer=Answer.CONFIRMED)
    part.services.add(service)
    return part


def search(query: str = "", code: str = "fr"):
    return page_at(reverse("public:where", args=[language(code)]) + query)


def names(page) -> list[str]:
    return [link.get_text() for link in page.select(".where-card h3 a")]


# ------------------------------------------------------------------------------- searching


def test_the_nearest_comes_first():
    far, near, here = site_in(LECTOURE), site_in(MIELAN), site_in(MIRANDE)
    assert names(search("?commune=mirande")) == [here.name, near.name, far.name]


def test_a_distance_is_told_except_in_the_commune_itself():
    site_in(MIRANDE), site_in(MIELAN)
    here, near = (words_of(card) for card in search("?commune=mirande").select(".town"))
    assert "km" not in here
    assert re.search(r"à 1\d km", near)


def test_who_sees_a_nurse_this_week_near_mirande():
    with_nurse, without = site_in(MIELAN), site_in(MIRANDE)
    nurses_at(with_nurse, in_days(3))
    opens(without)
    page = search("?commune=Mirande&besoin=health&jours=7")
    assert names(page) == [with_nurse.name]
    assert "Santé" in words_of(page.select_one(".date"))


def test_a_narrow_search_leaves_out_what_comes_later():
    site = site_in(MIRANDE)
    nurses_at(site, in_days(9))
    assert names(search("?besoin=health&jours=7")) == []
    assert names(search("?besoin=health")) == [site.name]


def test_a_service_without_known_date_is_found_and_told_to_phone():
    site, service = site_in(MIRANDE, phone="05 62 00 00 00"), a_service()
    site.services.add(service)
    page = search("?besoin=health")
    assert names(page) == [site.name]
    assert "téléphonez" in words_of(page.select_one(".where-card"))
    assert page.select_one("a[href='tel:0562000000']")


def test_a_site_that_gives_food_is_found_by_who_is_hungry():
    site, other = site_in(MIRANDE), site_in(MIELAN, choice=Choice.NOT_FOOD)
    opens(site)
    opens(other)
    assert names(search("?besoin=food")) == [site.name]


def test_a_closed_site_is_not_found():
    site = site_in(MIRANDE)
    register.close_site(site, by=a_coordinator())
    assert names(search("?commune=Mirande")) == []


def test_a_cancelled_date_is_said_loudly_and_without_its_reason():
    site = site_in(MIRANDE)
    seance = nurses_at(site, in_days(3)).seance
    actions.cancel_seance(seance, reason="motif-confidentiel", by=a_coordinator())
    page = search("?commune=Mirande")
    date_said = page.select_one(".date-cancelled")
    assert "Annulé" in words_of(date_said)
    assert "Ne venez pas ce jour-là." in words_of(date_said)
    assert date_said.select_one("s time")
    assert "motif-confidentiel" not in page.get_text()


def test_a_team_that_comes_while_the_site_opens_is_one_line():
    site = site_in(MIRANDE)
    opens(site, "Mo-Su 14:00-16:30")
    nurses_at(site, in_days(1))
    told = search("?commune=Mirande&jours=7").select(".date")
    needs = [[words_of(need) for need in each.select(".needs li")] for each in told]
    assert ["Manger", "Santé"] in needs
    assert ["Santé"] not in needs


def test_what_is_over_today_is_not_told(time_machine):
    site = site_in(MIRANDE)
    opens(site, "Mo-Su 09:00-12:00; PH 09:00-12:00")
    time_machine.move_to(datetime(2026, 12, 2, 11, tzinfo=timezone.get_default_timezone()))
    assert "en ce moment, jusqu’à 12 h" in words_of(search("?jours=1").select_one(".date"))
    time_machine.move_to(datetime(2026, 12, 2, 13, tzinfo=timezone.get_default_timezone()))
    assert names(search("?jours=1")) == []


# ------------------------------------------------------------------------------ bad input


def test_a_commune_that_does_not_exist_is_told_and_everything_is_shown():
    site = site_in(MIRANDE)
    page = search("?commune=xyzzyx")
    assert "Aucune commune ne s’appelle « xyzzyx »." in words_of(page.select_one(".errors"))
    assert page.select_one("#commune")["aria-invalid"] == "true"
    assert page.select_one("details.where-ask").has_attr("open")
    assert names(page) == [site.name]


def test_a_homonym_is_answered_at_home_and_the_others_are_offered():
    site_in(MIRANDE)
    page = search("?commune=Montaut")
    others = page.select(".others a")
    assert "Montaut et ses environs" in words_of(page.select_one("#lieux"))
    assert {"64", "40"} <= {
        Territory.objects.get(pk=link["href"].split("code=")[1]).departement for link in others
    }


def test_a_position_outside_the_departement_is_told():
    site = site_in(MIRANDE)
    page = search("?position=43.60,1.44")
    assert "Toulouse (Haute-Garonne) est hors du département." in words_of(page)
    assert names(page) == [site.name]


@pytest.mark.parametrize("position", ["ici", "91,0", "43.5", "nan,0", "43.5,inf", "1e9,1e9", ","])
def test_a_position_that_cannot_be_read_is_told(position):
    page = search(f"?position={position}")
    assert "Cette position ne peut pas être lue" in words_of(page)


def test_a_position_is_kept_to_a_kilometre():
    assert asking.read_position("43.516789,0.401234") == (43.52, 0.4)


@pytest.mark.parametrize(
    "query",
    ["?besoin=drogue&jours=9999&page=abc", "?page=-1", "?page=99999999999", "?code=%00",
     "?commune=" + "a" * 5000, "?commune=%F0%9F%98%80", "?commune=<script>", "?jours=٣"],
)  # fmt: skip
def test_a_hostile_search_is_answered_as_it_is_understood(query):
    site_in(MIRANDE)
    response = visitor().get(reverse("public:where", args=[FR]) + query)
    assert response.status_code == 200
    assert b"<script>" not in response.content.replace(b'<script type="module"', b"")


# ------------------------------------------------------------------------------- languages


@pytest.mark.parametrize("code", CODES)
def test_a_page_is_in_its_language_and_leads_to_the_same_search_in_the_others(code):
    site = site_in(MIRANDE)
    opens(site)
    page = search("?commune=Mirande&besoin=food", code)
    words = language(code).words
    assert page.html["lang"] == code
    assert page.html["dir"] == ("rtl" if code == "ar" else "ltr")
    assert words_of(page.h1) == " ".join(words["page"]["title"].split())
    assert words["need"]["food"] in words_of(page.select_one(".date"))
    links = page.select(".languages a")
    assert [link["hreflang"] for link in links] == list(CODES)
    assert all(link["href"].endswith("?commune=Mirande&besoin=food") for link in links)
    assert [link["hreflang"] for link in links if link.has_attr("aria-current")] == [code]


@pytest.mark.parametrize("code", CODES)
def test_a_language_that_nobody_reviewed_says_so(code):
    told = language(code).words["page"]["unreviewed"]
    assert (" ".join(told.split()) in words_of(search(code=code))) == (code != "fr")


def test_names_written_in_french_are_marked_as_french():
    site = site_in(MIRANDE, name="La Halle")
    page = page_at(reverse("public:place", args=[AR, site.pk]))
    assert page.select_one("h1 bdi")["lang"] == "fr"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("ar-MA,fr;q=0.5", "ar"), ("de,uk;q=0.8", "uk"), ("de", "fr"), ("", "fr"), ("*", "fr")],
)
def test_the_entrance_leads_to_the_language_of_the_browser(wanted, code):
    response = visitor().get("/ou-et-quand/?besoin=food", headers={"accept-language": wanted})
    assert response.url == f"/ou-et-quand/{code}/?besoin=food"
    assert "Accept-Language" in response.headers["Vary"]


def test_a_language_that_we_do_not_have_is_not_found():
    assert visitor().get("/ou-et-quand/xx/").status_code == 404


# ------------------------------------------------------------------------------ one site


def test_the_page_of_a_site_answers_the_four_questions():
    site = site_in(MIRANDE, audience=Audience.REGISTERED, address_note="portail vert")
    service = a_service("Permanence")
    Service.objects.filter(pk=service.pk).update(documents="un courrier", is_free=False)
    site.services.add(service)
    page = words_of(page_at(reverse("public:place", args=[FR, site.pk])))
    assert "Les personnes inscrites." in page
    assert "Permanence : un courrier" in page
    assert "Une participation peut être demandée." in page
    assert "portail vert" in page


def test_what_teams_bring_is_on_the_page_of_the_site():
    part = nurses_at(site_in(MIRANDE), in_days(3))
    page = words_of(page_at(reverse("public:place", args=[FR, part.seance.site_id])))
    assert part.services.get().name in page


def test_what_is_for_the_network_is_not_on_the_page():
    site = site_in(MIRANDE, note="mot-des-équipes")
    part = nurses_at(site, in_days(3))
    part.seance.note = "note-de-séance"
    part.seance.save()
    opening = opens(site)
    register.change_occurrence(opening, in_days(1), reason="motif-du-jour", by=a_coordinator())
    for code in ("fr", "ar"):
        text = page_at(reverse("public:place", args=[language(code), site.pk])).get_text()
        for secret in ("mot-des-équipes", "note-de-séance", "motif-du-jour", part.team.email):
            assert secret not in text


def test_a_poster_that_outlives_its_site_leads_to_the_others():
    site = site_in(MIRANDE)
    register.close_site(site, by=a_coordinator())
    closed = visitor().get(reverse("public:place", args=[FR, site.pk]))
    unknown = visitor().get(reverse("public:place", args=[FR, uuid4()]))
    assert (closed.status_code, unknown.status_code) == (410, 404)
    assert f"?code={MIRANDE}" in closed.content.decode()


# ------------------------------------------------------------------------------- calendars


def feed(name: str, *args, query: str = "") -> icalendar.Calendar:
    response = visitor().get(reverse(f"public:{name}", args=args) + query)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(response.content)


def test_the_calendar_of_a_site_is_that_of_its_page():
    site = site_in(MIRANDE)
    opens(site, "We 14:00-16:00; PH off")
    told = feed("site-calendar", FR, site.pk)
    first = today() - timedelta(days=PAST_DAYS)
    expected = finding.moments_of(site, first, DAYS, now=timezone.now() - timedelta(days=99))
    assert len(told.walk("VEVENT")) == len(expected) > 45
    (event,) = recurring_ical_events.of(told).at(expected[-1].start.date())
    assert event["DTSTART"].dt == expected[-1].start


def test_an_event_keeps_its_name_when_it_is_cancelled():
    part = nurses_at(site_in(MIRANDE), in_days(3))
    (before,) = feed("site-calendar", FR, part.seance.site_id).walk("VEVENT")
    actions.cancel_seance(part.seance, reason="x", by=a_coordinator())
    (after,) = feed("site-calendar", FR, part.seance.site_id).walk("VEVENT")
    assert before["UID"] == after["UID"]
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert str(after["SUMMARY"]).startswith("ANNULÉ")


def test_one_date_is_a_file_of_its_own():
    part = nurses_at(site_in(MIRANDE), in_days(3))
    page = page_at(reverse("public:place", args=[AR, part.seance.site_id]))
    link = page.select_one("a.diary[href$='.ics']")
    told = icalendar.Calendar.from_ical(visitor().get(link["href"]).content)
    (event,) = told.walk("VEVENT")
    assert event["UID"] == f"{part.seance_id}@ruche"
    assert AR.words["need"]["health"] in event["SUMMARY"]


def test_a_date_that_is_not_there_is_not_found():
    site = site_in(MIRANDE)
    assert visitor().get(reverse("public:date", args=[FR, site.pk, "x"])).status_code == 404


def test_the_calendar_of_an_organisation_holds_what_it_brings_and_nothing_else():
    site = site_in(MIRANDE)
    opens(site)
    part = nurses_at(site, in_days(3))
    owner = part.services.get().organisation
    events = feed("organisation-calendar", FR, owner.pk).walk("VEVENT")
    assert [event["UID"] for event in events] == [f"{part.seance_id}@ruche"]
    other = organisation("Une autre association d’essai")
    assert feed("organisation-calendar", FR, other.pk).walk("VEVENT") == []


def test_the_calendar_of_everything_keeps_a_need():
    site = site_in(MIRANDE)
    opens(site)
    nurses_at(site, in_days(3))
    every, health = feed("calendar", FR), feed("calendar", FR, query="?besoin=health")
    assert len(every.walk("VEVENT")) > 300
    assert len(health.walk("VEVENT")) == 1


# ------------------------------------------------------------------------------ reporting


def test_an_error_is_reported_without_account_and_thanked():
    site = site_in(MIRANDE)
    address = reverse("public:report", args=[FR, site.pk])
    response = visitor().post(address, {"kind": "hours", "message": "Fermé hier"})
    assert response.url == f"{address}?merci"
    assert "Merci" in words_of(page_at(response.url))
    told = Report.objects.get(site=site)
    assert (told.kind, told.message, told.language) == ("hours", "Fermé hier", "fr")


def test_a_double_click_reports_once():
    site = site_in(MIRANDE)
    address = reverse("public:report", args=[AR, site.pk])
    for _ in range(2):
        assert visitor().post(address, {"kind": "hours"}).status_code == 302
    assert Report.objects.filter(site=site).count() == 1


@pytest.mark.parametrize(
    ("sent", "key"),
    [({"message": "x"}, "no_kind"), ({"kind": "autre"}, "no_kind"),
     ({"kind": "hours", "message": "x" * 501}, "too_long")],
)  # fmt: skip
def test_a_report_that_is_not_whole_is_told_and_keeps_what_was_typed(sent, key):
    site = site_in(MIRANDE)
    response = visitor().post(reverse("public:report", args=[FR, site.pk]), sent)
    assert response.status_code == 422
    assert FR.say("report", key, limit=500) in response.content.decode()
    assert sent.get("message", "") in response.content.decode()
    assert not Report.objects.filter(site=site).exists()


def test_a_machine_that_fills_every_field_is_thanked_and_not_kept():
    site = site_in(MIRANDE)
    sent = {"kind": "hours", "message": "x", "website": "http://spam.example"}
    assert visitor().post(reverse("public:report", args=[FR, site.pk]), sent).status_code == 302
    assert not Report.objects.filter(site=site).exists()


def test_a_report_from_another_site_is_refused():
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    address = reverse("public:report", args=[FR, site_in(MIRANDE).pk])
    assert client.post(address, {"kind": "hours"}).status_code == 403


# ------------------------------------------------------------------------ widget, map, weight


def test_the_widget_may_be_shown_by_others_and_leaves_nothing_behind():
    site = site_in(MIRANDE)
    opens(site)
    response = visitor().get(reverse("public:widget", args=[FR]) + "?commune=Mirande")
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert not response.cookies
    assert site.name in response.content.decode()
    assert "<script" not in response.content.decode()


def test_the_line_to_copy_shows_the_widget_that_was_chosen():
    page = page_at(reverse("public:embed") + "?commune=Mirande&besoin=health&langue=ar")
    code = page.select_one("pre").get_text()
    assert re.search(r'src="http\S+/ou-et-quand/ar/encart/\?code=32256&besoin=health"', code)


def test_only_the_map_page_may_load_its_background_elsewhere():
    plain = visitor().get(reverse("public:where", args=[FR]))
    moving = visitor().get(reverse("public:map", args=[FR]))
    assert "https://" not in plain.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://data.geopf.fr" in moving.headers["Content-Security-Policy"]
    assert b"data.geopf.fr" not in plain.content


@pytest.mark.parametrize("code", ["fr", "ar", "uk"])
def test_the_page_weighs_little(code):
    for number in range(40):
        opens(site_in(MIRANDE, name=f"Lieu numéro {number}, salle des fêtes"))
    page = visitor().get(reverse("public:where", args=[language(code)]) + "?commune=Mirande")
    assert len(compress(page.content)) < 20_000


# -------------------------------------------------------------------------------- queries


@pytest.mark.parametrize(
    ("need", "days", "queries"),
    [("", "30", 8), ("health", "30", 11), ("", "7", 11), ("health", "7", 11), ("food", "1", 11)],
)
def test_the_number_of_queries_does_not_depend_on_the_sites(
    django_assert_num_queries, time_machine, need, days, queries
):
    morning = datetime.combine(today(), time(8), timezone.get_default_timezone())
    time_machine.move_to(morning)  # what is over is not looked for

    def some(number: int) -> None:
        for _ in range(number):
            site = site_in(MIRANDE)
            opens(site)
            nurses_at(site, in_days(3))
            nurses_at(site, in_days(0))

    some(2)
    query = {"commune": "Mirande", "besoin": need, "jours": days}
    with django_assert_num_queries(queries):
        visitor().get(reverse("public:where", args=[FR]), query)
    some(12)
    with django_assert_num_queries(queries):
        visitor().get(reverse("public:where", args=[FR]), query)


def test_a_page_of_ten_sites_has_a_next_one():
    for number in range(12):
        site_in(MIRANDE, name=f"Lieu {number:02}")
    first = search("?commune=Mirande")
    assert len(names(first)) == 10
    following = first.select_one("a[rel=next]")["href"]
    second = search(following)
    assert len(names(second)) == 2
    assert second.select_one("a[rel=prev]")
    assert words_of(second.select_one(".number")) == "11"


def test_a_night_that_ends_at_midnight_is_said_so(time_machine):
    time_machine.move_to(datetime(2026, 12, 2, 11, tzinfo=timezone.get_default_timezone()))
    site = site_in(MIRANDE)
    opens(site, "Mo-Su 20:00-24:00")
    assert "de 20 h à minuit" in words_of(search().select_one(".date"))

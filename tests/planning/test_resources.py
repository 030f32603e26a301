"""What a month is made of: what its pages keep, what they refuse, and what they say."""

import re
from datetime import time

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.engines.portraits.levels import Level
from ruche.engines.rounds.limits import DAY
from ruche.geography.models import Territory
from ruche.planning.actions import resources as actions
from ruche.planning.forms.fields import minutes_of
from ruche.planning.forms.offers import rule_to_type
from ruche.planning.models import (
    Block,
    Month,
    Need,
    Outage,
    PartnerOffer,
    Rota,
    Vehicle,
    Visit,
    Worker,
)
from ruche.seances.models import Absence
from ruche.seances.refusals import Refused
from tests.members import browser_of, organisation, someone
from tests.seances.field import a_site, a_team, in_days, journal_of
from tests.world import AUCH, words_of

pytestmark = pytest.mark.django_db

MOYENS = "/planning/moyens/"


@pytest.fixture(autouse=True)
def nothing_is_planned_yet(db):
    """The rows of the demo world are away: each test puts there what it speaks of."""
    for model in (Visit, Month, Block, PartnerOffer, Need, Worker, Rota, Vehicle):
        model.objects.all().delete()


@pytest.fixture
def coordinator():
    return someone(Role.COORDINATOR, at=organisation("GIP d’essai", OrganisationKind.GIP))


@pytest.fixture
def browser(coordinator):
    return browser_of(coordinator)


def a_rota(name="Infirmières d’essai", **more):
    return Rota.objects.create(name=name, **more)


def a_worker(rota=None, team=None, **more):
    values = {"name": "Odile d’essai", "base": Territory.objects.get(pk=AUCH), **more}
    return Worker.objects.create(rota=rota or a_rota(), team=team or a_team(), **values)


def page(response):
    return words_of(BeautifulSoup(response.content, "html.parser"))


def refused(response, why):
    assert response.status_code == 422
    assert why in page(response)


# ------------------------------------------------------------------------------ durations


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("35", 2100),
        ("35 h", 2100),
        ("35 h 30", 2130),
        ("35h30", 2130),
        ("7,5", 450),
        ("7.5 h", 450),
        ("90 min", 90),
        ("1:30", 90),
        ("2 heures", 120),
        ("35\u00a0h\u00a030", 2130),
    ],
)
def test_a_duration_is_read_as_one_says_it(said, minutes):
    assert minutes_of(said) == minutes


@pytest.mark.parametrize("said", ["", "beaucoup", "-2", "7 h 90", "1/2", "2 h 5 h"])
def test_what_is_not_a_duration_is_refused(said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        minutes_of(said)


def test_a_number_alone_counts_minutes_where_visits_are_told():
    assert minutes_of("90", alone=1) == 90


# ------------------------------------------------------------------------------- overview


def test_an_empty_network_is_told_what_to_do_first(browser):
    text = page(browser.get(MOYENS))
    assert "Commencez par un roulement" in text
    assert "chacun vient avec sa voiture" in text


def test_the_overview_says_who_goes_with_what_and_what_is_coming(browser):
    rota, van = a_rota(), Vehicle.objects.create(name="Fourgon d’essai")
    rose = someone(Role.NURSE)
    worker = a_worker(rota, a_team(rose), member=rose, vehicle=van, workdays=[0, 3])
    Need.objects.create(site=a_site(), rota=rota)
    Need.objects.create(site=a_site(closed_on=timezone.localdate()), rota=rota)
    Outage.objects.create(vehicle=van, first=in_days(3), last=in_days(4))
    Outage.objects.create(vehicle=van, first=in_days(-9), last=in_days(-8))
    market = a_site(is_hub=False, name="Place d’essai")
    Absence.objects.create(
        team=worker.team, member=rose, first=in_days(5), last=in_days(5),
        starts=time(9), ends=time(12),
    )  # fmt: skip
    Absence.objects.create(team=a_team(), first=in_days(5), last=in_days(5))
    block = Block.objects.create(
        name="Réunion d’essai", stay_min=120, options=[[in_days(7).isoformat(), 540, 720]]
    )
    block.workers.set([worker])
    text = page(browser.get(MOYENS))
    assert "1 lieu à visiter" in text
    assert "lundi, jeudi" in text
    assert text.count("au garage") == 1
    assert market.name in text
    assert "de 9 h à 12 h" in text
    assert text.count("Toute l’équipe") == 0  # nobody of that other team is in the rounds
    assert "Réunion d’essai , 2 h" in text.replace("Réunion d’essai,", "Réunion d’essai ,")


# ---------------------------------------------------------------------------------- rotas


def test_a_rota_is_created_then_changed(browser):
    answer = browser.post(
        f"{MOYENS}roulements/nouveau/",
        {"name": "Nuit", "visits": 2, "stay_min": "1 h 15", "is_active": "on"},
    )
    assert answer.status_code == 302
    rota = Rota.objects.get(name="Nuit")
    assert rota.stay_min == 75
    browser.post(f"{MOYENS}roulements/{rota.pk}/", {"name": "Nuit", "visits": 1, "stay_min": "60"})
    rota.refresh_from_db()
    assert (rota.visits, rota.stay_min, rota.is_active) == (1, 60, False)
    assert journal_of(rota) == ["rota_saved", "rota_saved"]


def test_a_rota_refuses_nonsense_and_a_name_already_taken(browser):
    a_rota("Jour")
    address = f"{MOYENS}roulements/nouveau/"
    refused(
        browser.post(address, {"name": "Jour", "visits": 2, "stay_min": "longtemps"}),
        "« longtemps » n’est pas une durée",
    )
    refused(browser.post(address, {"name": "Jour", "visits": 2, "stay_min": "90"}), "existe déjà")
    refused(
        browser.post(address, {"name": "Soir", "visits": 2, "stay_min": "11 h"}),
        "Une durée de 0 h 10 à 10 h",
    )


# -------------------------------------------------------------------------------- workers


def said_of(team, in_rota, **more):
    return {
        "name": "Odile", "rota": in_rota.pk, "team": team.pk, "people": 1,
        "commune_name": "Auch", "workdays": [0, 1, 3], "max_week_min": "28",
        "max_day_min": "7,5", "earliest_start": "08:00", "latest_end": "18:30", "commute": "all",
        "usual_commute_min": "", "is_active": "on", **more,
    }  # fmt: skip


def test_a_worker_enters_the_rounds(browser):
    rota, odile = a_rota(), someone(Role.NURSE)
    team = a_team(odile)
    answer = browser.post(f"{MOYENS}equipiers/nouveau/", said_of(team, rota, member=odile.pk))
    worker = Worker.objects.get()
    assert answer.headers["Location"] == worker.get_absolute_url()
    assert (worker.base_id, worker.member, worker.workdays) == (AUCH, odile, [0, 1, 3])
    assert (worker.max_week_min, worker.max_day_min) == (28 * 60, 450)
    assert (worker.earliest_start, worker.latest_end) == (480, 1110)
    assert worker.usual_commute_min == 0
    assert journal_of(worker) == ["worker_saved"]


def test_each_limit_says_the_law_it_comes_from(browser):
    a_rota()
    text = page(browser.get(f"{MOYENS}equipiers/nouveau/"))
    assert "Par défaut 35 h : Code du travail, art. L. 3121-27." in text
    assert "48 h (travail par semaine, jamais plus, Code du travail, art. L. 3121-20)" in text


def test_midnight_is_the_end_of_the_day_of_who_comes_back_late(browser):
    team = a_team()
    browser.post(f"{MOYENS}equipiers/nouveau/", said_of(team, a_rota(), latest_end="00:00"))
    worker = Worker.objects.get()
    assert worker.latest_end == DAY
    shown = BeautifulSoup(browser.get(worker.get_absolute_url()).content, "html.parser")
    assert shown.select_one("#id_latest_end")["value"] == "00:00"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"workdays": []}, "Choisissez au moins un jour de travail."),
        ({"max_week_min": "50 h"}, "vous avez écrit 50 h"),
        ({"max_day_min": "un jour"}, "« un jour » n’est pas une durée"),
        ({"earliest_start": "19:00"}, "vient après le départ au plus tôt (19 h)"),
        ({"commune_name": "Nullepart-sur-Rien"}, "Aucune commune ne porte ce nom"),
        ({"commune_name": ""}, "Écrivez le nom de la commune."),
        ({"rota": ""}, "Choisissez un roulement."),
        ({"usual_commute_min": "5 h"}, "vous avez écrit 5 h"),
    ],
)
def test_an_impossible_contract_is_refused_next_to_its_field(browser, more, why):
    refused(browser.post(f"{MOYENS}equipiers/nouveau/", said_of(a_team(), a_rota(), **more)), why)
    assert not Worker.objects.exists()


def test_the_contract_has_the_engine_as_its_last_judge(coordinator):
    worker = Worker(
        name="Odile", rota=a_rota(), team=a_team(), base_id=AUCH, workdays=[],
    )  # fmt: skip
    with pytest.raises(Refused, match="aucun jour de travail"):
        actions.save_worker(worker, by=coordinator)


def test_who_is_not_in_the_team_does_not_move_for_it(browser):
    stranger, team = someone(Role.NURSE, name="Personne d’ailleurs"), a_team()
    a_team(stranger)
    refused(
        browser.post(f"{MOYENS}equipiers/nouveau/", said_of(team, a_rota(), member=stranger.pk)),
        "n’est pas dans l’équipe",
    )


def test_someone_is_only_once_in_the_rounds(browser):
    odile = someone(Role.NURSE)
    team, rota = a_team(odile), a_rota()
    a_worker(rota, team, member=odile, name="Première")
    refused(
        browser.post(f"{MOYENS}equipiers/nouveau/", said_of(team, rota, member=odile.pk)),
        "déjà dans les tournées",
    )


def test_a_name_that_several_communes_bear_is_chosen(browser):
    homonym = Territory.objects.filter(level=Level.COMMUNE, name="Montaut").order_by("pk")
    assert homonym.count() > 1
    team, rota = a_team(), a_rota()
    said = said_of(team, rota, commune_name="Montaut")
    refused(browser.post(f"{MOYENS}equipiers/nouveau/", said), "Plusieurs communes conviennent")
    browser.post(f"{MOYENS}equipiers/nouveau/", {**said, "commune_choice": homonym[0].pk})
    assert Worker.objects.get().base == homonym[0]


def test_who_leaves_the_rounds_stays_known_and_her_visits_are_counted(browser):
    worker = a_worker()
    month = Month.objects.create(first=in_days(0).replace(day=1))
    for days in (-1, 0, 5):
        Visit.objects.create(
            month=month, site=a_site(), rota=worker.rota, day=in_days(days), worker=worker
        )
    assert "2 visites sont annoncées" in page(browser.get(worker.get_absolute_url()))
    said = said_of(worker.team, worker.rota, name=worker.name)
    del said["is_active"]
    text = page(browser.post(worker.get_absolute_url(), said, follow=True))
    worker.refresh_from_db()
    assert not worker.is_active
    assert "2 visites annoncées" in text
    assert "proposez de nouveau le mois" in text


# ------------------------------------------------------------------------------- vehicles


def test_a_vehicle_goes_to_the_garage_and_comes_back(browser):
    browser.post(f"{MOYENS}vehicules/nouveau/", {"name": "Fourgon", "seats": 3, "count": 1})
    van = Vehicle.objects.get()
    address = f"{MOYENS}vehicules/{van.pk}/"
    browser.post(f"{address}immobilisations/", {"first": in_days(3), "last": in_days(5)})
    outage = Outage.objects.get()
    assert "Retirer" in page(browser.get(address))
    browser.post(f"{MOYENS}immobilisations/{outage.pk}/retirer/")
    assert not Outage.objects.exists()
    assert journal_of(van) == ["vehicle_saved"]
    assert journal_of(outage) in ([], ["outage_saved", "outage_removed"])


def test_a_vehicle_refuses_too_many_seats_and_days_in_disorder(browser):
    refused(
        browser.post(f"{MOYENS}vehicules/nouveau/", {"name": "Car", "seats": 50, "count": 1}),
        "inférieure ou égale à 9",
    )
    van = Vehicle.objects.create(name="Fourgon")
    refused(
        browser.post(
            f"{MOYENS}vehicules/{van.pk}/immobilisations/",
            {"first": in_days(5), "last": in_days(3)},
        ),
        "Une immobilisation finit après avoir commencé.",
    )


# ---------------------------------------------------------------------------------- needs


def line(site, **said):
    """What the page sends for one site."""
    values = {"visits": "", "stay_min": "", "min_days": "", "max_days": "", "reference": ""}
    return {f"{name}-{site.pk}": value for name, value in {**values, **said}.items()}


def test_needs_are_saved_whole_and_empty_ones_take_the_defaults_of_the_rota(browser):
    rota = a_rota(visits=3, stay_min=45)
    worker = a_worker(rota)
    one, other, left = a_site(), a_site(is_hub=False), a_site()
    Need.objects.create(site=left, rota=rota)
    answer = browser.post(
        f"{MOYENS}roulements/{rota.pk}/lieux/",
        {
            **line(one, visited="on"),
            **line(other, visited="on", visits="1", stay_min="2 h", reference=worker.pk),
            **line(left, visits="2"),
        },
    )
    assert answer.status_code == 302
    needs = {need.site: need for need in Need.objects.filter(rota=rota)}
    assert set(needs) == {one, other}
    assert (needs[one].visits, needs[one].stay_min) == (3, 45)
    assert (needs[other].visits, needs[other].stay_min, needs[other].reference) == (1, 120, worker)
    assert journal_of(rota) == ["needs_saved"]


def test_a_need_is_changed_and_a_site_that_the_page_did_not_show_stays(browser):
    rota = a_rota()
    site, unseen = a_site(), a_site()
    kept = Need.objects.create(site=site, rota=rota)
    Need.objects.create(site=unseen, rota=rota)
    browser.post(
        f"{MOYENS}roulements/{rota.pk}/lieux/",
        line(site, visited="on", visits="4", stay_min="90", min_days="5", max_days="9"),
    )
    kept.refresh_from_db()
    assert (kept.visits, kept.min_days, kept.max_days) == (4, 5, 9)
    assert rota.needs.count() == 2


def test_one_fault_refuses_every_line_and_stands_next_to_its_own(browser):
    rota = a_rota()
    good, wrong, worse = a_site(), a_site(), a_site()
    answer = browser.post(
        f"{MOYENS}roulements/{rota.pk}/lieux/",
        {
            **line(good, visited="on"),
            **line(wrong, visited="on", min_days="20", max_days="5"),
            **line(worse, visited="on", visits="40"),
        },
    )
    refused(answer, "L’écart le plus court dépasse l’écart le plus long.")
    assert not rota.needs.exists()
    shown = BeautifulSoup(answer.content, "html.parser")
    lines = shown.select("tr.wrong")
    assert [words_of(each.select_one(".choice")) for each in lines] == [wrong.name, worse.name]
    field = shown.select_one(f"#id_max_days-{wrong.pk}")
    assert field["aria-invalid"] == "true"
    assert shown.select_one(f"#{field['aria-describedby']}")


def test_a_familiar_face_is_shown_as_it_was_chosen(browser):
    rota, site = a_rota(), a_site()
    worker = a_worker(rota)
    Need.objects.create(site=site, rota=rota, reference=worker)
    shown = BeautifulSoup(
        browser.get(f"{MOYENS}roulements/{rota.pk}/lieux/").content, "html.parser"
    )
    (chosen,) = shown.select(f"#id_reference-{site.pk} option[selected]")
    assert chosen["value"] == str(worker.pk)


def test_more_sites_and_more_people_ask_no_more_of_the_database(
    browser, django_assert_max_num_queries
):
    rota = a_rota()
    for number in range(12):
        a_worker(rota, name=f"Équipière {number}")
        Need.objects.create(site=a_site(), rota=rota)
    with django_assert_max_num_queries(30):
        browser.get(MOYENS)
    with django_assert_max_num_queries(20):
        browser.get(f"{MOYENS}roulements/{rota.pk}/lieux/")


def test_a_familiar_face_is_of_the_same_rota(browser):
    rota, site = a_rota(), a_site()
    elsewhere = a_worker(a_rota("Autre"))
    refused(
        browser.post(
            f"{MOYENS}roulements/{rota.pk}/lieux/",
            line(site, visited="on", reference=elsewhere.pk),
        ),
        "Choisissez quelqu’un de ce roulement.",
    )


def test_each_field_of_the_table_has_a_name_of_its_own(browser):
    rota = a_rota()
    site = a_site()
    shown = BeautifulSoup(
        browser.get(f"{MOYENS}roulements/{rota.pk}/lieux/").content, "html.parser"
    )
    for name in ("visited", "visits", "stay_min", "min_days", "max_days", "reference"):
        control = shown.select_one(f"#id_{name}-{site.pk}")
        assert shown.select_one(f'label[for="{control["id"]}"]') or control["aria-label"]


# ------------------------------------------------------------------------- reserved times


def a_moment(rank=0, day=None, start="09:00", end="12:00"):
    day = (day or in_days(10)).isoformat()
    return {f"day_{rank}": day, f"start_{rank}": start, f"end_{rank}": end}


def reserved(*workers, **more):
    return {
        "name": "Réunion",
        "workers": [worker.pk for worker in workers],
        "stay_min": "2 h",
        "together": "on",
        **a_moment(),
        **more,
    }


def test_a_meeting_is_reserved_at_one_of_several_moments(browser):
    worker = a_worker()
    browser.post(f"{MOYENS}temps-reserves/nouveau/", reserved(worker, **a_moment(1, in_days(8))))
    block = Block.objects.get()
    assert block.options == [
        [in_days(8).isoformat(), 540, 720],
        [in_days(10).isoformat(), 540, 720],
    ]
    assert (block.stay_min, block.together, list(block.workers.all())) == (120, True, [worker])
    shown = BeautifulSoup(browser.get(f"{MOYENS}temps-reserves/{block.pk}/").content, "html.parser")
    assert shown.select_one("#id_day_0")["value"] == in_days(8).isoformat()
    browser.post(f"{MOYENS}temps-reserves/{block.pk}/retirer/")
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"end_0": "10:00"}, "Ce moment dure 1 h, moins que les 2 h demandées."),
        ({"end_0": "08:00"}, "Un moment finit après avoir commencé."),
        ({"day_0": "2020-01-01"}, "Ce jour est passé"),
        ({"day_0": "", "start_0": "", "end_0": ""}, "Dites le premier moment"),
        ({"start_1": "09:00"}, "Un moment a un jour, une heure de début et une heure de fin."),
        ({"workers": []}, "Choisissez au moins une personne."),
        ({"stay_min": "un moment"}, "« un moment » n’est pas une durée"),
    ],
)
def test_a_reserved_time_that_cannot_be_held_is_refused(browser, more, why):
    refused(browser.post(f"{MOYENS}temps-reserves/nouveau/", reserved(a_worker(), **more)), why)
    assert not Block.objects.exists()


def test_a_moment_that_is_past_stays_when_the_rest_is_changed(browser):
    worker, gone = a_worker(), in_days(-3)
    block = Block.objects.create(
        name="Réunion", stay_min=60, options=[[gone.isoformat(), 540, 720]]
    )
    block.workers.set([worker])
    answer = browser.post(
        f"{MOYENS}temps-reserves/{block.pk}/",
        reserved(worker, **a_moment(day=gone), name="Autre réunion"),
    )
    assert answer.status_code == 302


# ------------------------------------------------------------------------------- partners


def a_partner():
    return a_team(where="Partenaire d’essai", name="Équipe amie")


def test_a_partner_says_its_days_in_french_and_reads_what_was_understood(browser):
    team, rota, site = a_partner(), a_rota(), a_site()
    said = {
        "team": team.pk, "rule": "1er et 3e mardi du mois, 9h-17h", "visits": 2,
        "sites": [site.pk], "rotas": [rota.pk], "rides": "", "is_active": "on",
    }  # fmt: skip
    preview = browser.post(f"{MOYENS}partenaires/nouveau/", {**said, "preview": "oui"})
    assert "1er et 3e mardi du mois, de 9 h à 17 h" in page(preview)
    assert not PartnerOffer.objects.exists()
    text = page(browser.post(f"{MOYENS}partenaires/nouveau/", said, follow=True))
    assert "peut venir : 1er et 3e mardi du mois, de 9 h à 17 h" in text
    offer = PartnerOffer.objects.get()
    assert offer.rule == "Tu[1,3] 09:00-17:00; PH off"
    assert (list(offer.sites.all()), list(offer.rotas.all())) == ([site], [rota])
    assert journal_of(offer) == ["offer_saved"]
    again = BeautifulSoup(browser.get(f"{MOYENS}partenaires/{offer.pk}/").content, "html.parser")
    assert "mardi du mois" in again.select_one("#id_rule")["value"]


def test_days_of_openstreetmap_are_read_too_and_shown_as_they_must_be_typed():
    assert rule_to_type("2026 Dec 24 10:00-12:00") == "2026 Dec 24 10:00-12:00"
    assert "mardi" in rule_to_type("Tu[1,3] 09:00-17:00; PH off")


@pytest.mark.parametrize("rule", ["quand on peut", "Tu 25:00-26:00", ""])
def test_days_that_are_not_understood_are_refused(browser, rule):
    answer = browser.post(
        f"{MOYENS}partenaires/nouveau/", {"team": a_partner().pk, "rule": rule, "visits": 1}
    )
    assert answer.status_code == 422
    assert not PartnerOffer.objects.exists()


def test_a_partner_is_not_of_an_organisation_that_is_in_the_rounds(browser):
    worker = a_worker()
    colleagues, partner = a_team(where=worker.team.organisation.name), a_partner()
    shown = BeautifulSoup(browser.get(f"{MOYENS}partenaires/nouveau/").content, "html.parser")
    offered = {option["value"] for option in shown.select("#id_team option")}
    assert str(partner.pk) in offered
    assert str(colleagues.pk) not in offered


# -------------------------------------------------------------------------------- nobody


def test_who_does_not_plan_opens_none_of_these_pages():
    nurse = browser_of(someone(Role.NURSE))
    rota = a_rota()
    for address in ("", "roulements/nouveau/", f"roulements/{rota.pk}/lieux/"):
        assert nurse.get(MOYENS + address).status_code == 403

"""Every page of a month: read, refused, hostile; and what each person may open."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from ruche.accounts.enums import Role
from ruche.planning import computing
from ruche.planning.actions import months as actions
from ruche.planning.actions.publishing import publish
from ruche.planning.enums import MonthStatus, RunKind, RunStatus
from ruche.planning.models import Month, Need, Pin, Publication, Run, Version, Worker
from ruche.planning.views.months import VIEWS
from ruche.seances.models import Absence, Seance
from tests.members import browser_of, someone
from tests.planning.conftest import asked_for, searched
from tests.planning.test_gathering import UUID_LIKE
from tests.planning.test_months import a_visit, removal, supposing_someone
from tests.world import words_of

pytestmark = pytest.mark.django_db


def fresh(month) -> Month:
    return Month.objects.get(pk=month.pk)


def said(response) -> str:
    return words_of(BeautifulSoup(response.content, "html.parser"))


def main_of(response) -> str:
    """What the page itself says."""
    return words_of(BeautifulSoup(response.content, "html.parser").find("main"))


def at(name, *details) -> str:
    return reverse(f"planning:{name}", args=details)


@pytest.fixture
def lacking(month, coordinator, nurses) -> Month:
    """A proposal in which a site that opens on Saturdays alone is missing."""
    need = Need.objects.filter(rota=nurses).select_related("site").order_by("site__name")[0]
    need.site.openings.filter(service=None).update(rule="Sa 09:00-12:00")
    searched(month, coordinator)
    return fresh(month)


def generation(month) -> dict[str, int]:
    return {"generation": fresh(month).version}


# ------------------------------------------------------------------------------- the months


def test_months_are_begun_from_the_list(world, browser):
    Month.objects.all().delete()
    home = at("home")
    page = BeautifulSoup(browser.get(home).content, "html.parser")
    slug = page.find("button", attrs={"name": "mois"})["value"]
    response = browser.post(at("begin"), {"mois": slug}, follow=True)
    assert "n’a pas encore de planning" in said(response)
    assert Month.objects.get().slug == slug
    assert browser.get(home).status_code == 200


@pytest.mark.parametrize("slug", ["", "2020-01", "2099-13", "x", "9" * 5000])
def test_a_month_that_is_not_offered_is_not_begun(world, browser, slug):
    before = Month.objects.count()
    response = browser.post(at("begin"), {"mois": slug}, follow=True)
    assert "Choisissez l’un des mois proposés" in said(response)
    assert Month.objects.count() == before


def test_a_month_without_a_plan(month, browser):
    assert "Proposer le mois" in said(browser.get(month.get_absolute_url()))
    for name in ("visit", "add", "away", "publish", "partner-dates"):
        assert browser.get(at(name, month.first)).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_every_form_of_the_month(lacking, browser, view):
    response = browser.get(lacking.get_absolute_url(), {"vue": view})
    assert response.status_code == 200
    assert not UUID_LIKE.search(main_of(response))


@pytest.mark.parametrize("view", VIEWS)
def test_every_form_of_a_month_without_any_visit(proposed, browser, coordinator, view):
    for visit in proposed.head.found.assignments:
        held = fresh(proposed)
        actions.change_by_hand(held, removal(visit), generation=held.version, by=coordinator)
    response = browser.get(proposed.get_absolute_url(), {"vue": view})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"vue": "x"},
        {"vue": "carte", "jour": "2027-02-31"},
        {"vue": "carte", "jour": "1999-01-01"},
        {"vue": "carte", "jour": "9" * 5000},
        {"vue": ["carte", "liste"]},
    ],
)
def test_a_strange_form_is_another_one(proposed, browser, query):
    assert browser.get(proposed.get_absolute_url(), query).status_code == 200


def test_each_day_on_the_road_has_its_map(proposed, browser):
    day = a_visit(proposed).day
    response = browser.get(proposed.get_absolute_url(), {"vue": "carte", "jour": day})
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find("svg")
    assert page.find("a", attrs={"aria-current": "date"})


def test_months_that_do_not_exist(world, browser):
    for path in ("/planning/2099-01/", "/planning/2099-01/publier/"):
        assert browser.get(path).status_code == 404
    for path in ("/planning/2027-13/", "/planning/1999-01/", "/planning/x/"):
        assert browser.get(path).status_code == 404


# ------------------------------------------------------------------------------ a proposal


def test_a_proposal_is_asked_watched_and_read(month, browser):
    response = browser.post(at("propose", month.first))
    run = Run.objects.get()
    assert response.url == at("run", run.pk)
    page = browser.get(response.url)
    assert "En attente" in said(page)
    assert "Calcul en cours" in said(page)
    again = browser.post(at("propose", month.first), follow=True)
    assert "Un calcul est déjà en cours" in said(again)
    computing.work(run.pk)
    assert browser.get(response.url).url == month.get_absolute_url()
    watching = browser.get(response.url, headers={"HX-Request": "true"})
    assert watching.headers["HX-Redirect"] == month.get_absolute_url()


def test_a_running_search_tells_where_it_stands(month, browser, coordinator):
    run = asked_for(month, coordinator)
    for criterion, value, bound in (
        ("visits", 3, 1),
        ("copresence", -4, -6),
        ("kilometres", 46021, None),
        (computing.REASONS, None, None),
    ):
        Run.objects.filter(pk=run.pk).update(
            status=RunStatus.RUNNING, criterion=criterion, value=value, bound=bound, seconds=4.2
        )
        response = browser.get(run.get_absolute_url())
        assert response.status_code == 200
        assert "Depuis 4 s" in said(response)
    response = browser.post(at("stop", run.pk), follow=True)
    assert "Arrêt demandé" in said(response)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.STOPPED)
    assert "déjà terminé" in said(browser.post(at("stop", run.pk), follow=True))


def test_a_search_from_nothing_is_told_so(proposed, browser):
    browser.post(at("propose", proposed.first), {"fresh": "oui"})
    assert "en repartant de zéro" in Run.objects.order_by("-asked_at")[0].title


def test_another_order_is_sought_when_it_is_one_of_those_offered(proposed, browser):
    url = at("propose", proposed.first)
    for said_first in ("x", "visits", "9" * 5000):
        response = browser.post(url, {"before": said_first}, follow=True)
        assert "Choisissez ce qu’il faut chercher" in said(response)
    assert Run.objects.count() == 1
    browser.post(url, {"before": "kilometres"})
    run = Run.objects.order_by("-asked_at")[0]
    assert run.brief.problem.order[3] == "kilometres"
    computing.work(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.DONE, run.trouble


def test_faults_are_told_before_anything_is_computed(month, browser):
    Worker.objects.update(is_active=False)
    response = browser.post(at("propose", month.first))
    assert response.status_code == 422
    assert "Personne à planifier" in said(response)
    assert not Run.objects.exists()


def test_a_search_that_failed_says_why_on_its_page_and_on_the_month(
    month, browser, coordinator, monkeypatch
):
    monkeypatch.setattr(computing, "solve", lambda *_: 1 / 0)
    run = searched(month, coordinator)
    assert "ZeroDivisionError" in said(browser.get(run.get_absolute_url()))
    assert "n’a pas abouti" in said(browser.get(month.get_absolute_url()))


def test_a_run_of_nobody(world, browser):
    assert browser.get(at("run", "00000000-0000-4000-8000-000000000000")).status_code == 404
    assert browser.get("/planning/calculs/x/").status_code == 404


# ------------------------------------------------------------------ versions, undo, adopt


def test_a_result_found_meanwhile_is_compared_then_taken(proposed, browser, coordinator):
    run = asked_for(proposed, coordinator)
    visit = a_visit(proposed)
    actions.change_by_hand(proposed, removal(visit), generation=proposed.version, by=coordinator)
    computing.work(run.pk)
    response = browser.get(run.get_absolute_url())
    assert "Prendre cette version" in said(response)
    number = run.results.get().number
    compare = browser.get(at("compare", proposed.first, number))
    assert "1 visite qui change" in said(compare)
    adopt = at("adopt", proposed.first, number)
    assert "Quelqu’un d’autre" in said(browser.post(adopt, follow=True))
    response = browser.post(adopt, generation(proposed), follow=True)
    assert f"La version {number} est maintenant celle du mois" in said(response)


def test_a_version_that_visits_a_site_no_longer_planned_is_compared_by_name(
    proposed, browser, coordinator
):
    visit = a_visit(proposed)
    name = proposed.head.problem.site[visit.site].name
    Need.objects.filter(site=visit.site).delete()
    searched(proposed, coordinator)
    response = browser.get(at("compare", proposed.first, 1))
    assert response.status_code == 200
    assert name in said(response)
    assert not UUID_LIKE.search(main_of(response))


def test_a_version_that_supposes_someone_shows_her_name_and_cannot_be_taken(
    proposed, browser, coordinator
):
    version = supposing_someone(proposed, coordinator)
    response = browser.get(at("compare", proposed.first, version.number))
    assert "Un renfort" in said(response)
    assert "suppose une personne qui n’existe pas" in said(response)
    assert "Prendre cette version" not in said(response)
    adopt = at("adopt", proposed.first, version.number)
    assert "n’existe pas" in said(browser.post(adopt, generation(proposed), follow=True))


def test_a_version_of_before_someone_left_can_still_be_compared_and_taken(
    proposed, browser, coordinator
):
    gone = proposed.head.found.days[0].worker
    Worker.objects.filter(pk=gone).update(is_active=False)
    searched(proposed, coordinator)
    assert gone not in fresh(proposed).head.problem.worker
    response = browser.get(at("compare", proposed.first, 1))
    assert "n’existe pas" not in said(response)
    assert "Prendre cette version" in said(response)


def test_versions_that_are_not_of_this_month(proposed, browser, coordinator):
    assert browser.get(at("compare", proposed.first, 1)).status_code == 302
    for number in (0, 2, 10**30):
        assert browser.get(at("compare", proposed.first, number)).status_code == 404
        assert browser.post(at("adopt", proposed.first, number)).status_code == 404
        assert browser.post(at("what-if", proposed.first, number)).status_code == 404
    later = actions.begin_month(proposed.first + timedelta(days=32), by=coordinator)
    assert browser.get(at("compare", later.first, 1)).status_code == 404


def test_undo_by_its_button(proposed, browser, coordinator):
    actions.change_by_hand(
        proposed, removal(a_visit(proposed)), generation=proposed.version, by=coordinator
    )
    assert "Annuler le dernier changement" in said(browser.get(proposed.get_absolute_url()))
    undo = at("undo", proposed.first)
    assert "Quelqu’un d’autre" in said(browser.post(undo, follow=True))
    response = browser.post(undo, generation(proposed), follow=True)
    assert "vous revoici à la version 1" in said(response)
    assert fresh(proposed).head == proposed.head


def test_show_by_its_button(proposed, browser):
    show = at("show", proposed.first)
    assert "Quelqu’un d’autre" in said(browser.post(show, follow=True))
    response = browser.post(show, generation(proposed), follow=True)
    assert "Rien n’est encore annoncé" in said(response)
    assert fresh(proposed).status == MonthStatus.PROPOSED


# --------------------------------------------------------------------------------- et si…


def test_a_rule_is_let_go_and_the_result_waits(lacking, browser):
    page = browser.get(lacking.get_absolute_url(), {"vue": "manques"})
    assert "Et si c’était possible" in said(page)
    response = browser.post(at("what-if", lacking.first, 0))
    run = Run.objects.get(kind=RunKind.WHAT_IF)
    assert response.url == run.get_absolute_url()
    computing.work(run.pk)
    result = browser.get(run.get_absolute_url())
    assert result.status_code == 200
    assert not UUID_LIKE.search(main_of(result))
    assert fresh(lacking).head == lacking.head


def test_a_reason_that_is_not_known_is_not_let_go(lacking, browser):
    Version.objects.update(reasons=[])
    response = browser.post(at("what-if", lacking.first, 0), follow=True)
    assert "n’est pas connue" in said(response)


# ------------------------------------------------------------------------------ an absence


def away(month, worker):
    day = a_visit(month).day
    return {"worker": str(worker), "first": day, "last": day}


def test_an_absence_is_noted_and_the_least_change_sought(proposed, browser):
    worker = a_visit(proposed).worker
    url = at("away", proposed.first)
    assert browser.get(url).status_code == 200
    response = browser.post(url, away(proposed, worker))
    run = Run.objects.get(kind=RunKind.REPAIR)
    assert response.url == run.get_absolute_url()
    team = Worker.objects.get(pk=worker).team
    assert Absence.objects.filter(team=team, first=a_visit(proposed).day).count() == 1
    assert "Un calcul est déjà en cours" in said(browser.post(url, away(proposed, worker)))
    assert Absence.objects.filter(team=team, first=a_visit(proposed).day).count() == 1
    computing.work(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.DONE, run.trouble


@pytest.mark.parametrize(
    "wrong",
    [
        {"worker": "x"},
        {"worker": "00000000-0000-4000-8000-000000000000"},
        {"first": "hier"},
        {"first": "2027-02-31"},
        {"last": "2000-01-01"},
        {"first": "2099-01-01", "last": "2099-01-02"},
        {"first": "", "last": ""},
        {"first": "9" * 5000},
    ],
)
def test_a_wrong_absence_is_refused(proposed, browser, wrong):
    before = Absence.objects.count()
    worker = a_visit(proposed).worker
    response = browser.post(at("away", proposed.first), {**away(proposed, worker), **wrong})
    assert response.status_code == 422
    assert Absence.objects.count() == before
    assert browser.post(at("away", proposed.first)).status_code == 422


def test_an_absence_that_makes_no_problem_is_not_kept(proposed, browser, people):
    """The page says that nothing was changed: it is true."""
    Worker.objects.filter(pk=people.van.pk).update(people=9)
    before = Absence.objects.count()
    response = browser.post(at("away", proposed.first), away(proposed, a_visit(proposed).worker))
    assert response.status_code == 422
    assert "Rien n’a été changé" in said(response)
    assert Absence.objects.count() == before


# ---------------------------------------------------------------------------- publication


def test_a_month_is_published_from_its_page(proposed, browser):
    url = at("publish", proposed.first)
    seances = Seance.objects.count()
    response = browser.get(url)
    assert response.status_code == 200
    assert "Rien n’avait été annoncé pour ce mois" in said(response)
    assert Seance.objects.count() == seances
    response = browser.post(url, {**generation(proposed), "message": "À bientôt"})
    publication = Publication.objects.get()
    assert response.url == at("publication", publication.pk)
    assert "Personne à appeler" in said(browser.get(response.url))
    assert "Ce planning est publié tel qu’il est" in said(browser.get(url))
    assert browser.post(url, generation(proposed)).status_code == 422


@pytest.mark.parametrize(
    "data", [{}, {"generation": "0"}, {"generation": "x"}, {"generation": "-5"}]
)
def test_a_publication_without_its_generation_is_stale(proposed, browser, data):
    response = browser.post(at("publish", proposed.first), data)
    assert response.status_code == 422
    assert "Quelqu’un d’autre a modifié ce mois" in said(response)
    assert not Publication.objects.exists()
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find("input", attrs={"name": "generation"})["value"] == str(proposed.version)


def test_a_word_too_long_is_refused(proposed, browser):
    data = {**generation(proposed), "message": "x" * 601}
    assert browser.post(at("publish", proposed.first), data).status_code == 422
    assert not Publication.objects.exists()


def test_calls_are_listed_site_by_site(proposed, browser, coordinator):
    publish(proposed, generation=proposed.version, by=coordinator)
    visit = a_visit(proposed)
    held = fresh(proposed)
    actions.change_by_hand(held, removal(visit), generation=held.version, by=coordinator)
    url = at("publish", proposed.first)
    name = proposed.head.problem.site[visit.site].name
    assert name in said(browser.get(url))
    response = browser.post(url, generation(proposed), follow=True)
    text = said(response)
    assert name in text
    assert "Visite annulée" in text
    assert not UUID_LIKE.search(main_of(response))
    versions = browser.get(proposed.get_absolute_url(), {"vue": "versions"})
    assert "Publications" in said(versions)


def test_a_publication_of_nobody(world, browser):
    assert browser.get(at("publication", "00000000-0000-4000-8000-000000000000")).status_code == 404


# ------------------------------------------------------------------------------- partners


def test_three_dates_for_a_partner(proposed, browser):
    url = at("partner-dates", proposed.first)
    assert browser.get(url).status_code == 200
    response = browser.get(url, {"chercher": "oui"})
    page = BeautifulSoup(response.content, "html.parser")
    assert 0 < len(page.find("ol").find_all("li")) <= 3
    assert "Aucune date" in said(browser.get(url, {"chercher": "oui", "weekdays": "6"}))
    for wrong in ({"weekdays": "9"}, {"sites": "x"}, {"weekdays": "-1"}):
        response = browser.get(url, {"chercher": "oui", **wrong})
        assert response.status_code in (200, 422)


# ------------------------------------------------------------------------------- hostility


HOSTILE = ["x", "", "-1", "9" * 400, "00000000-0000-4000-8000-000000000000", "é\x00", "2027-02-31"]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_address_of_a_visit_is_never_an_accident(proposed, browser, value):
    visit = a_visit(proposed)
    good = {
        "lieu": visit.site,
        "roulement": visit.team,
        "jour": visit.day,
        "qui": visit.worker,
        "day": visit.day,
        "worker": visit.worker,
    }
    for key in good:
        response = browser.get(at("visit", proposed.first), {**good, key: value})
        assert response.status_code in (200, 302, 404), key
    assert browser.get(at("add", proposed.first), {"need": value}).status_code in (200, 422)
    for name in ("visit", "impose"):
        query = f"lieu={visit.site}&roulement={visit.team}&jour={visit.day}&qui={visit.worker}"
        url = f"{at(name, proposed.first)}?{query}"
        for key in ("day", "worker", "generation", "quoi", "retirer"):
            assert browser.post(url, {key: value}).status_code in (302, 404), key
    assert (fresh(proposed).head_id, fresh(proposed).version) == (
        proposed.head_id,
        proposed.version,
    )
    assert not Pin.objects.exists()


# ---------------------------------------------------------------------------- who may open


def test_a_nurse_reads_and_plans_nothing(proposed, coordinator, odile):
    browser = browser_of(odile)
    month = proposed.get_absolute_url()
    assert browser.get(month).status_code == 404
    assert "Rien à lire" in said(browser.get(at("home")))
    actions.show_to_teams(proposed, generation=proposed.version, by=coordinator)
    assert browser.get(month).status_code == 200
    publish(proposed, generation=fresh(proposed).version, by=coordinator)
    assert str(proposed).capitalize() in said(browser.get(at("home")))
    for view in VIEWS:
        response = browser.get(month, {"vue": view})
        assert response.status_code == 200
        text = said(response)
        for act in ("Publier", "Proposer de nouveau", "Libérer", "Comparer", "Déplacer"):
            assert act not in text
        assert not BeautifulSoup(response.content, "html.parser").find("main").find("form")


def test_a_nurse_sees_nothing_of_a_draft(proposed, coordinator, odile):
    publish(proposed, generation=proposed.version, by=coordinator)
    visit = a_visit(proposed)
    held = fresh(proposed)
    actions.change_by_hand(held, removal(visit), generation=held.version, by=coordinator)
    page = browser_of(odile).get(proposed.get_absolute_url())
    told = BeautifulSoup(page.content, "html.parser").find("dl", class_="month-facts")
    assert f"Visites {len(proposed.head.found.assignments)}" in words_of(told)


def test_what_plans_is_closed_to_who_only_reads(proposed, coordinator, odile):
    run = searched(proposed, coordinator)
    publication = publish(proposed, generation=fresh(proposed).version, by=coordinator)
    first = proposed.first
    for person in (odile, someone(Role.SITE_VOLUNTEER)):
        browser = browser_of(person)
        for url in (
            at("visit", first),
            at("add", first),
            at("away", first),
            at("publish", first),
            at("partner-dates", first),
            at("compare", first, 1),
            at("run", run.pk),
            at("publication", publication.pk),
        ):
            assert browser.get(url).status_code == 403, url
        for url in (
            at("begin"),
            at("propose", first),
            at("undo", first),
            at("show", first),
            at("adopt", first, 1),
            at("visit", first),
            at("impose", first),
            at("set-free", first, 1),
            at("away", first),
            at("what-if", first, 0),
            at("publish", first),
            at("stop", run.pk),
        ):
            assert browser.post(url).status_code == 403, url
    assert (
        browser_of(someone(Role.SITE_VOLUNTEER)).get(proposed.get_absolute_url()).status_code == 403
    )


def test_acts_are_posted(proposed, browser):
    for name in ("propose", "undo", "show", "impose"):
        assert browser.get(at(name, proposed.first)).status_code == 405
    for name in ("adopt", "set-free", "what-if"):
        assert browser.get(at(name, proposed.first, 1)).status_code == 405
    assert browser.get(at("begin")).status_code == 405


def test_an_urgent_search_shows_its_ways_side_by_side(proposed, browser, coordinator):
    publish(proposed, generation=proposed.version, by=coordinator)
    held = fresh(proposed)
    worker = a_visit(held).worker
    run = searched(held, coordinator, RunKind.URGENT, asked={"worker": worker})
    response = browser.get(run.get_absolute_url())
    page = BeautifulSoup(response.content, "html.parser")
    assert len(page.find_all("section", class_="proposal")) == run.results.count() == 3

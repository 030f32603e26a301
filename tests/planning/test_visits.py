"""A visit and its page: why it is there; what a change would do, told before it is written."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from ruche.engines.rounds.check import check
from ruche.planning.actions import months as actions
from ruche.planning.actions.publishing import publish
from ruche.planning.consequences import consequences
from ruche.planning.models import Month, Pin, Version
from ruche.planning.showing import Board
from ruche.planning.views.common import rota_names
from ruche.planning.whys import others, whys
from tests.planning.conftest import searched
from tests.planning.test_gathering import UUID_LIKE
from tests.planning.test_months import a_visit, colleague, free_day, moving, removal
from tests.planning.test_publishing import alone
from tests.world import words_of

pytestmark = pytest.mark.django_db


def fresh(month) -> Month:
    return Month.objects.get(pk=month.pk)


def parsed(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def said(response) -> str:
    return words_of(parsed(response))


def address(month, visit=None, **more) -> str:
    """The page of a visit; `more`: what is tried there."""
    visit = visit or a_visit(month)
    values = {
        "lieu": visit.site,
        "roulement": visit.team,
        "jour": visit.day,
        "qui": visit.worker,
        **more,
    }
    query = "&".join(f"{key}={value}" for key, value in values.items() if value is not None)
    return f"{reverse('planning:visit', args=[month.first])}?{query}"


def nothing_changed(month) -> bool:
    held = fresh(month)
    return (held.head_id, held.version) == (month.head_id, month.version) and (
        Version.objects.filter(month=month).count() == 1
    )


@pytest.fixture
def shown(proposed):
    """A visit of a nurse, as a page shows it, and its board."""
    board = Board(proposed.head)
    visit = alone(proposed)
    return board, next(
        each
        for each in board.visits
        if (each.site, each.rota, each.day) == (visit.site, visit.team, visit.day)
    )


# ------------------------------------------------------------------------------------ why


def test_each_visit_says_why_it_is_there(proposed):
    board = Board(proposed.head)
    for visit in board.visits:
        for why in whys(board, visit, rota_names()):
            assert why.endswith(".")
            assert not UUID_LIKE.search(why)


def test_an_imposed_visit_says_so_and_a_promised_one_too(proposed, coordinator):
    visit = a_visit(proposed)
    publish(proposed, generation=proposed.version, by=coordinator)
    Pin.objects.create(month=proposed, site_id=visit.site, rota_id=visit.team, day=visit.day)
    searched(proposed, coordinator)
    board = Board(fresh(proposed).head)
    mine = next(
        each
        for each in board.visits
        if (each.site, each.rota, each.day) == (visit.site, visit.team, visit.day)
    )
    told = " ".join(whys(board, mine, rota_names()))
    assert "Vous l’avez imposé" in told
    assert "annoncée au lieu" in told


def test_other_days_are_tried_and_what_they_would_cost_is_true(shown):
    board, visit = shown
    found = others(board, visit)
    days = [each.day for each in found]
    assert days == sorted(days)
    assert visit.day not in days
    opened = {each.day for each in board.problem.site[visit.site].openings}
    assert set(days) <= opened
    for each in found:
        assert each.road == "pareil" or each.road[0] in "+−"
        assert each.road[1:4] != "0\N{NO-BREAK SPACE}k", "a change of nothing is said so"
        assert not UUID_LIKE.search(" ".join(each.broken))


def test_consequences_are_those_of_the_plan_that_would_be(proposed, coordinator):
    visit = alone(proposed)
    plan = actions.tried(proposed.head, moving(proposed, visit))
    told = consequences(proposed.head.problem, proposed.head.found, plan)
    assert set(told.broken) == set(check(proposed.head.problem, plan))
    assert [(call.change, call.before) for call in told.calls] == [("moved", visit)]
    names = {worker.name for worker in proposed.head.problem.workers}
    assert {effort.who for effort in told.efforts} <= names
    assert told.efforts
    assert {turn.verdict for turn in told.changes} <= {"mieux", "moins bien", ""}


# ----------------------------------------------------------------------------------- pages


def test_the_page_of_a_visit(proposed, browser):
    response = browser.get(address(proposed))
    assert response.status_code == 200
    text = said(response)
    for words in ("Pourquoi là ?", "Garder cette visite", "Retirer la visite", "Les autres jours"):
        assert words in text
    assert nothing_changed(proposed)


def test_a_preview_tells_consequences_and_writes_nothing(proposed, browser):
    visit = alone(proposed)
    day = free_day(proposed, visit)
    response = browser.get(address(proposed, visit, day=day, worker=visit.worker))
    assert response.status_code == 200
    text = said(response)
    assert "Heures et route" in text
    assert "Accepter" in text
    assert nothing_changed(proposed)


def test_htmx_receives_the_preview_alone(proposed, browser):
    visit = alone(proposed)
    url = address(proposed, visit, day=free_day(proposed, visit), worker=visit.worker)
    response = browser.get(url, headers={"HX-Request": "true"})
    page = parsed(response)
    assert page.find(id="apercu")
    assert page.find("h1") is None
    assert "Accepter" in said(response)
    assert nothing_changed(proposed)


def test_what_is_accepted_is_what_was_read(proposed, browser):
    visit = alone(proposed)
    day = free_day(proposed, visit)
    page = parsed(browser.get(address(proposed, visit, day=day, worker=visit.worker)))
    form = next(each for each in page.find_all("form") if "Accepter" in each.get_text())
    data = {each["name"]: each["value"] for each in form.find_all("input") if each.get("name")}
    response = browser.post(form["action"], data, follow=True)
    assert "C’est fait (version 2)" in said(response)
    found = fresh(proposed).head.found.assignments
    assert (visit.site, day, visit.worker) in {(e.site, e.day, e.worker) for e in found}


def test_a_visit_is_taken_away_by_its_button(proposed, browser):
    visit = alone(proposed)
    page = parsed(browser.get(address(proposed, visit)))
    form = next(each for each in page.find_all("form") if "Retirer" in each.get_text())
    assert form.find("input", attrs={"name": "generation"})["value"] == str(proposed.version)
    data = {"retirer": "oui", "generation": proposed.version}
    browser.post(form["action"], data)
    assert visit not in fresh(proposed).head.found.assignments


def test_a_change_without_its_generation_is_refused(proposed, browser):
    visit = alone(proposed)
    for generation in ({}, {"generation": "-1"}, {"generation": "9" * 30}, {"generation": "²"}):
        response = browser.post(
            address(proposed, visit), {"retirer": "oui", **generation}, follow=True
        )
        assert "Quelqu’un d’autre a modifié ce mois" in said(response)
    assert nothing_changed(proposed)


def test_a_day_on_which_the_door_is_closed_is_refused_in_the_preview_and_after(proposed, browser):
    visit = alone(proposed)
    opened = {each.day for each in proposed.head.problem.site[visit.site].openings}
    closed = next(day for day in proposed.head.problem.days if day not in opened)
    response = browser.get(address(proposed, visit, day=closed, worker=visit.worker))
    assert response.status_code == 200
    assert "À corriger" in said(response)
    data = {"day": closed, "worker": visit.worker, "generation": proposed.version}
    response = browser.post(address(proposed, visit), data, follow=True)
    assert "Choisissez un jour où le lieu est ouvert" in said(response)
    assert nothing_changed(proposed)


def test_a_colleague_who_is_already_there_is_refused(proposed, browser):
    """A second visit on the day of a first one: two people do not visit a site the same day."""
    visit = alone(proposed)
    same = next(
        e
        for e in proposed.head.found.assignments
        if (e.site, e.team) == (visit.site, visit.team) and e.day != visit.day
    )
    url = address(proposed, visit, day=same.day, worker=colleague(proposed, same))
    assert "attend déjà" in said(browser.get(url))
    assert nothing_changed(proposed)


def test_a_visit_that_went_elsewhere_leads_back_to_the_month(proposed, browser, coordinator):
    visit = alone(proposed)
    actions.change_by_hand(proposed, removal(visit), generation=proposed.version, by=coordinator)
    for response in (
        browser.get(address(proposed, visit), follow=True),
        browser.post(address(proposed, visit), {"retirer": "oui"}, follow=True),
    ):
        assert response.status_code == 200
        assert "déplacée ou retirée depuis" in said(response)


def test_the_same_slot_changes_nothing(proposed, browser):
    visit = alone(proposed)
    text = said(browser.get(address(proposed, visit, day=visit.day, worker=visit.worker)))
    assert "La visite y est déjà" in text
    data = {"day": visit.day, "worker": visit.worker, "generation": proposed.version}
    assert "rien n’a changé" in said(browser.post(address(proposed, visit), data, follow=True))
    assert nothing_changed(proposed)


def test_calls_are_told_once_the_month_is_announced(proposed, browser, coordinator):
    visit = alone(proposed)
    url = address(proposed, visit, day=free_day(proposed, visit), worker=visit.worker)
    assert "À appeler" not in said(browser.get(url))
    publish(proposed, generation=proposed.version, by=coordinator)
    assert "À appeler, puisque ce mois est déjà annoncé" in said(browser.get(url))


def test_a_visit_is_added_by_its_site_then_its_day(proposed, browser):
    visit = alone(proposed)
    add = reverse("planning:add", args=[proposed.first])
    assert browser.get(add).status_code == 200
    response = browser.get(add, {"need": f"{visit.site} {visit.team}"})
    assert response.status_code == 302
    page = browser.get(response.url)
    assert "une visite à ajouter" in said(page)
    day = free_day(proposed, visit)
    url = address(proposed, visit, jour=None, qui=None, day=day, worker=visit.worker)
    assert "visite ajoutée" in said(browser.get(url))
    data = {"day": day, "worker": visit.worker, "generation": proposed.version}
    browser.post(address(proposed, visit, jour=None, qui=None), data)
    assert len(fresh(proposed).head.found.assignments) == len(proposed.head.found.assignments) + 1
    assert browser.get(add, {"need": "x y"}).status_code == 422


def test_two_sites_of_the_same_name_may_both_receive_a_visit(proposed, browser):
    """Their names do not tell them apart in the list: it is sorted all the same."""
    from dataclasses import replace

    from ruche.engines.rounds.serialisation import problem_to_json

    problem = proposed.head.problem
    sites = tuple(replace(site, name="Mairie") for site in problem.sites)
    proposed.head.brief.text = problem_to_json(replace(problem, sites=sites))
    proposed.head.brief.save()
    response = browser.get(reverse("planning:add", args=[proposed.first]))
    assert response.status_code == 200
    assert len(parsed(response).find_all("option")) >= len(problem.needs)


# ---------------------------------------------------------------------------------- choices


def test_a_visit_is_kept_and_freed(proposed, browser):
    visit = alone(proposed)
    impose = address(proposed, visit).replace("/visite/", "/garder/")
    for what, day, worker in (
        ("jour", visit.day, None),
        ("personne", None, visit.worker),
    ):
        response = browser.post(impose, {"quoi": what}, follow=True)
        assert "tiendront ce choix" in said(response)
        pin = Pin.objects.get()
        assert (pin.day, pin.worker_id and str(pin.worker_id)) == (day, worker)
        assert "Vous l’avez imposée" in said(browser.get(address(proposed, visit)))
        missing = browser.get(f"{proposed.get_absolute_url()}?vue=manques")
        assert "Libérer" in said(missing)
        free = reverse("planning:set-free", args=[proposed.first, pin.pk])
        assert "Ce choix est libre" in said(browser.post(free, follow=True))
        assert not Pin.objects.exists()
    assert "Dites ce qu’il faut garder" in said(browser.post(impose, {"quoi": "x"}, follow=True))
    browser.post(impose, {"quoi": "tout"})
    assert "libérez-le d’abord" in said(browser.post(impose, {"quoi": "jour"}, follow=True))
    assert (
        browser.post(address(proposed, visit, qui=None).replace("/visite/", "/garder/")).status_code
        == 404
    )


def test_freeing_what_is_already_free_is_calm(proposed, browser):
    for pk in (1, 10**30):
        url = reverse("planning:set-free", args=[proposed.first, pk])
        assert browser.post(url).status_code == 302

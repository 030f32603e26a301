"""Séances and the counts of the past from spreadsheets: nobody is written to."""

from datetime import date, time, timedelta

import pytest
from django.core import mail

from ruche.places.imports.enums import Fate, LineState
from ruche.seances import actions
from ruche.seances.enums import Answer, Measure, SeanceStatus
from ruche.seances.models import AnswerLink, Correction, Count, Participation, Reminder, Seance
from tests.places.importing import applied, faults, of_states, sent, states, undone
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    added,
    asked,
    in_days,
    there,
    today,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

HEADERS = ["Lieu", "Date", "De", "À", "Équipe", "Services", "Statut"]


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def a_line(**cells: str) -> list[str]:
    given = {
        "site": "Halle", "day": written(in_days(9)), "starts": "14h", "ends": "16h30",
        "teams": "", "services": "", "status": "", **cells,
    }  # fmt: skip
    return list(given.values())


def seances_sent(*rows: list[str]):
    return sent(HEADERS, list(rows), name="seances")


# -------------------------------------------------------------------------------- séances


def test_past_and_coming_seances_come_in_without_an_e_mail_and_go():
    site, team, service = (
        a_site(name="Halle"),
        a_team(name="Équipe fictive"),
        a_service("Soin fictif"),
    )
    team.services.add(service)
    rows = [
        a_line(teams="équipe fictive", services="Soin fictif", status="prévue"),
        a_line(day=written(in_days(-30)), teams="Équipe fictive"),
        a_line(day=written(in_days(-20)), status="annulée"),
    ]
    batch = applied(seances_sent(*rows))
    found = {each.day: each for each in Seance.objects.filter(site=site)}
    coming, held, cancelled = (found[in_days(days)] for days in (9, -30, -20))
    assert (coming.status, coming.starts, coming.ends) == ("confirmed", time(14), time(16, 30))
    assert coming.participations.get().answer == Answer.CONFIRMED
    assert list(coming.participations.get().services.all()) == [service]
    assert (held.status, held.participations.get().answer) == (SeanceStatus.HELD, Answer.HELD)
    assert (cancelled.status, bool(cancelled.cancel_reason)) == (SeanceStatus.CANCELLED, True)
    assert not mail.outbox
    assert not AnswerLink.objects.filter(participation__seance__site=site).exists()
    assert not Reminder.objects.filter(participation__seance__site=site).exists()
    assert of_states(seances_sent(*rows), LineState.SAME) == {2, 3, 4}
    undone(batch)
    assert not Seance.objects.filter(site=site).exists()


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"site": "Hale"}, "sans doute « Halle"),
        ({"day": "31/02/2026"}, "n’existe pas"),
        ({"starts": "25h"}, "n’est pas une heure"),
        ({"ends": "13h"}, "avant celle du début"),
        ({"teams": "Équipe fictiv"}, "sans doute « Équipe fictive »"),
        ({"services": "Soin"}, "quelle équipe"),
        ({"status": "tenue"}, "pas encore passé"),
        ({"day": written(in_days(-40)), "status": "prévue"}, "« tenue » ou « annulée »"),
        ({"day": written(in_days(100) - timedelta(days=1462)), "status": "prévue"}, "depuis 1904"),
        ({"status": "peut-être"}, "n’est pas dans la liste"),
    ],
)
def test_a_bad_cell_of_a_seance_is_told(cells, word):
    a_site(name="Halle")
    a_team(name="Équipe fictive")
    a_service("Soin")
    batch = seances_sent(a_line(**cells))
    assert states(batch) == {2: LineState.REFUSED}
    assert word in faults(batch, 2)


def test_a_site_that_is_closed_is_told():
    a_site(name="Halle", closed_on=today())
    assert "fermé depuis" in faults(seances_sent(a_line()), 2)


def test_a_line_adds_teams_and_says_that_those_who_were_asked_came():
    site, known, other = a_site(name="Halle"), a_team(name="Première"), a_team(name="Seconde")
    seance = a_seance(site, in_days(-3))
    there(seance, known, Answer.CONFIRMED)
    batch = applied(seances_sent(a_line(day=written(in_days(-3)), teams="Première ; Seconde")))
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.HELD
    assert {x.team: x.answer for x in seance.participations.all()} == {known: "held", other: "held"}
    undone(batch)
    seance.refresh_from_db()
    assert (seance.status, seance.participations.get().answer) == ("prepared", Answer.CONFIRMED)


def test_what_ruche_already_follows_is_not_overwritten():
    site = a_site(name="Halle")
    a_seance(site, in_days(-3), status=SeanceStatus.COUNTED)
    a_seance(site, in_days(4), status=SeanceStatus.CANCELLED)
    waiting = a_seance(site, in_days(5))
    asked(waiting)
    mail.outbox.clear()
    batch = seances_sent(
        a_line(day=written(in_days(-3)), ends="18h"),
        a_line(day=written(in_days(4))),
        a_line(day=written(in_days(5)), status="annulée"),
    )
    assert "arrêtés" in faults(batch, 2)
    assert "annulée dans Ruche" in faults(batch, 3)
    assert "sollicitées" in faults(batch, 4)


def test_a_seance_that_was_counted_since_is_kept_when_its_batch_is_undone():
    site = a_site(name="Halle")
    batch = applied(seances_sent(a_line(day=written(today()), status="tenue")))
    added(Seance.objects.get(site=site), Measure.PASSAGES, 3)
    assert undone(batch).lines.get().fate == Fate.USED_SINCE
    assert Seance.objects.filter(site=site).exists()


def test_a_team_that_counted_since_keeps_its_seance():
    site = a_site(name="Halle")
    a_team(name="Équipe fictive")
    batch = applied(
        seances_sent(a_line(day=written(today()), teams="Équipe fictive", status="tenue"))
    )
    seance = Seance.objects.get(site=site)
    added(seance, Measure.INTERVIEWS, 2, participation=seance.participations.get())
    assert undone(batch).lines.get().fate == Fate.CHANGED_SINCE
    assert Participation.objects.filter(seance=seance).exists()


# ------------------------------------------------------------------------------- comptages

COUNT_HEADERS = ["date", "lieu", "commune", "organisation", "equipe", "mesure", "tranche", "total"]
"""Those of the file that we export."""


def counts_sent(*rows: list[str]):
    return sent(COUNT_HEADERS, list(rows), name="comptages")


def a_count(**cells: str) -> list[str]:
    given = {
        "day": written(in_days(-3)), "site": "Halle", "commune": "", "organisation": "",
        "team": "", "measure": "personnes accueillies", "band": "18 à 64 ans", "total": "42",
        **cells,
    }  # fmt: skip
    return list(given.values())


def test_counts_of_the_past_come_in_are_corrected_and_go():
    seance = a_seance(a_site(name="Halle"), in_days(-3), status=SeanceStatus.HELD)
    place = there(seance, a_team(name="Équipe fictive"))
    rows = [
        a_count(),
        a_count(band="", total="3"),
        a_count(team="Équipe fictive", measure="entretiens", band="", total="5"),
    ]
    batch = applied(counts_sent(*rows))
    totals = {(x.participation_id, x.measure, x.band): x.total for x in seance.counts.all()}
    assert totals == {
        (None, "passages", "adults"): 42,
        (None, "passages", ""): 3,
        (place.pk, "interviews", ""): 5,
    }
    assert of_states(counts_sent(*rows), LineState.SAME) == {2, 3, 4}
    second = applied(counts_sent(a_count(total="40")))
    assert seance.counts.get(band="adults").total == 40
    assert Correction.objects.get(count__seance=seance).old == 42
    assert undone(second).lines.get().fate == Fate.UNDONE
    assert seance.counts.get(band="adults").total == 42
    batch = undone(batch)
    fates = dict(batch.lines.values_list("number", "fate"))
    assert fates == {2: Fate.USED_SINCE, 3: Fate.UNDONE, 4: Fate.UNDONE}
    assert Count.objects.get(seance=seance).total == 42


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"day": written(in_days(-4))}, "Aucune séance"),
        ({"day": written(in_days(2))}, "pas encore passé"),
        ({"total": "douze"}, "nombre entier"),
        ({"total": "2,5"}, "nombre entier"),
        ({"total": "999999999"}, "plus que"),
        ({"measure": "entretiens", "band": ""}, "un lieu compte"),
        ({"measure": "foyers"}, "par âge"),
        (
            {"team": "Équipe fictive", "measure": "entretiens", "band": ""},
            "n’est pas dans cette séance",
        ),
        ({"measure": "chats"}, "n’est pas dans la liste"),
        ({"band": "vieux"}, "n’est pas dans la liste"),
    ],
)
def test_a_bad_count_is_told(cells, word):
    a_seance(a_site(name="Halle"), in_days(-3))
    a_team(name="Équipe fictive")
    batch = counts_sent(a_count(**cells))
    assert states(batch) == {2: LineState.REFUSED}
    assert word in faults(batch, 2)


def test_two_seances_of_a_day_ask_for_the_hour():
    site = a_site(name="Halle")
    a_seance(site, in_days(-3))
    a_seance(site, in_days(-3), starts=time(9), ends=time(11))
    assert "remplissez « Début »" in faults(counts_sent(a_count()), 2)
    batch = sent([*COUNT_HEADERS, "Début"], [[*a_count(), "9h"]], name="comptages")
    assert states(batch) == {2: LineState.CREATE}


def test_what_was_exported_may_be_imported():
    from ruche.seances.queries.counts import COUNT_COLUMNS

    assert list(COUNT_COLUMNS) == COUNT_HEADERS
    seance = a_seance(a_site(name="Halle"), in_days(-3), status=SeanceStatus.HELD)
    count = actions.count_at(seance, Measure.PASSAGES, band="adults")
    actions.correct(count, 42, by=a_coordinator())
    assert states(counts_sent(a_count())) == {2: LineState.SAME}

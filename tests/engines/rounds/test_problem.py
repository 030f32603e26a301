"""A month that makes no sense is refused whole, in French, with every fault."""

from dataclasses import replace
from datetime import date

import pytest

from ruche.engines.rounds import (
    Absence,
    Assignment,
    BadProblem,
    Block,
    Contract,
    Criterion,
    Opening,
    Partner,
    Period,
    Pin,
    Rules,
    Site,
    Vehicle,
    WorkedWeek,
)
from ruche.engines.rounds.limits import clock, sources_of
from tests.engines.rounds.months import MARCH, MORNING, a_month, every, in_march


def worker(**changes):
    return (replace(a_month().workers[0], **changes),)


def need(**changes):
    return (replace(a_month().needs[0], **changes),)


def block(**changes):
    usual = {
        "id": "b", "name": "Réunion", "workers": ("rose",), "stay_min": 60,
        "options": (Opening(in_march(2), *MORNING),),
    }  # fmt: skip
    return (Block(**(usual | changes)),)


def pin(**changes):
    return (Pin(**({"site": "halle", "team": "sante", "day": in_march(2)} | changes)),)


HALL = a_month().sites[0]

FAULTS = [
    ({"periods": ()}, "ne couvre aucune période"),
    ({"periods": (Period(in_march(9), in_march(2)),)}, "finit avant de commencer"),
    ({"periods": (MARCH, MARCH)}, "avant la fin de la précédente"),
    ({"periods": (Period(date(2027, 1, 1), date(2028, 12, 31)),)}, "plus de treize mois"),
    ({"sites": (HALL, HALL)}, "Deux fois le même site"),
    ({"workers": ()}, "Personne à planifier"),
    ({"workers": worker(base="lune")}, "le lieu « lune » n’est pas dans la table des trajets"),
    ({"workers": worker(vehicle="jet")}, "le véhicule « jet » est inconnu"),
    ({"workers": worker(contract=Contract(workdays=()))}, "aucun jour de travail"),
    ({"workers": worker(contract=Contract(workdays=(7,)))}, "de 0 (lundi) à 6"),
    ({"workers": worker(contract=Contract(earliest_start=1200))}, "doit précéder le retour"),
    ({"workers": worker(contract=Contract(max_week_min=0))}, "aucune minute de travail"),
    ({"workers": worker(contract=Contract(max_day_min=-1))}, "ne peut pas être négatif"),
    ({"sites": (Site(id="halle", name="La Halle", place="lune", openings=()),)}, "« lune »"),
    ({"sites": (replace(HALL, openings=(Opening(in_march(2), 600, 600),)),)}, "finit avant"),
    ({"needs": need(site="lune")}, "ce site est inconnu"),
    ({"needs": need(team="van")}, "personne n’est dans cette équipe ce mois-ci"),
    ({"needs": need(stay_min=0)}, "sont positives"),
    ({"needs": need(visits=-1)}, "ne peut pas être négatif"),
    ({"needs": need(by_period=(1, 2))}, "pour chaque période"),
    ({"needs": need(min_days=22)}, "dépasse l’écart le plus long"),
    ({"needs": need(reference="luc")}, "« luc » est inconnu"),
    ({"absences": (Absence(worker="luc", first=in_march(1), last=in_march(1)),)}, "inconnue"),
    ({"absences": (Absence(worker="rose", first=in_march(2), last=in_march(1)),)}, "finit avant"),
    ({"partners": (Partner(id="p", name="P", days=(), sites=("lune",)),)}, "« lune » est inconnu"),
    ({"partners": (Partner(id="p", name="P", days=(), sites=(), rides="jet"),)}, "« jet »"),
    ({"blocks": block(options=())}, "aucun moment n’est proposé"),
    ({"blocks": block(stay_min=181)}, "trop court pour 181 min"),
    ({"blocks": block(workers=("luc",))}, "« luc » est inconnu"),
    ({"blocks": block(workers=())}, "personne n’est concerné"),
    ({"announced": (Assignment("halle", "sante", in_march(2), "rose"),) * 2}, "Deux fois"),
    ({"sites": (replace(HALL, openings=HALL.openings[:1] * 2),)}, "horaire à La Halle"),
    ({"worked": (WorkedWeek("luc", in_march(1), 60),)}, "cette personne est inconnue"),
    ({"worked": (WorkedWeek("rose", date(2027, 2, 23), 60),)}, "donnez son lundi"),
    ({"worked": (WorkedWeek("rose", in_march(1), 60),)}, "elle commence avant le mois"),
    ({"pins": pin(site="lune")}, "ce besoin est inconnu"),
    ({"pins": pin(day=None)}, "imposez un jour, une personne"),
    ({"pins": pin(worker="luc")}, "« luc » est inconnu"),
    ({"pins": pin(day=date(2027, 4, 1))}, "n’est pas dans la période"),
    ({"order": (Criterion.KILOMETRES,)}, "Le premier critère est toujours"),
    ({"order": (Criterion.VISITS, Criterion.VISITS)}, "figure deux fois"),
    ({"rules": Rules(lunch_min=10)}, "plus court que la pause"),
    ({"rules": Rules(rest_min=0)}, "doit être positif"),
    ({"rules": Rules(lunch_after_min=400)}, "au plus tard quand une pause est due"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), FAULTS)
def test_what_makes_no_sense_is_refused_and_said(changes, said):
    with pytest.raises(BadProblem) as refused:
        a_month(**changes)
    assert any(said in fault for fault in refused.value.faults), refused.value.faults


def test_every_fault_is_told_at_once():
    with pytest.raises(BadProblem) as refused:
        a_month(workers=worker(base="lune"), needs=need(stay_min=0))
    assert len(refused.value.faults) == 2


def test_a_crew_larger_than_its_vehicle_is_refused():
    van = Vehicle(id="van", name="Le van", seats=1)
    with pytest.raises(BadProblem, match="2\u00a0personnes pour 1\u00a0place dans"):
        a_month(vehicles=(van,), workers=worker(vehicle="van", people=2))


def test_a_partner_rides_in_one_vehicle_and_not_in_one_of_several():
    cars = Vehicle(id="voiture", name="Voiture", seats=4, count=2)
    partner = Partner(id="p", name="P", days=(), sites=(), rides="voiture")
    with pytest.raises(BadProblem, match="un véhicule précis"):
        a_month(vehicles=(cars,), partners=(partner,))


def test_someone_who_left_cannot_be_on_a_day_that_no_longer_moves():
    promise = Assignment("halle", "sante", in_march(2), "partie")
    with pytest.raises(BadProblem, match="n’est plus dans l’équipe"):
        a_month(announced=(promise,), frozen_until=in_march(10))


def test_hours_of_absence_cut_the_day_in_two():
    month = a_month(absences=(
        Absence(worker="rose", first=in_march(1), last=in_march(1), start=600, end=660),
    ))  # fmt: skip
    assert month.presence(month.workers[0], in_march(1)) == [(420, 600), (660, 1200)]
    assert month.presence(month.workers[0], in_march(6)) == []


def test_every_limit_has_words_and_a_source():
    for kind in (Contract, Rules):
        for label, source in sources_of(kind).values():
            assert label
            assert source
    assert "à vérifier" in sources_of(Rules)["max_amplitude_min"][1]


def test_minutes_are_told_as_hours():
    assert [clock(540), clock(545), clock(0)] == ["9\u00a0h", "9\u00a0h\u00a005", "0\u00a0h"]


def test_days_of_march_start_on_a_monday():
    assert every(0)[0].day == MARCH.first

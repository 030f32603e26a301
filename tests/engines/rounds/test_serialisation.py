"""A problem or a plan in a file: what was written is read, and what is wrong is named."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.rounds import (
    Assignment,
    BadProblem,
    BadTravel,
    Criterion,
    Ended,
    Pin,
    Plan,
    RoundsError,
    Stage,
    UnreadableRounds,
    WorkedWeek,
)
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.serialisation import (
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
)
from ruche.engines.rounds.solving import solve

SMALL = Shape(sites=5, workers=2, markets=1, partners=1)


def content() -> dict[str, Any]:
    return dict(json.loads(problem_to_json(generate(1, SMALL))))


def reading(changed: object) -> str:
    """What is said of a file with this content."""
    with pytest.raises(UnreadableRounds) as refusal:
        problem_from_json(json.dumps(changed))
    return str(refusal.value)


def with_value(path: str, value: object) -> dict[str, Any]:
    """The content of a file, one field of it changed."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    changed = content()
    place: Any = changed
    for step in steps:
        place = place[step]
    place[last] = value
    return changed


# ------------------------------------------------------------------------- round trips


@given(
    st.integers(min_value=0, max_value=10_000),
    st.builds(
        Shape,
        sites=st.integers(1, 6),
        workers=st.integers(1, 3),
        markets=st.integers(0, 2),
        partners=st.integers(0, 2),
        months=st.integers(1, 2),
    ),
)
def test_a_problem_that_was_written_is_read_equal_and_written_again_the_same(seed, shape):
    problem = generate(seed, shape)
    text = problem_to_json(problem)
    assert problem_from_json(text) == problem
    assert problem_to_json(problem_from_json(text)) == text


def test_what_is_rarely_given_is_kept_too():
    problem = generate(1, SMALL)
    need, worker = problem.needs[0], problem.workers[0]
    day = problem.first
    full = replace(
        problem,
        pins=(Pin(site=need.site, team=need.team, worker=worker.id),),
        announced=(Assignment(need.site, need.team, day, worker.id),),
        frozen_until=date(2027, 3, 8),
        history=(Assignment(need.site, need.team, date(2027, 2, 22), worker.id),),
        worked=(WorkedWeek(worker.id, date(2027, 2, 22), 2100),),
        order=(Criterion.VISITS, Criterion.KILOMETRES),
    )
    assert problem_from_json(problem_to_json(full)) == full


def test_what_a_problem_has_already_computed_is_not_written():
    problem, other = generate(1, SMALL), generate(1, SMALL)
    assert problem.days
    assert problem.site
    assert problem.place
    assert problem_to_json(problem) == problem_to_json(other)


def test_a_plan_that_was_found_is_read_equal():
    plan = solve(generate(1, SMALL))
    text = plan_to_json(plan)
    assert plan.days
    assert plan_from_json(text) == plan
    assert plan_to_json(plan_from_json(text)) == text


def test_a_plan_stopped_before_any_bound_was_known_is_kept_in_plain_json():
    """JSON has no infinite number; a browser would refuse the whole file."""
    stages = (
        Stage(Criterion.VISITS, 2.0, float("-inf"), False),
        Stage(Criterion.RHYTHM, 2.5, float("inf"), False),
    )
    plan = Plan(days=(), meetings=(), missing=(), unplaced=(), stages=stages, ended=Ended.WORK)
    text = plan_to_json(plan)
    assert json.loads(text)["stages"][0]["bound"] == "-Infinity"
    assert plan_from_json(text) == plan


def test_a_file_is_indented_in_the_order_of_the_fields_and_keeps_accents():
    text = problem_to_json(generate(1, SMALL))
    assert text.startswith('{\n "periods": [\n  {\n   "first": "2027-03-01",')
    assert "Réunion d’équipe" in text
    assert text.endswith("\n}\n")


def test_the_mark_that_an_editor_adds_at_the_start_is_ignored():
    problem = generate(1, SMALL)
    assert problem_from_json("\ufeff" + problem_to_json(problem)) == problem


# ---------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("workers.1.contract.latest_end", "1200", "il faut un nombre entier"),
        ("workers.1.contract.latest_end", 1200.5, "il faut un nombre entier"),
        ("workers.1.contract.latest_end", True, "il faut un nombre entier"),
        ("workers.1.contract.workdays", 3, "il faut une liste entre crochets"),
        ("workers.1.contract.commute", "some", "il faut l’un de ces mots : all, excess"),
        ("workers.1.base", None, "il faut un texte entre guillemets"),
        ("sites.0.openings.0.day", "01/03/2027", "il faut une date, comme « 2027-03-01 »"),
        ("sites.0.openings.0.day", "2027-02-30", "il faut une date, comme « 2027-03-01 »"),
        ("sites.0.openings.0.day", 20270301, "il faut une date, comme « 2027-03-01 »"),
        ("blocks.0.together", "oui", "il faut true ou false"),
        ("frozen_until", "demain", "il faut une date, comme « 2027-03-01 »"),
        ("sites.0", [], "il faut un objet entre accolades"),
        ("travel.minutes.0", {}, "il faut une liste entre crochets"),
        ("order.0", "speed", "il faut l’un de ces mots : visits, moved_dates"),
        ("sites.0.colour", "blue", "ce champ est inconnu"),
        ("seed", 3, "ce champ est inconnu"),
    ],
)
def test_a_field_that_is_not_as_expected_is_named_in_french(path, value, said):
    message = reading(with_value(path, value))
    assert f"« {path} »" in message
    assert said in message


def test_half_a_character_is_refused():
    assert "n’est pas de la forme attendue" in reading(with_value("sites.0.name", "\ud800"))


def test_a_missing_field_is_named():
    changed = content()
    del changed["workers"][2]["base"]
    assert reading(changed) == "« workers.2.base » : ce champ manque."


def test_every_fault_is_said_up_to_ten():
    changed = with_value("travel.minutes.0", ["x"] * 12)
    assert reading(changed).count("\n") == 10
    assert reading(changed).endswith("… et 2 autres.")


@pytest.mark.parametrize("changed", [None, [], 3, "problem"])
def test_a_file_that_is_not_an_object_is_refused(changed):
    assert reading(changed) == "Le fichier : il faut un objet entre accolades."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ligne 1, colonne 1"),
        ('{"periods": [],\n  "sites": }', "ligne 2, colonne 12"),
        ('{"periods": NaN}', "« NaN »"),
        ('{"periods": 1e400}', "« 1e400 »"),
        ('{"periods": [], "periods": []}', "« periods » est donné deux fois"),
        ("[" * 100_000, "ne se lit pas"),
        ("1" * 5_000, "ne se lit pas"),
    ],
    ids=range(7),
)
def test_a_file_that_is_not_json_says_where(text, said):
    for read in (problem_from_json, plan_from_json):
        with pytest.raises(UnreadableRounds, match=said):
            read(text)


def test_a_file_well_written_that_makes_no_sense_says_what_the_problem_says():
    with pytest.raises(BadProblem) as refusal:
        problem_from_json(json.dumps(with_value("workers.0.base", "nowhere")))
    assert len(refusal.value.faults) == 1
    assert "nowhere" in refusal.value.faults[0]


def test_a_table_of_journeys_that_makes_no_sense_says_what_travel_says():
    with pytest.raises(BadTravel, match="→ s001 vaut -4 min"):
        problem_from_json(json.dumps(with_value("travel.minutes.0.1", -4)))


def test_what_cannot_be_read_is_said_with_what_makes_no_sense():
    changed = with_value("travel.minutes.0.1", -4)
    changed["blocks"][0]["together"] = "oui"
    assert "travel" in reading(changed)
    assert "blocks.0.together" in reading(changed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stages": 3},
        {"stages": [3]},
        {"stages": [{"bound": []}]},
        {"ended": "boredom"},
        {"time": "12:00"},
    ],
)
def test_a_plan_that_is_not_as_expected_is_refused(wrong):
    plan = Plan(days=(), meetings=(), missing=(), unplaced=(), stages=(), ended=Ended.PROOF)
    with pytest.raises(UnreadableRounds, match=next(iter(wrong))):
        plan_from_json(json.dumps(json.loads(plan_to_json(plan)) | wrong))


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3000), st.floats(), st.text(max_size=5)
)


@given(st.data())
def test_whatever_is_changed_in_a_file_it_is_read_or_refused_in_our_words(data):
    changed = place = content()
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(place[key], dict | list) and place[key]
        if not deeper or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(st.one_of(SCALARS, st.just([]), st.just({})))
    try:
        problem = problem_from_json(json.dumps(changed))
    except RoundsError:
        return
    assert problem_from_json(problem_to_json(problem)) == problem

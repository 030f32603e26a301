"""The engine as a command: files in, files out, refusals in French."""

import json

import pytest

from ruche.engines.rounds.__main__ import main

SMALL = ["--sites", "5", "--workers", "2", "--seed", "1"]


@pytest.fixture
def month(tmp_path):
    """A problem and its plan, as files."""
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    assert main(["generate", *SMALL, "--no-van", "--out", str(problem)]) == 0
    assert main(["solve", str(problem), "--out", str(plan)]) == 0
    return problem, plan


def test_a_month_is_drawn_solved_and_checked(month, capfd):
    problem, plan = month
    assert main(["check", str(problem), str(plan)]) == 0
    told = capfd.readouterr()
    assert told.out == "Toutes les règles sont respectées.\n"
    assert json.loads(plan.read_text())["ended"] == "proof"
    assert not list(plan.parent.glob("*.brouillon"))


def test_without_a_file_the_plan_is_all_that_the_output_holds(month, capfd):
    problem, plan = month
    capfd.readouterr()
    assert main(["solve", str(problem)]) == 0
    told = capfd.readouterr()
    assert told.out == plan.read_text()
    assert "prouvé" in told.err


def test_a_plan_that_breaks_a_rule_is_told_and_the_code_is_one(month, capfd):
    problem, plan = month
    content = json.loads(plan.read_text())
    content["days"][0]["metres"] += 1
    plan.write_text(json.dumps(content))
    assert main(["check", str(problem), str(plan)]) == 1
    assert "metres :" in capfd.readouterr().out


def test_a_missing_visit_is_explained(month, capfd):
    problem, plan = month
    content = json.loads(problem.read_text())
    name = content["sites"][0]["name"]
    content["sites"][0]["openings"] = []
    problem.write_text(json.dumps(content))
    main(["solve", str(problem), "--out", str(plan)])
    capfd.readouterr()
    assert main(["explain", str(problem), str(plan)]) == 0
    assert f"{name} n’a aucune ouverture" in capfd.readouterr().out


def test_nothing_missing_is_said_too(month, capfd):
    problem, plan = month
    content = json.loads(plan.read_text())
    content["missing"] = []
    plan.write_text(json.dumps(content))
    capfd.readouterr()
    assert main(["explain", str(problem), str(plan)]) == 0
    assert capfd.readouterr().out == "Aucune visite ne manque.\n"


@pytest.mark.parametrize("content", ["", "{", '{"periods": []}', "\udcff"])
def test_a_file_that_is_no_month_is_refused_and_nothing_is_written(content, tmp_path, capfd):
    bad, plan = tmp_path / "bad.json", tmp_path / "plan.json"
    bad.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert main(["solve", str(bad), "--out", str(plan)]) == 2
    assert capfd.readouterr().err.startswith("Erreur : ")
    assert not plan.exists()


def test_a_file_that_is_not_there_is_said(tmp_path, capfd):
    assert main(["check", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "ne peut pas être lu" in capfd.readouterr().err


def test_the_bench_tells_one_line_a_month(capfd):
    assert main(["bench", *SMALL, "--many", "1"]) == 0
    line = json.loads(capfd.readouterr().out)
    assert line["proved"]
    assert line["faults"] == 0

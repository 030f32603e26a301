"""A problem or a plan as a JSON file: the same object gives the same bytes, whoever writes it.

Fields are those of the dataclasses, in their order; days are ISO dates. Nothing is guessed when
reading: an unknown field, a number written as a text, a field given twice are refused, each with
its path in the file (`workers.2.base` is the base of the third worker).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from ruche.engines.rounds.errors import RoundsError, UnreadableRounds
from ruche.engines.rounds.plan import Plan
from ruche.engines.rounds.problem import Problem

Read = TypeVar("Read")

SHOWN = 10
"""Faults that a message shows; the others are counted."""

UNBOUNDED: Final = {"Infinity": math.inf, "-Infinity": -math.inf}
"""A stage stopped before any bound was known. JSON has no infinite number: it is a text there."""

EXPECTED: Final = {
    "missing": "ce champ manque",
    "missing_argument": "ce champ manque",
    "missing_keyword_only_argument": "ce champ manque",
    "extra_forbidden": "ce champ est inconnu",
    "unexpected_keyword_argument": "ce champ est inconnu",
    "int_type": "il faut un nombre entier",
    "int_parsing": "il faut un nombre entier",
    "int_parsing_size": "ce nombre est trop grand",
    "int_from_float": "il faut un nombre entier",
    "float_type": "il faut un nombre",
    "float_parsing": "il faut un nombre",
    "date_type": "il faut une date, comme « 2027-03-01 »",
    "date_parsing": "il faut une date, comme « 2027-03-01 »",
    "date_from_datetime_parsing": "il faut une date, comme « 2027-03-01 »",
    "date_from_datetime_inexact": "il faut une date, comme « 2027-03-01 », sans heure",
    "string_type": "il faut un texte entre guillemets",
    "bool_type": "il faut true ou false",
    "bool_parsing": "il faut true ou false",
    "list_type": "il faut une liste entre crochets",
    "tuple_type": "il faut une liste entre crochets",
    "dataclass_type": "il faut un objet entre accolades",
    "dataclass_exact_type": "il faut un objet entre accolades",
    "too_long": "cette liste est trop longue",
    "too_short": "cette liste est trop courte",
}


def problem_to_json(problem: Problem) -> str:
    """The file of a problem, which `problem_from_json` gives back equal."""
    return _written(_problems().dump_python(problem, mode="json"))


def problem_from_json(text: str) -> Problem:
    """The problem of a file.

    Raises `UnreadableRounds` with every field that is not as expected; `BadTravel` or `BadProblem`,
    as they are, for a file that is well written and makes no sense.
    """
    return _understood(_problems(), _parsed(text))


def plan_to_json(plan: Plan) -> str:
    """The file of a plan: no hour and no machine in it. `plan_from_json` gives it back equal."""
    content = _plans().dump_python(plan, mode="json")
    words = {number: word for word, number in UNBOUNDED.items()}
    return _written(_with_bounds(content, lambda bound: words.get(bound, bound)))


def plan_from_json(text: str) -> Plan:
    """The plan of a file. Raises `UnreadableRounds` with every field that is not as expected."""
    content = _with_bounds(_parsed(text), _bound)
    return _understood(_plans(), content)


@cache
def _problems() -> TypeAdapter[Problem]:
    return TypeAdapter(Problem)


@cache
def _plans() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def _written(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _with_bounds(content: Any, change: Callable[[Any], Any]) -> Any:
    """The content, each bound of its stages changed, however wrong the rest may be."""
    stages = content.get("stages") if isinstance(content, dict) else None
    for stage in stages if isinstance(stages, list) else []:
        if isinstance(stage, dict) and "bound" in stage:
            stage["bound"] = change(stage["bound"])
    return content


def _bound(said: object) -> object:
    return UNBOUNDED.get(said, said) if isinstance(said, str) else said


# ----------------------------------------------------------------------------- reading


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_once,
            parse_constant=_finite,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise UnreadableRounds(
            f"Ce fichier n’est pas du JSON : ligne {error.lineno}, colonne {error.colno}. "
            "Reprenez le fichier d’origine, ou corrigez cet endroit."
        ) from error
    except RoundsError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableRounds(
            "Ce fichier ne se lit pas : un nombre y est démesuré, ou trop de crochets s’y "
            "emboîtent. Reprenez le fichier d’origine."
        ) from error


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableRounds(f"Le champ « {twice} » est donné deux fois au même endroit.")
    return content


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise UnreadableRounds(f"« {word} » n’est pas un nombre que ce fichier puisse contenir.")
    return number


def _understood(adapter: TypeAdapter[Read], content: object) -> Read:
    """Through JSON again: only there does pydantic's strictness take texts for dates."""
    try:
        return adapter.validate_json(json.dumps(content), strict=True, extra="forbid")
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False, include_input=False)) from error


def _refusal(errors: Sequence[ErrorDetails]) -> RoundsError:
    """What the dataclasses refuse is said as they say it, once everything else can be read."""
    ours = [_cause(error) for error in errors]
    refused = [cause for cause in ours if isinstance(cause, RoundsError)]
    if len(refused) == len(errors):
        return refused[0]
    lines = [_fault(error) for error in errors[:SHOWN]]
    if len(errors) > SHOWN:
        lines.append(f"… et {len(errors) - SHOWN} autres.")
    return UnreadableRounds("\n".join(lines))


def _cause(error: ErrorDetails) -> object:
    return error.get("ctx", {}).get("error")


def _fault(error: ErrorDetails) -> str:
    path = ".".join(str(step) for step in error["loc"])
    where = f"« {path} »" if path else "Le fichier"
    return f"{where} : {_expected(error)}."


def _expected(error: ErrorDetails) -> str:
    cause = _cause(error)
    if isinstance(cause, RoundsError):
        return str(cause).rstrip(".")
    if error["type"] == "enum":
        choices = str(error.get("ctx", {}).get("expected", "")).replace("'", "")
        return f"il faut l’un de ces mots : {choices.replace(' or ', ', ')}"
    return EXPECTED.get(error["type"], "cette valeur n’est pas de la forme attendue")

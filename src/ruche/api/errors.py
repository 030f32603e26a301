"""What is answered to a request that cannot be met: a stable code, and a sentence in French."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Schema
from ninja.errors import ValidationError


class Detail(Schema):
    """One parameter that was refused, and why."""

    parameter: str = Field(description="Nom du paramètre")
    message: str = Field(description="Pourquoi il est refusé, et ce qui est attendu")


class Problem(Schema):
    """Why nothing was given."""

    code: str = Field(description="Code stable, pour les programmes")
    message: str = Field(description="Phrase en français, pour les personnes")
    details: list[Detail] = Field(default=[], description="Les paramètres refusés, un par un")


class NotGiven(Exception):
    """The resource is not given: `status`, `code` and the French sentence say why."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def not_found(what: str) -> NotGiven:
    """`what`: « Aucun lieu ouvert n’a cet identifiant. »."""
    return NotGiven(HTTPStatus.NOT_FOUND, "not_found", what)


def problem(
    status: int, code: str, message: str, details: Iterable[Mapping[str, str]] = ()
) -> HttpResponse:
    """The response, in the shape that the OpenAPI description announces."""
    body = {"code": code, "message": message, "details": list(details)}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def answer_not_given(request: HttpRequest, error: NotGiven) -> HttpResponse:
    return problem(error.status, error.code, error.message)


def answer_refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: each refused parameter is named, with what it expects."""
    real = (each for each in error.errors if each["type"] != ABSENT)
    details = [detail for each in real for detail in _details(each)]
    names = ", ".join(dict.fromkeys(f"« {detail['parameter']} »" for detail in details))
    message = f"Paramètre refusé : {names}. Les détails disent ce qui est attendu."
    return problem(422, "invalid_parameter", message, details)


UNKNOWN = "unknown_parameter"
"""Type of the error of a parameter that this resource does not have."""

ABSENT = "none_required"
"""Type of an error that says nothing: a parameter that is there is not an absent one."""

ARGUMENT = "asked"
"""How our functions call all that follows the `?`."""

SENTENCES = {
    "enum": "Valeur inconnue. Valeurs possibles : {expected}.",
    "literal_error": "Valeur inconnue. Valeurs possibles : {expected}.",
    "int_parsing": "Écrivez un nombre entier.",
    "greater_than_equal": "Le plus petit nombre accepté est {ge}.",
    "less_than_equal": "Le plus grand nombre accepté est {le}.",
    "uuid_parsing": "Écrivez un identifiant comme 123e4567-e89b-12d3-a456-426614174000.",
    "date_from_datetime_parsing": "Écrivez une date comme 2026-12-01.",
    "date_parsing": "Écrivez une date comme 2026-12-01.",
    "out_of_calendar": "{sentence}",
    "string_pattern_mismatch": "Cette valeur n’a pas la forme attendue : voyez la description.",
}
"""By type of error of pydantic: what to do. `expected`, `ge`… come from the error itself."""


def _details(error: Mapping[str, Any]) -> list[dict[str, str]]:
    context = error.get("ctx", {})
    if error["type"] == UNKNOWN:
        message = f"Ce paramètre n’existe pas ici. Paramètres possibles : {context['known']}."
        return [{"parameter": name, "message": message} for name in context["names"].split(",")]
    sentence = SENTENCES.get(error["type"], "Cette valeur est refusée : voyez la description.")
    context = {**context, "expected": str(context.get("expected", "")).replace(" or ", " ou ")}
    return [{"parameter": _name(error["loc"]), "message": sentence.format_map(context)}]


def _name(place: Sequence[Any]) -> str:
    """`("path", "name")` or `("query", "asked", "need", …)`: which parameter it is."""
    return str(next(part for part in place[1:] if part != ARGUMENT))

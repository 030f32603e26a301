"""How every address of the open data answers: read only, for everyone, and kept as long as true."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from ruche.api.errors import problem

READING = ("GET", "HEAD")
MINUTES, HOUR = 300, 3_600
"""Seconds that a copy is good for: dates change in the day, portraits and descriptions hardly."""

View = Callable[..., HttpResponse]


def opened(view: View, *, seconds: int = MINUTES) -> View:
    """GET and HEAD only; a copy may be kept for some seconds, then asked again by its `ETag`.

    Pages of other sites may use it: nothing here depends on who asks.
    """

    @wraps(view, updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in READING:
            return _for_everyone(_not_allowed())
        asked, request.method = request.method, "GET"
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code == 200:
            response = _still_good(request, response, seconds)
        if asked == "HEAD":
            response = _without_body(response)
        return _for_everyone(response)

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a POST reads that it is not allowed
    return answer


def _not_allowed() -> HttpResponse:
    message = "Ces données se lisent seulement : utilisez GET ou HEAD."
    response = problem(405, "method_not_allowed", message)
    response["Allow"] = ", ".join(READING)
    return response


def _still_good(request: HttpRequest, response: HttpResponse, seconds: int) -> HttpResponse:
    """304 when the copy that the client holds is the same, byte for byte."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={seconds}"
    kept: HttpResponse = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
    return kept


def _without_body(response: HttpResponse) -> HttpResponse:
    if response.status_code == 200:
        response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _for_everyone(response: HttpResponse) -> HttpResponse:
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of the open data that does not exist answers as the others do."""
    message = "Cette adresse n’existe pas : la description de l’API les donne toutes."
    return problem(404, "not_found", message)

"""How a test reads the open data: as anybody, by its address."""

import csv
import io
import json
from typing import Any

from django.http import HttpResponse

from tests.world import visitor

ROOT = "/api/v1/"


def got(path: str, *, status: int = 200, **headers: str) -> HttpResponse:
    """The response at an address of version 1, which must have this status."""
    response = visitor().get(ROOT + path, headers=headers or None)
    assert response.status_code == status, response.content[:300]
    return response


def data(path: str, **more: Any) -> Any:
    return json.loads(got(path, **more).content)


def items(path: str) -> list[dict[str, Any]]:
    return data(path)["items"]


def lines(path: str) -> list[dict[str, str]]:
    """The lines of a CSV."""
    return list(csv.DictReader(io.StringIO(got(path).content.decode())))


def every_item(path: str) -> list[dict[str, Any]]:
    """The whole of a list, following its links as a program does."""
    found: list[dict[str, Any]] = []
    url: str | None = f"http://localhost{ROOT}{path}"
    while url:
        part = json.loads(visitor().get(url.removeprefix("http://localhost")).content)
        found += part["items"]
        url = part["next"]
    return found

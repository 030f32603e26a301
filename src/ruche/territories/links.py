"""Addresses that the templates of the portraits share."""

from functools import cache

from django.urls import reverse

from ruche.geography.models import Territory

SHARED = {
    "index_url": "index",
    "search_url": "search",
    "suggestions_url": "suggestions",
    "data_url": "data",
    "method_url": "method",
    "indicators_url": "indicators",
    "editions_url": "editions",
}


def links(territory: Territory | None = None) -> dict[str, str]:
    """Names of the context and addresses; with a territory, those of its own pages too."""
    found = {name: reverse(f"territories:{view}") for name, view in SHARED.items()}
    found["compare_url"] = reverse("territories:compare")
    if territory is None:
        return found
    for view in ("portrait", "place", "peers"):
        found[f"{view}_url"] = reverse(f"territories:{view}", args=[territory.pk])
    found["compare_url"] += f"?t={territory.pk}"
    return found


@cache
def indicator_url(indicator: str) -> str:
    """The page of an indicator; kept, for a portrait links to each of them."""
    return reverse("territories:indicator", args=[indicator])

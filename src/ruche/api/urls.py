"""Addresses of the open data: a page for people, and version 1 for programs."""

from django.urls import URLPattern, include, path, re_path

from ruche.api.operations import api
from ruche.api.resource import HOUR, MINUTES, opened, unknown
from ruche.api.views import home

app_name = "api"

LASTING = {"openapi-json", "schema", "portraits", "portrait"}
"""What changes with an edition of the portraits or a version of the product, not in the day."""


def _opened(pattern: URLPattern) -> URLPattern:
    """An address of the framework, answering as every address of the open data does."""
    seconds = HOUR if pattern.name in LASTING else MINUTES
    view = opened(pattern.callback, seconds=seconds)
    return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)


version_1 = [
    *(_opened(each) for each in api.urls[0] if isinstance(each, URLPattern)),
    re_path(r"^(?P<rest>.+)$", opened(unknown), name="unknown"),
]

urlpatterns = [
    path("donnees-ouvertes/", home, name="home"),
    path("api/v1/", include((version_1, "v1"))),
]

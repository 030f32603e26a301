"""The description is true: valid OpenAPI 3.1, and the API keeps every promise that it makes."""

import json
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ruche.api.operations import api
from tests.api.reading import data

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema()))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
SCHEMA.app = get_wsgi_application()
OPERATIONS = {found.ok().path: found.ok() for found in SCHEMA.get_all_operations()}
DATED = {"openings", "openings.csv", "seances", "seances.csv"}
"""Their first day may be well written and too far away: the description cannot say it."""

each_operation = pytest.mark.parametrize("path", sorted(OPERATIONS))
each_operation_with_parameters = pytest.mark.parametrize(
    "path", sorted(path for path, found in OPERATIONS.items() if len(found.query))
)


@pytest.mark.django_db
def test_the_description_is_valid_openapi_3_1():
    described = data("openapi.json")
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()


@pytest.mark.django_db
def test_the_description_says_the_licence_and_the_errors():
    described = data("openapi.json")
    assert described["info"]["license"]["identifier"] == "etalab-2.0"
    for path, operations in described["paths"].items():
        assert set(operations) == {"get"}, path
        parameters = operations["get"]["parameters"]
        if any(each["in"] == "query" for each in parameters):
            assert "422" in operations["get"]["responses"], path


@pytest.mark.django_db
def test_every_parameter_and_every_key_has_french_words():
    described = data("openapi.json")
    for path, operations in described["paths"].items():
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "query":
                assert parameter.get("description"), (path, parameter["name"])


def tried(path: str, mode: Any, *, examples: int) -> None:
    """Call an operation in many ways; each answer must be one that the description announces."""
    operation = OPERATIONS[path]
    left_out = [positive_data_acceptance] if path.split("/")[3] in DATED else []

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        case.call_and_validate(
            base_url="http://localhost",
            headers={"Accept-Encoding": "identity"},
            excluded_checks=left_out,
        )

    call()


@each_operation
def test_what_the_description_allows_is_answered_as_it_says(path, world):
    tried(path, GenerationMode.POSITIVE, examples=3)


@each_operation_with_parameters
def test_what_the_description_forbids_is_refused_as_it_says(path, world):
    tried(path, GenerationMode.NEGATIVE, examples=3)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@each_operation_with_parameters
def test_the_description_is_true_for_long(path, mode, world):
    tried(path, mode, examples=10 if django_settings.CI else 100)

"""The OpenAPI 3.1 description, completed with what the framework cannot know."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from ruche.api.errors import NotGiven, answer_not_given, answer_refused

VERSION = "1.0.0"
SHAPES = "#/components/schemas/"
PREFIX = "DataInclusion"
VOCABULARY = {"Structures": "Structure", "StructureServices": "Service"}
"""Our lists, and the model of data·inclusion that each holds: read when it is asked, for it is long
to import."""

ABOUT = """Les données publiques du réseau : lieux, services, dates, portraits de territoire.

Lecture seule (GET, HEAD), sans clé ni inscription. Les listes se lisent par parties : « limit »,
« offset », puis l’adresse « next ». Un paramètre inconnu est refusé (422) plutôt qu’ignoré.
Chaque réponse porte un « ETag » : renvoyez-le dans « If-None-Match » pour recevoir 304 quand rien
n’a changé. Tout est sous Licence Ouverte 2.0, sauf les chiffres des portraits, qui gardent la
licence de leur producteur."""


class Readable(JSONRenderer):
    """JSON whose French is written as it is read."""

    json_dumps_params = {"ensure_ascii": False}


class OpenData(NinjaAPI):
    """The API, with its licence, its errors and the vocabulary of data·inclusion."""

    def __init__(self) -> None:
        super().__init__(
            title=f"Données ouvertes – {settings.SITE_NAME}",
            version=VERSION,
            description=ABOUT,
            urls_namespace="api:v1",
            docs_url=None,
            renderer=Readable(),
            openapi_extra={
                "info": {"license": {"name": "Licence Ouverte 2.0", "identifier": "etalab-2.0"}}
            },
        )
        self.add_exception_handler(NotGiven, answer_not_given)  # type: ignore[arg-type]
        self.add_exception_handler(ValidationError, answer_refused)  # type: ignore[arg-type]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**asked)
        shapes = described["components"]["schemas"]
        shapes.update(_vocabulary())
        for listing, item in VOCABULARY.items():
            shapes[listing]["properties"]["items"]["items"] = {"$ref": f"{SHAPES}{PREFIX}{item}"}
        for path in described["paths"].values():
            for operation in path.values():
                operation["responses"][304] = {"description": "Rien n’a changé (If-None-Match)"}
        return described


def _vocabulary() -> dict[str, Any]:
    """The structures and services of data·inclusion, as their own package describes them."""
    from data_inclusion.schema.v1 import Service, Structure

    found: dict[str, Any] = {}
    for model in (Structure, Service):
        schema = model.model_json_schema(
            ref_template=f"{SHAPES}{PREFIX}{{model}}", mode="serialization"
        )
        parts = schema.pop("$defs", {})
        found |= {f"{PREFIX}{name}": part for name, part in parts.items()}
        found[f"{PREFIX}{model.__name__}"] = schema
    return found


def a_file(media_type: str, description: str) -> dict[str, Any]:
    """`openapi_extra` of a resource that is not JSON made by the framework."""
    shape = {"type": "object"} if media_type.endswith("json") else {"type": "string"}
    content = {media_type: {"schema": shape}}
    return {"responses": {200: {"description": description, "content": content}}}

"""The forms that missions ship: TOML files in the folder `encounter_forms` of their apps."""

import tomllib
from functools import cache
from pathlib import Path

from django.apps import apps

from ruche.encounters.definitions import BadDefinition, Definition

FOLDER = "encounter_forms"


@cache
def shipped_forms() -> dict[str, Definition]:
    """Key → form, of every mission that is installed. `BadDefinition` names the file at fault."""
    found: dict[str, Definition] = {}
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / FOLDER).glob("*.toml")):
            form = read_form(path)
            if form.key in found:
                raise BadDefinition(f"{path.name} : la clé « {form.key} » est déjà prise.")
            found[form.key] = form
    return found


def read_form(path: Path) -> Definition:
    """The form of one file."""
    try:
        return Definition.of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (BadDefinition, tomllib.TOMLDecodeError) as error:
        raise BadDefinition(f"{path.name} : {error}") from error

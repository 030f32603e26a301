"""The form that sends a file, and the columns that a member says."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms

from ruche.core.components import file_weight
from ruche.core.spreadsheets.limits import MOST_BYTES, MOST_LINES
from ruche.core.typesetting import typographic
from ruche.french.numbers import number
from ruche.places.imports.formats import Format

COLUMN = "colonne_"
LINE = "ligne_"


class FileForm(forms.Form):
    """What a file contains, and the file."""

    format = forms.ChoiceField(label="Ce que contient le fichier")
    file = forms.FileField(
        label="Fichier",
        help_text=typographic(
            f"Classeur .xlsx ou .csv, {file_weight(MOST_BYTES)} et {number(MOST_LINES)} lignes au "
            "plus. Il n’est pas gardé : seules ses colonnes utiles le sont."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv,.json"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : vérifiez que c’est le bon.",
        },
    )
    batch = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, formats: Iterable[Format], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["format"]
        assert isinstance(field, forms.ChoiceField)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in formats:
            groups.setdefault(one.group, []).append((one.key, one.label))
        field.choices = list(groups.items())


def chosen_columns(posted: Mapping[str, Any], form: Format, width: int) -> dict[int, str]:
    """Rank of a header → key of a column, as a member said; what no format knows is not said."""
    keys = {column.key for column in form.columns}
    said = {rank: str(posted.get(f"{COLUMN}{rank}", "")) for rank in range(width)}
    return {rank: key for rank, key in said.items() if key in keys}


def decisions(posted: Mapping[str, Any]) -> dict[int, str]:
    """Number of a line → what a member decided of it."""
    found = {
        name.removeprefix(LINE): str(value)
        for name, value in posted.items()
        if name.startswith(LINE)
    }
    return {
        int(number): value
        for number, value in found.items()
        if number.isdigit() and len(number) < 9
    }

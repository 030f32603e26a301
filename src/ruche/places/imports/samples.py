"""Model files: the headers that we recognise, two lines openly made up, and what may be written."""

from ruche.core.spreadsheets import as_csv, as_xlsx
from ruche.places.imports.formats import Column, Format

EXPLAINED = ("Colonne", "Nécessaire", "Ce que l’on y écrit", "Mots possibles")


def sample_csv(form: Format) -> bytes:
    return as_csv(_headers(form), _examples(form))


def sample_xlsx(form: Format) -> bytes:
    """With a second sheet that explains each column; only the first one is read."""
    return as_xlsx(
        _headers(form),
        _examples(form),
        title=form.kind.plural.capitalize(),
        explanations=[EXPLAINED, *(_explained(column) for column in form.columns)],
    )


def _headers(form: Format) -> list[str]:
    return [column.label for column in form.columns]


def _examples(form: Format) -> list[list[str]]:
    return [[column.examples[rank] for column in form.columns] for rank in (0, 1)]


def _explained(column: Column) -> list[str]:
    needed = "oui" if column.required else "non"
    return [column.label, needed, column.help, ", ".join(column.choices)]

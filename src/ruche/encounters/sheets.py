"""A form on paper: its questions, the codes of its answers, and lines to write them on."""

from dataclasses import dataclass

from ruche.encounters.definitions import Definition, Field

LINES = 12
"""People on one sheet of A4, turned."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question on paper: its answers with their codes; several may be ticked, or one."""

    field: Field
    answers: tuple[tuple[str, str], ...]
    """Code (`A3`) and words."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on one sheet."""

    always: tuple[Question, ...]
    """Asked of everyone: a column each, codes ringed by hand."""
    at_first: tuple[Question, ...]
    """Asked at a first meeting only."""
    lines: range = range(1, LINES + 1)


def sheet_of(form: Definition) -> Sheet:
    """The sheet of a form."""
    codes = list(form.codes())
    questions = [
        Question(field, tuple((code, option.label) for code, of, option in codes if of is field))
        for field in form.fields
    ]
    return Sheet(
        always=tuple(one for one in questions if not one.field.at_first),
        at_first=tuple(one for one in questions if one.field.at_first),
    )

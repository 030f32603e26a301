"""From an encounter to the increments that leave it: the same in phones (`counting.js`) and here.

Phones do it; this twin says what they must do, checks what they send, and counts the demo world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ruche.encounters.definitions import (
    NEVER,
    NOT_THIS_YEAR,
    Counted,
    Definition,
    Field,
    shapes_of,
)
from ruche.tallies.cells import Cell, period_of
from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, AgeBand, Gender, Meeting, Shape

Answers = Mapping[str, Sequence[str]]
"""Key of a question → the keys of its answers; nothing when it was left."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when one meets. `team` is nothing for volunteers of a site."""

    day: date
    site: UUID
    team: UUID | None = None


def cells_of(form: Definition, answers: Answers, where: Where) -> list[Cell]:
    """The increments of one encounter, each alone: nothing tells that they go together."""
    cells = [_cell(Shape.SITE_MONTH, one, where) for one in _meetings(form, answers)]
    age = _single(form, Counted.AGE, answers, AgeBand.UNKNOWN)
    gender = _single(form, Counted.GENDER, answers, Gender.UNKNOWN)
    cells.append(_cell(Shape.SITE_QUARTER, f"{age}/{gender}", where))
    if where.team is not None:
        cells.append(_cell(Shape.TEAM_WEEK, Meeting.MET, where))
    for field in form.fields:
        for option in (one for one in field.options if one.key in answers.get(field.key, ())):
            cells += [
                _cell(shape, form.measure(field, option), where)
                for shape in shapes_of(field, option)
                if shape not in OF_A_TEAM or where.team is not None
            ]
    return cells


def _meetings(form: Definition, answers: Answers) -> list[Meeting]:
    """What a first meeting adds to the encounter itself."""
    said = _single(form, Counted.FIRST, answers, "")
    if said == NEVER:
        return [Meeting.MET, Meeting.FIRST_EVER, Meeting.FIRST_OF_YEAR]
    if said == NOT_THIS_YEAR:
        return [Meeting.MET, Meeting.FIRST_OF_YEAR]
    return [Meeting.MET]


def _single(form: Definition, counted: Counted, answers: Answers, unknown: str) -> str:
    field: Field | None = form.field_counted(counted)
    given = answers.get(field.key, ()) if field else ()
    return given[0] if given else unknown


def _cell(shape: Shape, measure: str, where: Where) -> Cell:
    return Cell(
        shape,
        period_of(shape, where.day),
        str(measure),
        team=where.team if shape in OF_A_TEAM else None,
        site=where.site if shape in OF_A_SITE else None,
    )

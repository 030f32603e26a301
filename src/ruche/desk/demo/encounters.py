"""Forms in the hands of the demo teams, and what their encounters of the past weeks counted.

Only counters, as phones send them: no encounter of the past is recorded anywhere.
"""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date

from ruche.accounts.actions import SYSTEM
from ruche.accounts.models import Member
from ruche.desk.demo.vault import CIRCLE, MEASURE, RIGHTS
from ruche.encounters.actions import choose_measuring_circle, give_form, install_shipped_forms
from ruche.encounters.counting import Answers, Where, cells_of
from ruche.encounters.definitions import NEVER, NOT_THIS_YEAR, THIS_YEAR, Counted, Definition, Field
from ruche.encounters.models import Form, FormUse
from ruche.seances.models import Participation, Team
from ruche.tallies.actions import add
from ruche.tallies.cells import Cell
from ruche.vault.models import Circle

USED = {
    "nurses-east": ("sante", CIRCLE),
    "nurses-west": ("sante", CIRCLE),
    "van": ("numerique", RIGHTS),
    "budget": ("budget", RIGHTS),
}
"""Team → its form, and the circle for which it seals."""

MOST_MET = 12
"""People met by one team at one séance, at most."""


def build_encounters(
    teams: Mapping[str, Team], coordinator: Member, today: date, chance: random.Random
) -> None:
    """Forms, who uses them, and the counters of the séances that were held."""
    install_shipped_forms(by=SYSTEM)
    circles = {circle.name: circle for circle in Circle.objects.order_by("name")}
    for key, (form, circle) in USED.items():
        give_form(
            Form.objects.get(key=form), teams[key], circle=circles[circle], by=coordinator.actor
        )
    give_form(Form.objects.get(key="accueil"), None, circle=None, by=coordinator.actor)
    choose_measuring_circle(circles[MEASURE], by=coordinator)
    add(_past_counters(today, chance))


def _past_counters(today: date, chance: random.Random) -> Counter[Cell]:
    sums: Counter[Cell] = Counter()
    uses = {use.team_id: use for use in FormUse.objects.exclude(team=None).select_related("form")}
    forms = {use.form_id: use.form.newest.definition for use in uses.values()}
    held = Participation.objects.coming().filter(seance__day__lt=today, team__in=list(uses))
    rows = held.order_by("seance__day", "seance__site__name", "team__name", "pk")
    for row in rows.select_related("seance"):
        form = forms[uses[row.team_id].form_id]
        where = Where(row.seance.day, row.seance.site_id, row.team_id)
        for _ in range(chance.randint(2, MOST_MET)):
            sums.update(cells_of(form, _answers(form, chance), where))
    return sums


def _answers(form: Definition, chance: random.Random) -> Answers:
    first = chance.choices([NEVER, NOT_THIS_YEAR, THIS_YEAR, ""], [20, 25, 50, 5])[0]
    return {
        field.key: _answer(field, first, chance)
        for field in form.fields
        if first == NEVER or not field.at_first
    }


def _answer(field: Field, first: str, chance: random.Random) -> list[str]:
    if field.counted is Counted.FIRST:
        return [first] if first else []
    keys = [option.key for option in field.options]
    weights = [len(keys) - place / 2 for place in range(len(keys))]
    most = min(2, len(keys)) if field.many else 1
    return list(dict.fromkeys(chance.choices(keys, weights, k=chance.randint(1, most))))

"""Forms in the hands of the demo teams, and what their encounters of the past weeks counted.

Counters and sealed facts, as phones send them, and a few promises: no past encounter is recorded
anywhere else.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from ruche.accounts.actions import SYSTEM
from ruche.accounts.models import Member
from ruche.desk.demo.vault import CIRCLE, MEASURE, RIGHTS, DemoKeys, demo_piece
from ruche.encounters.actions import choose_measuring_circle, give_form, install_shipped_forms
from ruche.encounters.counting import Answers, Where, cells_of
from ruche.encounters.definitions import NEVER, NOT_THIS_YEAR, THIS_YEAR, Counted, Definition, Field
from ruche.encounters.models import Facts, Form, FormUse, Promise
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.pieces import Place, seal_piece
from ruche.places.models import Site
from ruche.seances.models import Participation, Team
from ruche.tallies.actions import add
from ruche.tallies.cells import Cell
from ruche.vault.actions import save_pieces
from ruche.vault.models import Circle, Record

USED = {
    "nurses-east": ("sante", CIRCLE),
    "nurses-west": ("sante", CIRCLE),
    "van": ("numerique", RIGHTS),
    "budget": ("budget", RIGHTS),
}
"""Team → its form, and the circle for which it seals."""

PROMISED = (
    ("call", "donner le prix des lunettes"),
    ("bring", "l’adresse du dentiste qui prend la C2S"),
    ("check", "le dossier envoyé à la CPAM"),
)
"""What was promised, and how."""

ENVELOPE = 10
"""Facts in one envelope."""

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


def promise_things(site: Site, author: Member, keys: DemoKeys, today: date) -> None:
    """Three people of the nurses' circle to whom something was promised, here and this month."""
    secret, circle = keys.secrets[CIRCLE], Circle.objects.get(name=CIRCLE)
    records = Record.objects.filter(circle=circle).order_by("pk")[: len(PROMISED)]
    for record, (kind, words) in zip(records, PROMISED, strict=True):
        value = {
            "by": str(author.pk),
            "at": f"{today.replace(day=1).isoformat()}T14:30:00Z",
            "kind": kind,
            "words": words,
            "text": f"Promis à {site.name} : {words}.",
            "site": str(site.pk),
            "day": today.replace(day=1).isoformat(),
        }
        signing_key = keys.pairs["odile"].sign_private
        piece = demo_piece("promise", value, record.pk, circle, secret, signing_key)
        save_pieces(author, [piece])
        Promise.objects.create(
            piece_id=piece.id, record=record, site=site, month=today.replace(day=1)
        )


def seal_facts(keys: DemoKeys, today: date, chance: random.Random) -> None:
    """What past encounters said together, for those who measure; one person out of two known."""
    facts = [
        {
            "form": use.form.key,
            "number": use.form.newest.number,
            "month": f"{row.seance.day:%Y-%m}",
            "site": str(row.seance.site_id),
            "team": str(row.team_id),
            "answers": _answers(form, chance),
            **({"token": f"{chance.randrange(900):032x}"} if chance.random() < 0.5 else {}),
        }
        for row, use, form in _held_with_a_form(today)
        for _ in range(chance.randint(2, MOST_MET))
    ]
    chance.shuffle(facts)
    secret, circle = keys.secrets[MEASURE], Circle.objects.get(name=MEASURE)
    envelopes = [facts[at : at + ENVELOPE] for at in range(0, len(facts), ENVELOPE)]
    Facts.objects.bulk_create([_envelope(some, circle, secret) for some in envelopes])


def _envelope(facts: list[dict[str, Any]], circle: Circle, secret: EpochSecret) -> Facts:
    id = uuid4()
    place = Place("fact", str(circle.pk), secret.epoch, str(id), str(id))
    piece = seal_piece(facts, place, secret)
    return Facts(id=id, circle=circle, epoch=secret.epoch, body=piece.body, key=piece.wrap)


def _held_with_a_form(today: date) -> Iterator[tuple[Participation, FormUse, Definition]]:
    """The teams that came to past séances, each with its form."""
    uses = {use.team_id: use for use in FormUse.objects.exclude(team=None).select_related("form")}
    forms = {use.form_id: use.form.newest.definition for use in uses.values()}
    held = Participation.objects.coming().filter(seance__day__lt=today, team__in=list(uses))
    rows = held.order_by("seance__day", "seance__site__name", "team__name", "pk")
    for row in rows.select_related("seance"):
        use = uses[row.team_id]
        yield row, use, forms[use.form_id]


def _past_counters(today: date, chance: random.Random) -> Counter[Cell]:
    sums: Counter[Cell] = Counter()
    for row, _, form in _held_with_a_form(today):
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

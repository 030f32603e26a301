"""The door of the library: what it refuses becomes a sentence in French, and nothing else."""

import re
from functools import lru_cache

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # not in its stub

from ruche.places.openings.holidays import (
    NOT_UNDERSTOOD,
    speaks_of_school_holidays,
    with_dates,
)
from ruche.places.openings.rules import BadRule

COUNTRY = "FR"
"""The public holidays of France, which the library knows."""

LONGEST = 2000
"""Characters. Ours have a hundred; a longer one is a mistake, or an attack."""

SHOWN = 30
COLUMN = re.compile(r"--> \d+:(\d+)")


@lru_cache(maxsize=4096)
def parsed(text: str) -> OpeningHours:
    """The rule, ready for questions of dates, school holidays included; `BadRule` when refused."""
    hours = plain(text)  # the place of a mistake is told in the text as it was typed
    if not speaks_of_school_holidays(text):
        return hours
    try:
        return _read(with_dates(text))
    except ParserError as error:
        raise BadRule(NOT_UNDERSTOOD) from error


@lru_cache(maxsize=4096)
def plain(text: str) -> OpeningHours:
    """The rule as it is written, where « SH » names days that the library does not know."""
    _check_size(text)
    try:
        return _read(text)
    except ParserError as error:
        raise BadRule(_refusal(text, str(error))) from error


def _check_size(text: str) -> None:
    if not text.strip():
        raise BadRule("La règle d'ouverture est vide : choisissez au moins un jour et ses heures.")
    if len(text) > LONGEST:
        raise BadRule(
            f"La règle d'ouverture a {len(text)} caractères, la limite est de {LONGEST} : "
            "répartissez-la entre plusieurs activités."
        )


def _read(text: str) -> OpeningHours:
    return OpeningHours(text, country=COUNTRY)


def _refusal(text: str, message: str) -> str:
    column = COLUMN.search(message)
    rest = text[int(column[1]) - 1 :].strip() if column else ""
    excerpt = rest if len(rest) <= SHOWN else f"{rest[:SHOWN]}…"
    where = f" à partir de « {excerpt} »" if excerpt else ""
    return (
        f"La règle d'ouverture n'est pas comprise{where}. "
        "Choisissez les jours et les heures dans le formulaire, ou corrigez l'écriture : "
        "par exemple « Tu[1,3] 14:00-16:30 »."
    )

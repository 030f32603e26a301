"""How the journal reads in French: days, details, and the e-mail that carries its head."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from ruche.core.typesetting import typographic
from ruche.french.numbers import number
from ruche.journal.queries import PrintableHead
from ruche.journal.verbs import word_of

MAIL = """\
Bonjour,

Voici la tête du journal de {site} au {day}. {state}

Numéro : {number}
Empreinte : {digest}

À garder telle quelle, hors de Ruche :

{head}

Tant que cette ligne existe ailleurs, personne ne peut changer, effacer ou réécrire ce que le \
journal contient aujourd’hui sans que cela se voie.

Pour vérifier le journal, collez cette ligne dans la page « Journal » de Ruche, sous « Vérifier le \
journal » ; ou lancez, sur le serveur :

python manage.py journal verify --head {head}
"""


def day_in_words(day: date) -> str:
    """« 24 novembre 2026 », « 1er décembre 2026 »."""
    words = date_format(day, "j F Y")
    return f"1er{words[1:]}" if day.day == 1 else words


def moment(at: datetime) -> str:
    """« 24/11/2026 10:05:12 », à l’heure d’ici."""
    return date_format(timezone.localtime(at), "d/m/Y H:i:s")


def detail_in_words(detail: Mapping[str, Any]) -> str:
    """« rôle : soignant, copies : 3 »."""
    return ", ".join(
        f"{word_of(key)}\u00a0: {_value(value)}" for key, value in sorted(detail.items())
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "rien" if value is None else str(value)


def mail_subject(day: date) -> str:
    return typographic(f"Journal de Ruche : tête du {day_in_words(day)}")


def mail_body(head: PrintableHead, day: date) -> str:
    """A plain text; the head stands alone on its line, to be copied, and has no French space."""
    state = "Il n’a encore aucune ligne."
    if head.at is not None:
        last = day_in_words(timezone.localdate(head.at))
        state = f"Sa dernière ligne a été écrite le {last}."
    return typographic(MAIL).format(
        site=settings.SITE_NAME,
        day=day_in_words(day),
        state=state,
        number=number(head.number),
        digest=head.spaced,
        head=head,
    )

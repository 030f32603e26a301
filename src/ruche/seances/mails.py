"""E-mails to the teams, in plain text. What is asked, when, where, and the link that answers."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from ruche.core.typesetting import typographic
from ruche.french.times import day
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.wording import when


def after_commit(send: Callable[..., int], *details: Any) -> None:
    """Send once the act is kept; a mail that fails is logged, and undoes nothing."""
    transaction.on_commit(lambda: send(*details), robust=True)


def recipients(team: Team) -> list[str]:
    """The address of the team; without one, its members', then its organisation's."""
    if team.email:
        return [team.email]
    members = list(team.members.filter(is_active=True).values_list("email", flat=True))
    return members or [address for address in [team.organisation.email] if address]


def answer_url(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('seances:reply', args=[token])}"


# ---------------------------------------------------------------------------- what we say


def team_asked(participation: Participation, token: str, message: str = "") -> int:
    seance = participation.seance
    services = ", ".join(str(service) for service in participation.services.all())
    return _send(
        participation,
        f"{_place_and_day(seance)} : votre équipe peut-elle venir ?",
        "Votre équipe est attendue à une séance :",
        _facts(seance, services),
        message,
        f"Répondez en un instant, sans compte, jusqu’au jour de la séance :\n{answer_url(token)}",
        "Ce lien est réservé à votre équipe : ne le transférez qu’à elle.",
    )


def seance_changed(participation: Participation, token: str) -> int:
    asked = participation.answer == Answer.ASKED
    return _send(
        participation,
        f"{_place_and_day(participation.seance)} : la séance change",
        "Le jour, l’heure ou le lieu d’une séance a changé. Voici ce qui est prévu maintenant :",
        _facts(participation.seance),
        (
            f"Dites-nous si votre équipe vient :\n{answer_url(token)}"
            if asked
            else f"Si cela ne vous convient plus, dites-le ici :\n{answer_url(token)}"
        ),
    )


def seance_cancelled(participation: Participation) -> int:
    seance = participation.seance
    return _send(
        participation,
        f"{_place_and_day(seance)} : séance ANNULÉE",
        "Cette séance n’aura pas lieu :",
        _facts(seance),
        f"Raison : {seance.cancel_reason}",
    )


def team_removed(participation: Participation) -> int:
    return _send(
        participation,
        f"{_place_and_day(participation.seance)} : votre équipe n’est plus attendue",
        "La venue de votre équipe n’est plus demandée à cette séance :",
        _facts(participation.seance),
        "Pour toute question, répondez à la coordination.",
    )


def reminder(participation: Participation, token: str) -> int:
    confirmed = participation.answer == Answer.CONFIRMED
    seance = participation.seance
    return _send(
        participation,
        f"Rappel : {_place_and_day(seance)}",
        (
            "Votre équipe a confirmé sa venue à cette séance :"
            if confirmed
            else "Nous attendons encore votre réponse pour cette séance :"
        ),
        _facts(seance),
        (
            f"En cas d’empêchement, dites-le ici :\n{answer_url(token)}"
            if confirmed
            else f"Répondez en un instant :\n{answer_url(token)}"
        ),
    )


def month_told(
    team: Team,
    *,
    title: str,
    visits: Iterable[Participation],
    changes: Iterable[str],
    message: str = "",
) -> int:
    """One e-mail for a whole month: its dates in order, and what changed of what had been said.

    It is written now and leaves once the act is kept. How many will leave: 0 for a team that has
    no address, or when there is nothing to say.
    """
    lines = _dates(visits)
    changed = "\n".join(f"– {change}" for change in changes)
    if not (lines or changed):
        return 0
    paragraphs = (
        f"Ce qui change par rapport à ce que nous vous avions annoncé :\n{changed}"
        if changed
        else "",
        f"Les dates où votre équipe est attendue :\n{lines}"
        if lines
        else "Votre équipe n’est attendue à aucune date.",
        message,
        "En cas d’empêchement, prévenez la coordination dès que possible.",
    )
    to = recipients(team)
    if to:
        after_commit(_post, to, title, *paragraphs)
    return int(bool(to))


def _dates(visits: Iterable[Participation]) -> str:
    """« – mardi 5 janvier 2027, de 14 h à 16 h : La Halle, Auch (Odile Exemple) », and so on."""
    in_order = sorted(visits, key=lambda each: (each.seance.day, each.seance.starts, str(each.pk)))
    return "\n".join(
        f"– {when(each.seance)} : {each.seance.site.name}, {each.seance.site.commune} "
        f"({each.member or 'toute l’équipe'})"
        for each in in_order
    )


def _place_and_day(seance: Seance) -> str:
    return f"{seance.site.commune}, {day(seance.day)}"


def _facts(seance: Seance, services: str = "") -> str:
    site = seance.site
    lines = [
        f"Quand : {when(seance)}",
        f"Où : {site.name}, {site.address}, {site.commune}",
        f"Pour trouver : {site.address_note}" if site.address_note else "",
        f"Ce qui est demandé : {services}" if services else "",
        f"Note : {seance.note}" if seance.note else "",
    ]
    return "\n".join(line for line in lines if line)


def _send(participation: Participation, subject: str, *paragraphs: str) -> int:
    """One e-mail to a team; 0 when it has no address at all."""
    to = recipients(participation.team)
    return _post(to, subject, *paragraphs) if to else 0


def _post(to: list[str], subject: str, *paragraphs: str) -> int:
    body = "\n\n".join(["Bonjour,", *(text for text in paragraphs if text), settings.SITE_NAME])
    return send_mail(typographic(subject), typographic(body) + "\n", None, to)

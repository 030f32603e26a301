"""The charter of the four principles, that every member reads and accepts: versioned, dated.

A new text is a new version: everyone is asked again. Older versions stay here, so that what was
accepted can be read.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Article:
    """One principle, and what we commit ourselves to."""

    title: str
    text: str
    commitments: tuple[str, ...]


@dataclass(frozen=True)
class Charter:
    """One version of the text."""

    version: str
    since: date
    opening: str
    articles: tuple[Article, ...]


CURRENT = Charter(
    version="2026-11",
    since=date(2026, 11, 24),
    opening=(
        "Nous allons vers des personnes qui traversent un moment difficile. Ce que nous faisons "
        "pour elles ne vaut que par la façon dont nous le faisons. En rejoignant le réseau, je "
        "lis ces quatre principes et je m’engage à les tenir."
    ),
    articles=(
        Article(
            "Accueil inconditionnel",
            "Toute personne est reçue, quels que soient son histoire, ses papiers, sa langue, "
            "son adresse ou l’absence de tout cela.",
            (
                "Je ne demande rien qui ne soit utile à ce que la personne est venue chercher.",
                "« Je ne sais pas » et « je préfère ne pas répondre » sont de vraies réponses.",
                "Si je ne peux pas aider, je dis qui peut, et je m’assure que le chemin existe.",
            ),
        ),
        Article(
            "Non-jugement et dignité",
            "Je parle d’une personne comme je voudrais que l’on parle de moi, devant elle comme "
            "en son absence.",
            (
                "J’écris ce que j’ai vu et fait, pas ce que j’en pense.",
                "Je n’écris rien que la personne ne pourrait lire avec moi.",
                "Je ne classe pas les personnes et ne commente pas leurs choix.",
            ),
        ),
        Article(
            "Respect absolu de la confidentialité",
            "Ce qui m’est confié reste dans le cercle de ceux à qui cela a été confié.",
            (
                "Je ne lis que ce dont j’ai besoin, et je sais que chaque ouverture laisse une "
                "trace.",
                "Je ne prête ni mon compte, ni ma clé, ni mon écran ; je verrouille en partant.",
                "Je ne note aucun nom ailleurs : ni carnet, ni messagerie, ni tableur.",
                "Si je me trompe ou si je perds quelque chose, je le dis tout de suite.",
            ),
        ),
        Article(
            "Relation d’égal à égal",
            "La personne décide pour elle-même. Je lui apporte de quoi décider.",
            (
                "J’explique pourquoi je pose une question et ce que devient la réponse.",
                "Je partage avec une autre organisation seulement si la personne le veut, et elle "
                "peut changer d’avis.",
                "Ce que nous savons d’elle est à elle : elle peut le voir, le corriger, le "
                "reprendre.",
            ),
        ),
    ),
)

VERSIONS = {CURRENT.version: CURRENT}

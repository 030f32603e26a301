"""Recognise headers, whatever their accents, capitals and turns of phrase."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "°": " "})
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
IN_BRACKETS = re.compile(r"\([^)]*\)|\*")
EMPTY_WORDS = {"de", "du", "des", "d", "la", "le", "les", "l", "un", "une", "en", "et"}


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """« N° de téléphone » → « n telephone »: what is left when spelling does not matter."""
    text = unicodedata.normalize("NFKD", text.translate(LIGATURES)).lower()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = NOT_A_WORD.split(text)
    return " ".join(word for word in words if word and word not in EMPTY_WORDS)


def recognised(headers: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Rank of a header → the column that it names; a column is found once, the first time.

    What is in brackets in a header helps people: « Adresse (numéro et rue) » is « Adresse ».
    """
    keys = {plain(name): key for key, all_names in names.items() for name in all_names}
    found: dict[int, str] = {}
    for rank, header in enumerate(headers):
        key = keys.get(plain(header)) or keys.get(plain(IN_BRACKETS.sub(" ", header)))
        if key and key not in found.values():
            found[rank] = key
    return found

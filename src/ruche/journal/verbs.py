"""The acts that the journal knows, each with its sentence: what is not here cannot be recorded."""

import re
import unicodedata
from collections.abc import Mapping

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_CODE = 48

VERBS: dict[str, str] = {
    "journal_exported": "Le journal a été exporté.",
    "journal_restored": "Une sauvegarde a été rétablie : les lignes écrites depuis sont perdues.",
}
"""Code → French sentence. Filled by each app when it is imported, by `register_verbs`."""


def register_verbs(verbs: Mapping[str, str]) -> None:
    """Make acts known: `{"member_invited": "Une personne a été invitée."}`.

    Refuses with `ValueError` a code that is not in snake case or is too long, an act without a
    sentence, and a second sentence for the same act. Then none of them is kept.
    """
    for code, sentence in verbs.items():
        if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
            raise ValueError(f"« {code} » n'est pas le code d'un acte : écrivez member_invited.")
        if not sentence.strip():
            raise ValueError(f"L'acte « {code} » n'a pas de phrase.")
        if VERBS.get(code, sentence) != sentence:
            raise ValueError(f"L'acte « {code} » a déjà une autre phrase : {VERBS[code]}")
    VERBS.update(verbs)


WORDS: dict[str, str] = {"journal": "journal"}
"""Code of a kind of object, or of a detail → the French word. Filled by `register_words`."""


def register_words(words: Mapping[str, str]) -> None:
    """How kinds of objects and details read: `{"member": "membre", "since": "depuis"}`."""
    WORDS.update(words)


def word_of(code: str) -> str:
    """The French word of a kind or of a detail; its code when nobody gave one."""
    return WORDS.get(code, code)


def label_of(verb: str) -> str:
    """The sentence of an act; its code when nobody declares it any more."""
    return VERBS.get(verb, verb)


def verbs_that_say(word: str) -> list[str]:
    """Codes of the acts whose sentence holds the word, whatever its accents and capitals."""
    wanted = _plain(word)
    return [code for code, sentence in VERBS.items() if wanted in _plain(sentence)]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

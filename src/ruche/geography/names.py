"""Place names as people type them: no accent, no hyphen, « st » for « saint »."""

import re
import unicodedata

ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "cc": "", "ca": "", "cu": ""}
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " "})
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
LONGEST_QUERY = 80


def plain(text: str) -> str:
    """`"L'Isle-Jourdain"` → `"l isle jourdain"`; `"St Clar"` → `"saint clar"`."""
    text = unicodedata.normalize("NFKD", text[:LONGEST_QUERY].translate(LIGATURES)).lower()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = (ABBREVIATIONS.get(word, word) for word in NOT_A_WORD.split(text))
    return " ".join(word for word in words if word)

"""Place names as people type them: no accent, no hyphen, « st » for « saint », no « CC du »."""

import re
import unicodedata

ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints"}
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " "})
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
KIND = re.compile(
    r"^(cc|ca|cu|communaute (de communes|d agglomeration|urbaine)|metropole|departement|region)"
    r"( (du|de la|de l|des|de|d))?( |$)"
)
"""What people write before a name, and what we leave aside: « communauté de communes de la »."""

LONGEST_QUERY = 80


def plain(text: str) -> str:
    """`"L'Isle-Jourdain"` → `"l isle jourdain"`; `"CC du Val St-Clar"` → `"val saint clar"`."""
    text = unicodedata.normalize("NFKD", text[:LONGEST_QUERY].translate(LIGATURES)).lower()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = (ABBREVIATIONS.get(word, word) for word in NOT_A_WORD.split(text))
    return KIND.sub("", " ".join(word for word in words if word), count=1)

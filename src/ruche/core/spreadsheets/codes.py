"""Codes that look like numbers, and that a spreadsheet damages: identifiers, telephones."""

import re

from ruche.core.spreadsheets.errors import BadCell, Guess
from ruche.core.spreadsheets.values import SCIENTIFIC

NOT_A_DIGIT = re.compile(r"[\s.\-()/]+")
INSEE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
HOW_TO_KEEP = (
    "Mettez la colonne au format « Texte », retapez la valeur, puis enregistrez de nouveau."
)


def key(text: str, *, longest: int = 100) -> str:
    """The identifier of a line in another list: any text, but for a number that lost its end."""
    if SCIENTIFIC.fullmatch(text.replace(" ", "")):
        raise BadCell(
            f"« {text} » : le tableur a pris cet identifiant (sans doute un SIRET, ou un long "
            f"numéro) pour un nombre, et sa fin est perdue. {HOW_TO_KEEP}"
        )
    if len(text) > longest:
        raise BadCell(f"Cet identifiant a {len(text)} caractères : {longest} au plus.")
    return " ".join(text.split())


def postal_code(text: str) -> str | Guess:
    """Five digits; « 1004 », that can only be 01004, is taken for it (`Guess`)."""
    return _five_digits(text, "code postal", re.compile(r"\d{5}"))


def insee_code(text: str) -> str | Guess:
    """The official code of a commune: « 32013 », « 2A004 »."""
    return _five_digits(text.upper(), "code Insee", INSEE)


def _five_digits(text: str, what: str, form: re.Pattern[str]) -> str | Guess:
    bare = re.sub(r"\s+", "", text)
    bare = re.sub(r"[.,]0+$", "", bare)
    if form.fullmatch(bare):
        return bare
    if re.fullmatch(r"[1-9]\d{3}", bare):
        return Guess(
            f"0{bare}",
            f"« {text} » lu comme le {what} 0{bare} : le tableur a retiré le zéro du début.",
        )
    if SCIENTIFIC.fullmatch(bare):
        raise BadCell(f"« {text} » : le tableur a pris ce {what} pour un nombre. {HOW_TO_KEEP}")
    raise BadCell(f"« {text} » n’est pas un {what} : il a cinq signes, par exemple 32000.")


def phone(text: str) -> str | Guess:
    """A French telephone number, as people read it: « 05 62 00 00 01 ».

    Nine digits have lost their zero (`Guess`); short numbers (« 3646 ») are kept.
    """
    if SCIENTIFIC.fullmatch(text.replace(" ", "")):
        raise BadCell(f"« {text} » : le tableur a pris ce téléphone pour un nombre. {HOW_TO_KEEP}")
    digits = _national(NOT_A_DIGIT.sub("", text))
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return _in_pairs(digits)
    if re.fullmatch(r"[1-9]\d{8}", digits):
        meant = _in_pairs(f"0{digits}")
        return Guess(meant, f"« {text} » lu comme {meant} : le tableur a retiré le zéro du début.")
    if re.fullmatch(r"[13]\d{1,3}", digits):
        return digits
    raise BadCell(
        f"« {text} » n’est pas un numéro de téléphone : écrivez ses dix chiffres, "
        "par exemple 05 62 00 00 01."
    )


def _national(digits: str) -> str:
    for prefix in ("+330", "00330", "+33", "0033"):
        if digits.startswith(prefix):
            return f"0{digits.removeprefix(prefix)}"
    if re.fullmatch(r"33[1-9]\d{8}", digits):
        return f"0{digits[2:]}"
    return digits


def _in_pairs(digits: str) -> str:
    return " ".join(digits[place : place + 2] for place in range(0, len(digits), 2))

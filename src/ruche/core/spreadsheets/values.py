"""From the text of a cell to a value; or what it probably was, and what to do (`BadCell`).

A spreadsheet damages what it takes for a number: it drops the zero of a code, shows a SIRET as
« 1,2E+13 », writes a day as « 46359 ». When only one value could give what is read, it is taken and
said (`Guess`); otherwise the line is refused.
"""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from difflib import get_close_matches

from ruche.core.spreadsheets.errors import BadCell, Guess
from ruche.core.spreadsheets.headers import plain
from ruche.french.numbers import number
from ruche.french.times import MONTHS
from ruche.french.times import day as day_in_french
from ruche.french.times import hour as hour_in_french

EXCEL_ERROR = re.compile(r"#(?:[A-ZÉÀ]+(?:/[A-Z0]+)?[!?]|N/?A\b|[A-Z]+!)")
SCIENTIFIC = re.compile(r"-?\d+(?:[.,]\d+)?[eE][+-]?\d+")
ONLY_HASHES = re.compile(r"#+")

EPOCH_1900 = date(1899, 12, 30)
SHIFT_1904 = timedelta(days=1462)
"""Between the two calendars of spreadsheets: four years and a day."""

EARLIEST, LATEST = date(2000, 1, 1), date(2060, 12, 31)
SERIALS = range((EARLIEST - EPOCH_1900).days, (LATEST - EPOCH_1900).days)
"""Days as spreadsheets number them, for the years that a network speaks of."""


def refuse_damaged(text: str) -> None:
    """`BadCell` for what no column can use: an error of the spreadsheet, letters that were lost."""
    if ONLY_HASHES.fullmatch(text):
        raise BadCell(
            f"« {text} » : la colonne était trop étroite pour montrer la valeur. Élargissez-la, "
            "puis enregistrez."
        )
    if EXCEL_ERROR.fullmatch(text):
        raise BadCell(
            f"« {text} » est une erreur du tableur : la formule de cette case ne trouve plus ce "
            "qu’elle cherche. Écrivez la valeur à sa place."
        )
    if "\ufffd" in text:
        raise BadCell(f"« {_short(text)} » : une lettre a été perdue. Réécrivez ce texte.")
    better = _read_once(text)
    if better:
        raise BadCell(
            f"« {_short(text)} » : ses accents ont été lus deux fois. C’est sans doute "
            f"« {_short(better)} » : réécrivez-le."
        )


def _read_once(text: str) -> str:
    """« Ã©picerie » → « épicerie »; nothing for a text that was read once."""
    if text.isascii():
        return ""
    try:
        better = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return better if better != text else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


# ---------------------------------------------------------------------------------- texts


def line_of_text(text: str, *, longest: int) -> str:
    """A text on one line, of `longest` characters at most."""
    return paragraph(" ".join(text.split()), longest=longest)


def paragraph(text: str, *, longest: int) -> str:
    """A text that may have several lines."""
    if len(text) > longest:
        raise BadCell(
            f"{number(len(text))} caractères, et cette colonne en garde {number(longest)} : "
            "raccourcissez le texte."
        )
    return text


def choice(text: str, words: Mapping[str, str]) -> str:
    """The code of a word of a list, whatever its accents; `words`: as people write → code."""
    known = {plain(word): code for word, code in words.items()}
    if (wanted := plain(text)) in known:
        return known[wanted]
    close = get_close_matches(wanted, known, 1)
    shown = next((word for word in words if close and plain(word) == close[0]), "")
    told = f"Sans doute « {shown} ». " if shown else ""
    raise BadCell(
        f"« {_short(text)} » n’est pas dans la liste. {told}Écrivez l’un de ces mots : "
        f"{', '.join(dict.fromkeys(words))}."
    )


YES_NO = {"oui": True, "o": True, "vrai": True, "true": True, "x": True, "1": True,
          "non": False, "n": False, "faux": False, "false": False, "0": False}  # fmt: skip


def yes_no(text: str) -> bool:
    """« oui », « x », « VRAI »; « non », « 0 »."""
    found = YES_NO.get(plain(text))
    if found is None:
        raise BadCell(f"« {_short(text)} » : écrivez « oui » ou « non ».")
    return found


# -------------------------------------------------------------------------------- numbers


def decimal(text: str) -> float:
    """« 43,6465 », « 43.6465 »."""
    bare = "".join(text.split()).replace("−", "-")
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", bare):
        raise BadCell(f"« {_short(text)} » n’est pas un nombre : écrivez par exemple 43,6465.")
    return float(bare.replace(",", "."))


def whole(text: str, *, highest: int) -> int:
    """A whole number from zero: « 12 », « 1 250 », « 12,0 »."""
    bare = "".join(text.split())
    found = re.fullmatch(r"(\d+)(?:[.,]0+)?", bare)
    if not found:
        raise BadCell(f"« {_short(text)} » : écrivez un nombre entier, en chiffres.")
    if int(found[1]) > highest:
        raise BadCell(f"« {_short(text)} » : c’est plus que {number(highest)}. Vérifiez ce nombre.")
    return int(found[1])


# ----------------------------------------------------------------------------------- days

NUMERIC_DAY = re.compile(r"(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")
WRITTEN_DAY = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})")
MONTH_NAMES = {plain(name): rank for rank, name in enumerate(MONTHS, start=1)}


def day(text: str) -> date | Guess:
    """« 3/12/26 », « 3 décembre 2026 », « 2026-12-03 », or a spreadsheet's number (`Guess`)."""
    if text.isdigit():
        return _numbered_day(text)
    found = _day_parts(text)
    if found is None:
        raise BadCell(f"« {_short(text)} » n’est pas une date : écrivez 03/12/2026.")
    day_of_month, month, year = found
    try:
        return _plausible(date(year, month, day_of_month), text)
    except ValueError as error:
        if isinstance(error, BadCell):
            raise
        raise BadCell(_impossible(text, day_of_month, month, year)) from error


def _day_parts(text: str) -> tuple[int, int, int] | None:
    """Day, month, year."""
    if found := ISO_DAY.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := NUMERIC_DAY.fullmatch(text):
        return int(found[1]), int(found[2]), _year(found[3])
    found = WRITTEN_DAY.fullmatch(plain(text))
    month = MONTH_NAMES.get(found[2]) or _abbreviated(found[2]) if found else None
    if found is None or month is None:
        return None
    return int(found[1]), month, _year(found[3])


def _abbreviated(word: str) -> int | None:
    """« déc », « sept »: the only month that begins so."""
    months = [rank for name, rank in MONTH_NAMES.items() if len(word) > 2 and name.startswith(word)]
    return months[0] if len(months) == 1 else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _impossible(text: str, day_of_month: int, month: int, year: int) -> str:
    """A month of 13 or more is most often a day and a month that changed places."""
    try:
        meant = date(year, day_of_month, month)
    except ValueError:
        return f"« {_short(text)} » : ce jour n’existe pas. Vérifiez la date."
    return (
        f"« {_short(text)} » : le mois est avant le jour, à l’américaine. C’est sans doute le "
        f"{day_in_french(meant, weekday=False, year=True)} : écrivez {meant:%d/%m/%Y}."
    )


def _numbered_day(text: str) -> Guess:
    if len(text) > 6 or int(text) not in SERIALS:
        raise BadCell(f"« {_short(text)} » n’est pas une date : écrivez 03/12/2026.")
    meant = EPOCH_1900 + timedelta(days=int(text))
    return Guess(
        meant,
        f"« {text} » est le numéro d’un jour dans un tableur : lu comme le "
        f"{day_in_french(meant, year=True)}.",
    )


def _plausible(found: date, text: str) -> date:
    if EARLIEST <= found <= LATEST:
        return found
    if found.year in range(1899, 1909):
        raise BadCell(
            f"« {_short(text)} » : ce n’est sans doute pas une date mais une heure ou une case "
            "vide, que le tableur compte depuis 1900 ou 1904. Écrivez la date."
        )
    raise BadCell(f"« {_short(text)} » : vérifiez l’année, elle semble fausse.")


def if_shifted(found: date) -> date:
    """The day that was meant when it was copied from a workbook that counts from 1904."""
    return found + SHIFT_1904


# ---------------------------------------------------------------------------------- hours

HOUR = re.compile(r"(\d{1,2})\s?(?:[hH:]|heures?)\s?(\d{2})?(?::00)?\s?(?:mn|min)?")
NOON = {"midi": time(12), "minuit": time(0)}
MINUTES_A_DAY = 24 * 60


def hour(text: str) -> time | Guess:
    """« 14h30 », « 14:30 », « 14 h », « midi », or the fraction of a day of a spreadsheet."""
    if plain(text) in NOON:
        return NOON[plain(text)]
    found = HOUR.fullmatch(text.strip())
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return time(int(found[1]), int(found[2] or 0))
    if re.fullmatch(r"0[.,]\d{2,}", text):
        return _fraction(text)
    if re.fullmatch(r"\d{1,2}", text) and int(text) < 24:
        meant = time(int(text))
        return Guess(meant, f"« {text} » lu comme {hour_in_french(meant)}.")
    raise BadCell(f"« {_short(text)} » n’est pas une heure : écrivez 14h30.")


def _fraction(text: str) -> Guess:
    minutes = round(float(text.replace(",", ".")) * MINUTES_A_DAY) % MINUTES_A_DAY
    meant = time(*divmod(minutes, 60))
    return Guess(meant, f"« {text} » est une fraction de jour : lu comme {hour_in_french(meant)}.")

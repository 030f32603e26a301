"""Numbers as French typography writes them: comma, narrow spaces, a true minus, never « −0,0 »."""

import re
from decimal import ROUND_HALF_UP, Decimal

THIN = "\u202f"
"""Narrow no-break space: between thousands, and before « % », « ‰ », « ; », « ! », « ? »."""

NBSP = "\u00a0"
"""No-break space: before « : », inside quotation marks, before a unit."""

MINUS = "\u2212"

IN_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
BEFORE_HIGH_SIGN = re.compile(r" (?=[%‰;!?])")
BEFORE_COLON = re.compile(r" (?=:)")


def rounded(value: float, decimals: int) -> Decimal:
    """Half away from zero on the decimal that we read (2.675 → 2.68), and no negative zero."""
    quantum = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).quantize(quantum, ROUND_HALF_UP) + 0


def number(value: float, decimals: int = 0) -> str:
    """`number(12345.6, 1)` → « 12 345,6 »; `number(-0.04, 1)` → « 0,0 »."""
    units = _units(value, decimals)
    sign = MINUS if units < 0 else ""
    if not decimals:
        return sign + f"{abs(units):,}".replace(",", THIN)
    whole, rest = divmod(abs(units), 10**decimals)
    return f"{sign}{whole:,}".replace(",", THIN) + f",{rest:0{decimals}}"


SAFE = 1e12
"""Below this a float has enough digits left to see which side of a half it is."""


def _units(value: float, decimals: int) -> int:
    """`rounded` as a whole number of the last decimal. Five hundred of them make a page: the exact
    and slow way is kept for what is close to a half."""
    scaled = abs(value) * 10**decimals
    if scaled >= SAFE or abs(scaled % 1 - 0.5) < 1e-4:
        return int(rounded(value, decimals).scaleb(decimals))
    units = int(scaled + 0.5)
    return -units if value < 0 else units


def signed(value: float, decimals: int = 0) -> str:
    """The same with its sign when it is not zero: « +0,3 », « −1,2 », « 0,0 »."""
    text = number(value, decimals)
    return text if value <= 0 or not any(digit in text for digit in "123456789") else f"+{text}"


def percent(value: float, decimals: int = 1) -> str:
    """`percent(16.8)` → « 16,8 % »."""
    return f"{number(value, decimals)}{THIN}%"


def spaced(text: str) -> str:
    """A text typed with plain spaces, with the no-break ones that numbers and signs ask for."""
    text = BEFORE_HIGH_SIGN.sub(THIN, IN_THOUSANDS.sub(THIN, text))
    return BEFORE_COLON.sub(NBSP, text)


def plural(quantity: float, singular: str, plural_form: str | None = None) -> str:
    """The form that goes with a quantity: in French the plural begins at two."""
    if abs(quantity) < 2:
        return singular
    return plural_form if plural_form is not None else f"{singular}s"


def counted(
    quantity: float, singular: str, plural_form: str | None = None, *, decimals: int = 0
) -> str:
    """A number and its noun, agreed on what is shown: « 1,5 point », « 2,3 points »."""
    shown = float(rounded(quantity, decimals))
    return f"{number(quantity, decimals)}{NBSP}{plural(shown, singular, plural_form)}"


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """« 1er », « 1re », « 2e », « 15e »."""
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{rank}e"

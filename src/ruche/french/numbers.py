"""Numbers as French typography writes them: comma, narrow spaces, a true minus, never « −0,0 »."""

from decimal import ROUND_HALF_UP, Decimal

THIN = "\u202f"
"""Narrow no-break space: between thousands, and before « % », « ‰ », « ; », « ! », « ? »."""

NBSP = "\u00a0"
"""No-break space: before « : », inside quotation marks, before a unit."""

MINUS = "\u2212"


def rounded(value: float, decimals: int) -> Decimal:
    """Half away from zero on the decimal that we read (2.675 → 2.68), and no negative zero."""
    quantum = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).quantize(quantum, ROUND_HALF_UP) + 0


def number(value: float, decimals: int = 0) -> str:
    """`number(12345.6, 1)` → « 12 345,6 »; `number(-0.04, 1)` → « 0,0 »."""
    amount = rounded(value, decimals)
    text = f"{abs(amount):,.{decimals}f}".replace(",", THIN).replace(".", ",")
    return (MINUS if amount < 0 else "") + text


def signed(value: float, decimals: int = 0) -> str:
    """The same with its sign when it is not zero: « +0,3 », « −1,2 », « 0,0 »."""
    return ("+" if rounded(value, decimals) > 0 else "") + number(value, decimals)


def percent(value: float, decimals: int = 1) -> str:
    """`percent(16.8)` → « 16,8 % »."""
    return f"{number(value, decimals)}{THIN}%"


def plural(quantity: float, singular: str, plural_form: str | None = None) -> str:
    """The form that goes with a quantity: in French the plural begins at two."""
    if abs(quantity) < 2:
        return singular
    return plural_form if plural_form is not None else f"{singular}s"


def counted(quantity: float, singular: str, plural_form: str | None = None, *, decimals: int = 0) -> str:
    """A number and its noun, agreed on what is shown: « 1,5 point », « 2,3 points »."""
    shown = float(rounded(quantity, decimals))
    return f"{number(quantity, decimals)}{NBSP}{plural(shown, singular, plural_form)}"


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """« 1er », « 1re », « 2e », « 15e »."""
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{rank}e"

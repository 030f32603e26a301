"""Linear expressions of source variables, the only formulas that a catalogue may write.

`P22_POP7589 + P22_POP90P`, `P22_RP - P22_RP_VOIT1P`, `0.5 * A`. A sum of communes commutes with a
linear expression: that is what makes a ratio of sums the same in every engine.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

VARIABLE = r"[A-Z][A-Z0-9_]*"
TERM = rf"(?:\d+(?:\.\d+)? \* )?{VARIABLE}"
EXPRESSION = re.compile(rf"{TERM}(?: [+-] {TERM})*")
PART = re.compile(
    rf"(?:(?P<sign>[+-]) )?(?:(?P<factor>\d+(?:\.\d+)?) \* )?(?P<variable>{VARIABLE})"
)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear expression: pairs of coefficient and variable."""

    terms: tuple[tuple[float, str], ...]

    @classmethod
    def parse(cls, text: str) -> "Linear":
        """Read « A + 2 * B - C ». Anything else raises ValueError: no product, no function."""
        if not EXPRESSION.fullmatch(text):
            raise ValueError(f"« {text} » n'est pas une expression linéaire de variables")
        return cls(
            tuple(
                (
                    (-1.0 if part["sign"] == "-" else 1.0) * float(part["factor"] or 1),
                    part["variable"],
                )
                for part in PART.finditer(text)
            )
        )

    @property
    def variables(self) -> list[str]:
        return [variable for _, variable in self.terms]

    def over(self, prefix: str = "") -> pl.Expr:
        """The same as a Polars expression, over columns named `prefix` + variable."""
        total: pl.Expr | None = None
        for factor, variable in self.terms:
            column = pl.col(prefix + variable)
            term = column if factor == 1 else column * factor
            total = term if total is None else total + term
        assert total is not None
        return total

    def __str__(self) -> str:
        text = ""
        for factor, variable in self.terms:
            sign = "-" if factor < 0 else "+"
            size = "" if abs(factor) == 1 else f"{_plain(abs(factor))} * "
            text += f" {sign} {size}{variable}" if text or factor < 0 else f"{size}{variable}"
        return text.strip()


def _plain(factor: float) -> str:
    """A coefficient without an exponent, that `Linear.parse` reads back as it was."""
    return f"{Decimal(repr(factor)):f}".removesuffix(".0")

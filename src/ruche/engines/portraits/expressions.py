"""Linear expressions of source variables, the only formulas that a catalogue may write.

`P22_POP7589 + P22_POP90P`, `P22_RP - P22_RP_VOIT1P`, `0.5 * A`. A sum of communes commutes with a
linear expression: that is what makes a ratio of sums the same in every engine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]

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
        """The variables, in the order in which they are written."""
        return [variable for _, variable in self.terms]

    def over(self, columns: Mapping[str, Column]) -> Column:
        """Its value in each row of the columns of its variables."""
        (factor, variable), *others = self.terms
        total = columns[variable] if factor == 1 else columns[variable] * factor
        for factor, variable in others:
            column = columns[variable]
            if factor == 1:
                total = total + column
            elif factor == -1:
                total = total - column
            else:
                total = total + column * factor
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

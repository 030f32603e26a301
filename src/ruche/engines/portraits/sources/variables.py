"""What the name of a variable tells: its source, whether it may be summed, whether it counts."""

import re

FILOSOFI_RATES = (
    "MED", "PIMP", "TP60", "PACT", "PTSA", "PCHO", "PBEN", "PPEN", "PPAT", "PPSOC", "PPFAM",
    "PPMINI", "PPLOGT", "PIMPOT", "RD", "GI", "S80S20", "Q1", "Q2", "Q3", "TP40", "TP50",
    *(f"D{i}" for i in range(1, 10)),
    *(f"TP60AGE{i}" for i in range(7)),
    *(f"TP60TOL{i}" for i in range(3)),
)  # fmt: skip
"""Prefixes before the two digits of the year: `D121` is D1 of 2021, `TP6021` is TP60 of 2021. Only
a list of prefixes tells them apart; a pattern on digits does not."""

FILOSOFI_COUNTS = ("NBMENFISC", "NBPERSMENFISC", "NBPERS", "NBMEN", "NBUC")

_ADDITIVE = re.compile(
    r"^([PC]\d\d_\w+|SUPERF|NAIS\d{4}|DECE\d{4}|NAISD\d\d|DECESD\d\d|EN\w*\d\d|ET\w*\d\d|BPE\d\d_\w+"
    r"|NBMENFISC\d\d|NBPERSMENFISC\d\d|NBPERS\d\d|NBMEN\d\d|RPLS\d\d_\w+|FS\d\d_\w+|CN\d\d_\w+"
    r"|OTTD_\w+__[ND]|OTTD_P\d\d_POP|OTTD_MEN_TOT_STOCK_\d\d)$"
)
_BALANCE = re.compile(r"SOLDE|EVOL|VAR|_SMA|_SN", re.IGNORECASE)
_BPE = re.compile(r"^BPE\d\d_")


def is_filosofi(variable: str) -> bool:
    """Is it a variable of Filosofi, whatever the file that carries it?"""
    stem, year = variable[:-2], variable[-2:]
    return year.isdigit() and stem in (*FILOSOFI_RATES, *FILOSOFI_COUNTS)


def is_additive(variable: str) -> bool:
    """May it be summed over communes? Counts may; medians, rates and the unknown may not."""
    return _ADDITIVE.match(variable) is not None


def counts_something(variable: str) -> bool:
    """Is a negative value an error? Not for balances and changes."""
    return is_additive(variable) and _BALANCE.search(variable) is None


def source_of(variable: str, default: str = "insee-rp") -> str:
    """The source, in the catalogue, of a variable of the Insee's wide files."""
    if is_filosofi(variable):
        return "insee-filosofi"
    return "insee-bpe" if _BPE.match(variable) else default

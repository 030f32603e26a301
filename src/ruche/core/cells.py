"""A cell of a CSV that a spreadsheet opens is never a formula: one rule for every file we give."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell begins with it."""


def harmless(cell: str) -> str:
    """The same cell, after an apostrophe when it begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

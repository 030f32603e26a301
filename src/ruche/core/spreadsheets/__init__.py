"""Read what people keep in spreadsheets, and give it back with what must be corrected.

A spreadsheet lies in a hundred ways: two encodings in one file, a SIRET shown as « 1,2E+13 », a
postal code that lost its zero, a formula without its result. Here a file becomes lines of texts,
each with its number as the spreadsheet shows it, or is refused whole with what to do; `values`
then turns a text into a day, an hour, a code, or says what it probably was. Nothing here knows
what the lines are about, and nothing that is read is ever executed.
"""

from ruche.core.spreadsheets.errors import BadCell, Guess, UnreadableSpreadsheet
from ruche.core.spreadsheets.headers import plain, recognised
from ruche.core.spreadsheets.reading import read
from ruche.core.spreadsheets.sheets import Line, Sheet
from ruche.core.spreadsheets.writing import as_csv, as_xlsx

__all__ = [
    "BadCell",
    "Guess",
    "Line",
    "Sheet",
    "UnreadableSpreadsheet",
    "as_csv",
    "as_xlsx",
    "plain",
    "read",
    "recognised",
]

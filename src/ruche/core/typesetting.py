"""French typography: no-break spaces before double signs and inside quotes, true apostrophes.

`typeset` changes what a reader sees of a template, never its markup, its code or its comments.
"""

import re

from ruche.french.numbers import NBSP, THIN

BEFORE_HIGH = re.compile(r"[ \u00a0\u202f]+(?=[;!?%‰](?!\w))")
BEFORE_COLON = re.compile(r"[ \u202f]+(?=:(?!\w))")
INSIDE_QUOTES = re.compile(r"(?<=«)[ \u202f]+|[ \u202f]+(?=»)")
APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")

# What is not read: comments, code samples, markup. Literals of a template tag are read.
UNREAD = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<pre>.*?</pre>|<!--.*?-->"
    r"|\{%.*?%\}|\{\{.*?\}\}|<(?:[^>{]|\{[{%].*?[%}]\})*>",
    re.DOTALL,
)
LITERAL = re.compile(r'"[^"]*"')


def spaced(text: str) -> str:
    """Narrow no-break space before ; ! ? %, plain one before : and inside « »."""
    text = BEFORE_HIGH.sub(THIN, text)
    text = BEFORE_COLON.sub(NBSP, text)
    return INSIDE_QUOTES.sub(NBSP, text)


def typographic(text: str) -> str:
    """The same with true apostrophes, for a text that was typed on a keyboard."""
    return spaced(APOSTROPHE.sub("’", text))


def typeset(source: str) -> str:
    """A template whose visible text is `typographic`. Doing it twice changes nothing more."""
    read, position = [], 0
    for unread in UNREAD.finditer(source):
        read += [typographic(source[position : unread.start()]), _tag(unread[0])]
        position = unread.end()
    return "".join([*read, typographic(source[position:])])


def _tag(markup: str) -> str:
    """A template tag with its literals typeset; any other markup as it is."""
    if not markup.startswith("{%") or "comment" in markup[:12]:
        return markup
    return LITERAL.sub(lambda literal: typographic(literal[0]), markup)

"""The booklet of a territory: a printed, accessible document made from the facts of its page.

`booklet_content` turns a portrait and its drawings into plain data; `compile_booklet` lays that
data out with Typst as a PDF/UA file. A drawing without an alternative text is refused: the booklet
is then not made at all, rather than made for some readers only.
"""

from ruche.engines.portraits.booklet.content import (
    BookletDrawings,
    Drawing,
    booklet_content,
    short,
)
from ruche.engines.portraits.booklet.typesetting import (
    BookletError,
    compile_booklet,
    template_digest,
)

__all__ = [
    "BookletDrawings",
    "BookletError",
    "Drawing",
    "booklet_content",
    "compile_booklet",
    "short",
    "template_digest",
]

"""From what is on paper to its PDF, the same on every machine.

The content travels as data: nothing that a site wrote can be read as a command of the template. A
paper that was just asked for is kept in memory, since the same one is often opened again.
"""

import json
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

from ruche.public.where.printing.leaflets import Leaflet
from ruche.public.where.printing.letters import fonts
from ruche.public.where.printing.posters import Poster

FOLDER = Path(__file__).parent
STANDARD: Final = "ua-1"
KEPT = 64
"""Papers kept in memory: a few megabytes."""

_own = threading.local()


class PaperError(Exception):
    """A paper cannot be made; the message quotes the typesetter."""


def typeset(paper: Poster | Leaflet) -> bytes:
    """The PDF/UA-1 file of a paper: same content, same bytes. Raises `PaperError`.

    Threads may compile side by side: each keeps its own compilers.
    """
    template = "poster.typ" if isinstance(paper, Poster) else "leaflet.typ"
    content = json.dumps(asdict(paper), ensure_ascii=False)
    return _compiled(template, content, paper.frame.day)


@lru_cache(maxsize=KEPT)
def _compiled(template: str, content: str, day: str) -> bytes:
    try:
        pdf = _compiler(template).compile(
            sys_inputs={"content": content},
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise PaperError(f"{template} : {error.message} {' ; '.join(error.hints)}") from error
    assert isinstance(pdf, bytes)
    return pdf


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _own.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(
            str(FOLDER / template),
            root=str(FOLDER),
            font_paths=fonts(),
            ignore_system_fonts=True,
        )
    return compilers[template]

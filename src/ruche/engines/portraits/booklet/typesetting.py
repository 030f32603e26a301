"""From the content of a booklet to its PDF, the same on every machine.

The fonts are those of the product, never those of the system; the date is that of the edition. The
content travels as data: no name can be read as a command of the template.
"""

import hashlib
import json
import threading
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst

from ruche.engines.portraits.errors import PortraitError

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "booklet.typ"
STANDARD: Final = "ua-1"
FONTS_PACKAGE = "font_source_sans_pro"

WHAT_TO_DO = {
    "missing alt text": "une figure n’a pas de texte de remplacement ; donnez-lui en un.",
    "could not be displayed": (
        "un caractère n’existe dans aucune police du livret ; corrigez le nom ou le commentaire."
    ),
}
"""Part of Typst's message → what happened and what to do, in French."""

_own = threading.local()


class BookletError(PortraitError):
    """The booklet cannot be made; the message says why and quotes the typesetter."""


def compile_booklet(content: dict[str, Any]) -> bytes:
    """The PDF/UA-1 file of a content made by `booklet_content`: same content, same bytes.

    Raises `BookletError` when the typesetter refuses, for instance a drawing without alternative
    text. Threads may compile side by side: each keeps its own compiler, which remembers what two
    booklets have in common.
    """
    day = date.fromisoformat(content["edition"]["date"])
    try:
        pdf = _compiler().compile(
            sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=datetime.combine(day, time(12), tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise BookletError(_in_french(content, error)) from error
    assert isinstance(pdf, bytes)
    return pdf


def _in_french(content: dict[str, Any], error: typst.TypstError) -> str:
    message = str(error.message)
    found = (advice for part, advice in WHAT_TO_DO.items() if part in message)
    advice = next(found, "la composition a échoué.")
    hints = f" ({' ; '.join(error.hints)})" if error.hints else ""
    return f"Livret « {content['title']} » : {advice} Message de Typst : « {message}{hints} »."


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(
            str(TEMPLATE), root=str(FOLDER), font_paths=_fonts(), ignore_system_fonts=True
        )
    return _own.compiler  # type: ignore[no-any-return]


@cache
def _fonts() -> typst.Fonts:
    """Source Sans from its wheel, found without importing it (it needs the old `pkg_resources`)."""
    spec = find_spec(FONTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BookletError(
            f"La police du livret manque : installez le paquet Python « {FONTS_PACKAGE} »."
        )
    files = Path(next(iter(spec.submodule_search_locations))) / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(files)])


@cache
def template_digest() -> str:
    """SHA-256 of everything in this package that decides how a booklet looks, and of Typst."""
    digest = hashlib.sha256(version("typst").encode())
    for path in sorted([*FOLDER.glob("*.typ"), *FOLDER.glob("*.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

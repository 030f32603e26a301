"""The words that the network writes about itself: a file that it edits, checked before it shows.

A wrong file never breaks the site: the page keeps the words that were shipped, the log and the
command `manage.py contenu` say what to mend.
"""

import logging
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

SHIPPED = Path(__file__).parent / "content"
FILE = "accueil.toml"
MARKDOWN = MarkdownIt("commonmark", {"html": False})

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, max_length=4_000)]
Site = Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")]
"""The address of a site, never `javascript:`."""

logger = logging.getLogger(__name__)


class BadContent(ValueError):
    """The content file cannot be read; the message says where and what to do, in French."""


class Block(BaseModel):
    """A title and a text; unknown keys are refused, so that a typing error is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titre: Text
    texte: Text

    @property
    def html(self) -> SafeString:
        html: str = MARKDOWN.render(self.texte)
        return mark_safe(html)  # noqa: S308 - raw HTML is off in MARKDOWN


class Mission(Block):
    """One of the missions; it may lead to a page of the site."""

    lien: str = ""
    invitation: str = ""


class Organisation(BaseModel):
    """A member or a partner, and what it does in the network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nom: Text
    role: Text
    site: Site = ""


class Members(Block):
    """The organisations of the network."""

    organisation: list[Organisation] = Field(min_length=1)


class Home(BaseModel):
    """The whole home page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titre: Text
    chapeau: Text
    presentation: Block
    mission: list[Mission] = Field(min_length=1, max_length=9)
    principe: list[Block] = Field(min_length=1, max_length=9)
    membres: Members


def read_home(path: Path) -> Home:
    """Read and check a content file. Raises `BadContent` with the line or the field."""
    try:
        return Home.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadContent(f"{path.name} est illisible : {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadContent(
            f"{path.name} n'est pas un fichier TOML correct : {error}. "
            "Vérifiez les guillemets et les crochets de cette ligne."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadContent(f"{path.name}, champ « {where} » : {first['msg']}.") from error


def home() -> Home:
    """The words of the network, or the shipped ones when its file is wrong."""
    path = Path(settings.CONTENT_DIR) / FILE
    if not path.is_file():
        path = SHIPPED / FILE
    return _remembered(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _remembered(path: Path, changed: int) -> Home:
    """Read again only when the file changes."""
    try:
        return read_home(path)
    except BadContent as error:
        logger.error("Contenu refusé, page d'accueil d'origine affichée. %s", error)
        return read_home(SHIPPED / FILE)

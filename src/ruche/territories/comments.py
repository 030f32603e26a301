"""The network's own words on a territory: a Markdown file per edition and territory."""

from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from ruche.geography.models import Territory
from ruche.territories.models import Edition

MARKDOWN = MarkdownIt("commonmark", {"html": False})
"""Raw HTML is shown as text: a comment brings words, never code."""


def comment_on(territory: Territory, edition: Edition) -> SafeString | None:
    """The comment of `<content>/portraits/<edition>/<address>.md`, or None."""
    path = Path(settings.CONTENT_DIR) / "portraits" / edition.pk / f"{territory.pk}.md"
    if not path.is_file():
        return None
    html: str = MARKDOWN.render(path.read_text(encoding="utf-8"))
    return mark_safe(html)  # noqa: S308 - raw HTML is off in MARKDOWN

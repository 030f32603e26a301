"""The network's comment on a territory, from Markdown to blocks that a template can lay out.

Paragraphs, titles, lists, quotations, bold and italic; a link shows its address in print. Raw HTML
is shown as it was typed.
"""

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Span = dict[str, Any]
Block = dict[str, Any]

READER = MarkdownIt("commonmark", {"html": False})
KINDS = {"heading_open": "title", "list_item_open": "item", "blockquote_open": "quotation"}
"""What opens a block that is not a plain paragraph."""


def blocks(markdown: str) -> list[Block]:
    """`[{"kind": "paragraph", "spans": [{"text", "strong", "emphasis"}]}]`, in reading order."""
    found: list[Block] = []
    around: list[str] = []
    for token in READER.parse(markdown):
        if token.type in KINDS:
            around.append(KINDS[token.type])
        elif token.type.replace("_close", "_open") in KINDS:
            around.pop()
        elif token.type == "inline":
            found.append({"kind": _innermost(around), "spans": _spans(token.children or [])})
        elif token.type in {"fence", "code_block", "html_block"}:
            found.append({"kind": "paragraph", "spans": [_span(token.content.strip())]})
    return [block for block in found if block["spans"]]


def _innermost(around: list[str]) -> str:
    return around[-1] if around else "paragraph"


def _span(text: str, *, strong: bool = False, emphasis: bool = False) -> Span:
    return {"text": text, "strong": strong, "emphasis": emphasis}


def _spans(tokens: list[Token]) -> list[Span]:
    spans: list[Span] = []
    strong = emphasis = 0
    address = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                address = str(token.attrGet("href") or "")
            case "link_close":
                spans.append(_span(f" ({address})"))
            case "softbreak" | "hardbreak":
                spans.append(_span(" "))
            case _ if token.content:
                spans.append(_span(token.content, strong=strong > 0, emphasis=emphasis > 0))
    return spans

"""What every page promises in a real browser, whatever it shows."""

import zlib
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

CONTROLS = (
    "button, .button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, "
    "summary, .site-nav a, .tabs a, .pager a, .files a, thead a, .choice, .suggestions a, "
    ".site-footer li a, .site-name"
)
"""What a finger aims at; links inside a text are exempt (WCAG 2.5.8)."""

TOO_SMALL = """(controls) => [...document.querySelectorAll(controls)]
  .filter((control) => control.checkVisibility() && !control.closest(".visually-hidden"))
  .map((control) => [control.outerHTML.slice(0, 90), control.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([html, box]) => `${Math.round(box.width)} × ${Math.round(box.height)} : ${html}`)"""

VIOLATIONS = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
"""What axe finds at fault, and nothing of the thousands of nodes that it finds right."""

WIDTHS = (1280, 360)


def broken_promises(page: Any) -> list[str]:
    """What a page breaks, wide then on a telephone, folded then unfolded; nothing is expected."""
    found = []
    for width in WIDTHS:
        _resize(page, width)
        found += _sideways(page, width) + [f"{width} : {each}" for each in small_targets(page)]
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    for width in reversed(WIDTHS):
        _resize(page, width)
        found += _sideways(page, width)
        if width in _looked_at_by_axe(page.url):
            found += [f"{width} : {each}" for each in accessibility_faults(page)]
    return found


def _looked_at_by_axe(address: str) -> tuple[int, ...]:
    """Both widths; where a change waits to land, one of them, that its address draws."""
    if not settings.CI:
        return WIDTHS
    asked = urlsplit(address)
    return (WIDTHS[zlib.crc32(f"{asked.path}?{asked.query}".encode()) % 2],)


def _resize(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def _sideways(page: Any, width: int) -> list[str]:
    too_wide = overflow(page)
    return [f"{width} : {too_wide} pixels de trop"] if too_wide > 0 else []


def accessibility_faults(page: Any) -> list[str]:
    """What axe finds, one line per fault: rule, help, the elements at fault."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        f"{fault['id']} : {fault['help']} : {[node['html'][:120] for node in fault['nodes']]}"
        for fault in page.evaluate(VIOLATIONS)
    ]


def overflow(page: Any) -> int:
    """Pixels that one would have to scroll sideways for."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def small_targets(page: Any) -> list[str]:
    return page.evaluate(TOO_SMALL, CONTROLS)


def active(page: Any, what: str) -> Any:
    """A property of the element that has the focus."""
    return page.evaluate(f"document.activeElement.{what}")

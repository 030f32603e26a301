"""What apps add to pages that are not theirs: a script in the head, a line under the menu.

The base template knows no app: it shows the parts that were registered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Parts:
    """Templates to include: in the head of the page, and under its menu."""

    head: tuple[str, ...] = ()
    page: tuple[str, ...] = ()


Chooser = Callable[[HttpRequest], Parts]
NOTHING = Parts()
_CHOOSERS: list[Chooser] = []


def register_parts(chooser: Chooser) -> Chooser:
    """`chooser(request)` says what an app adds to this page; `NOTHING` most often."""
    if chooser not in _CHOOSERS:
        _CHOOSERS.append(chooser)
    return chooser


def parts_of(request: HttpRequest) -> Iterator[Parts]:
    """What every app adds, in the order of their layers."""
    return (chooser(request) for chooser in _CHOOSERS)

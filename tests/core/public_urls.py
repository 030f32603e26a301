"""Every address of the product, with an example that must answer.

A new address is added here with its examples, or `test_consistency.py` fails: in `PUBLIC_URLS` when
anybody may open it, in `MEMBER_URLS` when one must be a member of the network.
"""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Example:
    """One way of calling an address: arguments, what follows `?`, the status expected."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    page: bool = True
    """False for a file or a fragment: only its status and headers are looked at."""

    def path(self, url_name: str) -> str:
        address = reverse(url_name, kwargs=self.kwargs)
        return f"{address}?{self.query}" if self.query else address


PUBLIC_URLS: dict[str, list[Example]] = {
    "core:gallery": [Example(), Example(query="tri=-habitants&page=2")],
}

MEMBER_URLS: dict[str, list[Example]] = {}


def public_examples(*, pages_only: bool = False) -> list[tuple[str, Example]]:
    """(URL name, example) for each public address; only those that answer with a page if asked."""
    return [
        (name, example)
        for name, examples in PUBLIC_URLS.items()
        for example in examples
        if not pages_only or (example.page and example.status == 200)
    ]

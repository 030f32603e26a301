"""A long list, a part at a time: how many there are, and the addresses of the parts around."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from ruche.api.filters import Paged


class Listing(Schema):
    """A part of a list. Each list adds its `items`."""

    total: int = Field(description="Nombre d’éléments de toute la liste")
    limit: int
    offset: int
    next: str | None = Field(description="Adresse de la suite ; sans valeur à la fin")
    previous: str | None = Field(description="Adresse de ce qui précède")


@dataclass(frozen=True)
class Part:
    """The part of a list that a request asks for."""

    request: HttpRequest
    asked: Paged
    total: int

    def of(self, found: Any) -> Any:
        """The elements of this part, of a list or of a queryset."""
        return found[self.asked.offset : self.asked.offset + self.asked.limit]

    def listing(self, items: Sequence[Any], response: HttpResponse) -> dict[str, Any]:
        """The body of the response; its `Link` header says the same addresses (RFC 8288)."""
        following, preceding = self._next(), self._previous()
        links = {"next": following, "prev": preceding}
        if said := [f'<{url}>; rel="{name}"' for name, url in links.items() if url]:
            response["Link"] = ", ".join(said)
        return {
            "total": self.total,
            "limit": self.asked.limit,
            "offset": self.asked.offset,
            "next": following,
            "previous": preceding,
            "items": items,
        }

    def _next(self) -> str | None:
        after = self.asked.offset + self.asked.limit
        return self._at(after) if after < self.total else None

    def _previous(self) -> str | None:
        if not self.asked.offset:
            return None
        last = max(self.total - self.asked.limit, 0)
        return self._at(max(min(self.asked.offset - self.asked.limit, last), 0))

    def _at(self, offset: int) -> str:
        """The address of another part, the other parameters kept."""
        parameters = self.request.GET.copy()
        parameters["limit"], parameters["offset"] = str(self.asked.limit), str(offset)
        return self.request.build_absolute_uri(f"{self.request.path}?{parameters.urlencode()}")

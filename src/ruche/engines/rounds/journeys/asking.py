"""Asking a server of journeys: one question, one answer in JSON, and plain words when it fails.

Only the host that was named is spoken to: no proxy of the environment, no redirection elsewhere.
"""

from __future__ import annotations

import http.client
import json
import math
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from ruche.engines.rounds.errors import BadTravel

MOST_BYTES = 64 * 1024 * 1024
HEADERS = {"Accept": "application/json", "User-Agent": "Ruche"}
OTHERWISE = "ou donnez une table des trajets dans un fichier"


class NoAnswer(BadTravel):
    """A server of journeys did not answer, or not as it should. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its HTTP status and an object, whose names are those of its protocol."""

    status: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Server:
    """A server of routes at an address; `timeout` is how many seconds it may stay silent.

    Raises `BadTravel` for an address that is not http or https, or that carries more than a place
    (a name and a password, a question mark).
    """

    kind: str
    url: str
    timeout: float

    def __post_init__(self) -> None:
        if not _is_plain(self.url):
            raise BadTravel(
                f"L’adresse du serveur {self.kind} ne convient pas. Elle commence par http:// ou "
                "https://, sans identifiant ni « ? » : par exemple http://localhost:5000."
            )
        if not 0 < self.timeout < math.inf:
            raise BadTravel(f"Le délai du serveur {self.kind} est un nombre positif de secondes.")

    def __str__(self) -> str:
        return f"{self.kind}, {urlsplit(self.url).hostname}"

    def ask(self, path: str, *, question: object = None) -> Answer:
        """GET, or POST when there is a question. Raises `NoAnswer`."""
        request = urllib.request.Request(  # noqa: S310 - http or https, see __post_init__
            self.url.rstrip("/") + path,
            data=None if question is None else json.dumps(question).encode(),
            headers=HEADERS | ({} if question is None else {"Content-Type": "application/json"}),
        )
        with self._failures_in_french():
            status, body = self._sent(request)
        return Answer(status, self._object_in(body, status))

    def _sent(self, request: urllib.request.Request) -> tuple[int, bytes]:
        direct = urllib.request.ProxyHandler({})
        opener = urllib.request.build_opener(direct, SameServer(self))
        try:
            with opener.open(request, timeout=self.timeout) as answer:
                return answer.status, answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:  # its body is where these servers say what is wrong
            with error:
                return error.code, error.read(MOST_BYTES + 1)

    @contextmanager
    def _failures_in_french(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            if isinstance(getattr(error, "reason", error), TimeoutError):
                delay = f"{self.timeout:g}".replace(".", ",")
                raise NoAnswer(
                    f"Le serveur de trajets ({self}) n’a pas répondu en {delay} s. "
                    f"Réessayez plus tard, augmentez le délai, {OTHERWISE}."
                ) from error
            raise NoAnswer(
                f"Le serveur de trajets ({self}) est injoignable. Vérifiez son adresse et qu’il "
                f"est démarré, {OTHERWISE}."
            ) from error

    def _object_in(self, body: bytes, status: int) -> dict[str, Any]:
        if len(body) > MOST_BYTES:
            raise self.unreadable("elle est démesurée")
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:
            if status != http.client.OK:
                raise self.refusal(f"erreur HTTP {status}") from error
            raise self.unreadable("ce n’est pas du JSON") from error
        if not isinstance(content, dict):
            raise self.unreadable("on attendait un objet JSON")
        return content

    def unreadable(self, why: str) -> NoAnswer:
        return NoAnswer(
            f"La réponse du serveur de trajets ({self}) ne se lit pas : {why}. Vérifiez que cette "
            f"adresse est bien celle d’un serveur {self.kind}, {OTHERWISE}."
        )

    def refusal(self, why: str) -> NoAnswer:
        return NoAnswer(
            f"Le serveur de trajets ({self}) refuse la demande : {why}. Si cela dure, prévenez qui "
            f"l’administre, {OTHERWISE}."
        )

    def rectangle(self, table: object, height: int, width: int, what: str) -> list[list[Any]]:
        """These rows, once known to be as many and as long as asked. Raises `NoAnswer`."""
        rows = table if isinstance(table, list) else []
        if len(rows) != height or any(not _is_list_of(width, row) for row in rows):
            raise self.unreadable(f"« {what} » devrait avoir {height} lignes de {width} valeurs")
        return rows

    def figure(self, value: object, what: str) -> float | None:
        """A number that may be missing. Raises `NoAnswer` for anything else."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.unreadable(f"« {what} » contient autre chose que des nombres")
        if not 0 <= value < 1e9:
            raise self.unreadable(f"« {what} » contient une valeur impossible")
        return value


class SameServer(urllib.request.HTTPRedirectHandler):
    """Follows a redirection that stays on the same server and loses nothing of the question."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.data is not None or urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            fp.close()
            raise NoAnswer(
                f"Le serveur de trajets ({self.server}) renvoie vers une autre adresse, que Ruche "
                "ne suit pas : vos lieux pourraient partir ailleurs. Donnez l’adresse définitive "
                "du serveur, si vous la connaissez."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_plain(url: str) -> bool:
    if not re.fullmatch(r"https?://[!-~]+", url):
        return False
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return named and "@" not in parts.netloc and "?" not in url and "#" not in url


def _is_list_of(size: int, row: object) -> bool:
    return isinstance(row, list) and len(row) == size


def place_at(rank: int, places: Sequence[str]) -> str:
    """The place that a server only knows by its rank, to be named in a message."""
    return f"« {places[rank]} »" if rank < len(places) else f"n° {rank}"

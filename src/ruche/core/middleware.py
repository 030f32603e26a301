"""What every request goes through: the host name, the page's policy, GET that cannot write."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from threading import get_ident
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

LOOPBACK_ADDRESSES = {"127.0.0.1", "[::1]"}
READING_METHODS = {"GET", "HEAD", "OPTIONS"}

# A statement that begins like this changes nothing. PRAGMA is what SQLite uses to open.
READING_STATEMENT = re.compile(
    r"\s*(SELECT|WITH|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|SHOW|PRAGMA|DECLARE|FETCH|CLOSE)\b",
    re.IGNORECASE,
)
HIDDEN_WRITE = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b", re.IGNORECASE)
SESSION_TABLE = re.compile(
    r'\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?django_session"?[\s(]', re.I
)


class WriteInReadRequest(RuntimeError):
    """A GET, HEAD or OPTIONS request tried to change the database."""


class LocalhostMiddleware:
    """Send http://127.0.0.1:PORT to http://localhost:PORT, since WebAuthn refuses an IP address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host, port = _split_host(request.META.get("HTTP_HOST", ""))
        if host in LOOPBACK_ADDRESSES:
            path = request.get_full_path()
            return HttpResponsePermanentRedirect(f"{request.scheme}://localhost{port}{path}")
        return self.get_response(request)


def _split_host(host: str) -> tuple[str, str]:
    """`"127.0.0.1:8000"` → `("127.0.0.1", ":8000")`."""
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(:\d+)?", host)
    return (match[1], match[2] or "") if match else (host, "")


class ContentSecurityPolicyMiddleware:
    """Write `settings.SECURE_CSP` on every response.

    Named and set like the middleware of Django 6, which replaces it on the day we move.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        policy = settings.SECURE_CSP.items()
        self.header = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.header)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class ReadOnlyMiddleware:
    """A request that reads cannot write: one that tries is stopped before the database hears it.

    The web session alone is exempt.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in READING_METHODS:
            return self.get_response(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(writes_refused_here()))
            return self.get_response(request)


def writes_refused_here() -> Any:
    """`refuse_writes` for the thread of this request: tests share a connection between threads."""
    here = get_ident()

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if get_ident() != here:
            return execute(sql, params, many, context)
        return refuse_writes(execute, sql, params, many, context)

    return wrapper


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A database wrapper that lets through what reads, and the table of web sessions."""
    if SESSION_TABLE.match(sql.lstrip()):
        return execute(sql, params, many, context)
    if not READING_STATEMENT.match(sql) or HIDDEN_WRITE.search(sql):
        raise WriteInReadRequest(f"Une lecture ne peut pas écrire : {sql[:80]}")
    return execute(sql, params, many, context)

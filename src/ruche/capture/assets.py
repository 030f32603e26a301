"""The files that the offline client needs, all of them: found by reading its own imports."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders
from django.templatetags.static import static

ENTRY = "ruche/capture/app.js"
STYLES = (
    "ruche/css/tokens.css",
    "ruche/css/base.css",
    "ruche/css/layout.css",
    "ruche/css/components.css",
    "ruche/css/print.css",
    "ruche/vault/vault.css",
    "ruche/capture/capture.css",
)
PICTURES = (
    "ruche/img/favicon.svg",
    "ruche/capture/icon-192.png",
    "ruche/capture/icon-512.png",
)
IMPORT = re.compile(r"""(?:from|import)\s+["'](\.{1,2}/[^"']+)["']""")


@cache
def scripts() -> tuple[str, ...]:
    """Every module that the entry imports, directly or not."""
    found: dict[str, None] = {}
    waiting = [ENTRY]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        text = Path(_source(path)).read_text(encoding="utf-8")
        waiting += [normpath(join(dirname(path), one)) for one in IMPORT.findall(text)]
    return tuple(sorted(found))


def _source(path: str) -> str:
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(path)
    return str(found)


def addresses() -> list[str]:
    """Addresses of everything to keep on the phone, the page itself aside."""
    return [static(path) for path in (*STYLES, *PICTURES, *scripts())]


def version(shell: str) -> str:
    """Changes whenever the page or one of its files does."""
    digest = sha256(shell.encode())
    for path in (*STYLES, *PICTURES, *scripts()):
        digest.update(Path(_source(path)).read_bytes())
    return digest.hexdigest()[:16]

"""Debian's Firefox, driven by WebDriver BiDi: what Playwright does for Chromium, in little.

Firefox speaks BiDi by itself on a WebSocket, so no geckodriver is needed; and a WebSocket that
talks to one program of this computer is short enough to be written here (RFC 6455).
"""

import base64
import contextlib
import hashlib
import itertools
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

FIREFOX = "/usr/bin/firefox-esr"
PATIENCE = 90.0
"""Seconds. A first start, on a busy machine, writes a whole profile."""

PREFERENCES = {
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
"""Nothing leaves this computer."""


class FirefoxError(Exception):
    """Firefox did not start, did not answer, or answered with an error."""


class Firefox:
    """A running Firefox, with one page."""

    def __init__(self, path: str = FIREFOX) -> None:
        self.profile = Path(tempfile.mkdtemp(prefix="ruche-firefox-"))
        self.write_preferences()
        self.log = self.profile / "sortie.txt"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    path,
                    "--headless",
                    "--no-remote",
                    "--remote-debugging-port=0",
                    "-profile",
                    str(self.profile),
                    "about:blank",
                ],
                stdout=output,
                stderr=output,
                env=environment(self.profile),
            )
        self.numbers = itertools.count(1)
        try:
            self.socket = WebSocket(self.address() + "/session")
            self.command("session.new", capabilities={})
            (page,) = self.command("browsingContext.getTree")["contexts"]
        except BaseException:
            self.end()
            raise
        self.page = page["context"]

    def write_preferences(self) -> None:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (self.profile / "user.js").write_text("\n".join(lines), encoding="utf-8")

    def address(self) -> str:
        """Where it listens: it says so when it is ready."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and self.process.poll() is None:
            said = self.log.read_text(encoding="utf-8", errors="replace")
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", said):
                return found[1]
            time.sleep(0.1)
        raise FirefoxError(f"Firefox ne répond pas :\n{self.log.read_text()[-2000:]}")

    # ------------------------------------------------------------------------- commands

    def command(self, method: str, **params: Any) -> Any:
        """One command, and its result. Events that come meanwhile are left aside."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.receive())
            if said.get("id") == number:
                break
        if said["type"] != "success":
            raise FirefoxError(f"{method} : {said.get('error')} : {said.get('message')}")
        return said["result"]

    def goto(self, url: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.command("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def evaluate(self, function: str, *arguments: Any) -> str:
        """The text that a function of the page gives, or promises. Arguments are plain JSON."""
        given = ", ".join(json.dumps(one) for one in arguments)
        found = self.command(
            "script.evaluate",
            expression=f"({function})({given})",
            target={"context": self.page},
            awaitPromise=True,
        )
        if found["type"] != "success":
            raise FirefoxError(found["exceptionDetails"]["text"])
        value: str = found["result"].get("value")
        return value

    # ------------------------------------------------------------------------------ end

    def close(self) -> None:
        with contextlib.suppress(FirefoxError, OSError):
            self.command("browser.close")
        self.socket.close()
        self.end()

    def end(self) -> None:
        """End what we started, whatever its state, and remove its profile."""
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def environment(home: Path) -> dict[str, str]:
    """No setting of Ruche, and a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}
    return kept | {"HOME": str(home), "MOZ_CRASHREPORTER_DISABLE": "1", "NO_PROXY": "*"}


class WebSocket:
    """Text messages over one connection to this computer (RFC 6455, client side)."""

    GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    CONTINUED, TEXT, CLOSE, PING, PONG = 0, 1, 8, 9, 10

    def __init__(self, url: str) -> None:
        found = re.fullmatch(r"ws://([^:/]+):(\d+)(/.*)", url)
        if found is None:
            raise FirefoxError(f"Adresse inattendue : {url}")
        host, port, path = found[1], int(found[2]), found[3]
        self.connection = socket.create_connection((host, port), timeout=PATIENCE)
        self.stream = self.connection.makefile("rb")
        self.shake_hands(f"{host}:{port}", path)

    def shake_hands(self, host: str, path: str) -> None:
        key = base64.b64encode(os.urandom(16))
        asked = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key.decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        self.connection.sendall("\r\n".join([*asked, "", ""]).encode())
        answer = list(iter(lambda: self.stream.readline().strip(), b""))
        due = base64.b64encode(hashlib.sha1(key + self.GUID).digest())
        if not answer or b" 101 " not in answer[0] or not any(due in line for line in answer):
            raise FirefoxError(f"La connexion est refusée : {answer[:1]}")

    def send(self, text: str) -> None:
        self.send_frame(self.TEXT, text.encode())

    def send_frame(self, kind: int, content: bytes) -> None:
        """One frame, masked, as whatever a client sends must be."""
        length = len(content)
        if length < 126:
            head = struct.pack(">BB", 0x80 | kind, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack(">BBH", 0x80 | kind, 0x80 | 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | kind, 0x80 | 127, length)
        mask = os.urandom(4)
        covered = int.from_bytes(content, "big") ^ int.from_bytes(spread(mask, length), "big")
        self.connection.sendall(head + mask + covered.to_bytes(length, "big"))

    def receive(self) -> str:
        """The next whole text."""
        parts = []
        while True:
            last, kind, content = self.frame()
            if kind == self.PING:
                self.send_frame(self.PONG, content)
            elif kind == self.CLOSE:
                raise FirefoxError("Firefox a fermé la connexion.")
            elif kind in (self.TEXT, self.CONTINUED):
                parts.append(content)
                if last:
                    return b"".join(parts).decode()

    def frame(self) -> tuple[bool, int, bytes]:
        first, length = self.exactly(2)
        if length == 126:
            (length,) = struct.unpack(">H", self.exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.exactly(8))
        return bool(first & 0x80), first & 0x0F, self.exactly(length)

    def exactly(self, length: int) -> bytes:
        found = self.stream.read(length)
        if len(found) != length:
            raise FirefoxError("Firefox a coupé la connexion.")
        return found

    def close(self) -> None:
        self.stream.close()
        self.connection.close()


def spread(mask: bytes, length: int) -> bytes:
    """The mask, again and again, as long as what it covers."""
    return (mask * (length // 4 + 1))[:length]

"""Takes the pictures of the guide again, from a product that runs: `make screenshots`.

Starts the product on a free port, with its own database, and opens the pages in Debian's chromium.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "guide" / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PICTURES = {
    "index": ("/portraits/", 1200, 1500),
    "portrait": ("/portraits/243200409/", 1200, 1500),
    "portrait-telephone": ("/portraits/243200409/", 360, 900),
    "comparer": ("/portraits/comparer/?t=243200409&t=dep-32&t=reg-76", 1200, 1200),
    "indicateur": ("/portraits/indicateurs/rev_pauvrete/", 1200, 1400),
    "accueil": ("/", 1200, 1400),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address).read()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{address} ne répond pas.")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {"RUCHE_VAR": var}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo"]):
            subprocess.run([*manage, *command], env=environment, check=True)
        server = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment)
        try:
            wait_for(f"http://localhost:{port}/")
            take(f"http://localhost:{port}")
        finally:
            server.terminate()
            server.wait()


def take(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (address, width, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(site + address)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()

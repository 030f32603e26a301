"""`manage.py serve`: open the product on this computer, ready for every day."""

import errno
import logging
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from gunicorn.app.base import BaseApplication

LOOPBACKS = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
"""A browser that is told `localhost` may try either."""


class PortTaken(OSError):
    """Another program already listens where we want to."""


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told what to serve by us rather than by its command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from ruche.wsgi import application

        return application


class Command(BaseCommand):
    help = "Ouvre Ruche sur http://localhost:8000 (--port pour un autre port)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processus (1)")
        parser.add_argument("--threads", type=int, default=4, help="fils par processus (4)")
        parser.add_argument(
            "--no-tasks", action="store_true", help="sans les tâches de fond (courriels, rappels)"
        )

    def handle(
        self, *args: Any, port: int, workers: int, threads: int, no_tasks: bool, **options: Any
    ) -> None:
        try:
            addresses = free_addresses(port)
        except PortTaken as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        # Django answers to HEAD as to GET, and lets the server drop the body: nothing to warn of.
        logging.getLogger("gunicorn.http.wsgi").setLevel(logging.ERROR)
        tasks = None if no_tasks else background_tasks()
        Server(
            {
                "bind": addresses,
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "accesslog": None,
                "loglevel": "warning",
                "control_socket_disable": True,
                "when_ready": lambda server: self.announce(port),
                "on_exit": lambda server: stop(tasks),
            }
        ).run()

    def announce(self, port: int) -> None:
        self.stdout.write(f"Ruche est ouverte : http://localhost:{port} (Ctrl-C pour arrêter)")
        self.stdout.flush()


def background_tasks() -> subprocess.Popen[bytes]:
    """What runs without anybody waiting for it, in a process of its own (`manage.py qcluster`)."""
    return subprocess.Popen([sys.executable, sys.argv[0], "qcluster"])  # noqa: S603 - ourselves


def stop(tasks: subprocess.Popen[bytes] | None) -> None:
    """Let the tasks end what they are doing, then leave."""
    if tasks is None or tasks.poll() is not None:
        return
    tasks.terminate()
    try:
        tasks.wait(timeout=10)
    except subprocess.TimeoutExpired:
        tasks.kill()


def free_addresses(port: int) -> list[str]:
    """The loopback addresses of this computer, with the port; `PortTaken` when one is in use."""
    return [
        f"[{host}]:{port}" if family == socket.AF_INET6 else f"{host}:{port}"
        for family, host in LOOPBACKS
        if _is_free(family, host, port)
    ]


def _is_free(family: socket.AddressFamily, host: str, port: int) -> bool:
    """True when we can listen there, False when this computer has no such kind of address."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()  # two programs may bind with SO_REUSEADDR, one alone may listen
    except PermissionError as error:
        raise PortTaken(
            f"Le port {port} est réservé au système : choisissez-en un à partir de 1024, "
            "par exemple « make run PORT=8010 »."
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Le port {port} est déjà pris : un autre programme, peut-être une autre Ruche, "
                f"y répond. Fermez-le, ou choisissez un autre port : « make run PORT={port + 10} »."
            ) from error
        if family == socket.AF_INET6:
            return False
        raise
    return True

"""`manage.py serve`: it opens, it says where, and it says clearly why when it cannot."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from ruche.core.management.commands.serve import PortTaken, free_addresses

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])


@pytest.fixture
def taken_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(port: int) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--no-tasks", "--port", str(port)]


def environment(var: Path) -> dict[str, str]:
    return {
        **os.environ,
        "RUCHE_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "ruche.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
    }


def test_a_taken_port_is_told_in_french_with_what_to_do(taken_port, capsys):
    with pytest.raises(SystemExit, match="1"):
        call_command("serve", port=taken_port)
    said = capsys.readouterr().err
    assert said.startswith(f"Le port {taken_port} est déjà pris")
    assert f"PORT={taken_port + 10}" in said


def test_a_taken_port_ends_the_command_with_one(taken_port, tmp_path):
    ended = subprocess.run(
        command(taken_port),
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "est déjà pris" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_free_port_is_offered_on_the_addresses_of_localhost():
    assert free_addresses(free_port())[0].startswith("127.0.0.1:")


@pytest.mark.skipif(not socket.has_ipv6, reason="cet ordinateur ne connaît pas IPv6")
def test_a_port_taken_on_the_other_address_of_localhost_is_taken():
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("cet ordinateur n’a pas d’adresse ::1")
        other.listen()
        with pytest.raises(PortTaken):
            free_addresses(other.getsockname()[1])


def test_the_product_opens_says_where_answers_and_stops(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        command(port),
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert f"http://localhost:{port}" in server.stdout.readline()
        assert status(f"http://127.0.0.1:{port}/absente/") == 301
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "Traceback" not in said


def status(url: str) -> int:
    """What an address answers, redirections not followed."""
    host = url.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", url.split(host)[1])
    answer = connection.getresponse().status
    connection.close()
    return answer

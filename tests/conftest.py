"""What every test gets without asking: strictness. And what a browser test asks for.

An undefined variable in a template fails; rows without an order come back shuffled; the network is
out of reach; warnings are errors (pyproject.toml).
"""

import os
import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_socket
from django.conf import settings as django_settings
from django.db import connections
from django.db.models import QuerySet
from django.template import engines
from django.test import TestCase

# The same examples at every run: a red test can be run again. A busy machine is not a failure.
hypothesis.settings.register_profile("ruche", derandomize=True, deadline=None, max_examples=30)
hypothesis.settings.register_profile("thorough", derandomize=True, deadline=None)
hypothesis.settings.load_profile("ruche")

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds: a busy machine is not a failure
LOOPBACK = ["127.0.0.1", "::1"]


# ------------------------------------------------------------------------- strictness


class UndefinedVariable(str):
    """Django writes this in the place of a variable that it does not find; writing it fails.

    `{% if absent %}` and `{% for x in absent %}` stay legitimate: Django does not write there.
    """

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"Variable de gabarit inconnue : {variable}")


@pytest.fixture(autouse=True)
def an_undefined_template_variable_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "string_if_invalid", UndefinedVariable("undefined"))


@pytest.fixture(autouse=True)
def rows_without_an_order_come_back_shuffled(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that relies on an order that nobody asked for fails now, not on PostgreSQL."""
    chance = random.Random(request.node.nodeid)
    fetch_all, iterator = QuerySet._fetch_all, QuerySet.iterator

    def shuffling_fetch_all(rows: QuerySet[Any]) -> None:
        fresh = rows._result_cache is None
        fetch_all(rows)
        if fresh and not rows.ordered:
            chance.shuffle(rows._result_cache)

    def shuffling_iterator(rows: QuerySet[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        if rows.ordered:
            return iterator(rows, *args, **kwargs)
        found = list(iterator(rows, *args, **kwargs))
        chance.shuffle(found)
        return iter(found)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffling_fetch_all)
    monkeypatch.setattr(QuerySet, "iterator", shuffling_iterator)


@pytest.fixture(autouse=True)
def the_network_is_out_of_reach(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves this computer; most do not even open a door on it.

    Tests marked browser, postgres, or `allow_hosts`, may speak to this computer.
    """
    if any(map(request.node.get_closest_marker, ("browser", "postgres", "allow_hosts"))):
        pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def what_the_product_writes_stays_among_the_tests(
    settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Booklets and imported files: one folder for the session, never that of the instance."""
    base = tmp_path_factory.getbasetemp()
    settings.VAR_DIR = base / "var"


# ---------------------------------------------------------------------------- sharing


POSTGRES = "postgres"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What several processes may share (`--dist loadgroup`): a file of tests is never divided.

    Its browser and its server are opened once; and those who share PostgreSQL wait for each other.
    What is long begins first (`--no-loadscope-reorder`): no process is left alone with it.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    yield
    long = {_group(item) for item in items if item.get_closest_marker("slow")} | {POSTGRES}
    items.sort(key=lambda item: _group(item) not in long)


def _group(item: pytest.Item) -> str:
    return POSTGRES if item.get_closest_marker("postgres") else item.location[0]


# ------------------------------------------------------------------------------ needs


def needed(what: str) -> None:
    """Skip for want of a tool; fail where everything must run (RUCHE_CI=1)."""
    if django_settings.CI:
        pytest.fail(what)
    pytest.skip(what)


# ------------------------------------------------------------------------------ world


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database of the tests holds the world, written once; no test commits anything there."""
    from tests.world import load_world

    with django_db_blocker.unblock():
        load_world()


@pytest.fixture(autouse=True, scope="session")
def keys_are_checked_after_a_write_only() -> Iterator[None]:
    """Django checks every key after each test: 60 ms, for nothing when the world is unchanged."""
    asked, before = TestCase._should_check_constraints, {"changes": -1}

    def should_check(case: TestCase, connection: Any) -> bool:
        changes = getattr(connection.connection, "total_changes", None)
        if changes is not None and changes == before["changes"]:
            return False
        before["changes"] = -1 if changes is None else changes
        return asked(case, connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_should_check_constraints", should_check)
        yield


@pytest.fixture
def world(db: None) -> None:
    """The standing places of the tests: `tests/world.py`."""


@pytest.fixture
def schema_url() -> Iterator[str]:
    """A schema of its own in the database of TEST_POSTGRES_URL, which other tests want empty."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        needed("TEST_POSTGRES_URL absent : postgres://utilisateur@hôte/base_vide")
    from benchmarks.measuring import schema_in

    with schema_in(str(url)) as own:
        yield own


# ---------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def served(django_db_setup: None) -> Iterator[Any]:
    """The site, really served, on `localhost` since 127.0.0.1 redirects there.

    pytest-django's own `live_server` empties the database after each test. Ours only reads: a
    SQLite database in memory is shared with the server's threads, and PostgreSQL has the world
    committed.
    """
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("localhost")
    if connections["default"].vendor == "sqlite":
        one_at_a_time(server)
    yield server
    server.stop()


def one_at_a_time(server: Any) -> None:
    """Requests share one connection in memory: two at once would mix their transactions."""
    httpd, lock = server.thread.httpd, threading.Lock()
    application = httpd.get_app()
    server.alone = lock

    def alone(environ: Any, start_response: Any) -> Any:
        with lock:
            return application(environ, start_response)

    httpd.set_app(alone)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, one per file of tests.

    Playwright keeps an event loop running in this thread, which Django takes for an asynchronous
    context; it is told otherwise for as long as the browser lives, and no longer.
    """
    if not Path(CHROMIUM).exists():
        needed("chromium absent : apt install chromium")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, env=_environment_of_chromium()
        )
        yield chromium
        chromium.close()


def _environment_of_chromium() -> dict[str, str | float | bool]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RUCHE_")}


@pytest.fixture
def open_page(browser: Any, served: Any, db: None) -> Iterator[Any]:
    """`open_page("/composants/", width=360)` → a page, and the list of what its console said.

    With `member=…`, in a browser where she is signed in.
    """
    contexts = []

    def opened(
        path: str,
        *,
        width: int = 1280,
        script: bool = True,
        status: int = 200,
        member: Any = None,
    ) -> tuple[Any, list[str]]:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if member is not None:
            with getattr(served, "alone", nullcontext()):  # another page may still be asking
                cookie = session_cookie(member, served.url)
            context.add_cookies([cookie])
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(f"{message.type} : {message.text}"))
        page.on("pageerror", lambda error: said.append(f"erreur : {error}"))
        response = page.goto(served.url + path)
        assert response is not None
        assert response.status == status, path
        return page, said

    with shared_connection(served):
        yield opened
        for context in contexts:
            context.close()


def session_cookie(member: Any, url: str) -> dict[str, Any]:
    """The cookie of a browser in which a member has just proved who she is."""
    from tests.members import browser_of

    client = browser_of(member, sudo=True)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


@contextmanager
def shared_connection(served: Any) -> Iterator[None]:
    """Let the server see what the test wrote, and the test what the server writes.

    A database in memory belongs to one connection. While Playwright's event loop runs, Django gives
    this thread another one than at the start of the session: the server takes that of the test.
    """
    connection, overrides = connections["default"], served.thread.connections_override
    if connection.vendor != "sqlite":
        yield
        return
    before = overrides["default"]
    connection.inc_thread_sharing()
    overrides["default"] = connection
    yield
    overrides["default"] = before  # ours stays shareable: a thread of the server may still end


@pytest.fixture
def temporary_static_root(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Where collectstatic may write, removed afterwards."""
    settings.STATIC_ROOT = tmp_path / "static"
    yield settings.STATIC_ROOT
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)

"""Server and browser are killed at any moment: no encounter is lost, none is counted twice."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.torture_of_phones import A_TENTH, CAPTURES, KILLS, Service, tortured

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEED = 1789
SHARE = A_TENTH if settings.CI else 1


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """An instance with its demo world, that each test copies."""
    folder = tmp_path_factory.mktemp("torture") / "instance"
    Service(folder).prepare()
    return folder


def test_no_encounter_is_lost_or_doubled_whatever_is_killed(
    browser, prepared, tmp_path, record_property
):
    told = tortured(browser.browser_type, prepared, tmp_path, seed=SEED, share=SHARE)
    record_property("torture", told.told())
    assert told.troubles == []
    assert told.kills.total() >= KILLS // SHARE
    assert len(told.kills) == 3, "le serveur, le navigateur, les deux"
    assert len(told.resolved) >= CAPTURES // SHARE
    found = set(told.found)
    assert told.resolved - found == set(), f"perdues ; base effacée {told.wiped} fois"
    assert len(told.found) == len(found), "doublées"
    assert found <= set(told.given)
    assert told.counted == told.after["expected"], "les compteurs ne disent pas la même chose"
    assert told.unsent == 0


def forgets_too_early(static: Path) -> None:
    """A client that empties its outbox before the server has answered."""
    [path] = static.glob("ruche/encounters/sending.*.js")
    text = path.read_text(encoding="utf-8")
    late = 'const answer = await posted("/saisie/rencontres/"'
    assert late in text
    early = "await remove(items.map(({ id }) => id));\n    "
    path.write_text(text.replace(late, early + late), encoding="utf-8")
    for compressed in static.glob(f"ruche/encounters/{path.name}.*"):
        compressed.unlink()


def test_the_same_torture_sees_a_phone_that_forgets_before_the_server_has_it(
    browser, prepared, tmp_path
):
    told = tortured(
        browser.browser_type, prepared, tmp_path,
        seed=SEED, share=A_TENTH, change=forgets_too_early,
    )  # fmt: skip
    assert told.resolved - set(told.found), "cette torture ne tue pas assez"

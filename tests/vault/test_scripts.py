"""The scripts that are served: their change is told, and compared from elsewhere."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ruche.journal.models import Entry
from ruche.vault import scripts
from tests.core.member_urls import member
from tests.members import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "ruche").mkdir()
    (tmp_path / "ruche/a.1234.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "ruche/b.js").write_text("export const b = 2;\n", encoding="utf-8")
    (tmp_path / "ruche/style.css").write_text("p { margin: 0 }\n", encoding="utf-8")
    return tmp_path


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("scripts", *arguments, stdout=out)
    return out.getvalue()


def test_every_script_has_its_fingerprint_and_a_style_sheet_has_none(folder):
    lines = said().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["ruche/a.1234.js", "ruche/b.js", "(tous)"]


def test_a_change_is_noted_once(folder):
    assert "une ligne est écrite" in said("--noter")
    assert said("--noter") == ""
    (folder / "ruche/b.js").write_text("export const b = 3;\n", encoding="utf-8")
    assert "une ligne est écrite" in said("--noter")
    assert Entry.objects.filter(verb="scripts_changed").count() == 2


def test_a_site_that_serves_something_else_is_seen(folder):
    found = scripts.scripts_in(folder)

    def fetch(address: str) -> bytes:
        if address.endswith("b.js"):
            raise OSError("absent")
        return (folder / "ruche/a.1234.js").read_bytes()

    assert scripts.differences(found, "https://ruche.invalid/", fetch) == [
        "ruche/b.js : ne se lit pas (absent)."
    ]
    changed = scripts.differences(found, "https://ruche.invalid", lambda _: b"fetch('/vol')")
    assert changed[0] == "ruche/a.1234.js : le site sert autre chose."


def test_nothing_collected_is_told(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(CommandError, match="collectstatic"):
        said()


def test_members_are_told_when_the_scripts_changed(folder, world):
    page = browser_of(member("ines")).get("/coffre/qui-peut-lire/").content.decode()
    assert "pas encore notée" in page
    said("--noter")
    page = browser_of(member("ines")).get("/coffre/qui-peut-lire/").content.decode()
    assert scripts.fingerprint(scripts.scripts_in(folder))[:16] in page

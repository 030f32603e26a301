"""What we promise of the booklets that are kept: whole, current, made once."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ruche.engines.portraits.booklet import BookletError
from ruche.engines.portraits.facts import Portrait
from ruche.geography.models import Territory
from ruche.territories import booklets
from ruche.territories.models import Edition
from tests.engines.portraits.booklet import world

BAS_ARMAGNAC = Territory(address="243200409", level="EPCI", code="243200409", title="Bas-Armagnac")


def edition(**changes: Any) -> Edition:
    given = {"id": "2026-1", "digest": "a" * 64, "built_on": date(2026, 3, 12), **changes}
    return Edition(**given)


@pytest.fixture
def kept(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for booklets, and a group that asks nothing of the database."""
    settings.VAR_DIR, settings.CONTENT_DIR = tmp_path / "var", tmp_path / "content"
    monkeypatch.setattr(booklets, "group_of", lambda *_: booklets.Group())
    return tmp_path / "var" / "livrets" / "2026-1"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The contents that were typeset; the PDF is a few bytes."""
    contents: list[dict[str, Any]] = []

    def compile_booklet(content: dict[str, Any]) -> bytes:
        contents.append(content)
        return b"%PDF " + content["edition"]["digest"].encode()

    monkeypatch.setattr(booklets, "compile_booklet", compile_booklet)
    return contents


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return world.portrait()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_true_booklet_is_made_from_a_portrait(kept: Path, portrait: Portrait) -> None:
    pdf = booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert pdf.startswith(b"%PDF-")
    assert [path.read_bytes() for path in kept.iterdir()] == [pdf]


def test_a_booklet_is_made_once(
    kept: Path, compiled: list[dict[str, Any]], portrait: Portrait
) -> None:
    first = booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert booklets.booklet_for(portrait, BAS_ARMAGNAC, edition()) == first
    assert len(compiled) == 1
    assert files(kept)[0].startswith("243200409-")


def test_another_content_of_the_edition_replaces_the_booklet(
    kept: Path, compiled: list[dict[str, Any]], portrait: Portrait
) -> None:
    booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    before = files(kept)
    pdf = booklets.booklet_for(portrait, BAS_ARMAGNAC, edition(digest="b" * 64))
    assert pdf == b"%PDF " + b"b" * 64
    assert len(files(kept)) == 1
    assert files(kept) != before


def test_a_changed_template_never_serves_an_old_booklet(
    kept: Path,
    compiled: list[dict[str, Any]],
    portrait: Portrait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    monkeypatch.setattr(booklets, "template_digest", lambda: "another template")
    booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert len(compiled) == 2


def test_a_new_comment_is_printed(
    kept: Path, compiled: list[dict[str, Any]], portrait: Portrait, settings: Any
) -> None:
    booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    path = settings.CONTENT_DIR / "portraits" / "2026-1" / "243200409.md"
    path.parent.mkdir(parents=True)
    path.write_text("Un regard.", encoding="utf-8")
    booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert [len(content["comment"]) for content in compiled] == [0, 1]


def test_the_booklets_of_other_territories_stay(
    kept: Path, compiled: list[dict[str, Any]], portrait: Portrait
) -> None:
    for address in ("dep-3", "dep-32"):
        other = Territory(address=address, level="DEP", code=address[4:], title=address)
        booklets.booklet_for(portrait, other, edition())
    assert len(files(kept)) == 2


def test_a_booklet_that_fails_leaves_nothing(
    kept: Path, portrait: Portrait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: dict[str, Any]) -> bytes:
        raise BookletError("Refusé.")

    monkeypatch.setattr(booklets, "compile_booklet", refuse)
    with pytest.raises(BookletError):
        booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert not kept.exists()


def test_a_write_that_is_cut_leaves_nothing(
    kept: Path,
    compiled: list[dict[str, Any]],
    portrait: Portrait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(booklets.os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        booklets.booklet_for(portrait, BAS_ARMAGNAC, edition())
    assert files(kept) == []


def test_readers_at_once_all_get_a_whole_booklet(
    kept: Path, compiled: list[dict[str, Any]], portrait: Portrait
) -> None:
    found: list[bytes] = []

    def read() -> None:
        found.append(booklets.booklet_for(portrait, BAS_ARMAGNAC, edition()))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"%PDF " + b"a" * 64] * 8
    assert len(files(kept)) == 1


@pytest.mark.django_db
def test_the_booklets_of_a_departement_are_written_one_by_one(
    kept: Path,
    compiled: list[dict[str, Any]],
    portrait: Portrait,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for level, address, code in (
        ("EPCI", "299900009", "299900009"),
        ("DEP", "dep-99", "99"),
        ("REG", "reg-98", "98"),
    ):
        Territory.objects.create(
            address=address,
            level=level,
            code=code,
            name=address,
            title=address,
            tncc=0,
            inside="dans",
            departement="" if level == "REG" else "99",
            region="98",
        )
    monkeypatch.setattr(booklets.queries, "portrait_of", lambda *_: portrait)
    told: list[str] = []
    paths = booklets.write_booklets(edition(), "99", tmp_path / "out", told.append)
    names = ["livret-299900009.pdf", "livret-dep-99.pdf", "livret-reg-98.pdf"]
    assert [path.name for path in paths] == names
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)
    assert told == ["299900009", "dep-99", "reg-98"]

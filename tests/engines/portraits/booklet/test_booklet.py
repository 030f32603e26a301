"""What we promise of a booklet: everyone can read it, and nothing in it is blank or invented."""

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from ruche.engines.portraits.booklet import (
    BookletDrawings,
    BookletError,
    booklet_content,
    compile_booklet,
)
from ruche.engines.portraits.booklet.comment import blocks
from ruche.engines.portraits.booklet.content import french_date, spaced
from ruche.engines.portraits.states import State
from tests.engines.portraits.booklet import world


def content(name: str = "Bas-Armagnac", *, comment: str = "", **options: Any) -> dict[str, Any]:
    subject = world.portrait(name, **options)
    return booklet_content(
        subject,
        world.drawings(subject),
        edition_date=world.DATE,
        edition_digest="ab12" * 16,
        network=world.NETWORK,
        comment=comment,
    )


def text_of(pdf: bytes) -> str:
    """The text of a PDF on one line, whatever its spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def structure(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from structure(node["/K"])


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return compile_booklet(content(comment="Un *regard* **attentif**."))


# --- everyone can read it -------------------------------------------------------------------------


def test_the_booklet_declares_itself_pdf_ua(pdf: bytes) -> None:
    metadata = reader(pdf).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in metadata
    assert reader(pdf).trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_booklet_is_in_french_and_shows_its_title(pdf: bytes) -> None:
    root = reader(pdf).trailer["/Root"]
    assert root["/Lang"].lower().startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Bas-Armagnac" in reader(pdf).metadata.title


def test_every_figure_has_an_alternative_text(pdf: bytes) -> None:
    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]
    figures = [node for node in structure(root) if node.get("/S") == "/Figure"]
    wanted = len(world.portrait().known) + 4 * 4 + 4 + 1
    assert len(figures) == wanted
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_tables_have_header_cells(pdf: bytes) -> None:
    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]
    kinds = [node.get("/S") for node in structure(root)]
    assert kinds.count("/Table") == 4 + 3
    assert kinds.count("/TH") >= 7 * 4


def test_the_headings_are_bookmarks(pdf: bytes) -> None:
    titles = [mark.title for mark in reader(pdf).outline if not isinstance(mark, list)]
    assert titles[0] == "L’essentiel"
    assert "Ce qui manque et pourquoi" in titles
    assert "Méthode et sources" in titles


def test_a_booklet_has_eight_to_twelve_pages(pdf: bytes) -> None:
    assert 8 <= len(reader(pdf).pages) <= 12
    assert f"page 2 sur {len(reader(pdf).pages)}" in text_of(pdf)


@pytest.mark.parametrize("alt", ["", None])
def test_a_missing_alternative_text_fails_the_build(alt: str | None) -> None:
    subject = world.portrait()
    mute = BookletDrawings(cover=replace(world.drawing(), alt=alt))  # type: ignore[arg-type]
    made = booklet_content(subject, mute, edition_date=world.DATE, network=world.NETWORK)
    with pytest.raises(BookletError, match=r"texte de remplacement.*missing alt text"):
        compile_booklet(made)


# --- nothing is blank or invented -----------------------------------------------------------------


def test_a_secret_is_written_as_a_secret(pdf: bytes) -> None:
    row = _row(content(), "Taux de pauvreté")
    assert row["value"] == {"text": "secret statistique", "state": "secret", "notes": ""}
    assert row["strip"] is None
    assert "Secret statistique. L’Insee ne publie le taux de pauvreté" in text_of(pdf)


@pytest.mark.parametrize("state", list(world.WITHOUT_VALUE.values()))
def test_every_state_is_written_in_full(pdf: bytes, state: State) -> None:
    words = state.label[:1].upper() + state.label[1:]
    assert f"{words}. " in text_of(pdf)


def test_no_cell_is_blank() -> None:
    for theme in content()["themes"]:
        for row in theme["rows"]:
            assert row["value"]["text"]
            assert row["rank"]
            assert all(cell["text"] for cell in row["cells"])


def test_an_estimate_says_so() -> None:
    row = _row(content(), "Part des 75 ans ou plus")
    assert row["value"]["notes"] == "estimation"
    assert "±\u00a01,4\u00a0pt" in row["about"]


def test_a_figure_of_a_third_party_carries_its_notice(pdf: bytes) -> None:
    assert "repris d’un calcul tiers à partir de" in text_of(pdf)
    assert "à remplacer par l’import du fichier du producteur" in text_of(pdf)


@pytest.mark.parametrize("known", [True, False])
def test_both_columns_are_always_filled(known: bool) -> None:
    made = content(known=known)
    assert made["strengths"]
    assert made["weaknesses"]


def test_a_territory_of_which_nothing_is_known_still_has_a_booklet() -> None:
    made = content(known=False)
    text = text_of(compile_booklet(made))
    assert "aucun des chiffres qui ouvrent un portrait" in text
    assert len(made["missing"]) > 1


def test_the_edition_is_dated_and_sealed(pdf: bytes) -> None:
    assert "12 mars 2026" in text_of(pdf)
    assert "empreinte ab12ab12ab12ab12" in text_of(pdf)


# --- texts are literal ----------------------------------------------------------------------------


def test_a_hostile_name_is_shown_literally() -> None:
    made = content(world.HOSTILE)
    assert made["name"] == world.HOSTILE
    text = text_of(compile_booklet(made)).replace("- ", "-")
    for word in (
        "#panic()",
        "*gras*",
        "$x^2$",
        "<a>",
        "\\",
        '"',
        "@renvoi",
        "_souligné_",
        "`code`",
    ):
        assert word in text, word


def test_a_comment_is_laid_out_and_never_run() -> None:
    written = f"# Titre\n\nUn **mot** *fort*.\n\n- {world.HOSTILE[:8]} <script>x</script>\n"
    kinds = [block["kind"] for block in blocks(written)]
    assert kinds == ["title", "paragraph", "item"]
    assert {"text": "mot", "strong": True, "emphasis": False} in blocks(written)[1]["spans"]
    text = text_of(compile_booklet(content(comment=written)))
    assert "Le regard du réseau" in text
    assert "#panic() <script>x</script>" in text


def test_a_printed_link_shows_its_address() -> None:
    (block,) = blocks("Voir [le site](https://exemple.fr).")
    assert "".join(span["text"] for span in block["spans"]) == "Voir le site (https://exemple.fr)."


def test_a_character_without_a_glyph_is_refused_in_french() -> None:
    with pytest.raises(BookletError, match="aucune police du livret"):
        compile_booklet(content(comment="Bienvenue 欢迎"))


# --- the same for everyone ------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(pdf: bytes) -> None:
    again = json.loads(json.dumps(content(comment="Un *regard* **attentif**.")))
    assert compile_booklet(again) == pdf


def test_threads_may_compile_side_by_side(pdf: bytes) -> None:
    made = content(comment="Un *regard* **attentif**.")
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(compile_booklet(made))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [pdf] * 3


def test_dates_and_spaces_are_french() -> None:
    assert french_date(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert spaced("pour 1 000 hab. : 3 % ; « oui » ?") == (
        "pour 1\u202f000 hab.\u00a0: 3\u202f%\u202f; «\u00a0oui\u00a0»\u202f?"
    )


def _row(made: dict[str, Any], label: str) -> dict[str, Any]:
    rows = [row for theme in made["themes"] for row in theme["rows"]]
    return next(row for row in rows if row["label"] == label)

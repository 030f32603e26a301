"""Posters and leaflets: one sheet that anyone can read, from afar, by ear, in seven languages."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
import segno
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from ruche.languages import CODES, language
from ruche.places import actions
from ruche.places.enums import Audience, Need
from ruche.places.models import Opening, Site
from ruche.places.openings.occurrences import PARIS
from ruche.public.where import asking, printing
from ruche.public.where.printed import read_month, read_paper
from ruche.public.where.printing.letters import drawable, told
from tests.places.register import a_service, a_site, an_opening, coordinator
from tests.world import visitor

pytestmark = pytest.mark.usefixtures("world", "a_morning_of_november")

NOW = datetime(2026, 11, 28, 9, tzinfo=PARIS)
DECEMBER = date(2026, 12, 1)
MIRANDE = "32256"
HOSTILE = '#panic("boum") ] $x$ *gras* \\u{41} @ici <b> //'
MILLIMETRE = 72 / 25.4
OUR_FONTS = ("SourceSansPro", "IBMPlexSansArabic")

each_language = pytest.mark.parametrize("code", CODES)


@pytest.fixture
def a_morning_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def daily(site: Site, count: int) -> Opening:
    """The site opens on the first `count` days of December."""
    return an_opening(site, f"Dec 01-{count:02} 14:00-16:30", until=date(2026, 12, 31))


def a_hall(count: int = 4, **more: Any) -> Site:
    values = {"address": "1 place de la Halle", "phone": "05 62 12 34 56", **more}
    site = a_site(values.pop("name", "La Halle"), commune=MIRANDE, **values)
    if count:
        daily(site, count)
    return site


def poster_of(site: Site, code: str = "fr", paper: printing.PaperSize = "a4") -> printing.Poster:
    return printing.poster(site, DECEMBER, language(code), paper=paper, now=NOW)


def leaflet_of(code: str = "fr", **asked: Any) -> printing.Leaflet:
    return printing.leaflet(asking.Asked(**asked), language(code), now=NOW)


def printed(paper: printing.Poster | printing.Leaflet) -> PdfReader:
    return PdfReader(io.BytesIO(printing.typeset(paper)))


def text_of(pdf: PdfReader) -> str:
    """The text of a PDF on one line, with ordinary spaces."""
    said = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(said.replace("\u00ad", "").split())


def plain(said: str) -> str:
    return " ".join(said.split())


def address_of(site: Site, code: str = "fr", query: str = "") -> str:
    url = reverse("public:poster", args=[language(code), site.pk])
    return f"{url}?{query}" if query else url


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


def figures_of(pdf: PdfReader) -> list[str]:
    """The alternative text of each picture that is not decoration."""
    root = pdf.trailer["/Root"]["/StructTreeRoot"]
    return [str(node.get("/Alt", "")) for node in structure(root) if node.get("/S") == "/Figure"]


def fonts_of(pdf: PdfReader) -> Iterator[tuple[str, Any]]:
    """Name of each font of a PDF, and what describes it."""
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            yield inner.get_object()["/BaseFont"], inner.get_object()["/FontDescriptor"]


def place_of(pdf: PdfReader, words: str) -> float:
    """Where some words begin, as a part of the width of the page."""
    found: list[float] = []

    def look(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if words in text:
            found.append(cm[0] * tm[4] + cm[2] * tm[5] + cm[4])

    pdf.pages[0].extract_text(visitor_text=look)
    return found[0] / float(pdf.pages[0].mediabox.width)


def matrix_of(svg: str) -> list[list[int]]:
    """The dark modules of a drawn code, read from the strokes of its drawing, white around."""
    drawing = BeautifulSoup(svg, "html.parser").find("svg")
    size = int(drawing["width"])
    rows = [[0] * size for _ in range(size)]
    (strokes,) = (path["d"] for path in drawing.find_all("path") if path.get("stroke"))
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", strokes):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                rows[int(y)][column] = 1
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    return rows


# ------------------------------------------------------------------------- one page, always


@pytest.mark.parametrize("count", [0, 1, 8, 20, 31])
def test_a_poster_is_one_page_with_every_date_of_its_month(count):
    poster = poster_of(a_hall(count))
    assert len(poster.dates) == count
    pdf = printed(poster)
    text = text_of(pdf)
    assert len(pdf.pages) == 1
    assert [each.day for each in poster.dates if plain(each.day) not in text] == []
    assert poster.more_dates not in text
    assert (plain(poster.nothing) in text) == (count == 0)


@each_language
@pytest.mark.parametrize("paper", printing.SIZES)
def test_a_full_month_is_one_page_in_every_language(code, paper):
    pdf = printed(poster_of(a_hall(31), code, paper))
    assert len(pdf.pages) == 1


def test_dates_that_do_not_hold_are_told_by_the_code():
    poster = poster_of(a_hall(31))
    pdf = printed(replace(poster, dates=poster.dates * 3))
    assert len(pdf.pages) == 1
    assert plain(poster.more_dates) in text_of(pdf)


def test_papers_that_do_not_hold_are_told_by_the_code():
    site = a_hall(31, audience=Audience.ORIENTED)
    for number in range(9):
        a_service(f"Atelier {number}", sites=(site,), documents="Une pièce d’identité. " * 12)
    poster = poster_of(site, "fr")
    pdf = printed(poster)
    assert len(pdf.pages) == 1
    assert plain(poster.more_papers) in text_of(pdf)
    assert "Atelier 8" not in text_of(pdf)
    assert poster.phone in text_of(pdf)


@pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("a3", (297, 420))])
def test_a_poster_has_the_size_of_its_paper(paper, size):
    box = printed(poster_of(a_hall(), paper=paper)).pages[0].mediabox
    assert (box.width / MILLIMETRE, box.height / MILLIMETRE) == pytest.approx(size, abs=0.5)


# ------------------------------------------------------------------------------- what it says


def test_a_poster_answers_what_people_ask():
    site = a_hall(audience=Audience.REGISTERED)
    a_service("Vestiaire", sites=(site,), documents="La carte de la Caf")
    text = text_of(printed(poster_of(site)))
    for words in (
        "La Halle",
        "Mirande",
        "1 place de la Halle",
        "Dates en décembre 2026",
        "mardi 1er décembre de 14 h à 16 h 30 Manger",
        "Les personnes inscrites.",
        "Vestiaire : La carte de la Caf",
        "Gratuit",
        "Téléphone 05 62 12 34 56",
        "Imprimé le samedi 28 novembre 2026.",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("free", "said"),
    [
        ([], "À demander"),
        ([True, True], "Gratuit"),
        ([False], "Participation demandée"),
        ([True, False], "Gratuit en partie"),
    ],
)
def test_what_it_costs_is_said_in_few_words(free, said):
    site = a_hall()
    for is_free in free:
        a_service(sites=(site,), is_free=is_free)
    assert poster_of(site).answers[-1].words == said


def test_what_is_cancelled_is_shouted_and_struck_and_what_is_moved_is_marked():
    site = a_hall(0)
    opening, by = daily(site, 3), coordinator()
    actions.change_occurrence(opening, date(2026, 12, 1), by=by)
    actions.change_occurrence(
        opening, date(2026, 12, 2), new_day=date(2026, 12, 9), starts=time(9), ends=time(10), by=by
    )
    text = text_of(printed(poster_of(site)))
    assert "ANNULÉ mardi 1er décembre de 14 h à 16 h 30 Ne venez pas ce jour-là." in text
    assert "mercredi 9 décembre de 9 h à 10 h Date déplacée" in text
    assert "mercredi 2 décembre" not in text


def test_what_is_over_is_not_printed(monkeypatch):
    site = a_hall(4)
    middle = datetime(2026, 12, 2, 18, tzinfo=PARIS)
    made = printing.poster(site, DECEMBER, language("fr"), paper="a4", now=middle)
    assert [plain(each.day) for each in made.dates] == ["jeudi 3 décembre", "vendredi 4 décembre"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ["Dates in December 2026", "Tuesday 1 December from 14:00 to 16:30", "Everyone."]),
        ("es", ["Fechas de diciembre de 2026", "martes 1 de diciembre de 14:00 a 16:30"]),
        ("uk", ["Дати на грудень 2026", "вівторок, 1 грудня з 14:00 до 16:30 Їжа"]),
        ("pt", ["Datas de dezembro de 2026", "terça-feira, 1 de dezembro das 14:00 às 16:30"]),
        ("oc", ["Datas per decembre de 2026", "dimars 1 de decembre de 14:00 a 16:30"]),
        ("ar", ["الثلاثاء", "الأربعاء", "الطعام", "بالهاتف", "La Halle", "05 62 12 34 56"]),
    ],
)
def test_a_poster_speaks_its_language(code, words):
    pdf = printed(poster_of(a_hall(2), code))
    text = text_of(pdf)
    assert pdf.trailer["/Root"]["/Lang"] == code
    assert [each for each in words if each not in text] == []


def test_arabic_is_mirrored_and_what_a_site_wrote_stays_french():
    site = a_hall()
    french, arabic = (printed(poster_of(site, code)) for code in ("fr", "ar"))
    assert place_of(french, "localhost") > 0.5 > place_of(arabic, "localhost")
    assert place_of(french, "La Halle") < 0.1 < 0.4 < place_of(arabic, "La Halle")
    root = arabic.trailer["/Root"]["/StructTreeRoot"]
    title = next(node for node in structure(root) if node.get("/S") == "/Title")
    assert title["/Lang"] == "fr"


# ------------------------------------------------------------------------------- everyone reads it


@each_language
def test_papers_declare_themselves_pdf_ua_and_tell_their_title(code):
    site = a_hall()
    for paper in (poster_of(site, code), leaflet_of(code)):
        pdf = printed(paper)
        root = pdf.trailer["/Root"]
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert pdf.metadata.title == paper.frame.title
        assert all(figures_of(pdf))


def test_pictograms_beside_their_word_are_not_read_twice():
    poster = poster_of(a_hall())
    assert figures_of(printed(poster)) == [poster.frame.code.alt]


@each_language
def test_only_our_fonts_are_used_and_they_are_in_the_file(code):
    site = a_hall(2, name="Épicerie Łódź – «\u00a0L’Œuvre\u00a0» Здоров’я مرحبا")
    for name, descriptor in fonts_of(printed(poster_of(site, code))):
        assert name.partition("+")[2].startswith(OUR_FONTS), name
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


@each_language
def test_our_own_words_can_all_be_drawn(code):
    said = "".join(word for keys in language(code).words.values() for word in keys.values())
    assert set(said) - drawable() == set()


def test_a_letter_that_no_font_draws_is_left_out():
    site = a_hall(1, name="La Halle ❤ 食\u202e🐝")
    poster = poster_of(site)
    assert poster.site == "La Halle"
    assert "La Halle" in text_of(printed(poster))


def test_a_heart_alone_is_a_poster_all_the_same():
    assert len(printed(poster_of(a_hall(1, name="❤"))).pages) == 1


def test_letters_are_those_of_the_fonts():
    assert set("aéŒ€«’Їґ٠غ") <= drawable()
    assert not set("食❤\u0000\u202e\u2067") & drawable()


# ------------------------------------------------------------------------------- hostile words


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_what_a_site_writes_is_never_a_command(code):
    site = a_hall(2, name=HOSTILE, address=HOSTILE, phone="#panic()")
    a_service(f"{HOSTILE} service", sites=(site,), documents=HOSTILE)
    text = text_of(printed(poster_of(site, code)))
    assert text.count("#panic") >= 4
    assert HOSTILE in text
    asked = asking.Asked(words="", here=here())
    assert "#panic" in text_of(printed(printing.leaflet(asked, language(code), now=NOW)))


@pytest.mark.parametrize("name", ["W" * 100, "Maison " * 14, "a" * 49 + " " + "É" * 50])
def test_a_very_long_name_stays_inside_the_page(name):
    pdf = printed(poster_of(a_hall(31, name=name.strip(), address="W" * 160)))
    assert len(pdf.pages) == 1
    assert "05 62 12 34 56" in text_of(pdf)


def test_a_long_word_may_be_cut_and_a_short_one_may_not():
    assert told("Solidarités  du\nPays") == "Solidarités du Pays"
    assert told("«\u00a0Chez nous\u00a0»\u202f!") == "«\u00a0Chez nous\u00a0»\u202f!"
    assert told("x" * 25) == "\u00ad".join(["x" * 10, "x" * 10, "x" * 5])


# ------------------------------------------------------------------------------- code


@each_language
def test_the_code_leads_to_the_page_of_the_site_in_its_language(code, settings):
    settings.SITE_URL = "https://ruche.example"
    site = a_hall(1)
    poster = poster_of(site, code)
    drawn, url = poster.frame.code, f"https://ruche.example/ou-et-quand/{code}/lieux/{site.pk}/"
    assert drawn.url == url
    assert drawn.shown.replace("\u200b", "") == url.removeprefix("https://")
    expected = segno.make(url, error="m", micro=False)
    around = [list(row) for row in expected.matrix_iter(border=4)]
    assert matrix_of(drawn.svg) == around
    links = [note.get_object() for note in printed(poster).pages[0]["/Annots"]]
    assert {note["/A"]["/URI"] for note in links} == {url}


# ------------------------------------------------------------------------------- addresses


def test_a_poster_is_a_file_that_opens_in_the_browser():
    site = a_hall(name="L’Épicerie / ../été")
    response = visitor().get(address_of(site, query="mois=2026-12&format=a3"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    name = "affiche-mirande-lepicerie-ete-2026-12-fr-a3.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Cache-Control"] == "public, max-age=900"
    assert response.content.startswith(b"%PDF-")
    assert visitor().post(address_of(site)).status_code == 405


def test_an_unknown_site_and_a_closed_one_answer_as_their_page_does():
    closed = a_hall(0, closed_on=date(2026, 11, 1))
    closing = a_hall(0, name="L’autre Halle", closed_on=date(2026, 12, 15))
    gone = visitor().get(address_of(closed))
    assert gone.status_code == 410
    assert "Ce lieu a fermé" in gone.content.decode()
    assert visitor().get(address_of(Site(pk=UUID(int=0)))).status_code == 404
    assert visitor().get(address_of(closing)).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "décembre",
        "2026-10",
        "1999-01",
        "2099-01",
        "2026-12-01",
        "٢٠٢٦-١٢",
    ],
)
def test_a_month_that_is_not_one_or_is_over_is_this_month(text):
    assert read_month(text, date(2026, 11, 28)) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "year"), [("2026-11", 2026), ("2026-12", 2026), ("2027-11", 2027)]
)
def test_a_month_of_the_year_to_come_is_read(text, year):
    month = read_month(text, date(2026, 11, 28))
    assert f"{month:%Y-%m}" == text
    assert (month.year, month.day) == (year, 1)


def test_paper_is_a4_unless_a3_is_asked():
    assert [read_paper(text) for text in ("a3", "a4", "", "A3 ", "a0")] == [
        "a3",
        "a4",
        "a4",
        "a4",
        "a4",
    ]


def test_bad_parameters_are_not_refused():
    assert visitor().get(address_of(a_hall(1), query="mois=%00&format=a9")).status_code == 200


def test_the_queries_of_a_poster_do_not_depend_on_its_dates():
    asked = []
    for count in (1, 5):
        site = a_hall(0, name=f"Halle {count}")
        for number in range(count):
            an_opening(site, f"Dec 01-{9 + number:02} {9 + number}:00-{10 + number}:00")
            a_service(sites=(site,))
        with CaptureQueriesContext(connection) as queries:
            poster_of(site)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 6


def test_the_same_paper_is_the_same_file():
    site = a_hall()
    assert printing.typeset(poster_of(site)) == printing.typeset(poster_of(site))


# ------------------------------------------------------------------------------- leaflet


def here() -> asking.Here:
    return asking.read(QueryDict("code=32256")).here


def leaflet_at(text: str, code: str = "fr") -> Any:
    url = reverse("public:leaflet", args=[language(code)])
    return visitor().get(f"{url}?{text}")


def test_a_leaflet_answers_the_same_search_as_the_page():
    a_hall(5)
    made = leaflet_of(here=here(), need=Need.FOOD)
    text = text_of(printed(made))
    page = visitor().get(f"{reverse('public:where', args=[language('fr')])}?code=32256&besoin=food")
    shown = BeautifulSoup(page.content, "html.parser").get_text(" ")
    assert "La Halle" in [place.name for place in made.places]
    assert [place.name for place in made.places if place.name not in shown] == []
    for words in ("Mirande et ses environs", "La Halle", "05 62 12 34 56", "mardi 1er décembre"):
        assert words in text
    assert "Dates du samedi 28 novembre au dimanche 27 décembre" in text


def test_a_leaflet_leads_to_its_search():
    made = leaflet_of("uk", here=here(), need=Need.HEALTH)
    assert made.frame.code.url.endswith("/ou-et-quand/uk/?code=32256&besoin=health")
    assert leaflet_of().frame.code.url.endswith("/ou-et-quand/fr/")


def test_a_leaflet_never_prints_where_someone_stands():
    asked = asking.read(QueryDict("position=43.52,0.41"))
    made = printing.leaflet(asked, language("fr"), now=NOW)
    assert made.where.endswith(" et ses environs")
    assert "43.5" not in made.frame.code.url
    assert "position" not in made.frame.code.url
    assert "code=32" in made.frame.code.url


@each_language
def test_a_leaflet_is_a_sheet_with_two_sides_at_most(code):
    for number in range(12):
        site = a_hall(7, name=f"Maison des Solidarités {number}", audience=Audience.ORIENTED)
        an_opening(site, "Dec 01-20 18:00-19:00")
    made = leaflet_of(code, here=here())
    pdf = printed(made)
    text = text_of(pdf)
    assert len(made.places) == 10
    assert len(pdf.pages) <= 2
    assert [place.name for place in made.places if place.name not in text] == []
    assert pdf.pages[0].mediabox.width / MILLIMETRE == pytest.approx(297, abs=0.5)
    assert plain(made.more_places) in text or code == "ar"


def test_a_leaflet_of_one_site_is_one_side():
    made = leaflet_of(here=here())
    pdf = printed(replace(made, places=made.places[:1], has_more=False))
    assert len(pdf.pages) == 1
    assert made.more_places not in text_of(pdf)


def test_pictograms_of_the_dates_of_a_leaflet_say_their_word():
    a_hall(2)
    made = leaflet_of(here=here(), need=Need.FOOD)
    assert {"Manger", "Téléphone"} <= set(figures_of(printed(made)))


def test_a_leaflet_without_an_answer_says_so():
    Site.objects.update(closed_on=date(2026, 1, 1))
    pdf = printed(leaflet_of())
    assert "Aucun lieu ne répond à cette recherche." in text_of(pdf)


def test_a_leaflet_is_a_file_that_opens_in_the_browser():
    response = leaflet_at("code=32256&besoin=food")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'inline; filename="depliant-mirande-food-fr.pdf"'
    assert response["Cache-Control"] == "public, max-age=900"
    assert leaflet_at("commune=xyzzy&besoin=rien&jours=9&page=-1", "ar").status_code == 200


def test_the_queries_of_a_leaflet_do_not_depend_on_its_sites():
    asked = []
    for _ in range(2):
        for number in range(4):
            a_hall(3, name=f"Halle {len(asked)} {number}")
        with CaptureQueriesContext(connection) as queries:
            leaflet_of(here=here())
        asked.append(len(queries))
    assert asked[0] == asked[1]

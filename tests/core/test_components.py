"""The tags of the design system, one promise at a time."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from ruche.core.components import Column, File, LegendEntry, Table, file_weight
from ruche.core.templatetags.ui import STATUS_WORDS


def show(source: str, parameters: str = "", path: str = "/", **context: object) -> BeautifulSoup:
    """What a template gives, parsed."""
    request = RequestFactory().get(f"{path}?{parameters}")
    html = Template(source).render(Context({"request": request, **context}))
    return BeautifulSoup(html, "html5lib")


class PlaceForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Celui des affiches.")
    note = forms.CharField(label="Précisions", required=False)
    agreed = forms.BooleanField(label="D’accord", required=False)
    rhythm = forms.ChoiceField(
        label="Rythme", widget=forms.RadioSelect, choices=[("w", "Semaine"), ("m", "Mois")]
    )


def test_a_field_has_a_label_a_help_and_says_when_it_is_optional():
    page = show("{% field form.name %}{% field form.note %}", form=PlaceForm())
    name, note = page.select("input")
    assert page.select_one(f"label[for={name['id']}]").text == "Nom"
    assert page.find(id=name["aria-describedby"]).text == "Celui des affiches."
    assert "facultatif" in page.select_one(f"label[for={note['id']}]").text


def test_a_field_in_error_is_described_by_its_error():
    page = show("{% field form.name %}", form=PlaceForm({}))
    field = page.select_one("input")
    assert field["aria-invalid"] == "true"
    described = [page.find(id=name) for name in field["aria-describedby"].split()]
    assert any("obligatoire" in element.text for element in described)


def test_a_group_of_choices_is_a_fieldset_with_its_legend():
    page = show("{% field form.rhythm %}", form=PlaceForm({}))
    group = page.select_one("fieldset")
    assert group.legend.text.strip() == "Rythme"
    assert page.find(id=group["aria-describedby"].split()[-1])
    for choice in group.select("input"):
        assert page.select_one(f"label[for={choice['id']}]")


def test_the_error_summary_leads_to_each_field_and_a_good_form_has_none():
    page = show(
        "{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}", form=PlaceForm({})
    )
    links = page.select("[role=alert] a")
    assert [link.text for link in links] == ["Nom", "Rythme"]
    good = PlaceForm({"name": "Auch", "rhythm": "w"})
    assert not show("{% error_summary form %}", form=good).select("[role=alert]")
    assert not show("{% error_summary form %}", form=PlaceForm()).select("[role=alert]")


def test_the_error_of_a_lone_field_leads_to_a_control_that_exists():
    page = show("{% error_summary form %}{% field form.name %}", form=PlaceForm({}))
    assert page.find(id=page.select_one("[role=alert] a")["href"][1:]).name == "input"


def test_the_first_cell_of_a_row_heads_it():
    table = Table(
        "Habitants", ("Commune", Column("Population", numeric=True)), (("Auch", "22 000"),)
    )
    page = show("{% table table %}", table=table)
    assert page.caption.text == "Habitants"
    assert page.select_one("tbody th[scope=row]").text == "Auch"
    assert page.select_one("tbody td")["class"] == ["numeric"]


def test_a_table_that_scrolls_is_reached_by_keyboard_and_named():
    region = show("{% table table %}", table=Table("Habitants", ("Commune",), ())).select_one(
        "[role=region]"
    )
    assert region["tabindex"] == "0"
    assert region["aria-label"] == "Habitants"


def test_what_a_cell_holds_is_escaped():
    page = show(
        "{% table table %}", table=Table("T", ("A", "B"), (("<b>x</b>", "<script>1</script>"),))
    )
    assert not page.select("tbody b, tbody script")


def test_a_column_sorts_one_way_then_the_other_and_keeps_the_rest_of_the_address():
    table = Table("T", (Column("Nom", key="nom"), Column("Total", key="total")), ())
    source = "{% table table %}"
    assert show(source, table=table).select_one("th a")["href"] == "?tri=nom"
    sorted_page = show(source, "tri=nom&niveau=com", table=table)
    assert sorted_page.select_one("th a")["href"] == "?tri=-nom&niveau=com"
    assert sorted_page.select_one("th")["aria-sort"] == "ascending"
    assert show(source, "tri=-nom", table=table).select_one("th")["aria-sort"] == "descending"


def test_the_pager_keeps_the_other_parameters_and_marks_the_open_page():
    page = Paginator(range(100), 10).page(5)
    pager = show("{% pager page %}", "q=auch&page=5", page=page)
    assert pager.select_one("[rel=next]")["href"] == "?q=auch&page=6"
    assert pager.select_one("[aria-current=page]").text == "Page 5"


def test_a_single_page_has_no_pager():
    assert not show("{% pager page %}", page=Paginator([1], 10).page(1)).select("nav")


def test_each_state_of_a_value_has_its_words_and_its_look():
    looks = set()
    for code, (words, _mark) in STATUS_WORDS.items():
        shown = show("{% value_status code '12,4' %}", code=code).select_one(".status")
        assert shown.text.strip() == (words or "12,4")
        looks.add(tuple(shown["class"]))
    assert len(looks) == len(STATUS_WORDS)


def test_a_state_of_the_engine_is_understood_by_its_code():
    shown = show("{% value_status state short=True %}", state=SimpleNamespace(code="secret"))
    assert shown.select_one(".visually-hidden").text == "secret statistique"


def test_an_unknown_state_is_refused_rather_than_shown_as_a_blank():
    with pytest.raises(KeyError):
        show("{% value_status 'lost' %}")


def test_an_estimate_says_so():
    assert "estimation" in show("{% stat 'Taux' '12,4' '%' estimate=True %}").text


def test_a_missing_key_figure_shows_no_unit():
    page = show("{% stat 'Taux' unit='%' status='secret' %}")
    assert "secret statistique" in page.text
    assert "%" not in page.text


def test_a_figure_comes_with_its_words_and_its_table():
    drawing = SimpleNamespace(
        svg='<svg viewBox="0 0 300 60" width="300" height="60"><title>Taux</title></svg>',
        title="Taux",
        description="Part de la population.",
        table=Table("Taux", ("Territoire", "Taux"), (("Gers", "16,8"),)),
    )
    page = show(
        "{% figure drawing source='Insee' downloads=files %}",
        drawing=drawing,
        files=[File("T", "/t.csv")],
    )
    assert page.figure.figcaption.find(string="Part de la population.")
    assert page.figure.svg["width"] == "375"
    assert page.select_one("figure details table th[scope=row]").text == "Gers"
    assert page.select_one("figure details a[download]")["href"] == "/t.csv"


def test_a_legend_tells_its_entries_apart_without_colour():
    entries = [LegendEntry("Ici", "square"), LegendEntry("France", "dashed", "shape-4")]
    drawings = show("{% legend entries %}", entries=entries).select("li svg")
    assert drawings[0].decode_contents() != drawings[1].decode_contents()


def test_a_search_works_without_script_and_suggests_with_it():
    page = show("{% search_box '/recherche/' 'Chercher' suggestions='/suggestions/' %}")
    assert page.form["action"] == "/recherche/"
    assert page.select_one("label")["for"] == page.select_one("input")["id"]
    assert page.find(id=page.select_one("input")["hx-target"][1:])


def test_a_search_without_suggestions_calls_nothing():
    assert not show("{% search_box '/recherche/' 'Chercher' %}").select("[hx-get]")


def test_filters_work_without_script_and_refresh_a_part_of_the_page_with_it():
    source = (
        "{% filter_bar 'Filtrer' target='#part' %}"
        "{% select 'n' 'Niveau' levels 'b' %}{% endfilter_bar %}"
    )
    form = show(source, levels=[("a", "A"), ("b", "B")]).form
    assert (form["method"], form["hx-target"]) == ("get", "#part")
    assert form.select_one("button[type=submit]")
    assert form.select_one("option[selected]")["value"] == "b"
    assert not show("{% filter_bar %}{% endfilter_bar %}").select("[hx-get]")


def test_suggestions_are_announced_with_their_number():
    found = [SimpleNamespace(label="Auch", url="/auch/", detail="")]
    page = show("{% include 'ui/suggestions.html' %}", suggestions=found)
    assert page.select_one("[data-ruche-announce]")["data-ruche-announce"] == "1\u00a0suggestion"
    empty = show("{% include 'ui/suggestions.html' %}", suggestions=[], query="xyz")
    assert empty.select_one("[data-ruche-announce]")["data-ruche-announce"] == "Aucune suggestion"


def test_a_dialog_opens_by_its_address_without_script():
    page = show("{% dialog 'aide' 'Aide' 'Ouvrir' %}<p>Texte</p>{% enddialog %}")
    assert page.a["href"] == "#aide"
    assert page.dialog["id"] == "aide"
    assert page.find(id=page.dialog["aria-labelledby"]).text == "Aide"


def test_an_alert_and_a_card_keep_their_content_as_html_and_escape_their_title():
    source = (
        "{% alert 'info' title %}<p>Texte</p>{% endalert %}"
        "{% card title '/c/' %}<p>Corps</p>{% endcard %}"
    )
    page = show(source, title="<b>Titre</b>")
    assert page.select_one(".alert-title + p").text == "Texte"
    assert page.select_one(".card-body > p").text == "Corps"
    assert not page.select("b")


def test_the_breadcrumb_ends_on_this_page():
    page = show("{% breadcrumb 'Accueil' '/' 'Portraits' '/portraits/' 'Auch' %}")
    assert [link["href"] for link in page.select("a")] == ["/", "/portraits/"]
    assert page.select_one("[aria-current=page]").text == "Auch"


def test_steps_say_where_one_is():
    page = show("{% steps labels 2 %}", labels=["Lieu", "Horaires", "Relecture"])
    assert page.select_one("[aria-current=step]").text == "2Horaires"
    assert "terminé" in page.select("li")[0].text


def test_the_menu_leaves_out_a_page_that_does_not_exist_and_marks_where_one_is(settings):
    settings.ROOT_URLCONF = "tests.core.urls"
    menu = [("Composants", "core:gallery"), ("Absente", "nowhere:page")]
    page = show("{% main_navigation %}", path="/composants/", navigation=menu)
    assert [link.text for link in page.select("a")] == ["Composants"]
    assert page.a["aria-current"] == "page"
    below = show("{% main_navigation %}", path="/composants/auch/", navigation=menu)
    assert below.a["aria-current"] == "true"
    assert not show("{% main_navigation %}", path="/ailleurs/", navigation=menu).a.get(
        "aria-current"
    )


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (840, "840\u00a0octets"),
        (12_300, "12\u00a0ko"),
        (999_499, "999\u00a0ko"),
        (999_600, "1,0\u00a0Mo"),
        (3_412_000, "3,4\u00a0Mo"),
    ],
)
def test_the_weight_of_a_file_is_readable(octets, words):
    assert file_weight(octets) == words


def test_a_file_tells_its_format_and_its_weight():
    assert File("Tableau", "/t.csv", "CSV", 12_300).detail == "CSV, 12\u00a0ko"
    assert File("Tableau", "/t.csv").detail == ""

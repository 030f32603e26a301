"""French spaces and numbers in templates."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from ruche.core.templatetags.french import nbsp, typographic
from ruche.core.typesetting import typeset


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Quoi ?", "Quoi\u202f?"),
        ("Non ; oui !", "Non\u202f; oui\u202f!"),
        ("Source : Insee", "Source\u00a0: Insee"),
        ("le « secret »", "le «\u00a0secret\u00a0»"),
        ("16,8 %", "16,8\u202f%"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("déjà\u00a0: bien", "déjà\u00a0: bien"),
    ],
)
def test_double_signs_never_begin_a_line(typed, shown):
    assert nbsp(typed) == shown


def test_a_typed_apostrophe_becomes_a_true_one():
    assert typographic("l'accueil d'Auch : ici") == "l’accueil d’Auch\u00a0: ici"


@pytest.mark.parametrize(
    ("source", "better"),
    [
        ("<p>L'accueil : oui !</p>", "<p>L’accueil\u00a0: oui\u202f!</p>"),
        ("<p title='a : b'>c</p>", "<p title='a : b'>c</p>"),
        ("<a href=\"{% url 'a:b' %}\">Quoi ?</a>", "<a href=\"{% url 'a:b' %}\">Quoi\u202f?</a>"),
        ('{% alert "info" "L\'état : bon" %}', '{% alert "info" "L’état\u00a0: bon" %}'),
        ("{{ x|default:'a' }} %", "{{ x|default:'a' }}\u202f%"),
        ("{% if a %}« b »{% endif %}", "{% if a %}«\u00a0b\u00a0»{% endif %}"),
        ("{# l'un : l'autre #}<pre>l'un : x</pre>", "{# l'un : l'autre #}<pre>l'un : x</pre>"),
        ("<p>Voir&nbsp;: &amp; ; fin</p>", "<p>Voir&nbsp;: &amp;\u202f; fin</p>"),
    ],
)
def test_a_template_is_typeset_where_it_is_read_and_nowhere_else(source, better):
    assert typeset(source) == better
    assert typeset(better) == better


def test_typography_does_not_open_the_door_to_markup():
    assert "<b>" not in Template("{{ text|nbsp }}").render(Context({"text": "<b>Quoi ?</b>"}))


def test_numbers_are_written_in_french_by_templates():
    source = (
        "{{ 38914|number }} / {{ 26|counted:'commune' }} / "
        "{{ 1|plural:'cheval,chevaux' }} / {{ 16.8|percent }}"
    )
    assert Template(source).render(Context()) == (
        "38\u202f914 / 26\u00a0communes / cheval / 16,8\u202f%"
    )


def test_an_instant_is_written_in_the_time_of_france():
    """Half past eleven at night in universal time is already the next day."""
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    written = Template("{{ at|day }}, {{ at|hour }}").render(Context({"at": late}))
    assert written.replace("\u00a0", " ") == "mercredi 25 novembre, 0 h 30"

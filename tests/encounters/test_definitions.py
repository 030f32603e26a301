"""What a form of encounter may be, and in which shapes its answers may be counted."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ruche.encounters.definitions import BadDefinition, Counted, Definition, Mode, shapes_of
from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, Shape

FIRST: dict[str, Any] = {"key": "premiere", "label": "Déjà vus ?", "counted": "first"}


def a_field(**more: Any) -> dict[str, Any]:
    """A question with two answers."""
    options = [{"key": "oui", "label": "oui"}, {"key": "non", "label": "non"}]
    return {"key": "logement", "label": "Un logement ?", "options": options, **more}


def an_option(**more: Any) -> dict[str, Any]:
    return {"key": "oui", "label": "oui", **more}


def said(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": "essai", "title": "Essai", "fields": list(fields or [a_field()]), **more}


def refused(said: Any) -> str:
    with pytest.raises(BadDefinition) as caught:
        Definition.of(said)
    return str(caught.value)


# ------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("key", ["", "é", "Essai", "a b", "a_b", "-a", "a" * 31, "a.b", "a\n"])
def test_a_key_is_written_in_small_letters_without_accents(key):
    for form in (
        said(key=key),
        said(a_field(key=key)),
        said(a_field(options=[an_option(key=key)])),
    ):
        assert "la clé s’écrit en minuscules sans accent" in refused(form)


@pytest.mark.parametrize("title", ["", "  ", "a" * 81])
def test_a_form_has_a_title_that_a_phone_can_show(title):
    assert "Donnez un titre" in refused(said(title=title))


@pytest.mark.parametrize("number", [0, 21])
def test_a_form_has_one_to_twenty_questions(number):
    fields = [a_field(key=f"q{rank}") for rank in range(number)]
    assert "de une à 20 questions" in refused({"key": "a", "title": "A", "fields": fields})


def test_nobody_has_to_be_known_to_be_met():
    assert "sans le connaître" in refused(said(modes=["card", "known"]))
    assert "sans le connaître" in refused(said(modes=[]))


def test_a_mode_is_said_once_and_exists():
    assert "n’est dite qu’une fois" in refused(said(modes=["anonymous", "anonymous"]))
    refused(said(modes=["anonymous", "by-name"]))


def test_a_promise_is_made_to_someone():
    assert "Une promesse se fait à quelqu’un" in refused(said(promises=True))
    assert Definition.of(said(promises=True, modes=["anonymous", "card"])).promises


def test_two_questions_do_not_share_a_key():
    assert "Deux questions ont la même clé" in refused(said(a_field(), a_field(label="Et là ?")))


@pytest.mark.parametrize("counted", ["age", "gender", "first"])
def test_age_gender_and_first_meeting_are_asked_once(counted):
    twice = [{"key": key, "label": key, "counted": counted} for key in "ab"]
    assert "ne se demandent qu’une fois" in refused(said(*twice))


@pytest.mark.parametrize("counted", ["age", "gender", "first"])
def test_age_gender_and_first_meeting_have_one_answer(counted):
    field = {"key": "a", "label": "A", "counted": counted, "many": True}
    assert "une seule réponse est possible" in refused(said(field))


@pytest.mark.parametrize("label", ["", " ", "a" * 81])
def test_a_question_is_written(label):
    assert "écrivez la question" in refused(said(a_field(label=label)))


@pytest.mark.parametrize("number", [0, 21, 10_000])
def test_a_question_has_one_to_twenty_answers(number):
    options = [an_option(key=f"o{rank}", label=f"o{rank}") for rank in range(number)]
    assert "de une à 20 réponses" in refused(said(a_field(options=options)))


def test_two_answers_share_neither_a_key_nor_their_words():
    same_key = [an_option(), an_option(label="si")]
    same_words = [an_option(), an_option(key="si")]
    assert "deux réponses ont la même clé" in refused(said(a_field(options=same_key)))
    assert "deux réponses se lisent pareil" in refused(said(a_field(options=same_words)))


def test_an_answer_given_beforehand_is_one_of_them():
    assert "donnée d’avance n’existe pas" in refused(said(a_field(default="peut-etre")))
    assert Definition.of(said(a_field(default="non"))).fields[0].default == "non"


@pytest.mark.parametrize("label", ["", " ", "a" * 61])
def test_an_answer_is_written(label):
    assert "écrivez chaque réponse" in refused(said(a_field(options=[an_option(label=label)])))


def test_a_pictogram_exists():
    wrong = said(a_field(options=[an_option(icon="<script>")]))
    assert "le pictogramme « <script> » n’existe pas" in refused(wrong)


@pytest.mark.parametrize("counted", ["", "measure"])
def test_only_a_theme_is_sensitive(counted):
    wrong = said(a_field(counted=counted, options=[an_option(sensitive=True)]))
    assert "seul un thème peut être sensible" in refused(wrong)


def test_what_is_asked_at_a_first_meeting_needs_that_question():
    assert "première rencontre" in refused(said(a_field(at_first=True)))
    assert "première rencontre" in refused(said({**FIRST, "at_first": True}))
    assert Definition.of(said(FIRST, a_field(at_first=True))).fields[1].at_first


@pytest.mark.parametrize("counted", ["site_month", "by-person", "AGE", None, 3, "theme "])
def test_there_is_no_other_way_of_counting(counted):
    refused(said(a_field(counted=counted)))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "essai",
        {},
        {"key": "a", "title": "A"},
        {"key": "a", "title": "A", "fields": None},
        {"key": "a", "title": "A", "fields": ["age"]},
        {"key": "a", "title": "A", "fields": [{"key": "a"}]},
        {"key": "a", "title": "A", "fields": [{"key": "a", "label": "A"}]},
        {"key": "a", "title": "A", "fields": [{"key": "a", "label": "A", "options": ["oui"]}]},
        {"key": "a", "title": "A", "fields": [{"key": "a", "label": "A", "options": 3}]},
    ],
)
def test_what_is_not_a_form_is_refused_and_nothing_else_is_raised(wrong):
    refused(wrong)


def test_a_refusal_names_the_question_concerned():
    assert refused(said(a_field(), a_field(key="b", label="Un toit ?", options=[]))).startswith(
        "« Un toit ? »"
    )


# ------------------------------------------------------------------------------- what is kept


WORDS = some.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=10)
LABELS = some.text("aàbcdé ’«»<&", min_size=1, max_size=20).filter(str.strip)
COUNTED = some.sampled_from([Counted.NOTHING, Counted.MEASURE, Counted.THEME])


@some.composite
def fields(draw: Any) -> dict[str, Any]:
    counted = draw(COUNTED)
    sensitive = some.booleans() if counted is Counted.THEME else some.just(False)
    options = draw(
        some.lists(
            some.fixed_dictionaries(
                {
                    "key": WORDS,
                    "label": LABELS,
                    "icon": some.sampled_from(["", "heart", "house"]),
                    "sensitive": sensitive,
                }
            ),
            min_size=1,
            max_size=6,
            unique_by=(lambda one: one["key"], lambda one: one["label"]),
        )
    )
    return {
        "key": draw(WORDS),
        "label": draw(LABELS),
        "why": draw(some.text(max_size=20)),
        "many": draw(some.booleans()),
        "counted": str(counted),
        "default": draw(some.sampled_from(["", options[0]["key"]])),
        "at_first": False,
        "options": options,
    }


@some.composite
def definitions(draw: Any) -> Definition:
    asked = draw(some.lists(fields(), min_size=1, max_size=5, unique_by=lambda one: one["key"]))
    modes = draw(some.sampled_from([[Mode.ANONYMOUS], list(Mode)]))
    return Definition.of(
        {
            "key": draw(WORDS),
            "title": draw(LABELS),
            "modes": modes,
            "note": draw(some.booleans()),
            "promises": len(modes) > 1,
            "fields": asked,
        }
    )


@given(definitions())
def test_what_the_database_keeps_is_the_same_form(form):
    assert Definition.of(form.as_data()) == form
    assert Definition.of(form.as_data()).as_data() == form.as_data()


def test_shared_questions_bring_their_answers_and_tell_them_to_phones():
    form = Definition.of(said({"key": "age", "label": "Âge", "counted": "age"}, FIRST))
    ages, firsts = form.as_data()["fields"]
    assert [one["key"] for one in ages["options"]][-2:] == ["80+", "declined"]
    assert [one["key"] for one in firsts["options"]] == ["never", "not-this-year", "this-year"]


def test_answers_of_a_shared_question_are_not_anyone_s_to_change():
    hostile = {"key": "age", "label": "Âge", "counted": "age", "options": [an_option()]}
    assert Definition.of(said(hostile)) == Definition.of(said({**hostile, "options": []}))


def test_a_form_says_nothing_of_what_it_was_not_told():
    given = said()
    before = deepcopy(given)
    assert Definition.of(given).modes == (Mode.ANONYMOUS,)
    assert given == before


# ------------------------------------------------------------------------------- shapes


def counted_as(counted: str, **option: Any) -> Definition:
    return Definition.of(said(a_field(counted=counted, options=[an_option(**option)])))


@pytest.mark.parametrize(
    ("form", "shapes"),
    [
        (counted_as("theme"), {Shape.TEAM_WEEK, Shape.SITE_YEAR}),
        (counted_as("theme", sensitive=True), {Shape.NETWORK_YEAR}),
        (counted_as("measure"), {Shape.TEAM_WEEK}),
        (counted_as(""), set()),
        (Definition.of(said(FIRST)), set()),
        (Definition.of(said({"key": "a", "label": "A", "counted": "age"})), set()),
    ],
    ids=["theme", "sensitive", "measure", "nothing", "first", "age"],
)
def test_an_answer_is_counted_under_its_name_in_these_shapes_only(form, shapes):
    found = {shape for shape in Shape if form.measures(shape)}
    assert found == shapes
    assert all(form.measures(shape) == {"essai.logement.oui"} for shape in shapes)


@given(definitions())
def test_a_sensitive_theme_is_never_counted_by_site_nor_by_team(form):
    sensitive = {
        form.measure(field, one) for field in form.fields for one in field.options if one.sensitive
    }
    for shape in (*OF_A_SITE, *OF_A_TEAM):
        assert not sensitive & form.measures(shape)
    assert sensitive == form.measures(Shape.NETWORK_YEAR)


@given(definitions())
def test_what_is_not_counted_is_in_no_shape(form):
    sealed = [one for one in form.fields if one.counted is Counted.NOTHING]
    assert not [
        shapes_of(field, one) for field in sealed for one in field.options if shapes_of(field, one)
    ]


# ------------------------------------------------------------------------------- the paper sheet


def test_each_answer_of_the_longest_form_has_a_code_of_its_own():
    options = [an_option(key=f"o{rank}", label=f"o{rank}") for rank in range(20)]
    form = Definition.of(said(*(a_field(key=f"q{rank}", options=options) for rank in range(20))))
    codes = [code for code, _, _ in form.codes()]
    assert len(codes) == 400
    assert len(set(codes)) == 400
    assert codes[:2] == ["A1", "A2"]
    assert all(len(code) == 2 for code in codes)

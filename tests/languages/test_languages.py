"""Words of public pages: the same in every language, and dates as each of them says them."""

import re
from datetime import date, time
from string import Formatter

import pytest

from ruche.languages import CODES, FRENCH, Language, language, languages

TRANSLATIONS = [code for code in CODES if code != FRENCH]
WEDNESDAY = date(2026, 12, 2)
SAME_AS_FRENCH = {
    ("en", "need", "budget"),
    ("oc", "need", "social_centre"),
}
"""Words that are truly the same in both languages."""

ARABIC = r"[\u0621-\u064a]"
CYRILLIC = r"[\u0400-\u04ff]"
NAMES = {"IGN", "JavaScript", "Mirande", "OpenStreetMap"}
"""What stays in Latin letters everywhere."""

each_language = pytest.mark.parametrize("code", CODES)
each_translation = pytest.mark.parametrize("code", TRANSLATIONS)


def words_of(code: str) -> dict[tuple[str, str], str]:
    """(section, key) → words, in the order of the file."""
    return {
        (section, key): said
        for section, keys in language(code).words.items()
        for key, said in keys.items()
    }


def values_in(said: str) -> list[tuple[str, str | None, str | None]]:
    """What `{…}` asks for: its name, its format, its conversion."""
    fields = [rest for _, *rest in Formatter().parse(said) if rest[0] is not None]
    return sorted(map(tuple, fields))


def without_values(said: str) -> str:
    return re.sub(r"\{\w+\}", "", said)


# ------------------------------------------------------------------------------ words


@each_translation
def test_every_language_has_the_words_of_french(code):
    assert list(words_of(code)) == list(words_of(FRENCH))


@each_translation
def test_every_word_asks_for_the_values_that_french_asks_for(code):
    asked = {place: values_in(said) for place, said in words_of(code).items()}
    assert asked == {place: values_in(said) for place, said in words_of(FRENCH).items()}


@each_language
def test_no_word_is_empty_or_has_a_space_to_spare(code):
    words = words_of(code)
    assert [
        place for place, said in words.items() if not said or said != " ".join(said.split())
    ] == []


def test_no_word_is_left_in_french():
    french = words_of(FRENCH)
    same = {
        (code, *place)
        for code in TRANSLATIONS
        for place, said in words_of(code).items()
        if said == french[place]
    }
    assert same == SAME_AS_FRENCH


@pytest.mark.parametrize(("code", "letters"), [("ar", ARABIC), ("uk", CYRILLIC)])
def test_a_language_of_other_letters_is_written_in_them(code, letters):
    said = {place: without_values(said) for place, said in words_of(code).items()}
    assert [place for place, rest in said.items() if rest and not re.search(letters, rest)] == []
    latin = {name for rest in said.values() for name in re.findall(r"[A-Za-zÀ-ÿ]+", rest)}
    assert latin == NAMES


def test_ukrainian_holds_no_letter_that_only_russian_has():
    assert [
        place for place, said in words_of("uk").items() if re.search("[ыэъё]", said, re.I)
    ] == []


@each_language
def test_what_is_cancelled_is_shouted_in_diaries(code):
    speaker = language(code)
    cancelled = speaker.words["date"]["cancelled"]
    assert speaker.say("feed", "cancelled", what="Mirande").startswith(cancelled.upper())


# ------------------------------------------------------------------------- typography


@each_language
def test_apostrophes_and_quotation_marks_are_true_ones(code):
    assert [place for place, said in words_of(code).items() if re.search("['\"`]", said)] == []


@each_translation
def test_french_alone_puts_a_space_before_double_signs(code):
    wrong = re.compile(r"[\s\u00a0\u202f][?!:;؟؛»]|«[\s\u00a0\u202f]")
    assert [place for place, said in words_of(code).items() if wrong.search(said)] == []


def test_spanish_opens_its_questions():
    for place, said in words_of("es").items():
        assert said.count("¿") == said.count("?"), place


def test_arabic_has_its_own_comma_and_question_mark():
    assert [place for place, said in words_of("ar").items() if re.search("[,;?]", said)] == []


# ------------------------------------------------------------------------- what it is


def test_languages_are_offered_in_one_order_and_by_their_own_names():
    assert [(each.code, each.name) for each in languages()] == [
        ("fr", "Français"),
        ("en", "English"),
        ("es", "Español"),
        ("ar", "العربية"),
        ("uk", "Українська"),
        ("pt", "Português"),
        ("oc", "Occitan"),
    ]


def test_only_french_says_that_it_was_read_again():
    assert [each.code for each in languages() if each.reviewed] == [FRENCH]


def test_arabic_alone_is_read_from_right_to_left():
    assert [each.code for each in languages() if each.is_right_to_left] == ["ar"]
    assert {each.direction for each in languages()} == {"ltr", "rtl"}


@pytest.mark.parametrize("code", ["de", "FR", "", "../fr"])
def test_a_language_that_is_not_offered_is_refused(code):
    with pytest.raises(KeyError):
        language(code)


def test_a_word_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        language(FRENCH).say("page", "no_such_word")


# ------------------------------------------------------------------------------ dates


def plain(said: str) -> str:
    return said.replace("\u00a0", " ")


def day(speaker: Language, when: date, *, today: date | None = None) -> str:
    return plain(speaker.day(when, today=today))


@pytest.mark.parametrize(
    ("code", "said", "year"),
    [
        ("fr", "mercredi 2 décembre", " 2026"),
        ("en", "Wednesday 2 December", " 2026"),
        ("es", "miércoles 2 de diciembre", " de 2026"),
        ("ar", "الأربعاء 2 ديسمبر", " 2026"),
        ("uk", "середа, 2 грудня", " 2026 року"),
        ("pt", "quarta-feira, 2 de dezembro", " de 2026"),
        ("oc", "dimècres 2 de decembre", " de 2026"),
    ],
)
def test_a_day_is_said_with_its_year_only_when_it_is_another_one(code, said, year):
    speaker = language(code)
    assert day(speaker, WEDNESDAY) == said
    assert day(speaker, WEDNESDAY, today=date(2026, 1, 1)) == said
    assert day(speaker, WEDNESDAY, today=date(2025, 12, 31)) == said + year


def test_french_says_the_first_of_a_month():
    assert day(language(FRENCH), date(2026, 12, 1)) == "mardi 1er décembre"


def test_occitan_says_de_or_d_before_a_month():
    assert day(language("oc"), date(2026, 10, 1)) == "dijòus 1 d’octòbre"
    assert day(language("oc"), date(2026, 9, 1)) == "dimars 1 de setembre"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fr", "octobre 2026"),
        ("en", "October 2026"),
        ("es", "octubre de 2026"),
        ("ar", "أكتوبر 2026"),
        ("uk", "жовтень 2026"),
        ("pt", "outubro de 2026"),
        ("oc", "octòbre de 2026"),
    ],
)
def test_a_month_is_said_with_its_year(code, said):
    assert language(code).month(date(2026, 10, 1)) == said


def test_ukrainian_names_its_months_in_the_nominative():
    months = [language("uk").month(date(2026, month, 1)) for month in range(1, 13)]
    assert months == [
        "січень 2026",
        "лютий 2026",
        "березень 2026",
        "квітень 2026",
        "травень 2026",
        "червень 2026",
        "липень 2026",
        "серпень 2026",
        "вересень 2026",
        "жовтень 2026",
        "листопад 2026",
        "грудень 2026",
    ]


# ------------------------------------------------------------------------------ hours


@pytest.mark.parametrize(
    ("code", "afternoon", "evening", "now"),
    [
        ("fr", "de 14 h à 16 h 30", "de 20 h à minuit", "en ce moment, jusqu’à minuit"),
        ("en", "from 14:00 to 16:30", "from 20:00 to midnight", "now, until midnight"),
        ("es", "de 14:00 a 16:30", "de 20:00 a 24:00", "ahora, hasta las 24:00"),
        ("ar", "من 14:00 إلى 16:30", "من 20:00 إلى منتصف الليل", "الآن، حتى منتصف الليل"),
        ("uk", "з 14:00 до 16:30", "з 20:00 до опівночі", "зараз, до опівночі"),
        ("pt", "das 14:00 às 16:30", "das 20:00 às 24:00", "agora, até às 24:00"),
        ("oc", "de 14:00 a 16:30", "de 20:00 a mièjanuèch", "ara, fins a mièjanuèch"),
    ],
)
def test_hours_end_at_midnight_and_not_at_zero(code, afternoon, evening, now):
    speaker = language(code)
    assert plain(speaker.hours(time(14), time(16, 30))) == afternoon
    assert plain(speaker.hours(time(20), time())) == evening
    assert plain(speaker.say("date", "now", end=speaker.end(time()))) == now

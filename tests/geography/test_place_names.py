"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.geography.names import LONGEST_QUERY, plain


@pytest.mark.parametrize(
    ("typed", "plainly"),
    [
        ("L'Isle-Jourdain", "l isle jourdain"),
        ("L’ISLE JOURDAIN", "l isle jourdain"),
        ("St Clar", "saint clar"),
        ("Ste-Christie", "sainte christie"),
        ("Cœur d’Astarac", "coeur d astarac"),
        ("Ténarèze", "tenareze"),
        ("  Auch  ", "auch"),
        ("CC du Bas-Armagnac", "bas armagnac"),
        ("cc de la Ténarèze", "tenareze"),
        ("Communauté de communes du Bas-Armagnac", "bas armagnac"),
        ("Communauté d’agglomération du Grand Auch", "grand auch"),
        ("CA Grand Auch", "grand auch"),
        ("région Occitanie", "occitanie"),
        ("Cazaux-d’Anglès", "cazaux d angles"),
        ("Caupenne", "caupenne"),
        ("CC", ""),
        ("", ""),
        ("%_'\"<>", ""),
    ],
)
def test_a_name_is_reduced_to_what_tells_it_apart(typed, plainly):
    assert plain(typed) == plainly


@given(st.text(max_size=600))
def test_whatever_is_typed_gives_short_words_of_plain_letters(typed):
    words = plain(typed)
    assert words == words.strip().lower()
    assert words.isascii()
    assert "  " not in words
    assert len(words) <= 8 * LONGEST_QUERY


@given(st.text(alphabet="abcdeéèœ -'’", max_size=60))
def test_case_does_not_matter(typed):
    assert plain(typed) == plain(typed.upper())

"""A chain that was touched shows it; a chain that was not has no fault."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.journal.chain import (
    FIELDS,
    GENESIS,
    FaultKind,
    HeadKept,
    Line,
    UnreadableHead,
    digest_of,
    instant,
    read_head,
    read_heads,
    verify,
)

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = st.text(max_size=12)
DETAILS = st.dictionaries(
    st.sampled_from(["place", "role", "count"]),
    st.one_of(WORDS, st.integers(-(2**53), 2**53), st.booleans(), st.none()),
)
ACTS = st.tuples(st.sampled_from(["member_invited", "site_closed"]), WORDS, DETAILS)


def line(number: int, previous: str, verb="trial_done", object_id="12", detail=None) -> Line:
    at = instant(START + timedelta(minutes=number))
    found = Line(number, at, "system", verb, "trial", object_id, detail or {}, previous, "")
    return sealed(found)


def sealed(found: Line) -> Line:
    return replace(found, digest=digest_of(found.fields))


def chained(acts) -> list[Line]:
    lines: list[Line] = []
    for number, (verb, object_id, detail) in enumerate(acts, start=1):
        previous = lines[-1].digest if lines else GENESIS
        lines.append(line(number, previous, verb, object_id, detail))
    return lines


def head_of(lines: list[Line]) -> HeadKept:
    return HeadKept(lines[-1].number, lines[-1].digest)


def kinds(lines, heads=()) -> list[tuple[int, FaultKind]]:
    return [(fault.number, fault.kind) for fault in verify(lines, heads)]


def chain(length: int = 5) -> list[Line]:
    return chained([("trial_done", str(place), {}) for place in range(length)])


# --------------------------------------------------------------------------- the form


def test_the_digest_is_that_of_the_documented_bytes():
    """Written by hand from the documentation of the module: anybody can verify elsewhere."""
    written = (
        '{"actor":"member:4f1c","at":"2026-11-24T09:01:00.000000Z","detail":{"rôle":"soin","zz":2},'
        f'"number":1,"object_id":"12","object_kind":"trial","previous":"{"0" * 64}",'
        '"verb":"trial_done"}'
    )
    fields = {
        "number": 1,
        "at": "2026-11-24T09:01:00.000000Z",
        "actor": "member:4f1c",
        "verb": "trial_done",
        "object_kind": "trial",
        "object_id": "12",
        "detail": {"zz": 2, "rôle": "soin"},
        "previous": "0" * 64,
    }
    assert digest_of(fields) == hashlib.sha256(written.encode()).hexdigest()


def test_an_instant_is_written_in_universal_time_with_its_microseconds():
    winter = timezone(timedelta(hours=1))
    assert instant(datetime(2026, 11, 24, 10, 0, 0, 5, winter)) == "2026-11-24T09:00:00.000005Z"


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        instant(datetime(2026, 11, 24))


@pytest.mark.parametrize("change", [{"digest": "a"}, {"at": None}])
def test_a_digest_covers_exactly_the_fields_of_a_line(change):
    fields = {**line(1, GENESIS).fields, **change}
    if change == {"at": None}:
        del fields["at"]
    with pytest.raises(ValueError, match="exactement"):
        digest_of(fields)


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_counts_in_the_digest(name):
    fields = line(1, GENESIS).fields
    assert digest_of({**fields, name: "autre"}) != digest_of(fields)


# ------------------------------------------------------------------ kinds of faults


def test_a_sound_chain_has_no_fault():
    lines = chain()
    assert verify(lines, [head_of(lines[:2]), head_of(lines)]) == []


def test_an_empty_journal_is_sound_and_has_a_head_of_its_own():
    assert verify([], [HeadKept(0, GENESIS)]) == []
    assert kinds([], [HeadKept(0, "f" * 64)]) == [(0, FaultKind.REPLACED)]


def test_a_changed_line_is_the_only_one_accused():
    lines = chain()
    lines[2] = replace(lines[2], object_id="13")
    assert kinds(lines) == [(3, FaultKind.EDITED)]


def test_a_changed_line_with_a_new_digest_breaks_the_next_link():
    lines = chain()
    lines[2] = sealed(replace(lines[2], object_id="13"))
    assert kinds(lines) == [(4, FaultKind.BROKEN)]


def test_a_first_line_that_follows_another_one_is_broken():
    assert kinds([line(1, "a" * 64)]) == [(1, FaultKind.BROKEN)]


def test_erased_lines_are_told_once_with_both_ends():
    lines = chain(6)
    (fault,) = verify([lines[0], *lines[4:]])
    assert (fault.number, fault.kind) == (2, FaultKind.MISSING)
    assert "2 à 4" in fault.text


def test_an_erased_beginning_is_missing():
    assert kinds(chain()[2:]) == [(1, FaultKind.MISSING)]


def test_two_lines_that_changed_places_are_reordered_not_missing():
    one, two, three, four, five = chain()
    assert kinds([one, three, two, four, five]) == [(2, FaultKind.REORDERED)]
    assert {kind for _, kind in kinds([one, five, three, four, two])} == {FaultKind.REORDERED}


def test_a_line_that_comes_twice_is_reordered():
    one, two, three = chain(3)
    assert kinds([one, two, two, three]) == [(2, FaultKind.REORDERED)]


def test_an_erased_end_is_seen_by_a_head_kept_outside_and_by_nothing_else():
    lines = chain()
    assert verify(lines[:3]) == []
    (fault,) = verify(lines[:3], [head_of(lines[:4]), head_of(lines)])
    assert (fault.number, fault.kind) == (4, FaultKind.TRUNCATED)
    assert "ligne 3" in fault.text
    assert "numéro 5" in fault.text


def test_every_line_erased_is_seen_by_a_head_kept_outside():
    assert kinds([], [head_of(chain())]) == [(1, FaultKind.TRUNCATED)]


def test_two_heads_that_contradict_each_other_cannot_both_be_right():
    lines = chain()
    heads = [head_of(lines), HeadKept(5, "e" * 64)]
    assert kinds(lines, heads) == [(5, FaultKind.REPLACED)]


def test_lines_are_read_one_at_a_time():
    """A journal of any length goes through: no line is kept once the next one has come."""
    alive = []

    def stream():
        for found in chain(50):
            alive.append(found)
            yield found
            alive.remove(found)
            assert not alive

    assert verify(stream()) == []


@pytest.mark.parametrize("kind", FaultKind)
def test_a_kind_of_fault_has_a_french_name(kind):
    assert kind.label != kind.value


def test_a_fault_says_what_to_do():
    lines = chain()
    (fault,) = verify([replace(lines[0], actor="x"), *lines[1:]])
    assert "gardez une copie de la base" in fault.text


def test_half_a_letter_planted_in_a_line_does_not_stop_the_verification():
    lines = chain()
    lines[1] = replace(lines[1], detail={"place": "\ud800"})
    assert kinds(lines) == [(2, FaultKind.EDITED)]


# ------------------------------------------------------------------------ properties

CHAINS = st.lists(ACTS, min_size=2, max_size=12).map(chained)


@given(CHAINS)
def test_an_untouched_chain_never_has_a_fault(lines):
    assert verify(lines, [head_of(lines[:place]) for place in range(1, len(lines) + 1)]) == []


@given(CHAINS, st.data(), st.sampled_from([*FIELDS, "digest"]), st.booleans())
def test_any_edit_is_detected(lines, data, name, resealed):
    """Whatever the field, whether or not the digest of the line is computed again."""
    place = data.draw(st.integers(0, len(lines) - 1))
    forged = list(lines)
    value = getattr(lines[place], name)
    changed = value + 1 if name == "number" else {"x": 1} if name == "detail" else f"{value}x"
    forged[place] = replace(lines[place], **{name: changed})
    if resealed and name != "digest":
        forged[place] = sealed(forged[place])
    assert verify(forged, [head_of(lines)])


@given(CHAINS, st.data())
def test_any_deletion_is_detected(lines, data):
    place = data.draw(st.integers(0, len(lines) - 1))
    assert verify(lines[:place] + lines[place + 1 :], [head_of(lines)])


@given(CHAINS, st.data())
def test_any_swap_is_detected(lines, data):
    first, second = sorted(
        data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True))
    )
    forged = list(lines)
    forged[first], forged[second] = forged[second], forged[first]
    assert verify(forged, [head_of(lines)])


@given(CHAINS, st.data())
def test_any_truncation_is_detected(lines, data):
    kept = data.draw(st.integers(0, len(lines) - 1))
    faults = verify(lines[:kept], [head_of(lines)])
    assert [(f.number, f.kind) for f in faults] == [(kept + 1, FaultKind.TRUNCATED)]


@given(CHAINS, st.data())
def test_a_chain_rewritten_to_the_end_is_detected_by_one_older_head(lines, data):
    """The forger computes every digest again: sound in itself, but not what someone wrote down."""
    touched = data.draw(st.integers(0, len(lines) - 1))
    kept = data.draw(st.integers(touched, len(lines) - 1))
    acts = [(found.verb, found.object_id, found.detail) for found in lines]
    verb, object_id, detail = acts[touched]
    acts[touched] = (verb, f"{object_id}x", detail)
    forged = chained(acts)
    assert verify(forged) == []
    assert kinds(forged, [head_of(lines[: kept + 1])]) == [(kept + 1, FaultKind.REPLACED)]


# ----------------------------------------------------------------- heads written down


def test_a_head_is_read_as_it_was_printed():
    digest = "9f86d081" * 8
    spelled = " ".join(digest[place : place + 4] for place in range(0, 64, 4)).upper()
    assert read_head(f" 1\u202f204 : {spelled}\n") == HeadKept(1204, digest)
    assert read_head(str(HeadKept(1204, digest))) == HeadKept(1204, digest)


@pytest.mark.parametrize(
    "text",
    ["", "12", "12:abc", f"x:{'a' * 64}", f"12:{'g' * 64}", f"-1:{'a' * 64}", "12:" + "a" * 65],
)
def test_a_head_that_cannot_be_read_is_refused(text):
    with pytest.raises(UnreadableHead, match="Tête illisible"):
        read_head(text)


def test_a_file_of_heads_has_one_per_line_and_may_have_remarks():
    first, second = HeadKept(1, "a" * 64), HeadKept(2, "b" * 64)
    assert read_heads(f"# lundi\n{first}\n\n  {second}\n") == [first, second]


def test_an_unreadable_head_is_told_with_its_line():
    with pytest.raises(UnreadableHead, match="Ligne 3"):
        read_heads(f"# lundi\n1:{'a' * 64}\n2:abc\n")

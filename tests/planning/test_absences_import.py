"""Absences from a diary: what is read, what is left out, what is refused, what is never kept."""

from datetime import date, time, timedelta
from time import time as clock

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from ruche.accounts.enums import OrganisationKind, Role
from ruche.geography.models import Territory
from ruche.journal.models import Entry
from ruche.planning.calendars.absences import (
    MOST_BYTES,
    MOST_EVENTS,
    Span,
    UnreadableDiary,
    read_diary,
)
from ruche.planning.models import Rota, Worker
from ruche.seances.models import Absence
from tests.members import browser_of, organisation, someone
from tests.seances.field import a_team, in_days, journal_of
from tests.world import AUCH, words_of

FIRST, LAST = date(2027, 1, 1), date(2028, 2, 4)
"""The days between which most of these diaries are read."""

SECRET = "Rendez-vous dont personne ne doit rien savoir"


def event(*lines, title="Congés"):
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{title}", *lines, "END:VEVENT"])


def diary(*events, head=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essai//FR", *head, *events]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def spans(*events, first=FIRST, last=LAST):
    found = read_diary(diary(*events), first=first, last=last).found
    return [span for away in found for span in away.spans]


def hours(day, starts, ends):
    return Span(day, day, starts, ends)


# ---------------------------------------------------------------------- what events say


def test_whole_days_end_the_day_before_the_one_that_is_written():
    found = spans(event("DTSTART;VALUE=DATE:20270503", "DTEND;VALUE=DATE:20270508"))
    assert found == [Span(date(2027, 5, 3), date(2027, 5, 7))]


def test_a_whole_day_without_an_end_is_one_day():
    day = date(2027, 5, 3)
    assert spans(event("DTSTART;VALUE=DATE:20270503")) == [Span(day, day)]


def test_hours_of_any_zone_are_told_on_the_clock_of_paris():
    day = date(2027, 7, 5)
    morning = [hours(day, time(9), time(12))]
    assert spans(event("DTSTART:20270705T070000Z", "DTEND:20270705T100000Z")) == morning
    assert spans(event("DTSTART:20270705T090000", "DURATION:PT3H")) == morning
    for zone in ("Europe/Paris", "Romance Standard Time", "/mozilla.org/20050126_1/Europe/Paris"):
        assert (
            spans(
                event(f"DTSTART;TZID={zone}:20270705T090000", f"DTEND;TZID={zone}:20270705T120000")
            )
            == morning
        )
    tokyo = "Asia/Tokyo"
    assert (
        spans(event(f"DTSTART;TZID={tokyo}:20270705T160000", f"DTEND;TZID={tokyo}:20270705T190000"))
        == morning
    )


def test_a_zone_that_nobody_knows_is_read_as_paris_and_said():
    lines = ("DTSTART;TZID=Bureau:20270705T090000", "DTEND;TZID=Bureau:20270705T120000")
    read = read_diary(diary(event(*lines)), first=FIRST, last=LAST)
    assert read.zones == ("Bureau",)
    assert read.found[0].spans == (hours(date(2027, 7, 5), time(9), time(12)),)


def test_a_night_is_the_evening_of_a_day_and_the_morning_of_the_next():
    found = spans(event("DTSTART:20270705T220000", "DTEND:20270706T060000"))
    assert found == [
        hours(date(2027, 7, 5), time(22), time(23, 59)),
        hours(date(2027, 7, 6), time(0), time(6)),
    ]


def test_several_days_with_hours_are_whole_in_the_middle():
    found = spans(event("DTSTART:20270705T140000", "DTEND:20270709T100000"))
    assert found == [
        hours(date(2027, 7, 5), time(14), time(23, 59)),
        Span(date(2027, 7, 6), date(2027, 7, 8)),
        hours(date(2027, 7, 9), time(0), time(10)),
    ]


@pytest.mark.parametrize("end", ["20270706T000000", "20270705T235900", "20270705T235959"])
def test_from_midnight_to_midnight_is_a_whole_day(end):
    day = date(2027, 7, 5)
    assert spans(event("DTSTART:20270705T000000", f"DTEND:{end}")) == [Span(day, day)]


def test_an_event_that_lasts_nothing_is_not_an_absence():
    assert spans(event("DTSTART:20270705T090000")) == []
    assert spans(event("DTSTART:20270705T090000", "DTEND:20270705T090000")) == []


def test_what_is_past_or_too_far_is_left_out_and_what_goes_on_is_cut():
    assert spans(event("DTSTART;VALUE=DATE:20261201"), event("DTSTART;VALUE=DATE:20290101")) == []
    found = spans(event("DTSTART;VALUE=DATE:20261220", "DTEND;VALUE=DATE:20270104"))
    assert found == [Span(FIRST, date(2027, 1, 3))]


def test_events_come_in_the_order_of_time_and_once_each():
    later = event("DTSTART;VALUE=DATE:20270601", title="Un nom")
    sooner = event("DTSTART;VALUE=DATE:20270501")
    again = event("DTSTART;VALUE=DATE:20270601", title="Un autre nom")
    assert [span.first for span in spans(later, sooner, again)] == [
        date(2027, 5, 1),
        date(2027, 6, 1),
    ]


def test_what_leaves_available_and_what_is_cancelled_is_counted_and_left_out():
    read = read_diary(
        diary(
            event("DTSTART;VALUE=DATE:20270503", "TRANSP:TRANSPARENT"),
            event("DTSTART;VALUE=DATE:20270504", "STATUS:CANCELLED"),
            event("DTSTART;VALUE=DATE:20270505", "STATUS:CONFIRMED", "TRANSP:OPAQUE"),
        ),
        first=FIRST,
        last=LAST,
    )
    assert (read.free, read.cancelled, len(read.found)) == (1, 1, 1)


def test_alarms_and_definitions_of_zones_are_not_events():
    zone = (
        "BEGIN:VTIMEZONE", "TZID:Bureau", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD",
        "END:VTIMEZONE",
    )  # fmt: skip
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT9H", "END:VALARM")
    data = diary(event("DTSTART;VALUE=DATE:20270503", *alarm), head=zone)
    (away,) = read_diary(data, first=FIRST, last=LAST).found
    assert away.spans == (Span(date(2027, 5, 3), date(2027, 5, 3)),)


def test_a_title_folded_over_two_lines_is_read_whole():
    folded = event("DTSTART;VALUE=DATE:20270503", title="Formation au\r\n tabac")
    assert read_diary(diary(folded), first=FIRST, last=LAST).found[0].title == "Formation autabac"


# ----------------------------------------------------------------------------- repetitions


def starts(*lines):
    return [span.first for span in spans(event(*lines))]


def test_a_weekly_event_comes_back_at_the_same_hour_winter_and_summer():
    found = spans(
        event(
            "DTSTART;TZID=Europe/Paris:20270322T090000",
            "DTEND;TZID=Europe/Paris:20270322T120000",
            "RRULE:FREQ=WEEKLY;COUNT=3",
        )
    )
    assert found == [
        hours(day, time(9), time(12))
        for day in (date(2027, 3, 22), date(2027, 3, 29), date(2027, 4, 5))
    ]


def test_days_of_the_week_exceptions_and_the_last_day_are_respected():
    found = starts(
        "DTSTART;TZID=Europe/Paris:20270104T090000",
        "DTEND;TZID=Europe/Paris:20270104T100000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270113T080000Z",
        "EXDATE;TZID=Europe/Paris:20270106T090000",
    )
    assert found == [date(2027, 1, 4), date(2027, 1, 11), date(2027, 1, 13)]


def test_every_other_week_is_counted_from_the_first_even_when_it_began_long_ago():
    found = starts("DTSTART;VALUE=DATE:20200106", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270131")
    expected = [
        day
        for day in (FIRST + timedelta(days=n) for n in range(31))
        if (day - date(2020, 1, 6)).days % 14 == 0
    ]
    assert found == expected
    assert len(found) == 2


def test_every_working_day_is_understood():
    found = starts("DTSTART;VALUE=DATE:20270108", "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=2")
    assert found == [date(2027, 1, 8), date(2027, 1, 11)]


def test_a_number_of_times_is_counted_from_the_beginning():
    assert starts("DTSTART;VALUE=DATE:20261228", "RRULE:FREQ=DAILY;COUNT=6") == [
        date(2027, 1, 1),
        date(2027, 1, 2),
    ]


def test_one_date_that_was_moved_replaces_the_one_it_was():
    week = ("UID:a", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = ("UID:a", "RECURRENCE-ID;VALUE=DATE:20270111", "DTSTART;VALUE=DATE:20270113")
    found = [span.first for span in spans(event(*week), event(*moved))]
    assert found == [date(2027, 1, 4), date(2027, 1, 13)]


def test_one_date_that_was_cancelled_is_gone():
    week = ("UID:a", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;COUNT=2")
    gone = (
        "UID:a", "RECURRENCE-ID;VALUE=DATE:20270111", "DTSTART;VALUE=DATE:20270111",
        "STATUS:CANCELLED",
    )  # fmt: skip
    assert [span.first for span in spans(event(*week), event(*gone))] == [date(2027, 1, 4)]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO", "se répète chaque mois"),
        ("RRULE:FREQ=YEARLY", "se répète chaque année"),
        ("RRULE:FREQ=SECONDLY", "se répète chaque seconde"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=0", "se répète certaines semaines"),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", "se répète certaines semaines"),
        ("RRULE:FREQ=TRUC", "se répète à des dates choisies"),
        ("RDATE;VALUE=DATE:20270110", "se répète à des dates choisies"),
    ],
)
def test_another_repetition_is_told_by_its_title_and_not_guessed(rule, told):
    lines = ("DTSTART;VALUE=DATE:20270104", rule)
    read = read_diary(diary(event(*lines, title="Conseil")), first=FIRST, last=LAST)
    assert read.found == ()
    assert read.unfolded == (f"Conseil ({told})",)


# --------------------------------------------------------------------------- what is refused


def refusal(data):
    with pytest.raises(UnreadableDiary) as caught:
        read_diary(data, first=FIRST, last=LAST)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "est vide"),
        (b"  \r\n", "est vide"),
        (b"Nom;Jour\r\nOdile;lundi", "n’est pas un agenda"),
        (b"\x89PNG\r\n\x1a\n\0\0", "n’est pas un agenda"),
        (b"BEGIN:VCALENDAR\r\n\0\r\nEND:VCALENDAR", "n’est pas un agenda"),
        (diary(event("DTSTART;VALUE=DATE:20270503"))[:-30], "coupé ou abîmé"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR", "coupé ou abîmé"),
        (diary(event("DTSTART:2027133T")), "n° 1 du fichier a une date illisible"),
        (diary(event("DTSTART:090000")), "a une date illisible"),
        (diary(event("DTSTART:20270101", "DTSTART:20270102")), "a une date illisible"),
        (diary(event("DTSTART:20270101T090000", "DTEND:demain")), "a une date illisible"),
        (diary(event()), "n’a pas de date de début"),
        (diary(event("DTSTART:20270101", "DTEND:20270101T090000")), "finit par une heure"),
        (diary(event("DTSTART;VALUE=DATE:99991231")), "hors du calendrier"),
        (diary(event("DTSTART:00010101T000000Z", "DTEND:99991231T235959Z")), "hors du calendrier"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_and_says_why(data, why):
    assert why in refusal(data)


def test_one_bad_date_among_good_ones_refuses_them_all():
    good = event("DTSTART;VALUE=DATE:20270503")
    assert "n° 3" in refusal(diary(good, good, event("DTSTART;VALUE=DATE:2027")))


def test_a_file_that_is_too_heavy_or_holds_too_much_is_refused_before_it_is_read():
    assert "2 Mo" in refusal(b"BEGIN:VCALENDAR" + b"X" * MOST_BYTES)
    many = ["BEGIN:VEVENT\r\nEND:VEVENT"] * (MOST_EVENTS + 1)
    assert f"plus de {MOST_EVENTS} événements" in refusal(diary(*many))
    days = [
        event(f"DTSTART:2027{month:02}{day:02}T{hour:02}0000", "DURATION:PT30M")
        for month in range(1, 13)
        for day in range(1, 29)
        for hour in (9, 14, 16)
    ]
    assert "plus de 800 moments" in refusal(diary(*days))


def test_repetitions_that_never_end_do_not_hold_the_server():
    counted = event("DTSTART;VALUE=DATE:00020101", "RRULE:FREQ=DAILY;COUNT=999999999")
    assert "trop d’événements qui se répètent" in refusal(diary(counted))


# --------------------------------------------------------------------------- the two pages


@pytest.fixture
def worker(db):
    rose = someone(Role.NURSE)
    return Worker.objects.create(
        name="Rose d’essai",
        rota=Rota.objects.create(name="Roulement d’essai"),
        team=a_team(rose),
        member=rose,
        base=Territory.objects.get(pk=AUCH),
    )


@pytest.fixture
def browser(db):
    return browser_of(
        someone(Role.COORDINATOR, at=organisation("GIP d’essai", OrganisationKind.GIP))
    )


def address_of(worker):
    return f"/planning/moyens/equipiers/{worker.pk}/agenda/"


def sent(browser, worker, data, name="agenda.ics"):
    return browser.post(address_of(worker), {"file": SimpleUploadedFile(name, data)})


def day_of(days):
    return f"{in_days(days):%Y%m%d}"


def a_holiday():
    lines = (f"DTSTART;VALUE=DATE:{day_of(5)}", f"DTEND;VALUE=DATE:{day_of(8)}")
    return event(*lines, title=SECRET)


def a_morning(days=20):
    lines = (f"DTSTART:{day_of(days)}T090000", f"DTEND:{day_of(days)}T120000")
    return event(*lines, title=SECRET)


def previewed(browser, worker, *events):
    shown = BeautifulSoup(sent(browser, worker, diary(*events)).content, "html.parser")
    return shown, shown.select_one('[name="spans"]')["value"]


def test_nothing_is_written_before_the_preview_is_accepted(browser, worker):
    shown, _signed = previewed(browser, worker, a_holiday(), a_morning())
    assert SECRET in words_of(shown)
    assert [box["value"] for box in shown.select('[name="kept"][checked]')] == ["0", "1"]
    assert not Absence.objects.filter(team=worker.team).exists()


def test_dates_and_hours_are_kept_and_the_title_nowhere(browser, worker):
    _shown, signed = previewed(browser, worker, a_holiday(), a_morning())
    answer = browser.post(address_of(worker), {"spans": signed, "kept": ["0", "1"]}, follow=True)
    assert "2 absences notées." in words_of(BeautifulSoup(answer.content, "html.parser"))
    kept = Absence.objects.filter(team=worker.team).order_by("first")
    assert [(each.member, each.first, each.last, each.starts, each.ends) for each in kept] == [
        (worker.member, in_days(5), in_days(7), None, None),
        (worker.member, in_days(20), in_days(20), time(9), time(12)),
    ]
    assert journal_of(worker) == ["absences_imported"]
    line = Entry.objects.get(verb="absences_imported")
    assert line.detail == {"added": 2, "skipped": 0}
    assert SECRET not in signed
    assert not any(SECRET in str(entry.detail) for entry in Entry.objects.order_by("number"))


def test_a_night_away_is_told_in_words(browser, worker):
    lines = (f"DTSTART:{day_of(5)}T140000", f"DTEND:{day_of(7)}T100000")
    text = words_of(previewed(browser, worker, event(*lines))[0])
    assert "à partir de 14 h" in text
    assert "toute la journée" in text
    assert "jusqu’à 10 h" in text


def test_only_what_is_ticked_is_kept(browser, worker):
    _shown, signed = previewed(browser, worker, a_holiday(), a_morning())
    browser.post(address_of(worker), {"spans": signed, "kept": ["1"]})
    assert [each.first for each in Absence.objects.filter(team=worker.team)] == [in_days(20)]


def test_the_same_diary_sent_again_adds_nothing(browser, worker):
    _shown, signed = previewed(browser, worker, a_holiday())
    for _time in range(2):
        browser.post(address_of(worker), {"spans": signed, "kept": ["0"]})
    assert Absence.objects.filter(team=worker.team).count() == 1
    shown = sent(browser, worker, diary(a_holiday()))
    assert "Tout est déjà noté" in words_of(BeautifulSoup(shown.content, "html.parser"))


def test_what_the_absence_of_the_whole_team_covers_is_skipped(browser, worker):
    Absence.objects.create(team=worker.team, first=in_days(4), last=in_days(20))
    shown, signed = previewed(browser, worker, a_holiday(), a_morning(), a_morning(21))
    assert words_of(shown).count("déjà noté") == 2
    browser.post(address_of(worker), {"spans": signed, "kept": ["0", "1", "2"]})
    assert Absence.objects.filter(team=worker.team).count() == 2
    assert Entry.objects.get(verb="absences_imported").detail == {"added": 1, "skipped": 2}


def test_a_longer_absence_than_the_one_known_is_kept(browser, worker):
    Absence.objects.create(team=worker.team, first=in_days(5), last=in_days(6))
    Absence.objects.create(
        team=worker.team, first=in_days(20), last=in_days(20), starts=time(9), ends=time(11)
    )
    _shown, signed = previewed(browser, worker, a_holiday(), a_morning())
    browser.post(address_of(worker), {"spans": signed, "kept": ["0", "1"]})
    assert Absence.objects.filter(team=worker.team, member=worker.member).count() == 2


def test_who_moves_with_the_whole_team_brings_the_absences_of_the_team(browser, worker):
    Worker.objects.filter(pk=worker.pk).update(member=None)
    _shown, signed = previewed(browser, worker, a_holiday())
    browser.post(address_of(worker), {"spans": signed, "kept": ["0"]})
    assert Absence.objects.get(team=worker.team).member is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda signed: {"spans": signed}, "Cochez au moins une absence"),
        (lambda signed: {"spans": signed + "x", "kept": ["0"]}, "n’est pas le nôtre"),
        (lambda _signed: {"spans": "", "kept": ["0"]}, "n’est pas le nôtre"),
        (lambda signed: {"spans": signed, "kept": ["7"]}, "Cochez au moins une absence"),
    ],
)
def test_a_preview_that_was_changed_writes_nothing(browser, worker, change, why):
    _shown, signed = previewed(browser, worker, a_holiday())
    answer = browser.post(address_of(worker), change(signed))
    assert answer.status_code == 422
    assert why in words_of(BeautifulSoup(answer.content, "html.parser"))
    assert not Absence.objects.filter(team=worker.team).exists()


def test_the_preview_of_one_person_is_not_kept_for_another(browser, worker):
    other = Worker.objects.create(name="Autre", rota=worker.rota, team=a_team(), base=worker.base)
    _shown, signed = previewed(browser, worker, a_holiday())
    answer = browser.post(address_of(other), {"spans": signed, "kept": ["0"]})
    assert answer.status_code == 422
    assert not Absence.objects.filter(team=other.team).exists()


def test_a_preview_waits_one_hour(browser, worker, monkeypatch):
    _shown, signed = previewed(browser, worker, a_holiday())
    later = clock() + 3_700
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    answer = browser.post(address_of(worker), {"spans": signed, "kept": ["0"]})
    assert "date de plus d’une heure" in words_of(BeautifulSoup(answer.content, "html.parser"))


def test_a_file_that_is_not_a_diary_is_refused_next_to_its_field(browser, worker):
    answer = sent(browser, worker, b"%PDF-1.7 \0", name="planning.pdf")
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.content, "html.parser")
    assert "n’est pas un agenda" in words_of(shown.select_one("#id_file_error"))
    assert browser.post(address_of(worker)).status_code == 422


def test_a_diary_with_nothing_to_come_says_so(browser, worker):
    shown = sent(browser, worker, diary(event("DTSTART;VALUE=DATE:20200101")))
    assert "Aucune absence à venir" in words_of(BeautifulSoup(shown.content, "html.parser"))

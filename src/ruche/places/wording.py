"""How an opening is said: « aujourd’hui, de 14 h à 16 h 30 », « mardi 1er décembre, … »."""

from datetime import date, time, timedelta

from ruche.french import times


def day_in_words(day: date, *, today: date) -> str:
    """« aujourd’hui », « demain », « mardi 1er décembre »; its year when it is another one."""
    if day == today:
        return "aujourd’hui"
    if day == today + timedelta(days=1):
        return "demain"
    return times.day(day, year=day.year != today.year)


def hours_in_words(start: time, end: time) -> str:
    """« de 14 h à 16 h 30 », « de 22 h à minuit »."""
    return f"de {times.hour(start)} à {_end(end)}"


def until_in_words(end: time) -> str:
    """« en ce moment, jusqu’à 16 h 30 »."""
    return f"en ce moment, jusqu’à {_end(end)}"


def _end(hour: time) -> str:
    return "minuit" if hour == time() else times.hour(hour)

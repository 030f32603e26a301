"""Everything that changes séances, teams and counts: whole or not at all, and journaled."""

from ruche.seances.actions.announcing import bring, hand_over, move, withdraw
from ruche.seances.actions.answering import answer
from ruche.seances.actions.asking import (
    ask_team,
    choose_who_comes,
    record_team_that_came,
    remove_team,
    renew_link,
    replace_team,
)
from ruche.seances.actions.calendars import make_calendar_link, remove_calendar_link
from ruche.seances.actions.counting import (
    add,
    correct,
    count_at,
    make_counting_link,
    record_export,
    revoke_counting_link,
    take_back,
)
from ruche.seances.actions.planning import (
    cancel_seance,
    change_seance,
    close_counts,
    hold_seance,
    open_seance,
)
from ruche.seances.actions.reminding import send_due_reminders, stop_reminders
from ruche.seances.actions.teams import add_absence, remove_absence, save_team

__all__ = [
    "add",
    "add_absence",
    "answer",
    "ask_team",
    "bring",
    "cancel_seance",
    "change_seance",
    "choose_who_comes",
    "close_counts",
    "correct",
    "count_at",
    "hand_over",
    "hold_seance",
    "make_calendar_link",
    "make_counting_link",
    "move",
    "open_seance",
    "record_export",
    "record_team_that_came",
    "remove_absence",
    "remove_calendar_link",
    "remove_team",
    "renew_link",
    "replace_team",
    "revoke_counting_link",
    "save_team",
    "send_due_reminders",
    "stop_reminders",
    "take_back",
    "withdraw",
]

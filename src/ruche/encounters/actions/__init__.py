"""Everything that changes encounters: whole or not at all."""

from ruche.encounters.actions.filing import accept_quarantined, destroy_quarantined, dismiss, file
from ruche.encounters.actions.forms import (
    choose_measuring_circle,
    give_form,
    install_shipped_forms,
    save_form,
    set_form_active,
    take_form,
)
from ruche.encounters.actions.grouping import group_facts
from ruche.encounters.actions.receiving import (
    Received,
    give_permit,
    quarantine,
    receive_batch,
    receive_deposits,
    receive_facts,
    settle,
)

__all__ = [
    "Received",
    "accept_quarantined",
    "choose_measuring_circle",
    "destroy_quarantined",
    "dismiss",
    "file",
    "give_form",
    "give_permit",
    "group_facts",
    "install_shipped_forms",
    "quarantine",
    "receive_batch",
    "receive_deposits",
    "receive_facts",
    "save_form",
    "set_form_active",
    "settle",
    "take_form",
]

"""Everything that changes the vault: whole or not at all, and journaled."""

from ruche.vault.actions.circles import (
    append_act,
    approve_ask,
    ask_circle,
    describe_circle,
    withdraw_ask,
)
from ruche.vault.actions.pieces import (
    end_expired,
    erase_record,
    open_directory,
    open_pieces,
    save_pieces,
    share_record,
    unshare,
    wrap_more,
)
from ruche.vault.actions.rings import (
    add_slot,
    change_ring,
    close_half,
    close_idle_halves,
    make_ring,
    open_half,
    remove_slot,
    renew_half,
)

__all__ = [
    "add_slot",
    "append_act",
    "approve_ask",
    "ask_circle",
    "change_ring",
    "close_half",
    "close_idle_halves",
    "describe_circle",
    "end_expired",
    "erase_record",
    "make_ring",
    "open_directory",
    "open_half",
    "open_pieces",
    "remove_slot",
    "renew_half",
    "save_pieces",
    "share_record",
    "unshare",
    "withdraw_ask",
    "wrap_more",
]

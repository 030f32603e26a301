"""What apps want to have read before the first visitor asks: each says it, the server does it.

The entry point of the server knows no app; a command that serves nobody reads nothing.
"""

import gc
from collections.abc import Callable
from threading import Thread

_TASKS: list[Callable[[], object]] = []


def register_warm_up(task: Callable[[], object]) -> Callable[[], object]:
    """`task` will be run once by each process that serves pages; it must be harmless to repeat."""
    if task not in _TASKS:
        _TASKS.append(task)
    return task


def warm_up() -> Thread:
    """Run them beside the first requests, which wait only for what they need."""
    thread = Thread(target=_run, daemon=True)
    thread.start()
    return thread


def _run() -> None:
    for task in _TASKS:
        task()
    gc.collect()
    gc.freeze()  # what is here stays: to look through it again and again would hold up visitors

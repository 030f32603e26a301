"""How long a search may last, and who looks at it: the clock, a number of nodes, a caller."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ruche.engines.rounds.plan import Ended
from ruche.engines.rounds.problem import Criterion
from ruche.engines.rounds.solver import Allowed, Found, Tell


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: criterion, best value so far, bound, seconds since the start."""

    criterion: Criterion
    value: float | None
    bound: float | None
    seconds: float


Watch = Callable[[Progress], bool]
"""Called now and then; answering False stops the search, which keeps its best plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: seconds in all (not reproducible), nodes for each criterion (reproducible)."""

    seconds: float | None = None
    nodes: int | None = None


class Watching:
    """The limits of one search, its watcher, and why it ended so far."""

    def __init__(
        self,
        limits: Limits,
        watch: Watch | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits, self.watch, self.clock = limits, watch, clock
        self.started = clock()
        self.ended = Ended.PROOF

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self.clock() - self.started

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be looked at."""
        left = self.seconds_left()
        if self.ended is not Ended.CALLER and left is not None and left <= 0:
            self.ended = Ended.TIME
        return self.ended is Ended.CALLER or (left is not None and left <= 0)

    def seconds_left(self, share: float = 1.0) -> float | None:
        """This share of the seconds that are left; None without a limit."""
        if self.limits.seconds is None:
            return None
        return share * (self.limits.seconds - self.seconds)

    def note(self, found: Found) -> None:
        """Keep the reason of a search that did not end by proof; the caller's is the last word."""
        if not found.proved and self.ended is not Ended.CALLER:
            self.ended = found.ended

    def goes_on(self, criterion: Criterion, value: float | None, bound: float | None) -> bool:
        """Tell the watcher; False when she stops the search or when time is up."""
        if self.is_over:
            return False
        return self.tell(criterion)(value, bound)

    def tell(self, criterion: Criterion) -> Tell:
        def tell(value: float | None, bound: float | None) -> bool:
            if self.watch is None:
                return True
            if not self.watch(Progress(criterion, value, bound, self.seconds)):
                self.ended = Ended.CALLER
            return self.ended is not Ended.CALLER

        return tell

    def allows(self, criterion: Criterion, share: float = 1.0) -> Allowed:
        """What a search for this criterion may take: a share of what is left."""
        return Allowed(
            seconds=self.seconds_left(share), nodes=self.limits.nodes, tell=self.tell(criterion)
        )

    def allows_beside(
        self, criterion: Criterion, value: float | None, bound: float | None
    ) -> Allowed:
        """For a search whose aim is not the criterion: its watcher is told what is known of it."""
        tell = self.tell(criterion)
        return replace(self.allows(criterion), tell=lambda _value, _bound: tell(value, bound))

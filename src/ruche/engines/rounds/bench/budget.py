"""How long a search may last: iterations, which can be repeated, or seconds, which cannot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

LOOK_EVERY = 32
"""Iterations between two looks at the clock."""


@dataclass(slots=True)
class Budget:
    """Seconds of processor time of this process, or a number of iterations when one is given.

    With iterations, the same seed gives the same plan; with seconds, it depends on the machine.
    """

    seconds: float
    iterations: int | None = None
    done: int = 0
    _start: float = field(default_factory=time.process_time)
    _share: float = 0.0

    def step(self) -> float:
        """One more iteration; the share of the budget that is spent, 1 or more when it is over."""
        self.done += 1
        if self.iterations is not None:
            self._share = self.done / max(self.iterations, 1)
        elif self.done % LOOK_EVERY == 0:
            self.look()
        return self._share

    def look(self) -> float:
        """The share that is spent, by a look at the clock if it counts."""
        if self.iterations is None:
            self._share = self.spent() / max(self.seconds, 1e-9)
        return self._share

    def spent(self) -> float:
        """Seconds of processor time since the start."""
        return time.process_time() - self._start

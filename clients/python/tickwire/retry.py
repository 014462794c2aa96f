"""When to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Backoff:
    """Waits that grow by ``factor`` from ``initial`` to ``maximum`` seconds, each shortened by a
    random part of up to ``jitter``; after ``attempts`` failures in a row (None: never) it gives
    up. Anything that a server delivers starts the count anew."""

    initial: float = 0.1
    maximum: float = 10.0
    factor: float = 2.0
    jitter: float = 0.5
    attempts: Optional[int] = None

    def __post_init__(self) -> None:
        if self.initial < 0 or self.maximum < self.initial or self.factor < 1:
            raise ValueError("backoff: expected 0 ≤ initial ≤ maximum and factor ≥ 1")
        if not 0 <= self.jitter <= 1:
            raise ValueError("backoff: expected a jitter of 0 to 1")

    def delay(self, failures: int, random: random.Random) -> float:
        """Seconds to wait after so many failures in a row."""
        wait = self.initial * self.factor ** min(max(failures - 1, 0), 64)
        return min(wait, self.maximum) * (1 - self.jitter * random.random())

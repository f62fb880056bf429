"""The search for the highest rate at which a target keeps a limit: doubled until it fails, then halved in."""

from collections.abc import Sequence

import msgspec

FIRST_RATE, LAST_RATE = 250.0, 50_000.0
NARROW = 1.12  # the ratio of the lowest rate that failed to the highest that held, at which the search ends
TRIES = 3  # of a rate; a busy machine makes any rate fail once in a while
SECONDS = 1.0  # of one step; a slow rate's p99 is its slowest request


class Step(msgspec.Struct, frozen=True):
    """One rate that was tried; `p99_ms` is None where nothing was answered."""

    turn: int
    target: str
    rate: float
    p99_ms: float | None
    failed: int
    held: bool


class Search:
    """Tells which `rate` to try next, and is told whether it held; a rate has failed when it failed thrice."""

    def __init__(self) -> None:
        self.rate = FIRST_RATE
        self.highest = 0.0
        self._lowest_failed = LAST_RATE * 2
        self._tries = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to try."""
        return self._lowest_failed < self.highest * NARROW or self.rate > LAST_RATE or self.rate < 1

    def note(self, held: bool) -> None:
        """Take in how the current rate went, and choose the next."""
        self._tries += 1
        if not held and self._tries < TRIES:
            return
        self._tries = 0
        if held:
            self.highest = self.rate
        else:
            self._lowest_failed = self.rate
        if self._lowest_failed > LAST_RATE:
            self.rate *= 2
        else:
            self.rate = (self.highest * self._lowest_failed) ** 0.5 if self.highest else self._lowest_failed / 4


def highest(names: Sequence[str], ramp: Sequence[Step]) -> dict[str, dict[int, float]]:
    """The highest rate that held, by target and search; 0 where none did."""
    found: dict[str, dict[int, float]] = {name: {} for name in names}
    for step in ramp:
        best = found[step.target].get(step.turn, 0.0)
        found[step.target][step.turn] = max(best, step.rate if step.held else 0.0)
    return found

"""Latencies in a few figures: of a round, and, by HdrHistogram, of all of a target's rounds."""

from collections.abc import Sequence
from math import ceil, log10
from statistics import median

import msgspec
from hdrh.histogram import HdrHistogram

SHARES = {"p50": 50.0, "p90": 90.0, "p99": 99.0, "p99.9": 99.9, "max": 100.0}
LONGEST_US, DIGITS = 3_600_000_000, 3  # an hour; three digits are kept
SLOTS = 10  # of a round, in the picture of latency over time
BINS_PER_DECADE = 10


class Spread(msgspec.Struct, frozen=True):
    """How latencies are spread, in ms: the least values that such shares of them don't exceed."""

    count: int
    p50: float
    p90: float
    p99: float
    p99_9: float = msgspec.field(name="p99.9")
    max: float

    def shown(self) -> list[float]:
        """The figures in the order of `SHARES`."""
        return [self.p50, self.p90, self.p99, self.p99_9, self.max]


class Slot(msgspec.Struct, frozen=True):
    """The requests that were to start in one part of a round; `at_s` is its middle, of the target's own time."""

    at_s: float
    p50_ms: float
    max_ms: float


class Bin(msgspec.Struct, frozen=True):
    """How many latencies are above the bin before and at most `up_to_ms`."""

    up_to_ms: float
    count: int


def spread(seconds: Sequence[float]) -> Spread | None:
    """The exact spread of one round; None where nothing was answered."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return Spread(len(ordered), *(percentile_ms(ordered, share / 100) for share in SHARES.values()))


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The least value in ms that `share` of `seconds` don't exceed; infinite where there are none."""
    if not seconds:
        return float("inf")
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] * 1e3


def slots(starts: Sequence[float], seconds: Sequence[float], length_s: float, before_s: float) -> list[Slot]:
    """Latency over the time of a round of `length_s`, `before_s` after the target's first round began."""
    width = length_s / SLOTS
    parts: list[list[float]] = [[] for _ in range(SLOTS)]
    for start, latency in zip(starts, seconds, strict=True):
        parts[max(0, min(SLOTS - 1, int(start / width)))].append(latency * 1e3)
    return [Slot(before_s + (index + 0.5) * width, median(part), max(part)) for index, part in enumerate(parts) if part]


class Recorder:
    """All latencies of one target and kind."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, LONGEST_US, DIGITS)

    def record(self, seconds: Sequence[float]) -> None:
        """Add latencies in s; they are kept as microseconds to three digits."""
        for latency in seconds:
            self._histogram.record_value(max(1, min(LONGEST_US, round(latency * 1e6))))

    def spread(self) -> Spread | None:
        """The spread of all; None where there are none."""
        count = int(self._histogram.get_total_count())
        if not count:
            return None
        return Spread(count, *(self._histogram.get_value_at_percentile(share) / 1e3 for share in SHARES.values()))

    def encoded(self) -> str:
        """The histogram in microseconds, in HdrHistogram's own compressed form (V2, base64), for other tools."""
        return str(self._histogram.encode().decode())

    def bins(self) -> list[Bin]:
        """The histogram in bins of equal ratio, from the first to the last that holds something."""
        found: dict[int, int] = {}
        for item in self._histogram.get_recorded_iterator():
            index = _bin(item.value_iterated_to / 1e3)
            found[index] = found.get(index, 0) + item.count_added_in_this_iter_step
        if not found:
            return []
        return [Bin(_upper(index), found.get(index, 0)) for index in range(min(found), max(found) + 1)]


def _bin(milliseconds: float) -> int:
    return ceil(BINS_PER_DECADE * log10(milliseconds) - 1e-9)


def _upper(index: int) -> float:
    return round(float(10 ** (index / BINS_PER_DECADE)), 6)

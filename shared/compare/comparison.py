"""What a comparison found, as it is written to JSON; every other form of the report is made of it."""

import msgspec

from shared.compare.difference import Difference
from shared.compare.figures import Bin, Slot, Spread
from shared.compare.plan import Plan
from shared.compare.ramp import Step


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One target's turn; `per_second` counts good answers, costs are of all its processes and None if not known."""

    turn: int
    target: str
    seconds: float
    sent: int
    per_second: float
    spreads: dict[str, Spread]
    errors: dict[str, int]
    unsent: int
    cpu_ms_per_request: float | None
    memory_mb: float | None
    late_p99_ms: float


class Total(msgspec.Struct, frozen=True):
    """All rounds of one target and kind; `hdr` is the histogram in microseconds as HdrHistogram encodes it."""

    target: str
    kind: str
    spread: Spread
    bins: list[Bin]
    slots: list[Slot]
    hdr: str


class Cold(msgspec.Struct, frozen=True):
    """The first requests of a target, one after the other.

    `ready_s` is from its start to the end of the first answer, None where it was running before; `warm_p50_ms` is of
    the same requests, asked once more in the same way.
    """

    turn: int
    target: str
    ready_s: float | None
    milliseconds: list[float]
    warm_p50_ms: float | None


class Agreed(msgspec.Struct, frozen=True):
    """How many answers were held against another target's, how many differ or can't be read, and some of those."""

    judged: int
    disagreeing: int
    examples: list[str]


class Compared(msgspec.Struct, frozen=True):
    """A target: where it is, how it was started, and the version that answered first."""

    name: str
    url: str
    started: str
    is_process_known: bool


class Ceiling(msgspec.Struct, frozen=True):
    """The load generator's own limit, and how late it was at its 99th percentile, over all rounds."""

    per_second: float
    late_p99_ms: float


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    command: str
    created_at: str
    duet: str
    scenario: str
    look_at: str
    model: str
    model_version: int | None
    machine: str
    load_average: str
    versions: dict[str, str]
    plan: Plan
    targets: list[Compared]
    agreement: Agreed
    differences: list[Difference]
    rounds: list[Round]
    totals: list[Total]
    colds: list[Cold]
    ramp: list[Step]
    ceiling: Ceiling
    warnings: list[str]

    @property
    def names(self) -> list[str]:
        """The targets' names, in order."""
        return [target.name for target in self.targets]

    @property
    def has_failed(self) -> bool:
        """Whether answers differ, or none could be held against another though several targets were to give some."""
        is_to_judge = len(self.targets) > 1 and set(self.plan.mix) != {"home"}
        return self.agreement.disagreeing > 0 or (is_to_judge and not self.agreement.judged)

    @property
    def errors(self) -> dict[str, dict[str, int]]:
        """Requests that failed, by target and by what happened."""
        found: dict[str, dict[str, int]] = {name: {} for name in self.names}
        for one in self.rounds:
            for error, count in one.errors.items():
                found[one.target][error] = found[one.target].get(error, 0) + count
        return found

    def agreement_in_words(self) -> str:
        """The first line of every report."""
        agreement = self.agreement
        if agreement.disagreeing:
            return f"THE ANSWERS DISAGREE: {agreement.disagreeing:,} differ from another target's or can't be read."
        if not agreement.judged:
            return "No answer of one target could be held against another's."
        return f"The targets agree: {agreement.judged:,} answers were held against another target's, and none differs."

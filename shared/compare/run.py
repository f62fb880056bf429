"""Carries out a plan: targets take turns in short rounds, in alternating order, under the same schedule."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from time import perf_counter

from shared.compare.answers import Agreement
from shared.compare.comparison import Cold, Round
from shared.compare.figures import Recorder, Slot, Spread, slots, spread
from shared.compare.loop import Loop, Taken
from shared.compare.plan import Plan, picks, shots
from shared.compare.questions import Questions
from shared.compare.ramp import SECONDS, Search, Step
from shared.compare.target import Launch, Target
from shared.compare.usage import usage

PATIENCE_S, TRAINING_PATIENCE_S = 10.0, 120.0
COLD_REQUESTS, WARM_UP_CONNECTIONS, WARM_UP_S = 20, 8, 0.3
GIVE_UP_MS = 1000.0  # a ramp's step that is behind by more has failed
Tell = Callable[[str], None]


@dataclass(slots=True)
class Runner:
    """One comparison under way; `tell` hears of each step that is done."""

    plan: Plan
    launches: Mapping[str, Launch]
    questions: Questions
    token: str
    tell: Tell
    rounds: list[Round] = field(default_factory=list)
    colds: list[Cold] = field(default_factory=list)
    ramp: list[Step] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    slots: dict[tuple[str, str], list[Slot]] = field(default_factory=lambda: defaultdict(list))
    recorders: dict[tuple[str, str], Recorder] = field(default_factory=lambda: defaultdict(Recorder))
    targets: dict[str, Target] = field(default_factory=dict)
    agreement: Agreement = field(init=False)
    _time: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self) -> None:
        self.agreement = Agreement(self.questions.all, by_version=bool(self.plan.train))

    def run(self) -> None:
        """Measure everything. Raises TargetError."""
        with ExitStack() as stack:
            if not self.plan.restarts:
                for name, launch in self.launches.items():
                    stack.enter_context(self._open(0, name, launch))
            for turn in range(self.plan.rounds):
                names = list(self.launches)[:: -1 if turn % 2 else 1]
                if self.plan.p99_limit_ms is not None:
                    self._ramp(turn, names, self.plan.p99_limit_ms)
                    continue
                for name in names:
                    self._take_turn(turn, name)
                    self.tell(name)

    def _take_turn(self, turn: int, name: str) -> None:
        if not self.plan.restarts:
            self._round(turn, self.targets[name])
            return
        with self._open(turn, name, self.launches[name]) as target:
            self._round(turn, target)

    @contextmanager
    def _open(self, turn: int, name: str, launch: Launch) -> Iterator[Target]:
        """A target, asked for the first time and warm."""
        begun = perf_counter()
        with launch() as target:
            ready_s = perf_counter() - begun if target.pid is not None else None
            self.targets[name] = target
            self._cold(turn, target, ready_s)
            yield target

    def _loop(self, target: Target, connections: int) -> Loop:
        patience_s = TRAINING_PATIENCE_S if self.plan.train else PATIENCE_S
        return Loop(target.address, self.questions.on_wire(target, self.token), connections, patience_s)

    def _cold(self, turn: int, target: Target, ready_s: float | None) -> None:
        """The first requests, and the same once more; then a moment for what else there is to get used to."""
        mix, pools, seed = self.plan.mix, self.questions.pools, self.plan.seed
        chosen = list(islice(picks(mix, pools, seed), COLD_REQUESTS))
        first = self._loop(target, 1).run_closed(chosen, PATIENCE_S)
        again = self._loop(target, 1).run_closed(chosen, PATIENCE_S)
        self.agreement.judge(target.name, first.answers)
        self.colds.append(
            Cold(
                turn=turn,
                target=target.name,
                ready_s=ready_s + first.seconds[0] if ready_s is not None and first.seconds else None,
                milliseconds=[latency * 1e3 for latency in first.seconds],
                warm_p50_ms=median(again.seconds) * 1e3 if again.seconds else None,
            )
        )
        self._loop(target, WARM_UP_CONNECTIONS).run_closed(picks(mix, pools, seed), WARM_UP_S)

    def _round(self, turn: int, target: Target) -> None:
        before = usage(target.pid)
        taken = self._load(turn, target)
        after = usage(target.pid)
        self.agreement.judge(target.name, taken.answers)
        self.late += taken.late
        answered = len(taken.seconds)
        cpu_ms = (after.cpu_s - before.cpu_s) * 1e3 / answered if before and after and answered else None
        late = spread(taken.late)
        self.rounds.append(
            Round(
                turn=turn,
                target=target.name,
                seconds=taken.duration_s,
                sent=taken.sent,
                per_second=taken.per_second,
                spreads=dict(self._record(target.name, taken)),
                errors=dict(taken.errors),
                unsent=taken.unsent,
                cpu_ms_per_request=cpu_ms,
                memory_mb=after.memory_mb if after else None,
                late_p99_ms=late.p99 if late else 0.0,
            )
        )
        self._time[target.name] += taken.duration_s

    def _load(self, turn: int, target: Target) -> Taken:
        plan, pools = self.plan, self.questions.pools
        if plan.rate is not None:
            return self._loop(target, plan.connections).run_open(shots(plan, plan.rate, plan.seconds, pools, turn))
        chosen = picks(plan.mix, pools, plan.seed * 1_000_003 + turn)
        if not plan.train:
            return self._loop(target, plan.connections).run_closed(chosen, plan.seconds)
        # The training has a connection of its own: the others go on.
        following = (pools["train"][0] if index == 0 else pick for index, pick in enumerate(chosen))
        return self._loop(target, plan.connections + 1).run_closed(following, plan.seconds)

    def _record(self, name: str, taken: Taken) -> Iterator[tuple[str, Spread]]:
        for kind in self.plan.kinds:
            indices = [i for i, pick in enumerate(taken.picks) if self.questions.all[pick].kind == kind]
            seconds = [taken.seconds[i] for i in indices]
            self.recorders[name, kind].record(seconds)
            starts = [taken.starts[i] for i in indices]
            self.slots[name, kind] += slots(starts, seconds, taken.duration_s, self._time[name])
            if (found := spread(seconds)) is not None:
                yield kind, found

    def _ramp(self, turn: int, names: Sequence[str], limit_ms: float) -> None:
        searches = {name: Search() for name in names}
        while waiting := [name for name, search in searches.items() if not search.is_over]:
            for name in waiting:
                step = self._try(turn, self.targets[name], searches[name].rate, limit_ms)
                self.ramp.append(step)
                searches[name].note(step.held)
        for name in names:
            self.tell(name)

    def _try(self, turn: int, target: Target, rate: float, limit_ms: float) -> Step:
        schedule = shots(self.plan, rate, SECONDS, self.questions.pools, turn)
        taken = self._loop(target, self.plan.connections).run_open(schedule, max(GIVE_UP_MS, 2 * limit_ms) / 1e3)
        self.agreement.judge(target.name, taken.answers)
        self.late += taken.late
        found, failed = spread(taken.seconds), taken.errors.total() + taken.unsent
        held = found is not None and found.p99 <= limit_ms and not failed
        return Step(turn, target.name, rate, found.p99 if found else None, failed, held)

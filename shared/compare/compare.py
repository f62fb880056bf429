"""One comparison from plan to findings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from shared import __version__
from shared.compare import machine
from shared.compare.ceiling import ceiling
from shared.compare.comparison import Agreed, Ceiling, Compared, Comparison, Round, Total
from shared.compare.difference import Difference, difference
from shared.compare.figures import spread
from shared.compare.plan import Plan
from shared.compare.questions import draw, drawn_rows, inputs_of, rows_in
from shared.compare.ramp import Step, highest
from shared.compare.run import Runner, Tell
from shared.compare.target import Launch

DRAWN_ROWS = 1000
NEAR = 0.6  # of the generator's own limit
LATE_SHARE = 0.1  # of a p99, that lateness of the generator may take
ENOUGH = 100  # requests of a round, for which a p99 is more than their slowest


def compare(
    plan: Plan,
    launches: Mapping[str, Launch],
    *,
    model: str,
    rows: Path | None,
    token: str,
    tell: Tell,
    command: str,
    scenario: str,
    look_at: str,
) -> Comparison:
    """Measure what `launches` open, and sum up; `tell` hears of each round.

    Raises TargetError, and RowsError where the rows of the file don't fit the model.
    """
    # Opened once before: what is measured as a target's first request is to be its first.
    with next(iter(launches.values()))() as target:
        inputs = inputs_of(target, model)
    names = [feature["name"] for feature in inputs]
    chosen = rows_in(rows, names) if rows else drawn_rows(inputs, DRAWN_ROWS, plan.seed)
    runner = Runner(plan, launches, draw(plan, model, chosen), token, tell)
    runner.run()
    late = spread(runner.late)
    request = runner.questions.on_wire(target, "")[0]
    limits = Ceiling(ceiling(request, plan.connections), late.p99 if late else 0.0)
    targets = [runner.targets[name] for name in launches]
    agreement = runner.agreement
    return Comparison(
        command=command,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        duet=__version__,
        scenario=scenario,
        look_at=look_at,
        model=model,
        model_version=agreement.first_version,
        machine=machine.machine(),
        load_average=machine.load_average(),
        versions=machine.versions(),
        plan=plan,
        targets=[Compared(one.name, one.url, one.started, one.pid is not None) for one in targets],
        agreement=Agreed(agreement.judged, agreement.disagreeing, agreement.examples),
        differences=list(_differences(plan, list(launches), runner.rounds, runner.ramp)),
        rounds=runner.rounds,
        totals=list(_totals(runner)),
        colds=runner.colds,
        ramp=runner.ramp,
        ceiling=limits,
        warnings=list(_warnings(limits, runner.rounds, runner.ramp)),
    )


def _totals(runner: Runner) -> Iterator[Total]:
    for (name, kind), recorder in runner.recorders.items():
        if (found := recorder.spread()) is not None:
            yield Total(name, kind, found, recorder.bins(), runner.slots[name, kind], recorder.encoded())


def _differences(
    plan: Plan, names: Sequence[str], rounds: Sequence[Round], ramp: Sequence[Step]
) -> Iterator[Difference]:
    """Of every target from the first, in the figures that the plan leaves free."""
    for figure, unit, values in _figures(plan, names, rounds, ramp):
        for name in names[1:]:
            if (found := difference(figure, unit, name, names[0], values)) is not None:
                yield found


Values = dict[str, dict[int, float]]  # by target, by round


def _figures(
    plan: Plan, names: Sequence[str], rounds: Sequence[Round], ramp: Sequence[Step]
) -> Iterator[tuple[str, str, Values]]:
    if ramp:
        yield "highest rate that held", "requests/s", highest(names, ramp)
        return
    for kind in plan.mix:
        yield f"{kind}, p50", "ms", _values(names, rounds, partial(_spread_of, kind=kind, share="p50"))
        if _is_enough(rounds, kind):
            yield f"{kind}, p99", "ms", _values(names, rounds, partial(_spread_of, kind=kind, share="p99"))
    if not plan.is_open:
        yield "throughput", "requests/s", _values(names, rounds, lambda one: one.per_second)
    yield "CPU time", "ms a request", _values(names, rounds, lambda one: one.cpu_ms_per_request)


def _values(names: Sequence[str], rounds: Sequence[Round], figure: Callable[[Round], float | None]) -> Values:
    found: Values = {name: {} for name in names}
    for one in rounds:
        if (value := figure(one)) is not None:
            found[one.target][one.turn] = value
    return found


def _spread_of(one: Round, kind: str, share: str) -> float | None:
    found = one.spreads.get(kind)
    return getattr(found, share) if found else None


def _is_enough(rounds: Sequence[Round], kind: str) -> bool:
    return all(one.spreads[kind].count >= ENOUGH for one in rounds if kind in one.spreads)


def _warnings(limits: Ceiling, rounds: Sequence[Round], ramp: Sequence[Step]) -> Iterator[str]:
    rates = {one.target: one.sent / one.seconds for one in rounds} | {one.target: one.rate for one in ramp if one.held}
    for target, rate in rates.items():
        if rate > NEAR * limits.per_second:
            yield (
                f"{target} was asked {rate:,.0f} times a second, and the load generator itself manages some "
                f"{limits.per_second:,.0f}: what is told of {target} may be the generator's limit."
            )
    p99 = min((found.p99 for one in rounds for found in one.spreads.values()), default=float("inf"))
    if limits.late_p99_ms > max(0.2, LATE_SHARE * p99):
        yield (
            f"The load generator was late by {limits.late_p99_ms:.2f} ms at its own 99th percentile: the machine has "
            "too little time for it, and latencies hold that much noise."
        )
    if len({one.turn for one in rounds}) < 5 and not ramp:
        yield "Fewer than five rounds: intervals are wide."

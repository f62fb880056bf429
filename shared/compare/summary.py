"""The tables and sentences that every form of the report shows alike."""

from collections.abc import Iterator
from statistics import median

from shared.compare.comparison import Comparison
from shared.compare.figures import SHARES
from shared.compare.ramp import SECONDS, highest

Table = tuple[str, tuple[str, ...], list[list[str]]]  # title, columns, rows

NOT_KNOWN = "not known"


def percentile_table(found: Comparison) -> Table:
    """Latencies by target and kind, over all rounds."""
    rows = [
        [f"{total.target}, {total.kind}", f"{total.spread.count:,}", *map(milliseconds, total.spread.shown())]
        for total in found.totals
    ]
    counted = "intended start" if found.plan.is_open else "sending"
    return f"Warm latency in ms, counted from the {counted} of a request", ("", "answered", *SHARES), rows


def ramp_table(found: Comparison) -> Table:
    """The highest rate of each search."""
    limit = found.plan.p99_limit_ms
    rates = highest(found.names, found.ramp) if found.ramp else {}
    turns = sorted({step.turn for step in found.ramp})
    rows = [
        [name, f"{median(by_turn.values()):,.0f}", *(f"{by_turn[turn]:,.0f}" for turn in turns)]
        for name, by_turn in rates.items()
        if by_turn
    ]
    columns = ("", "median", *(f"search {turn + 1}" for turn in turns))
    return f"Highest rate in requests/s at which p99 stayed within {limit or 0:g} ms", columns, rows


def cost_table(found: Comparison) -> Table:
    """Throughput, failures and costs by target: medians of its rounds."""
    rows = []
    for name in found.names:
        mine = [one for one in found.rounds if one.target == name]
        if mine:
            errors = "; ".join(f"{count:,} x {error}" for error, count in found.errors[name].items()) or "0"
            cpu = [one.cpu_ms_per_request for one in mine if one.cpu_ms_per_request is not None]
            memory = [one.memory_mb for one in mine if one.memory_mb is not None]
            rows.append(
                [
                    name,
                    f"{sum(one.sent for one in mine):,}",
                    f"{median(one.per_second for one in mine):,.1f}",
                    errors,
                    f"{sum(one.unsent for one in mine):,}",
                    f"{median(cpu):.3f}" if cpu else NOT_KNOWN,
                    f"{median(memory):.1f}" if memory else NOT_KNOWN,
                ]
            )
    columns = ("", "sent", "answered/s", "failed", "never sent", "CPU ms a request", "memory MB")
    return "Throughput, failures, costs", columns, rows


def cold_table(found: Comparison) -> Table:
    """The first requests of each target beside the same ones later."""
    rows = []
    for name in found.names:
        mine = [cold for cold in found.colds if cold.target == name and cold.milliseconds]
        if mine:
            ready = [cold.ready_s for cold in mine if cold.ready_s is not None]
            warm = [cold.warm_p50_ms for cold in mine if cold.warm_p50_ms is not None]
            rows.append(
                [
                    name,
                    f"{len(mine)}",
                    f"{median(ready):.2f} s" if ready else "was running",
                    milliseconds(median(cold.milliseconds[0] for cold in mine)),
                    milliseconds(median(median(cold.milliseconds) for cold in mine)),
                    milliseconds(median(warm)) if warm else NOT_KNOWN,
                ]
            )
    columns = ("", "times", "start to first answer", "first", "median of first", "the same again")
    return "Cold: the first requests, one after the other, in ms", columns, rows


def round_table(found: Comparison, kind: str) -> Table:
    """Median and 99th percentile of every round."""
    rows = []
    for turn in sorted({one.turn for one in found.rounds}):
        by_target = {one.target: one.spreads.get(kind) for one in found.rounds if one.turn == turn}
        spreads = [by_target.get(name) for name in found.names]
        cells = [
            milliseconds(one) for spread in spreads for one in ((spread.p50, spread.p99) if spread else (None,) * 2)
        ]
        rows.append([f"{turn + 1}", *cells])
    columns = ("round", *(f"{name}, {share}" for name in found.names for share in ("p50", "p99")))
    return f"Rounds of {kind}, in ms", columns, rows


def differences_in_words(found: Comparison) -> list[str]:
    """What differs and what doesn't, with what that is based on."""
    words = [one.words for one in found.differences]
    if not words:
        return ["Nothing to tell: that takes two targets and two rounds."]
    return [*words, "(Means of the rounds' differences, with 99 % t intervals, each for itself.)"]


def told_settings(found: Comparison) -> Iterator[tuple[str, str]]:
    """What must be known to make the comparison again."""
    plan = found.plan
    loop = f"closed loop, {plan.connections} connections"
    if plan.p99_limit_ms is not None:
        loop = f"open loop, {plan.arrivals} arrivals, at most {plan.connections} connections, rate searched"
    elif plan.rate is not None:
        loop = f"open loop, {plan.rate:g}/s, {plan.arrivals} arrivals, at most {plan.connections} connections"
    mix = ", ".join(f"{share:.0%} {kind}" for kind, share in plan.mix.items())
    batch = f" of {plan.batch_rows} rows" if "predict" in plan.mix else ""
    training = {"request": "; POST /train once a round", "run": "; a run started once a round"}.get(plan.train, "")
    yield "Command", found.command
    rounds = f"{plan.rounds} rounds of {plan.seconds:g} s"
    if plan.p99_limit_ms is not None:
        rounds = f"{plan.rounds} searches in steps of {SECONDS:g} s"
    yield "Load", f"{loop}; {mix}{batch}{training}; {rounds}; seed {plan.seed}"
    version = f", version {found.model_version}" if found.model_version else ""
    yield "Model", f"{found.model}{version}"
    for target in found.targets:
        yield target.name, f"{target.url} ({target.started})"
    yield (
        "Load generator",
        f"at least {found.ceiling.per_second:,.0f} requests/s, late by {found.ceiling.late_p99_ms:.3f} ms at p99",
    )
    yield "Machine", f"{found.machine}; load average {found.load_average} at the end"
    yield "Versions", ", ".join([f"Duet {found.duet}", *(f"{name} {value}" for name, value in found.versions.items())])
    yield "Made", found.created_at


def milliseconds(value: float | None) -> str:
    """To three digits, without an exponent."""
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:,.1f}"

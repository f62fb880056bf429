"""What is asked, when, and how often: all that a comparison is told."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Annotated, Literal

import msgspec

Arrivals = Literal["poisson", "constant", "bursts"]
Training = Literal["", "request", "run"]
Shot = tuple[float, int]  # when a request is to start, in s, and which question it asks

BURST = 32  # requests that start at the same moment
CONNECTIONS = 32  # of an open loop, at most
MAX_REQUESTS = 1_000_000  # of one target
TRAIN_AT = 0.1  # share of a round that is over when its training starts


class PlanError(ValueError):
    """A plan that can't be carried out; the message says why."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison.

    With `rate` (requests/s) the loop is open, without it it is closed over `connections`. `mix` gives the share of
    each kind of question. `train` starts one training in every round. With `p99_limit_ms`, the highest rate that
    keeps to it is looked for. `restarts` starts the targets anew for every round.
    """

    rounds: Annotated[int, msgspec.Meta(ge=2, le=200)] = 10
    seconds: Annotated[float, msgspec.Meta(ge=0.1, le=600)] = 2.0
    rate: Annotated[float, msgspec.Meta(gt=0, le=50_000)] | None = None
    arrivals: Arrivals = "poisson"
    connections: Annotated[int, msgspec.Meta(ge=1, le=256)] = CONNECTIONS
    mix: dict[str, float] = msgspec.field(default_factory=lambda: {"classify": 1.0})
    batch_rows: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 100
    train: Training = ""
    p99_limit_ms: Annotated[float, msgspec.Meta(gt=0)] | None = None
    restarts: bool = False
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0

    def check(self) -> None:
        """Raises PlanError for what is too much for one run, or makes no sense."""
        if self.train and self.p99_limit_ms is not None:
            raise PlanError("a search for the highest rate doesn't train: each step would have a training of its own")
        if (requests := (self.rate or 0) * self.seconds * self.rounds) > MAX_REQUESTS:
            raise PlanError(f"{requests:,.0f} requests for each target are more than {MAX_REQUESTS:,}")

    @property
    def is_open(self) -> bool:
        """Whether requests start by the clock, and not when others are answered."""
        return self.rate is not None or self.p99_limit_ms is not None

    @property
    def kinds(self) -> list[str]:
        """The kinds of questions that are asked, a training among them."""
        return [*self.mix, *(["train"] if self.train else [])]


def parse_mix(text: str) -> dict[str, float]:
    """The shares in "classify=0.9,predict=0.1", which are made to add up to 1. Raises PlanError with all culprits."""
    shares: dict[str, float] = {}
    wrong = []
    for part in text.split(","):
        kind, _, share = part.strip().partition("=")
        try:
            shares[kind] = float(share)
        except ValueError:
            wrong.append(f"{part!r} is not KIND=SHARE")
            continue
        if kind not in ("classify", "predict", "home"):
            wrong.append(f"{kind!r} is none of classify, predict, home")
        if not 0 < shares[kind] < float("inf"):
            wrong.append(f"the share of {kind} must be more than 0")
    if wrong:
        raise PlanError("; ".join(wrong))
    return {kind: share / sum(shares.values()) for kind, share in shares.items()}


def starts(rate: float, duration_s: float, arrivals: Arrivals, seed: int) -> list[float]:
    """When requests start, in s: as independent clients come (exponential gaps), equally spaced, or many at once."""
    gaps = random.Random(seed)  # noqa: S311 - arrivals, not secrets
    at, found = 0.0, []
    while at < duration_s:
        found += [at] * (BURST if arrivals == "bursts" else 1)
        at += gaps.expovariate(rate) if arrivals == "poisson" else (BURST if arrivals == "bursts" else 1) / rate
    return found


def picks(mix: Mapping[str, float], pools: Mapping[str, Sequence[int]], seed: int) -> Iterator[int]:
    """Questions without end, by their index: a kind by its share, and one of its pool."""
    chance = random.Random(seed)  # noqa: S311 - a choice of rows, not of secrets
    kinds, shares = list(mix), list(mix.values())
    for _ in count():
        yield chance.choice(pools[chance.choices(kinds, shares)[0]])


def shots(plan: Plan, rate: float, seconds: float, pools: Mapping[str, Sequence[int]], turn: int) -> list[Shot]:
    """The schedule of one round, the same for every target."""
    seed = plan.seed * 1_000_003 + turn
    chosen = picks(plan.mix, pools, seed)
    schedule = [(at, next(chosen)) for at in starts(rate, seconds, plan.arrivals, seed)]
    if plan.train:
        schedule.append((TRAIN_AT * seconds, pools["train"][0]))
        schedule.sort()
    return schedule

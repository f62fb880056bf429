"""The named comparisons, which the page knows by the same names."""

import msgspec

from shared.compare.plan import Plan


class Scenario(msgspec.Struct, frozen=True):
    """A comparison with a name; `look_at` is two sentences on what to look at."""

    name: str
    title: str
    look_at: str
    plan: Plan


SCENARIOS = (
    Scenario(
        "steady",
        "Steady traffic",
        "Single rows come at random moments, 300 a second, as from many independent clients. "
        "Look at p99 and the maximum rather than the median: below its limit any server is quick most of the time.",
        Plan(rate=300),
    ),
    Scenario(
        "one-at-a-time",
        "One at a time",
        "In every round a training is asked for by POST /train, and single rows go on being asked for meanwhile. "
        "Look at how long the rows wait: a server that handles one request at a time answers none of them before the "
        "training is over.",
        Plan(rate=50, arrivals="constant", train="request", rounds=6, seconds=4.0),
    ),
    Scenario(
        "burst",
        "Bursts",
        "Thirty-two requests start at the same moment, ten times a second, and then there is silence. "
        "Look at the distance from the median to the maximum: it is the queue, and whoever came last waited for all.",
        Plan(rate=320, arrivals="bursts"),
    ),
    Scenario(
        "ramp",
        "How much it can take",
        "The rate is doubled until p99 exceeds 20 ms, then narrowed down, several times for each server in turns. "
        "Look at the highest rate that held, and at how much it differs from one search to the next.",
        Plan(p99_limit_ms=20.0, rounds=3),
    ),
    Scenario(
        "batch",
        "Batches beside single rows",
        "One request in ten carries 1,000 rows, the others one, at 50 requests a second. "
        "Look at the single rows: theirs is the time that a batch before them can take away.",
        Plan(rate=50, mix={"classify": 0.9, "predict": 0.1}, batch_rows=1000),
    ),
    Scenario(
        "cold-start",
        "Cold start",
        "Each server is started anew for every round, and asked twenty times before it is left to settle. "
        "Look at the first answers beside the later ones: a model that is loaded by its first request makes it slow.",
        Plan(connections=1, restarts=True, rounds=5, seconds=0.5),
    ),
)


def scenario_named(name: str) -> Scenario:
    """The scenario called `name`. Raises KeyError."""
    return {scenario.name: scenario for scenario in SCENARIOS}[name]

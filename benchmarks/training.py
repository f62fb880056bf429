"""Where the time of a training goes, phase by phase: every recipe of iris with its defaults, in process."""

import io
from statistics import median
from time import perf_counter
from typing import get_args

import msgspec

from benchmarks.report import print_table, say
from shared.catalogue import entry_named
from shared.domain.recipe import Recipe
from shared.training.child import run
from shared.training.job import Progress, TrainingJob, read_frame
from shared.training.progress import Phase

MODEL, ROUNDS = "iris", 5
PHASES: tuple[Phase, ...] = get_args(Phase)


class _Times(io.BytesIO):
    """Where a training tells its progress; `began` is when each phase did."""

    def __init__(self) -> None:
        super().__init__()
        self.began: dict[str, float] = {}

    def flush(self) -> None:
        self.seek(0)
        body = read_frame(self)
        assert body is not None
        self.began.setdefault(msgspec.msgpack.decode(body, type=Progress).step, perf_counter())
        self.seek(0)
        self.truncate()


def main() -> None:
    """Print the table of medians; the time of imports and of the process itself is not in it."""
    recipes = entry_named(MODEL).recipes
    _time(recipes[0])  # what is imported for the first training alone
    rows = []
    for recipe in recipes:
        say(f"training {MODEL} by {recipe.name}, {ROUNDS} times")
        times = [median(several) for several in zip(*(_time(recipe) for _ in range(ROUNDS)), strict=True)]
        milliseconds = (f"{time * 1000:.0f} ms" for time in (*times, sum(times)))
        rows.append([recipe.name, *milliseconds, f"{100 * times[0] / sum(times):.0f} %"])
    print_table(["recipe", *PHASES, "all", "curve's share"], rows)


def _time(recipe: Recipe) -> list[float]:
    """Seconds of each phase."""
    times = _Times()
    run(TrainingJob(MODEL, recipe.name, recipe.complete({}), seed=0), times)
    ends = [*list(times.began.values())[1:], perf_counter()]
    return [end - begin for begin, end in zip(times.began.values(), ends, strict=True)]

"""Latency under a rate, as `duet compare` takes it: counted from the intended start of a request."""

from dataclasses import dataclass

from benchmarks.client import right_answers
from benchmarks.cores import on_load_core
from benchmarks.load import ANSWER_LIMIT_S, Task
from shared.compare.loop import Loop
from shared.compare.plan import starts

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Latencies:
    """One open loop: latencies of answers, and how late the generator was by its own fault, both in s."""

    sent: int
    right: int
    seconds: list[float]
    late: list[float]

    @property
    def failed(self) -> int:
        """Requests with a wrong answer, or none."""
        return self.sent - self.right


def schedule(rate: float, duration_s: float, *, is_poisson: bool, seed: int = 0) -> list[float]:
    """When requests start, in s: equally spaced, or as independent clients would come (exponential gaps)."""
    return starts(rate, duration_s, "poisson" if is_poisson else "constant", seed)


def measure(port: int, task: Task, starting: list[float]) -> Latencies:
    """Send `task` at each of these times over `CONNECTIONS` keep-alive connections; every answer is checked."""
    with on_load_core():
        loop = Loop(("127.0.0.1", port), [task.wire(port)], CONNECTIONS, ANSWER_LIMIT_S)
        taken = loop.run_open([(start, 0) for start in starting])
    return Latencies(taken.sent, right_answers(taken, task), taken.seconds, taken.late)

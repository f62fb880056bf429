"""A load of an exact number of requests, of which every answer is checked."""

from itertools import repeat

from benchmarks.load import ANSWER_LIMIT_S, CONNECTIONS, Task
from shared.compare.loop import Loop, Taken


def ask_exactly(port: int, task: Task, count: int) -> int:
    """Send `task` `count` times, `CONNECTIONS` at once; how many were answered rightly."""
    loop = Loop(("127.0.0.1", port), [task.wire(port)], CONNECTIONS, ANSWER_LIMIT_S)
    return right_answers(loop.run_closed(repeat(0, count), float("inf")), task)


def right_answers(taken: Taken, task: Task) -> int:
    """How many of the answers to `task` are right."""
    return sum(count for (_, body), count in taken.answers.items() if task.is_right(body))

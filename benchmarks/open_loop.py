"""Latency under a rate: requests start when the schedule says, whether or not those before are answered.

A closed loop waits for a slow server before it asks again, and so leaves out the requests that would have
waited longest ("coordinated omission"). Here latency counts from the intended start of a request, also
where it had to wait for a free connection.
"""

import gc
import random
import selectors
from collections import deque
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.client import Client
from benchmarks.cores import on_load_core
from benchmarks.load import ANSWER_LIMIT_S, Task

CONNECTIONS = 32
SPIN_S = 0.002  # a selector's timeout is rounded up to whole milliseconds; the last ones are spent looking


@dataclass(slots=True)
class Latencies:
    """One open loop: latencies of right answers, and how late this generator was by its own fault, both in s."""

    sent: int = 0
    seconds: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Requests with a wrong answer, or none."""
        return self.sent - len(self.seconds)


def percentile_ms(seconds: list[float], share: float) -> float:
    """The least value in ms that `share` of `seconds` don't exceed; infinite where there are none."""
    if not seconds:
        return float("inf")
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3


def schedule(rate: float, duration_s: float, *, is_poisson: bool, seed: int = 0) -> list[float]:
    """When requests start, in s: equally spaced, or as independent clients would come (exponential gaps)."""
    gaps = random.Random(seed)  # noqa: S311 - arrivals, not secrets
    starts, at = [], 0.0
    while at < duration_s:
        starts.append(at)
        at += gaps.expovariate(rate) if is_poisson else 1 / rate
    return starts


def measure(port: int, task: Task, starts: list[float]) -> Latencies:
    """Send `task` at each of `starts` over `CONNECTIONS` keep-alive connections; every answer is checked."""
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(Client(port, task))) for _ in range(CONNECTIONS)]
        stack.enter_context(on_load_core())
        gc.disable()
        stack.callback(gc.enable)
        return _Loop(clients).run(starts)


class _Loop:
    """Clients that are free, each with the time since when, and those that wait, each with its intended start."""

    def __init__(self, clients: list[Client]) -> None:
        self._free = deque((client, 0.0) for client in clients)
        self._waiting: dict[Client, float] = {}
        self._found = Latencies()
        self._selector = selectors.DefaultSelector()
        for client in clients:
            self._selector.register(client.socket, selectors.EVENT_READ, client)

    def run(self, starts: list[float]) -> Latencies:
        begun = perf_counter() + 0.1
        for start in starts:
            intended = begun + start
            while not self._free or perf_counter() < intended:
                self._receive(intended - perf_counter() - SPIN_S if self._free else ANSWER_LIMIT_S)
            self._send(intended)
        ends = perf_counter() + ANSWER_LIMIT_S
        while self._waiting and perf_counter() < ends:
            self._receive(1.0)
        self._selector.close()
        return self._found

    def _send(self, intended: float) -> None:
        client, free_since = self._free.popleft()
        client.send()
        self._found.late.append(perf_counter() - max(intended, free_since))
        self._found.sent += 1
        self._waiting[client] = intended

    def _receive(self, timeout_s: float) -> None:
        ready = self._selector.select(max(0.0, timeout_s))
        if not ready and not self._free:
            raise TimeoutError(f"{len(self._waiting)} requests, and no answer in {ANSWER_LIMIT_S:g} s")
        for key, _ in ready:
            client: Client = key.data
            if (right := self._right(client)) is not None and (intended := self._waiting.pop(client, None)) is not None:
                now = perf_counter()
                self._free.append((client, now))
                if right:
                    self._found.seconds.append(now - intended)

    def _right(self, client: Client) -> bool | None:
        """What `Client.receive` says; after an error a wrong answer, and a new connection."""
        try:
            return client.receive()
        except OSError:
            self._selector.unregister(client.socket)
            client.close()
            client.connect()
            self._selector.register(client.socket, selectors.EVENT_READ, client)
            return False

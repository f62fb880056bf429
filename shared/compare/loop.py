"""Sends requests by a schedule, or as answers come, and notes how long each took.

A closed loop waits for a slow server before it asks again, and so leaves out the requests that would have waited
longest ("coordinated omission": Tene, "How NOT to measure latency", 2013). In the open loop latency counts from the
intended start of a request, also where it had to wait for a free connection.
"""

import gc
import selectors
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

from shared.compare.connection import Connection
from shared.compare.plan import Shot

HEAD_START_S = 0.05
SPIN_S = 0.0003  # a system wakes late; the last moment before a start is spent looking
OK = range(200, 300)


@dataclass(slots=True)
class Taken:
    """What one round found; lists are in the order of the good answers, `late` in that of sending, all in s.

    `late` is by how much requests left too late by the generator's own fault. `answers` counts the good answers by
    question and body, `errors` the others by what they were, `unsent` those that there was no time for.
    """

    picks: list[int] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    answers: Counter[tuple[int, bytes]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    unsent: int = 0
    duration_s: float = 0.0

    @property
    def sent(self) -> int:
        """Requests that were answered or have failed."""
        return len(self.seconds) + self.errors.total()

    @property
    def per_second(self) -> float:
        """Good answers in a second."""
        return len(self.seconds) / self.duration_s if self.duration_s else 0.0


class Loop:
    """Up to `connections` keep-alive connections to `address`; `requests` are the questions as they are sent.

    A request without an answer after `patience_s` has failed.
    """

    def __init__(
        self, address: tuple[str, int], requests: Sequence[bytes], connections: int, patience_s: float
    ) -> None:
        self._requests = requests
        self._patience_s = patience_s
        self._connections = [Connection(address, patience_s) for _ in range(connections)]
        self._free = deque((connection, 0.0) for connection in self._connections)
        self._waiting: dict[Connection, _Asked] = {}
        # Not epoll: its timeouts are whole milliseconds, select's are microseconds.
        self._selector = selectors.SelectSelector()
        self._taken = Taken()
        self._begun = 0.0

    def run_open(self, shots: Sequence[Shot], give_up_s: float = float("inf")) -> Taken:
        """Send at the times of `shots`; the rest stays unsent once the next is late by more than `give_up_s`."""
        with self._undisturbed():
            self._begun = perf_counter() + HEAD_START_S
            for index, (start, pick) in enumerate(shots):
                intended = self._begun + start
                while (now := perf_counter()) < intended or not self._free:
                    if now - intended > give_up_s:
                        self._taken.unsent = len(shots) - index
                        return self._taken
                    self._receive(intended - now - SPIN_S if now < intended else min(give_up_s, self._patience_s))
                self._send(pick, intended, due=intended)
        return self._taken

    def run_closed(self, picks: Iterable[int], seconds: float) -> Taken:
        """Send the next of `picks` whenever a connection is free, for so long or until there are no more."""
        following: Iterator[int] = iter(picks)
        with self._undisturbed():
            self._begun = perf_counter()
            while (now := perf_counter()) < self._begun + seconds:
                while self._free and (pick := next(following, None)) is not None:
                    self._send(pick, perf_counter(), due=self._begun)
                if not self._waiting:
                    break
                self._receive(min(self._patience_s, self._begun + seconds - now))
        return self._taken

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """With all connections made before and closed behind, and no garbage collection meanwhile."""
        for connection, _ in self._free:
            with suppress(OSError):  # it is tried again, and counted, when there is something to send
                self._connect(connection)
        gc.collect()
        gc.disable()
        try:
            yield
            self._await_answers()
        finally:
            gc.enable()
            for connection in self._connections:
                connection.close()
            self._selector.close()

    def _connect(self, connection: Connection) -> None:
        self._selector.register(connection.connect(), selectors.EVENT_READ, connection)

    def _send(self, pick: int, intended: float, due: float) -> None:
        connection, free_since = self._free.popleft()
        self._waiting[connection] = _Asked(pick, intended, perf_counter())
        try:
            if connection.socket is None:
                self._connect(connection)
            connection.send(self._requests[pick])
        except OSError as error:
            self._fail(connection, _reason(error))
        else:
            self._taken.late.append(perf_counter() - max(due, free_since))

    def _receive(self, timeout_s: float) -> None:
        ready = self._selector.select(max(0.0, timeout_s))
        for key, _ in ready:
            self._read(key.data)
        if not ready and not self._free:
            self._fail_overdue()

    def _read(self, connection: Connection) -> None:
        read_from = connection.socket
        try:
            answer = connection.receive()
        except OSError as error:
            if connection in self._waiting:
                self._fail(connection, _reason(error))
            else:
                self._drop(connection)
            return
        if answer is None or connection not in self._waiting:
            return
        now = perf_counter()
        if connection.socket is None and read_from is not None:
            self._selector.unregister(read_from)
        self._note(self._waiting.pop(connection), *answer, now)
        self._free.append((connection, now))

    def _note(self, asked: "_Asked", status: int, body: bytes, now: float) -> None:
        taken = self._taken
        if status not in OK:
            taken.errors[f"status {status}"] += 1
            return
        taken.picks.append(asked.pick)
        taken.starts.append(asked.intended - self._begun)
        taken.seconds.append(now - asked.intended)
        taken.answers[asked.pick, body] += 1

    def _fail(self, connection: Connection, reason: str) -> None:
        """Count what `connection` was asked as failed; its next request gets a new one."""
        self._drop(connection)
        del self._waiting[connection]
        self._taken.errors[reason] += 1
        self._free.append((connection, perf_counter()))

    def _drop(self, connection: Connection) -> None:
        if connection.socket is not None and connection.socket in self._selector.get_map():
            self._selector.unregister(connection.socket)
        connection.close()

    def _fail_overdue(self) -> None:
        limit = perf_counter() - self._patience_s
        for connection in [one for one, asked in self._waiting.items() if asked.sent <= limit]:
            self._fail(connection, f"no answer in {self._patience_s:g} s")

    def _await_answers(self) -> None:
        ends = perf_counter() + self._patience_s
        while self._waiting and (now := perf_counter()) < ends:
            self._receive(ends - now)
        self._taken.duration_s = perf_counter() - self._begun
        for connection in list(self._waiting):
            self._fail(connection, f"no answer in {self._patience_s:g} s")


class _Asked(NamedTuple):
    pick: int
    intended: float
    sent: float


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__

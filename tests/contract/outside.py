"""What can be seen of a backend from outside: its children, and whether its port still answers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

CHILD = "shared.training.child"
POLL_S = 0.02

Found = TypeVar("Found")


def training_children(parent: int) -> set[int]:
    """The process ids of the trainings that the process `parent` has started and that still run."""
    return {pid for pid, (ppid, command) in running().items() if ppid == parent and CHILD in command}


def children_of(parent: int) -> list[int]:
    """The processes that `parent` started and that have not ended."""
    return [pid for pid, (started_by, _) in running().items() if started_by == parent]


def are_gone(pids: set[int]) -> bool:
    """Whether none of these trainings runs any more, whoever their parent is by now."""
    return not any(pid in pids and CHILD in command for pid, (_, command) in running().items())


def accepts(port: int) -> bool:
    """Whether somebody listens on `port` of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
    except ConnectionRefusedError:
        return False
    return True


def eventually(found: Callable[[], Found], limit_s: float) -> Found:
    """What `found` says as soon as it is true; its last word after `limit_s`."""
    ends = time.monotonic() + limit_s
    while not (value := found()) and time.monotonic() < ends:
        time.sleep(POLL_S)
    return value


def running() -> dict[int, tuple[int, str]]:
    """Parent and command of every process that has not ended, by its id."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="],  # noqa: S607 - wherever the system keeps it
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    fields = (line.split(None, 3) for line in listed.stdout.splitlines())
    return {int(pid): (int(ppid), "".join(command)) for pid, ppid, state, *command in fields if state[0] != "Z"}

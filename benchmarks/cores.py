"""Which core runs what: servers on the first, load on the second, where the system has two and can pin."""

import contextlib
import os
import shutil
from collections.abc import Iterator

SERVER_CORE, LOAD_CORE = 0, 1


def pinned(core: int, command: list[str]) -> list[str]:
    """`command`, to be run on one core."""
    can_pin = shutil.which("taskset") is not None and (os.cpu_count() or 1) > core
    return ["taskset", "--cpu-list", str(core), *command] if can_pin else command


@contextlib.contextmanager
def on_load_core() -> Iterator[None]:
    """Keep this process off the servers' core meanwhile."""
    cores = os.sched_getaffinity(0)
    if LOAD_CORE in cores:
        os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)

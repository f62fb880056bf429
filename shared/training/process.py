"""A training process, seen from its parent."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self, cast

import msgspec

from shared.domain.version import Trained
from shared.errors import TrainingFailed
from shared.training.job import Event, Failed, Finished, Progress, TrainingJob, read_frame, write_frame, write_parts

KILLED = -9  # how a process ends that SIGKILL ended
ONE_NUMERIC_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class TrainingProcess:
    """A child that does one job, and is ended when the context is left or `time_limit_s` is over."""

    def __init__(self, environment: dict[str, str], time_limit_s: float) -> None:
        self._time_limit_s = time_limit_s
        self._child = subprocess.Popen(
            [sys.executable, "-m", "shared.training.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment | ONE_NUMERIC_THREAD,
        )
        self._is_over_time = False
        self._watchdog = threading.Timer(time_limit_s, self._end_over_time)
        self._watchdog.daemon = True

    def __enter__(self) -> Self:
        self._watchdog.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watchdog.cancel()
        self._child.kill()
        self._child.communicate()

    def kill(self) -> None:
        """End it now, from any thread; `train` then raises TrainingFailed."""
        self._child.kill()

    def train(self, job: TrainingJob, parts: Iterable[bytes], hear: Callable[[Progress], None]) -> Trained:
        """Have `job` done, with the `parts` of its data where it brings a definition; raises TrainingFailed."""
        stdin, stdout = cast("BinaryIO", self._child.stdin), cast("BinaryIO", self._child.stdout)
        with suppress(BrokenPipeError):  # it ended before it read its job; it may have said why
            write_frame(stdin, job)
            if job.definition is not None:
                write_parts(stdin, parts)
        while (body := read_frame(stdout)) is not None:
            match msgspec.msgpack.decode(body, type=Event):
                case Progress() as progress:
                    hear(progress)
                case Finished(trained):
                    return trained
                case Failed(reason):
                    raise TrainingFailed(reason)
        raise TrainingFailed(self._why_it_ended())

    def _end_over_time(self) -> None:
        self._is_over_time = True
        self._child.kill()

    def _why_it_ended(self) -> str:
        status = self._child.wait()
        if self._is_over_time:
            return f"the training process ended early (it had {self._time_limit_s:g} s)"
        if status == KILLED:
            return "the training process was killed, as systems do when memory runs short"
        return f"the training process ended early, with status {status}"

"""The process that reads files from elsewhere: jobs from standard input, an outcome of each to standard output.

A process of its own, because a damaged or hostile file may take memory, time or the process down, and because the
servers need none of the libraries that make a version. It ends with its parent: standard input closes when the parent
dies, however it dies.
"""

import os
import sys
import threading
import traceback
from importlib import import_module
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from shared.errors import InvalidInput, Problem, UnusableFile
from shared.publishing.process import FileJob, FileModel, Outcome, Refused
from shared.training.job import read_frame, write_frame

# What takes seconds to import, and would otherwise be imported by the first job.
NEEDED = ("onnxruntime", "shared.publishing.files", "shared.training.export", "shared.training.familiarity")


def outcome_of(job: FileJob) -> Outcome:
    """What becomes of `job`."""
    from shared.publishing.files import made_of_file, made_of_file_and_rows
    from shared.publishing.making import Wishes

    wishes = Wishes(
        name=job.name, by=job.by, source=job.source, title=job.title, trust=job.trust, how=job.how, target=job.target
    )
    try:
        if job.rows is None:
            made = made_of_file(job.content, job.features, wishes)
        else:
            made = made_of_file_and_rows(job.content, job.rows, job.rows_source, wishes)
    except UnusableFile as error:
        return Refused(error.problems, is_file=True)
    except InvalidInput as error:
        return Refused(error.problems, is_file=False)
    except Exception as error:  # whatever an estimator raises when it is asked
        why = f"can't be served: {type(error).__name__}: {error}"
        return Refused((Problem("", " ".join(why.split())[:500]),), is_file=True)
    return FileModel(made.definition, made.trained, tuple(made.parts()))


def _hear(stdin: BinaryIO, jobs: "SimpleQueue[bytes]") -> None:
    while (body := read_frame(stdin)) is not None:
        jobs.put(body)
    os._exit(0)


def main() -> None:
    """Do jobs until standard input closes."""
    from shared.training.child import NICENESS, limit_memory

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    limit_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else writes there must not end up in the answers
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, jobs), daemon=True).start()
    try:
        for module in NEEDED:
            import_module(module)
        while True:
            write_frame(answers, outcome_of(msgspec.msgpack.decode(jobs.get(), type=FileJob)))
    except Exception:  # the parent hears of it by the end of the process
        traceback.print_exc()
    # The daemon thread is blocked inside stdin's lock; an orderly shutdown would wait for that lock.
    os._exit(1)


if __name__ == "__main__":
    main()

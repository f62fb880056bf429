"""The process that reads a file from elsewhere: one job from standard input, one outcome to standard output.

A process of its own, because a damaged or hostile file may take memory, time or the process down, and because the
servers need none of the libraries that make a version.
"""

import os
import sys

import msgspec

from shared.errors import InvalidInput, Problem, UnusableFile
from shared.publishing.process import FileJob, Outcome, Refused, Served


def outcome_of(job: FileJob) -> Outcome:
    """What becomes of `job`."""
    from shared.publishing.files import made_of_file
    from shared.publishing.making import Wishes

    wishes = Wishes(
        name=job.name, by=job.by, source=job.source, title=job.title, trust=job.trust, how=job.how, target=job.target
    )
    try:
        made = made_of_file(job.content, job.features, wishes)
    except UnusableFile as error:
        return Refused(error.problems, is_file=True)
    except InvalidInput as error:
        return Refused(error.problems, is_file=False)
    except Exception as error:  # whatever an estimator raises when it is asked
        why = f"can't be served: {type(error).__name__}: {error}"
        return Refused((Problem("", " ".join(why.split())[:500]),), is_file=True)
    return Served(made.definition, made.trained)


def main() -> None:
    """Do the one job."""
    from shared.training.child import NICENESS, limit_memory

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    limit_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else writes there must not end up in the answer
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=FileJob)
    answers.write(msgspec.msgpack.encode(outcome_of(job)))
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

"""The rows of a model's data for a process that serves: read by another, which ends.

What reads them is scikit-learn as a rule, and what a server has imported stays in its memory.
"""

import subprocess
import sys
import threading
from pathlib import Path

from shared.catalogue import entry_named
from shared.domain.dataset import Dataset
from shared.domain.packing import pack, unpack

LIMIT_S = 60.0
_ROOT = Path(__file__).resolve().parent.parent.parent
_lock = threading.Lock()
_read: dict[str, Dataset] = {}


def rows_of(model: str) -> Dataset:
    """The data of `model`, kept from the first time on, for which many callers wait together."""
    with _lock:
        if model not in _read:
            _read[model] = _read_apart(model)
        return _read[model]


def _read_apart(model: str) -> Dataset:
    command = [sys.executable, "-m", "shared.catalogue.rows", model]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True, timeout=LIMIT_S)
    return unpack([done.stdout])


def main() -> None:
    """Write the data of the model that the command line names to standard output."""
    for part in pack(entry_named(sys.argv[1]).dataset):
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()

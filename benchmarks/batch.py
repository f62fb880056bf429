"""How fast `duet predict` answers a file, and how much memory it takes: does the memory grow with the file?"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from benchmarks.report import print_table, say
from shared.catalogue import entry_named

MODEL = "iris"
SIZES = (1_000, 100_000, 1_000_000)
BLOCK = 1_000


def main() -> None:
    """Print a line for each size."""
    rows = []
    with TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/store.sqlite3"
        _duet("train", MODEL, "--store", store)
        for size in SIZES:
            file = Path(folder) / "flowers.csv"
            _write(file, size)
            say(f"{size} rows, {file.stat().st_size / 1e6:.1f} MB")
            seconds, peak_mb = _duet("predict", MODEL, str(file), "-o", f"{folder}/out.csv", "--store", store)
            megabytes = file.stat().st_size / 1e6
            rows.append(
                [str(size), f"{megabytes:.1f} MB", f"{seconds:.1f} s", f"{size / seconds:.0f}", f"{peak_mb:.0f} MB"]
            )
    print_table(["rows", "file", "time, start included", "rows/s", "peak memory"], rows)


def _write(file: Path, size: int) -> None:
    """Rows of the data, moved a little; in blocks, as a child's peak is never told to be less than its parent has."""
    entry, random = entry_named(MODEL), np.random.default_rng(0)
    with file.open("w") as target:
        print(",".join(entry.feature_names), file=target)
        for _ in range(size // BLOCK):
            moved = random.normal(scale=0.1, size=(BLOCK, len(entry.feature_names)))
            np.savetxt(target, random.choice(entry.dataset.X, BLOCK) + moved, "%.2f", ",")


def _duet(*arguments: str) -> tuple[float, float]:
    """Run the command; returns seconds and megabytes of memory at most."""
    start = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "shared.cli", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(process.returncode)
    return seconds, usage.ru_maxrss / 1024

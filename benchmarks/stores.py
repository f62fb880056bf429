"""Stores of the product for measuring: temporary, and trained before anything is timed."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.processes import PYTHON, ROOT, product, running
from benchmarks.report import say


@contextmanager
def trained_store(recipe: str) -> Iterator[str]:
    """The URL of a store whose iris was trained by `recipe`; deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.sqlite3"
        say(f"training iris by {recipe}")
        command = [PYTHON, "-m", "shared.cli", "train", "iris", "--recipe", recipe, "--store", url]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        with running(product("Duet", "flask", {"DUET_STORE": url})):
            pass  # the first start trains what else there is
        yield url

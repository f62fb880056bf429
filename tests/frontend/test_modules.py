"""Runs the page's own tests, which are written in JavaScript and need no package."""

import shutil
import subprocess
from pathlib import Path

import pytest


def test_the_pages_modules_pass_their_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine")
    tests = sorted(str(path) for path in Path(__file__).parent.glob("*.test.js"))
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout

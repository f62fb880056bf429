"""The core can be imported, and used, without any web framework."""

import subprocess
import sys

import pytest

from tests.processes import ROOT

FRAMEWORKS = ("flask", "flask_cors", "werkzeug", "klein", "twisted", "gunicorn")
PROBE = """
import importlib, pkgutil, sys, shared
for module in pkgutil.walk_packages(shared.__path__, "shared."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(",".join(sorted(name for name in sys.argv[1:] if name in sys.modules)))
"""


def test_importing_all_of_shared_loads_no_web_framework() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROBE, *FRAMEWORKS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


# Klein itself imports the reactor.
@pytest.mark.parametrize("package", ["shared", "backend_flask", "http_server.serve"])
def test_importing_a_package_starts_no_thread_and_opens_no_socket(package: str) -> None:
    probe = f"import {package}, threading, os; print(threading.active_count(), len(os.listdir('/proc/self/fd')))"
    bare = "import threading, os; print(threading.active_count(), len(os.listdir('/proc/self/fd')))"
    run = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        for code in (probe, bare)
    ]
    assert run[0].stdout == run[1].stdout


@pytest.mark.parametrize("backend", ["backend_flask", "backend_klein"])
def test_an_adapter_stays_thin(backend: str) -> None:
    lines = (ROOT / backend / "__init__.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 80

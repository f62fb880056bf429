"""`duet check` finds both backends conforming; what it does itself is tested in tests/unit/check."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Start
from tests.contract.raw import ask
from tests.processes import MODULES, Backend, duet

# Clients of every framework call the one tensor of a model otherwise, and all of them are answered.
NOT_FOLLOWED = {"refuse-unknown-input"}
UNLOADING = {"repository-unload", "repository-load"}


def checked(backend: Backend, home: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The findings of a run, which must end with `status`."""
    done = duet(home, "check", backend.url, "--json", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def but(found: dict[str, Any], result: str) -> dict[str, str]:
    """The checks that have not come to this result, and what was seen."""
    return {check["id"]: check["seen"] for check in found["checks"] if check["result"] != result}


@pytest.mark.parametrize("arguments", [(), ("--model", "iris-tree", "--version", "1")], ids=["first", "version"])
def test_a_plain_run_finds_all_that_is_required(backend: Backend, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = checked(backend, tmp_path, *arguments)
    assert found["model"] == ("iris-tree" if arguments else "iris")
    assert but(found, "holds").keys() == NOT_FOLLOWED | UNLOADING


@pytest.mark.parametrize("kind", MODULES)
def test_a_model_may_be_unloaded_and_loaded_by_the_check(kind: str, start: Start, tmp_path: Path) -> None:
    backend = start(kind)
    assert but(checked(backend, tmp_path, "--allow-unload"), "holds").keys() == NOT_FOLLOWED
    assert ask(backend.port, "GET", "/v2/models/iris/ready").status == 200


@pytest.mark.parametrize("kind", MODULES)
def test_a_model_that_is_not_ready_may_say_so_with_503(kind: str, start: Start, tmp_path: Path) -> None:
    backend = start(kind)
    assert ask(backend.port, "POST", "/v2/repository/models/iris/unload").status == 200
    found = checked(backend, tmp_path, "--model", "iris", status=1)  # for nothing can be inferred
    ready = {check["id"]: check for check in found["checks"] if check["id"].endswith("-ready")}
    assert {name: check["result"] for name, check in ready.items()} == dict.fromkeys(ready, "holds")
    assert ready["model-ready"]["seen"].startswith("503 ")
    assert len(ready) == 3

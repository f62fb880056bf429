"""The commands of the containers, run without a container: over what the image copies, and over nothing else."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Start
from tests.contract.outside import accepts, eventually
from tests.contract.raw import ask
from tests.deployment import DEPLOY, KINDS, Dockerfile, dockerfile
from tests.processes import READY_LIMIT_S, ROOT, end_all, environment, read_line
from tests.stores import Stores

ROW = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
TOKEN = "made-up"  # noqa: S105 - it is


@pytest.fixture
def image(tmp_path: Path, trained_store: str, stores: Stores) -> Path:
    """The folder that both images have as theirs, with the URL of a trained store beside it."""
    root = tmp_path / "image"
    root.mkdir()
    for name in {name for kind in KINDS for name in dockerfile(kind).copied}:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    (tmp_path / "store").write_text(stores.copy(trained_store))
    return root


def _environment(image: Path, **settings: str) -> dict[str, str]:
    return environment(
        image.parent,
        **{
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": "",  # only what the image holds
            "PYTHONDONTWRITEBYTECODE": "1",
            "DUET_TOKEN": TOKEN,
            "DUET_STORE": (image.parent / "store").read_text(),
            **settings,
        },
    )


@contextmanager
def _running(command: list[str], image: Path, settings: dict[str, str]) -> Iterator[tuple[dict[str, Any], Path]]:
    """The ready line of `command`, and its log."""
    log = image.parent / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, cwd=image, env=_environment(image, **settings), stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        line = read_line(process, READY_LIMIT_S)
        assert line, log.read_text()
        yield json.loads(line), log
    finally:
        end_all([process])


def _is_healthy(read: Dockerfile, image: Path, port: int) -> bool:
    # `python` by its name, as in the image.
    checked = subprocess.run(
        read.health_check, check=False, cwd=image, env=_environment(image, PORT=str(port)), capture_output=True
    )
    return checked.returncode == 0


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_images_command_serves_and_writes_nothing_beside_its_store(image: Path, kind: str, workers: str) -> None:
    read = dockerfile(kind)
    before = sorted(image.rglob("*"))
    settings = {"DUET_HOST": read.environment["DUET_HOST"], "PORT": "0", "WEB_CONCURRENCY": workers}
    with _running(read.command, image, settings) as (ready, _):
        assert ready["url"].startswith("http://0.0.0.0:")
        port = ready["port"]
        answer = ask(port, "POST", "/classify", ROW)
        assert (answer.status, answer.json()["label"]) == (200, "setosa")
        assert ask(port, "GET", "/").status == 200, "the page is in the image"
        assert ask(port, "POST", "/train", b'{"data": "train"}').status == 403, "the token is asked for"
        token = [("Authorization", f"Bearer {TOKEN}")]
        assert ask(port, "POST", "/train", b'{"data": "train"}', token, 60).status == 200
        assert _is_healthy(read, image, port)
        assert sorted(image.rglob("*")) == before
    assert not _is_healthy(read, image, port)


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_is_not_served_without_a_token(image: Path, kind: str) -> None:
    read = dockerfile(kind)
    refused = subprocess.run(
        read.command,
        check=False,
        cwd=image,
        env=_environment(image, DUET_TOKEN="", DUET_HOST=read.environment["DUET_HOST"], PORT="0"),
        capture_output=True,
        text=True,
        timeout=READY_LIMIT_S,
    )
    assert refused.returncode != 0
    assert "DUET_TOKEN" in refused.stderr


def test_the_predictor_of_kserve_gets_ready_and_answers_its_names(image: Path) -> None:
    service = yaml.safe_load((DEPLOY / "kserve" / "inference-service.yaml").read_text("utf-8"))
    (container,) = service["spec"]["predictor"]["containers"]
    given = {one["name"]: one["value"] for one in container["env"] if "value" in one and one["name"] != "DUET_STORE"}
    command = [*container["command"], *container["args"]]
    command[command.index("--port") + 1] = "0"
    with _running(command, image, given) as (ready, _):
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert ask(ready["port"], "GET", container[probe]["httpGet"]["path"]).status == 200
        statuses = {host: _ask(ready["port"], "POST", "/classify", host) for host in given["DUET_HOSTS"].split(",")}
        assert set(statuses.values()) == {200}
        assert _ask(ready["port"], "POST", "/classify", "evil.test") == 403


def test_nginx_gives_one_origin_to_both_backends(start_trained: Start, tmp_path: Path) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("no nginx on this machine")
    port, configuration = _free_port(), tmp_path / "nginx.conf"
    backends = {kind: start_trained(kind, settings={"DUET_HOSTS": f"127.0.0.1:{port}"}) for kind in KINDS}
    text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("/tmp/", f"{tmp_path}/")  # noqa: S108 - the container's
    for kind, backend in backends.items():
        text = re.sub(rf"server {kind}:\d+", f"server 127.0.0.1:{backend.port}", text)
    configuration.write_text(re.sub(r"listen 8080", f"listen 127.0.0.1:{port}", text))
    process = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(tmp_path), "-g", "daemon off;"], text=True)
    try:
        assert eventually(lambda: process.poll() is not None or accepts(port), READY_LIMIT_S)
        assert process.poll() is None, "it does not take the configuration"
        page, origin = ask(port, "GET", "/"), f"http://127.0.0.1:{port}"
        assert page.value("location") == f"{origin}/?flask={origin}/flask&klein={origin}/klein"
        assert ask(port, "GET", str(page.value("location"))[len(origin) :]).status == 200
        assert [ask(port, "GET", f"{prefix}/metrics").status for prefix in ("", "/flask", "/klein")] == [404] * 3
        assert _ask(port, "GET", "/home", "evil.test") == 403
        for number in range(4):
            for prefix in ("", "/flask", "/klein"):
                sent = [("X-Request-Id", f"r{prefix.strip('/')}{number}")]
                assert ask(port, "POST", f"{prefix}/classify", ROW, sent).json()["label"] == "setosa"
        for kind, backend in backends.items():
            seen = {str(line.get("request_id")) for line in backend.log_lines()}
            named = {f"r{kind}{number}" for number in range(4)}
            assert named <= seen
            assert not any(one.startswith(f"r{other}") for one in seen for other in KINDS if other != kind)
            assert seen & {f"r{number}" for number in range(4)}, "without a prefix they take turns"
    finally:
        end_all([process])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ask(port: int, method: str, path: str, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, ROW if method == "POST" else None, {"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()

"""The checker finds a conforming server conforming, and in a wrong one exactly what is wrong."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from shared.check import CHECKS, Finding, Server, Subject, all_required_hold, first_model, run, wire
from shared.check.findings import Level, Result
from shared.check.wire import NoAnswer
from shared.cli import main
from tests.processes import duet
from tests.unit.check.v2_server import serving

# What a server does wrong, and the checks that must fail for it.
WRONG: dict[str, set[str]] = {
    "the server names no extensions": {"server-metadata"},
    "live is not routed": {"server-live"},
    "live is text": {"server-live-json"},
    "ready is an error of the server": {"server-ready"},
    "ready is text": {"server-ready-json"},
    "the models are no list": {"models-list"},
    "metadata lack the platform": {"model-metadata"},
    "GET model is an error of the server": {"model-metadata"},
    "a datatype is none": {"model-tensors"},
    "metadata declare no inputs": {"model-tensors"},
    "GET model/ready is an error of the server": {"model-ready", "repository-load"},
    "a model's ready is called otherwise": {"model-ready-json"},
    "GET version is an error of the server": {"version-metadata"},
    "GET version/ready is an error of the server": {"version-ready"},
    "GET model: unknown models are refused in plain text": {"unknown-model"},
    "GET version: unknown versions are served": {"unknown-version"},
    "POST model/infer is an error of the server": {"infer-flat"},
    "the model's name is forgotten": {"infer-flat"},
    "an output has a value too many": {"infer-flat"},
    "an output is not a number": {"infer-flat"},
    "nested data are refused": {"infer-nested"},
    "nested data are read by columns": {"infer-nested"},
    "many rows are an error of the server": {"infer-batch"},
    "a batch is answered backwards": {"infer-rows-agree"},
    "POST version/infer is an error of the server": {"infer-version"},
    "the id is forgotten": {"infer-id"},
    "an output comes only when it is asked": {"infer-all-outputs"},
    "outputs do not select": {"infer-selected-output"},
    "outputs are not as declared": {"infer-as-declared"},
    "truth is a number": {"infer-datatypes"},
    "POST model/infer: unknown models are refused in plain text": {"refuse-unknown-model"},
    "POST version/infer: unknown versions are served": {"refuse-unknown-version"},
    "broken JSON is accepted": {"refuse-broken-json", "binary-header-length"},
    "an empty body is accepted": {"refuse-empty-body"},
    "no inputs are accepted": {"refuse-no-inputs"},
    "wrong counts are accepted": {"refuse-count"},
    "unknown outputs are accepted": {"refuse-unknown-output"},
    "unknown datatypes are accepted": {"refuse-unknown-datatype"},
    "unknown inputs are accepted": {"refuse-unknown-input"},
    "wrong datatypes are accepted": {"refuse-wrong-datatype"},
    "wrong shapes are accepted": {"refuse-wrong-shape"},
    "binary inputs are read as big-endian": {"binary-input"},
    "binary_data_output is ignored": {"binary-output"},
    "binary_data is ignored": {"binary-each-output"},
    "binary_data overrides nothing": {"binary-override"},
    "wrong sizes are accepted": {"binary-wrong-size"},
    "the header's length is not checked": {"binary-header-length"},
    "gzip alters the answer": {"gzip-request"},
    "gzip is said and not done": {"gzip-answer"},
    "the index tells no state": {"repository-index"},
    "unload does nothing": {"repository-unload"},
    "load does nothing": {"repository-load"},
    "JSON is sent as text": {"json-type"},
}


def _found(url: str, model: str = "echo", version: str = "", *, allow_unload: bool = True) -> dict[str, Finding]:
    return {found.id: found for found in run(Subject(Server(url, 10), model, version, allow_unload))}


def _with(findings: dict[str, Finding], *results: Result) -> set[str]:
    return {found.id for found in findings.values() if found.result in results}


@pytest.mark.parametrize("version", ["", "1"])
def test_every_check_holds_on_a_conforming_server(version: str) -> None:
    with serving() as (url, _):
        assert first_model(Server(url, 10)) == "echo"
        findings = _found(url, version=version)
    assert {found.id: found.seen for found in findings.values() if found.result is not Result.HOLDS} == {}
    assert all_required_hold(list(findings.values()))


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_found_and_nothing_else(wrong: str) -> None:
    with serving(wrong) as (url, _):
        findings = _found(url)
    assert {name: findings[name].seen for name in _with(findings, Result.FAILS)}.keys() == WRONG[wrong]
    is_required = any(findings[name].level is Level.REQUIRED for name in WRONG[wrong])
    assert all_required_hold(list(findings.values())) is not is_required


def test_every_check_can_fail() -> None:
    assert set().union(*WRONG.values()) == {check.id for check in CHECKS}


def test_a_check_comes_after_the_one_that_it_needs() -> None:
    order = [check.id for check in CHECKS]
    assert all(order.index(check.needs) < order.index(check.id) for check in CHECKS if check.needs)


def test_refusals_prove_nothing_where_right_requests_are_refused_too() -> None:
    with serving("POST model/infer is an error of the server") as (url, _):
        findings = _found(url)
    assert {found.result for found in findings.values() if found.id.startswith("refuse")} == {Result.NOT_CHECKED}


def test_an_extension_is_required_only_where_it_is_listed() -> None:
    levels = {}
    for listed in ([], ["binary_tensor_data"]):
        with serving("binary_data_output is ignored", listed) as (url, _):
            found = _found(url)["binary-output"]
        levels[bool(listed)] = (found.level, found.result)
    assert levels == {
        False: (Level.EXTENSION, Result.NOT_OFFERED),
        True: (Level.REQUIRED, Result.FAILS),
    }


def test_nothing_is_unloaded_unless_it_is_allowed() -> None:
    with serving() as (url, model):
        findings = _found(url, allow_unload=False)
    assert _with(findings, Result.NOT_CHECKED) == {"repository-unload", "repository-load"}
    assert [asked for asked in model.asked if "load" in asked] == []


def test_the_number_of_requests_is_bounded() -> None:
    with serving() as (url, model):
        _found(url)
    assert 40 < len(model.asked) < 120


def test_a_model_that_does_not_exist_fails_once_and_leaves_the_rest_unchecked() -> None:
    with serving() as (url, _):
        findings = _found(url, "nobody")
    assert _with(findings, Result.FAILS) == {"model-metadata"}
    assert findings["infer-flat"].result is Result.NOT_CHECKED


def test_a_model_of_fixed_shape_is_asked_one_row_and_no_batch() -> None:
    inputs = [{"name": "x", "datatype": "INT16", "shape": [1, 2]}]
    outputs = [{"name": "y", "datatype": "INT16", "shape": [1, 1], "data": [3]}]
    content = {"name": "m", "platform": "", "inputs": inputs, "outputs": outputs, "model_name": "m"}
    with _sending(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(content).encode()) as url:
        findings = _found(url, "m")
    assert {"infer-flat", "infer-nested", "infer-datatypes"} <= _with(findings, Result.HOLDS)
    assert {"infer-batch", "infer-rows-agree", "infer-version"} <= _with(findings, Result.NOT_CHECKED)
    # It takes everything for right, so every refusal that could be checked is missing.
    refusals = {name for name in findings if name.startswith("refuse")} - {"refuse-unknown-version"}
    assert refusals <= _with(findings, Result.FAILS)


@contextmanager
def _sending(answer: bytes) -> Iterator[str]:
    """A server that sends the same bytes to everybody, whatever is asked, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                accepted, _ = listening.accept()
                with accepted:
                    if not accepted.recv(2**16):
                        return
                    accepted.sendall(answer)
                    accepted.shutdown(socket.SHUT_WR)
                    while accepted.recv(2**16):
                        pass

        thread = Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            socket.create_connection(("127.0.0.1", port)).close()  # a connection without a request ends it
            thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
        b"HTTP/1.1 200 OK\r\n\r\n[1, {}, null]",
        b'HTTP/1.1 200 OK\r\n\r\n{"name": {}, "versions": 1, "inputs": [0], "outputs": null, "extensions": [[]]}',
        b'HTTP/1.1 200 OK\r\n\r\n{"name": "\\ud800", "version": "\\u001b[2J", "platform": "", "extensions": []}',
        b"HTTP/1.1 200 OK\r\n\r\n\x1b[2J\xff\xfe",
    ],
)
def test_a_server_of_something_else_fails_without_an_error_of_the_checker(answer: bytes) -> None:
    with _sending(answer) as url:
        server = Server(url, 10)
        findings = run(Subject(server, first_model(server)))
    assert {"model-metadata"} <= {found.id for found in findings if found.result is Result.FAILS}
    assert all(found.seen.isprintable() for found in findings)


@pytest.mark.parametrize(
    "output",
    [
        {"shape": [1, 2], "datatype": "FP32", "data": [[1], [2, 3]]},
        {"shape": [1, 2], "datatype": ["FP32"], "data": [1, 2]},
        {"shape": [1.0, 2], "datatype": "FP32", "data": [1, 2]},
        {"shape": [-1, -2], "datatype": "FP32", "data": [1, 2]},
        {"shape": [1, 2], "datatype": "FP32", "data": None},
        {"shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": 8}},
        {"shape": [1, 2], "datatype": "FP32"},
    ],
)
def test_an_output_that_is_no_tensor_fails(output: dict[str, object]) -> None:
    inputs = [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}]
    content = {"name": "m", "platform": "", "inputs": inputs, "outputs": [{"name": "y", **output}], "model_name": "m"}
    with _sending(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(content).encode()) as url:
        findings = _found(url, "m")
    failed = _with(findings, Result.FAILS)
    assert failed & {"model-tensors", "infer-flat"}, findings
    assert findings["infer-nested"].result is Result.NOT_CHECKED


def test_the_command_prints_a_table_and_exits_with_0(tmp_path: Path) -> None:
    with serving() as (url, _):
        result = duet(tmp_path, "check", url)
    assert result.returncode == 0, result.stderr
    assert all(f" {check.id} " in result.stdout and check.sentence in result.stdout for check in CHECKS)
    assert "All required checks hold" in result.stdout


def test_the_command_prints_json_and_exits_with_1_where_a_required_check_fails(tmp_path: Path) -> None:
    with serving("the id is forgotten") as (url, _):
        result = duet(tmp_path, "check", url, "--json", "--model", "echo", "--version", "1", "--allow-unload")
    assert result.returncode == 1, result.stderr
    document = json.loads(result.stdout)
    assert (document["model"], document["version"], document["required_hold"]) == ("echo", "1", False)
    failed = [check for check in document["checks"] if check["result"] == "fails"]
    assert [(check["id"], check["level"], check["seen"]) for check in failed] == [
        ("infer-id", "required", "id is None")
    ]


def test_a_recommended_check_that_fails_leaves_the_exit_status_0(tmp_path: Path) -> None:
    with serving("wrong shapes are accepted") as (url, _):
        assert duet(tmp_path, "check", url).returncode == 0


def test_the_command_exits_with_2_where_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    result = duet(tmp_path, "check", url)
    assert (result.returncode, result.stdout) == (2, "")
    assert "can't be reached" in result.stderr


@pytest.mark.parametrize("url", ["http://192.0.2.1", "http://example.org:8080", "http://localhost.example.org"])
def test_another_machine_is_refused(url: str) -> None:
    result = CliRunner().invoke(main, ["check", url])
    assert result.exit_code == 2
    assert "--i-own-this-target" in result.output
    assert not Server(url, 1).is_loopback


@pytest.mark.parametrize(
    "url", ["http://localhost", "http://127.0.0.2:1", "http://[::1]:8081/base", "https://a.localhost"]
)
def test_this_machine_is_known_by_its_addresses(url: str) -> None:
    assert Server(url, 1).is_loopback


@pytest.mark.parametrize(
    "url", ["localhost:8081", "ftp://localhost", "http://", "http://localhost:99999", "http://u@localhost"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"Port|address of a server"):
        Server(url, 1)
    assert CliRunner().invoke(main, ["check", url]).exit_code == 2


def test_a_path_before_v2_is_kept() -> None:
    with serving() as (url, model):
        Server(f"{url}/base/", 10).ask("GET", "v2")
    assert model.asked == ["GET /base/v2"]


def test_an_answer_that_is_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST_ANSWER_BYTES", 1000)
    with _sending(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 1001) as url, pytest.raises(NoAnswer, match="more than 1000"):
        Server(url, 10).ask("GET", "v2")


def _slowly(listening: socket.socket) -> None:
    accepted, _ = listening.accept()
    with accepted:
        accepted.recv(2**16)
        accepted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        accepted.recv(1)  # until the checker has given up and closed


def test_an_answer_that_never_ends_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_slowly, args=(listening,))
        thread.start()
        server = Server(f"http://127.0.0.1:{listening.getsockname()[1]}", 0.2)
        with pytest.raises(NoAnswer, match="timed out"):
            server.ask("GET", "v2")
        thread.join()

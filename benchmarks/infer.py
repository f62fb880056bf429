"""What the Open Inference Protocol costs: beside `/classify` for one row, and binary tensors beside JSON for many."""

import json
import statistics
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_iris

from benchmarks.candidates import DUET
from benchmarks.load import CLASSIFY, LABEL, ROW, Rate, Task, ask, wrk
from benchmarks.processes import product, running
from benchmarks.report import HELD, print_setting, print_table, say
from benchmarks.stores import trained_store

N_ROWS = 10_000
PATH = "/v2/models/iris/infer"
MOST_FOR_ONE_ROW, LEAST_FOR_BINARY = 1.3, 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How often and how long (s) each is measured."""

    rounds: int
    seconds: int


def run(settings: Settings, command: str) -> bool:
    """Measure, print the tables, and say whether both ratios hold on both backends."""
    tasks = (CLASSIFY, _one_row(), *(_many(binary, only) for only in (True, False) for binary in (False, True)))
    measured: dict[str, dict[str, list[Rate]]] = {name: {task.name: [] for task in tasks} for name in DUET.values()}
    with trained_store("lda") as store:
        for turn in range(settings.rounds):
            for backend, name in DUET.items():
                with running(product(name, backend, {"DUET_STORE": store})) as found:
                    for task in tasks:
                        status, body = ask(found.port, task)
                        if status != 200 or not task.is_right(body):
                            raise RuntimeError(f"{task.name}: {status} {body[:300]!r}")
                        measured[name][task.name].append(wrk(found.port, task, settings.seconds))
                        say(f"round {turn + 1}: {name}: {task.name}: {measured[name][task.name][-1].per_second:,.0f}/s")
    rates = {
        name: {task: statistics.median(rate.per_second for rate in rates) for task, rates in by_task.items()}
        for name, by_task in measured.items()
    }
    return _print(settings, command, [task.name for task in tasks], rates)


def _one_row() -> Task:
    tensor = {"name": "input", "shape": [1, 4], "datatype": "FP64", "data": ROW}
    return Task("infer, one row", PATH, json.dumps({"inputs": [tensor]}).encode(), _is_setosa)


def _is_setosa(body: bytes) -> bool:
    labels = [output["data"] for output in json.loads(body)["outputs"] if output["name"] == "label"]
    return labels == [[LABEL]]


def _many(binary: bool, only_probabilities: bool) -> Task:
    data = load_iris().data
    X = np.resize(data, (N_ROWS, data.shape[1]))
    tensor: dict[str, object] = {"name": "input", "shape": list(X.shape), "datatype": "FP64"}
    request: dict[str, object] = {"inputs": [tensor]}
    if only_probabilities:
        request["outputs"] = [{"name": "predict_proba"}]
    outputs = "probabilities" if only_probabilities else "all outputs"
    if not binary:
        request["inputs"] = [{**tensor, "data": X.ravel().tolist()}]
        body = json.dumps(request, separators=(",", ":")).encode()
        return Task(f"infer, {N_ROWS:,} rows, {outputs}, JSON", PATH, body, _has_all_rows)
    tensor["parameters"] = {"binary_data_size": X.nbytes}
    request["parameters"] = {"binary_data_output": True}
    head = json.dumps(request).encode()
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))}
    body = head + X.astype("<f8").tobytes()
    return Task(f"infer, {N_ROWS:,} rows, {outputs}, binary", PATH, body, _has_all_bytes, headers)


def _has_all_rows(body: bytes) -> bool:
    return all(output["shape"][0] == N_ROWS for output in json.loads(body)["outputs"])


def _has_all_bytes(body: bytes) -> bool:
    return len(body) > N_ROWS * 3 * 8  # the probabilities of three classes, at least


def _print(settings: Settings, command: str, tasks: list[str], rates: dict[str, dict[str, float]]) -> bool:
    print("\n## Open Inference Protocol\n")
    print_setting(command, f"{settings.rounds} rounds of {settings.seconds} s, 16 connections, one worker; medians")
    print_table(["request", *rates], [[task, *(f"{rates[name][task]:,.0f}/s" for name in rates)] for task in tasks])
    classify, one_row, few_json, few_binary, json_, binary = tasks
    ratios = [
        ("time of one row over /classify", f"at most {MOST_FOR_ONE_ROW:g} x", classify, one_row),
        (f"{N_ROWS:,} rows, binary over JSON, probabilities", f"at least {LEAST_FOR_BINARY:g} x", few_binary, few_json),
        (f"{N_ROWS:,} rows, binary over JSON, all outputs", "", binary, json_),
    ]
    found = {what: {name: rates[name][one] / rates[name][other] for name in rates} for what, _, one, other in ratios}
    held = {
        ratios[0][0]: all(value <= MOST_FOR_ONE_ROW for value in found[ratios[0][0]].values()),
        ratios[1][0]: all(value >= LEAST_FOR_BINARY for value in found[ratios[1][0]].values()),
    }
    print_table(
        ["what", "target", *rates, "holds"],
        [
            [what, target, *(f"{v:.2f} x" for v in found[what].values()), HELD[held.get(what)]]
            for what, target, _, _ in ratios
        ],
    )
    return all(held.values())

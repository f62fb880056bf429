"""The training process: reads one job from standard input, writes events to standard output.

A process of its own, because training in a server's thread takes the interpreter from the requests beside
it. It yields to the servers (nice), leaves them memory, and ends with its parent: standard input closes when the
parent dies, however it dies.
"""

import hashlib
import os
import platform
import sys
import threading
import warnings
from functools import partial
from importlib.metadata import version
from typing import Any, BinaryIO, cast
from uuid import uuid4

import msgspec

from shared.catalogue import CatalogueEntry, entry_named
from shared.catalogue.stored import StoredEntry, read_rows, stored_entry
from shared.domain.dataset import Dataset
from shared.domain.held_out import HELD_OUT, pack_held_out
from shared.domain.measured import Measured
from shared.domain.metrics import Selection
from shared.domain.recipe import ParameterValue
from shared.domain.version import Trained
from shared.training.job import MEMORY_LIMIT_MB, Failed, Finished, TrainingJob, read_frame, read_parts, write_frame

NICENESS = 10
LIBRARIES = ("scikit-learn", "numpy", "scipy", "skops", "skl2onnx", "onnxruntime")


def run(job: TrainingJob, events: BinaryIO, data: Dataset | None = None) -> Trained:
    """Train as `job` says, reporting progress to `events`; `data` are those of the definition that it brings."""

    from shared.training.progress import Meter
    from shared.training.sampling import EVALUATED_ROWS, repeats_for
    from shared.training.selection import candidates_of, choose
    from shared.training.trainer import FOLDS, noted, train

    entry = stored_entry(job.definition, lambda: cast("Dataset", data)) if job.definition else entry_named(job.model)
    recipe = entry.recipe_named(job.recipe)
    n_rows = min(entry.data.n_samples, EVALUATED_ROWS)
    choosing_fits = FOLDS * len(candidates_of(entry, recipe))
    meter = Meter(FOLDS * repeats_for(recipe.repeats, n_rows), partial(write_frame, events), choosing_fits)
    selection = None
    with warnings.catch_warnings():
        # The classic recipes stop after a set number of epochs by design.
        warnings.filterwarnings("ignore", module="sklearn.neural_network")
        if recipe.candidates:
            recipe, selection = choose(entry, recipe, job.seed, meter)
            estimator, found = train(entry, recipe, recipe.complete({}), job.seed, meter)
            note = f"after {selection.chosen} was chosen among {len(selection.candidates)} recipes on the same rows"
            found = noted(found, note)
        else:
            estimator, found = train(entry, recipe, job.params, job.seed, meter)
    meter.at("export", 0)
    trained = packed(entry, estimator, found, job.recipe, job.params, job.seed, selection)
    meter.at("export", 1)
    return trained


def packed(
    entry: CatalogueEntry,
    estimator: Any,
    found: Measured,
    recipe: str,
    params: dict[str, ParameterValue],
    seed: int,
    selection: Selection | None = None,
) -> Trained:
    """What can be published of `estimator`, fitted on the data of `entry`: itself as bytes, and what it exports to."""

    from shared.training.artefact import dump
    from shared.training.export import export
    from shared.training.familiarity import attachments
    from shared.training.sampling import EVALUATED_ROWS, sampled

    artefact = dump(estimator)
    rows = sampled(entry.dataset, EVALUATED_ROWS, seed)
    exported = export(estimator, rows, entry.signature)
    attached = attachments(rows, entry.signature, seed) if rows.n_samples else {}
    # Whoever can ask a model can read these rows, strangers' pages too: a person's own stay where they are.
    if found.held_out is not None and not isinstance(entry, StoredEntry):
        attached[HELD_OUT] = pack_held_out(found.held_out)
    return Trained(
        model=entry.name,
        run=uuid4().hex,
        recipe=recipe,
        params=params,
        seed=seed,
        signature=entry.signature,
        metrics=found.metrics,
        data_sha256=entry.data_sha256,
        libraries={"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        artefact_sha256=hashlib.sha256(artefact).hexdigest(),
        artefact=artefact,
        engines=exported.engines,
        exported=exported.artefacts | attached,
        golden=exported.golden,
        data=entry.data,
        examples=entry.examples,
        selection=selection,
        attached={name: hashlib.sha256(content).hexdigest() for name, content in attached.items()},
        importance=found.importance,
    )


def limit_memory() -> None:
    """Let no more memory be had than MEMORY_LIMIT_MB in the environment says. Only Linux keeps to such a limit.

    It is a limit of data (RLIMIT_DATA in getrlimit(2)), as arrays are, and not of addresses (RLIMIT_AS), of which the
    libraries reserve many more than they use.
    """
    limit_mb = os.environ.get(MEMORY_LIMIT_MB)
    if sys.platform != "linux" or not limit_mb:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = int(limit_mb) * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError) and (limit_mb := os.environ.get(MEMORY_LIMIT_MB)):
        return f"it needed more than {limit_mb} MB of memory"
    return f"{type(error).__name__}: {error}"


def _end_with_parent(stdin: BinaryIO) -> None:
    stdin.read()
    os._exit(1)


def main() -> None:
    """Do the one job that standard input names."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    limit_memory()
    # Whatever else writes to standard output must not end up between the frames.
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    body = read_frame(sys.stdin.buffer)
    if body is None:
        return
    job = msgspec.msgpack.decode(body, type=TrainingJob)
    try:
        data = read_rows(job.definition, read_parts(sys.stdin.buffer)) if job.definition else None
        threading.Thread(target=_end_with_parent, args=(sys.stdin.buffer,), daemon=True).start()
        write_frame(events, Finished(run(job, events, data)))
    except Exception as error:  # whatever it is, the parent must hear of it
        write_frame(events, Failed(_reason(error)))
    # The daemon thread is blocked inside stdin's lock; an orderly shutdown would wait for that lock.
    os._exit(0)


if __name__ == "__main__":
    main()

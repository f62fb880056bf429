"""The use cases, in the domain's terms: classify, train, list. No HTTP, no command line."""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Protocol

from shared.catalogue import CATALOGUE, CatalogueEntry
from shared.catalogue.known import Changes, KnownModels
from shared.catalogue.rows import rows_of
from shared.catalogue.stored import StoredEntry, read_rows, stored_entry
from shared.domain.comparison import Comparison, agree, agree_on_values, compare
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.domain.engine import ENGINES
from shared.domain.held_out import HELD_OUT, HeldOut, unpack_held_out
from shared.domain.promotion import ChampionHistory, Metric, Promoted, Promotion, Wanted
from shared.domain.run import TrainingRun
from shared.domain.version import ModelVersion, ServedVersion, Trained
from shared.errors import (
    ArtefactDamaged,
    DuetError,
    InvalidInput,
    NameTaken,
    NoHeldOut,
    NothingBefore,
    NotLoaded,
    NotTrained,
    Problem,
    StoreError,
)
from shared.inference.loaded import LoadedModels
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.logs import log_event
from shared.store import ModelStore
from shared.training.job import Stage, TrainingJob
from shared.training.runner import Parts, Report, Runner, ignore_progress, no_parts

log = logging.getLogger("duet.service")
MOST_COMPARED_BYTES = 64_000_000  # of a stored model's rows, which are in memory while two versions are compared
RETRY_S = 10.0  # between attempts to load a champion that could not be loaded


class Watcher(Protocol):
    """Who is told what happens in a service, from any thread."""

    def training(self, model: str, stage: Stage) -> None:
        """A training of `model` has come to `stage`."""

    def crowned(self, version: ModelVersion) -> None:
        """`version` answers for its model from now on."""

    def unloaded(self, model: str) -> None:
        """No version answers for `model` in this process until one is crowned."""


class Service:
    """What every backend and the command line can ask for; safe to use from many threads."""

    def __init__(
        self,
        store: ModelStore,
        runner: Runner,
        engines: Sequence[str] = ENGINES,
        by: str = "",
        promote: Promotion = "if-not-worse",
        metric: Metric = "accuracy",
    ) -> None:
        """`engines` may answer, in order of preference; `by` is who asks.

        `promote` is what runs do by default, and `metric` decides which version is worse.
        """
        self._store = store
        self._runner = runner
        self._engines = tuple(engines)
        self._by = by
        self._promote: Promotion = promote
        self._metric: Metric = metric
        self._known = KnownModels(store)
        self._loaded = LoadedModels()
        self._refreshing = threading.Lock()
        self._problems: dict[str, str] = {}
        self._file_problems: dict[str, str] = {}
        self._retry_at: dict[tuple[str, int], float] = {}
        self._unloaded: frozenset[str] = frozenset()
        self._watcher: Watcher | None = None

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher`, and no one else, of the champions that there are and of all that happens from now on."""
        with self._refreshing:
            self._watcher = watcher
            self._runner.watch = watcher.training
            for model in self._loaded.champion_numbers():
                self._tell(self._loaded.champion(model))

    # --- asking ------------------------------------------------------------------------------------

    def models(self) -> Sequence[CatalogueEntry]:
        """Those of the catalogue, and those that the store defines."""
        return self._known.entries()

    def entry(self, model: str) -> CatalogueEntry:
        """What is known of `model`; raises UnknownModel."""
        return self._known.entry(model)

    def champion(self, model: str) -> ServedVersion | None:
        """The version that answers for `model`; raises UnknownModel."""
        return self._champion(self._known.entry(model))

    def champions(self) -> list[tuple[CatalogueEntry, ServedVersion | None]]:
        """Every model, and the version that answers for it."""
        return [(entry, self._champion(entry)) for entry in self.models()]

    def _champion(self, entry: CatalogueEntry) -> ServedVersion | None:
        try:
            return self._loaded.champion(entry.name).version
        except NotTrained:
            return None

    def untrained(self) -> list[str]:
        """The models of the catalogue that the store has no version of; raises StoreError."""
        present = self._store.champions()
        return [name for name in CATALOGUE if name not in present]

    def versions(self, model: str) -> list[ModelVersion]:
        """The newest first; raises UnknownModel and StoreError."""
        self._known.entry(model)
        return self._store.versions(model)

    def predictor(self, model: str, number: int | None = None) -> Predictor:
        """The champion of `model`, or its version `number`.

        Raises UnknownModel, NotTrained, NotLoaded and, where a version has to be read first, UnknownVersion,
        ArtefactDamaged, GoldenRowsDiffer and StoreError.
        """
        entry = self._known.entry(model)
        if model in self._unloaded:
            raise NotLoaded(model)
        if number is None:
            return self._loaded.champion(model)
        predictor = self._loaded.pinned(model, number)
        if predictor is None:
            predictor = self._load(model, number)
            self._loaded.pin(predictor)
            if self._known.entry(model) is not entry:  # it was removed or defined anew meanwhile
                self._loaded.unpin(model)
        return predictor

    # --- defining ----------------------------------------------------------------------------------

    def define(
        self,
        definition: ModelDefinition,
        parts: Iterable[bytes],
        trained: Trained | None = None,
        *,
        only_new: bool = False,
    ) -> ModelVersion | None:
        """Let there be a model, or another definition of it, and with `trained` a version that answers for it.

        `parts` are those of its packed data. Known in this process when the call returns, in others soon after. With
        `only_new`, there must be none of its name. Raises InvalidInput, NameTaken and StoreError.
        """
        _refuse_catalogue(definition.name)
        stored_entry(definition, partial(read_rows, definition, parts))  # which says whether it can be one
        version = self._store.define(definition, parts, trained, only_new=only_new)
        self.refresh()
        return version

    def add(self, definition: ModelDefinition, parts: Iterable[bytes]) -> TrainingRun:
        """Let there be a new model, and let its first training run; where none can be started, there is none.

        A model whose training fails stays, untrained. Raises InvalidInput, NameTaken, TrainingFailed and StoreError.
        """
        self.define(definition, parts, only_new=True)
        try:
            return self.start_run(definition.name, promote="always")
        except DuetError:
            self.remove(definition.name)
            raise

    def remove(self, model: str, folder: str | None = None) -> None:
        """Take out a model that the store defines, with its versions and runs; with `folder`, only if it is of there.

        Raises NameTaken where it is one of the catalogue, UnknownModel and StoreError.
        """
        _refuse_catalogue(model)
        self._store.remove(model, folder)
        self.refresh()

    def files_of(self, folder: str) -> dict[str, str]:
        """The models that came from a watched folder, with the digests of their files."""
        found = (entry.definition for entry in self.models() if isinstance(entry, StoredEntry))
        return {one.name: one.file.digest for one in found if one.file and one.file.folder == folder}

    def tell_of_files(self, problems: Mapping[str, str]) -> None:
        """Why files of a watched folder can't be served, by name: said once, and by `file_problems` until told anew."""
        for name, why in problems.items():
            if self._file_problems.get(name) != why:
                log_event(log, "file_not_served", level=logging.WARNING, what=name, why=why)
        self._file_problems = dict(problems)

    def file_problems(self) -> list[str]:
        """Why files of a watched folder can't be served; what is loaded answers all the same."""
        return [f"{name}: {why}" for name, why in sorted(self._file_problems.items())]

    # --- versions ----------------------------------------------------------------------------------

    def version(self, model: str, number: int) -> ModelVersion:
        """Raises UnknownModel, UnknownVersion and StoreError."""
        self._known.entry(model)
        return self._store.version(model, number)

    def history(self, model: str) -> ChampionHistory:
        """Who was champion when; raises UnknownModel and StoreError."""
        self._known.entry(model)
        return self._store.history(model)

    def promote(self, model: str, wanted: Wanted) -> Promoted:
        """Make a version the champion: in this process when the call returns, in others soon after.

        It is loaded first; where that fails, the champion stays. Raises UnknownModel, UnknownVersion, NothingBefore,
        ArtefactDamaged, GoldenRowsDiffer and StoreError.
        """
        self._known.entry(model)
        while True:
            number = self._store.history(model).previous if wanted == "previous" else wanted
            if number is None:
                raise NothingBefore(model)
            predictor = self._load(model, number)
            promoted = self._store.promote(model, wanted, self._by, loaded=number)
            if promoted.after == number:  # else somebody was faster, and another is the previous one now
                self.refresh(predictor)
                return promoted

    def compare(self, model: str, one: int, other: int) -> Comparison:
        """Two versions side by side, and how far they agree on the model's data; raises what `predictor` raises."""
        first, second = self.predictor(model, one), self.predictor(model, other)
        entry, versions = self._known.entry(model), (first.version, second.version)
        data = self._rows(entry)
        if entry.task == "regression":
            values = (first.values_of(data.X), second.values_of(data.X))
            return compare(*versions, agree_on_values(versions, data, values))
        answers = (first.classes_of(data.X), second.classes_of(data.X))
        return compare(*versions, agree(versions, data, answers))

    def held_out(self, model: str, number: int) -> tuple[ModelVersion, HeldOut]:
        """A version, and what estimators of its recipe answered to rows that they had not seen.

        Raises UnknownModel, UnknownVersion, NoHeldOut, ArtefactDamaged and StoreError.
        """
        version = self.version(model, number)
        if HELD_OUT not in version.attached:
            raise NoHeldOut(model, number)
        return version, unpack_held_out(self._store.artefact(version, HELD_OUT))

    def _rows(self, entry: CatalogueEntry) -> Dataset:
        if not isinstance(entry, StoredEntry):
            return rows_of(entry.name)
        if not entry.data.n_samples:
            raise InvalidInput([Problem("name", f"model {entry.name!r} came without data to compare versions on")])
        size = 8 * entry.data.n_samples * len(entry.feature_names)
        if size > MOST_COMPARED_BYTES:
            limit = f"{MOST_COMPARED_BYTES / 1e6:g} MB"
            raise InvalidInput([Problem("name", f"its data are {size / 1e6:.0f} MB; versions are compared on {limit}")])
        return entry.load_dataset()  # and not `dataset`, which would stay

    # --- loading and unloading by hand -------------------------------------------------------------

    def in_memory(self, model: str) -> set[int]:
        """The numbers of the versions that answer without being read first; raises UnknownModel."""
        self._known.entry(model)
        return self._loaded.numbers(model)

    def is_unloaded(self, model: str) -> bool:
        return model in self._unloaded

    def unload(self, model: str) -> None:
        """Let no version of `model` answer in this process until `load`; raises UnknownModel."""
        self._known.entry(model)
        with self._refreshing:
            self._unloaded |= {model}
            self._forget(model)

    def load(self, model: str) -> None:
        """Load the champion that the store names, now; raises UnknownModel, NotTrained, StoreError, ArtefactDamaged."""
        self._known.entry(model)
        if model not in self._store.champions():
            raise NotTrained(model)
        with self._refreshing:
            self._unloaded -= {model}
            self._retry_soon(model)
        self.refresh()
        if model not in self._loaded.champion_numbers():
            raise ArtefactDamaged(self._problems.get(f"model {model}", f"model {model} can't be loaded"))

    # --- training ----------------------------------------------------------------------------------

    def train(
        self,
        model: str,
        *,
        recipe: str | None = None,
        params: Mapping[str, object] | None = None,
        seed: int | None = None,
        report: Report = ignore_progress,
    ) -> ModelVersion:
        """Train, publish as champion and load; returns the new version.

        Raises UnknownModel, InvalidInput, QueueFull, TrainingFailed, RunEnded and StoreError.
        """
        job = self._job(model, recipe, params, seed)
        return self._runner.train(job, self._publish, report, promote="always", by=self._by, parts=self._parts(job))

    def start_run(
        self,
        model: str,
        *,
        recipe: str | None = None,
        params: Mapping[str, object] | None = None,
        seed: int | None = None,
        promote: Promotion | None = None,
        join: bool = False,
    ) -> TrainingRun:
        """Let a training run when its turn comes; with `join`, a run of `model` that is under way is returned instead.

        Raises UnknownModel, InvalidInput, QueueFull, TrainingFailed and StoreError.
        """
        job = self._job(model, recipe, params, seed)
        under_way = self._store.runs.active(model) if join else None
        if under_way is not None:
            return under_way
        promote = promote or self._promote
        return self._runner.start(job, self._publish, promote=promote, by=self._by, parts=self._parts(job))

    def run(self, run_id: str) -> TrainingRun:
        """A run of any process; raises UnknownRun and StoreError."""
        return self._store.runs.run(run_id)

    def runs(self, model: str | None = None) -> list[TrainingRun]:
        """The latest runs, of all processes, the newest first; raises UnknownModel and StoreError."""
        if model is not None:
            self._known.entry(model)
        return self._store.runs.runs(model)

    def cancel(self, run_id: str) -> TrainingRun:
        """End a run of any process, without a version; raises UnknownRun, RunEnded and StoreError."""
        run = self._store.runs.cancel(run_id)
        self._runner.abandon(run_id)
        return run

    def bootstrap(self) -> list[ModelVersion]:
        """Train a first version of every model that has none; returns what was trained."""
        jobs = [self._job(name, CATALOGUE[name].first_recipe, None, None) for name in self.untrained()]
        return [self._runner.train(job, self._publish_first, promote="always", by="first start") for job in jobs]

    def _job(
        self, model: str, recipe: str | None, params: Mapping[str, object] | None, seed: int | None
    ) -> TrainingJob:
        entry = self._known.entry(model)
        chosen = entry.recipe_named(recipe)
        return TrainingJob(
            model=entry.name,
            recipe=chosen.name,
            params=chosen.complete(params or {}),
            seed=entry.default_seed if seed is None else seed,
            definition=entry.definition if isinstance(entry, StoredEntry) else None,
        )

    def _parts(self, job: TrainingJob) -> Parts:
        return partial(self._store.dataset, job.definition.data_sha256) if job.definition else no_parts

    def _publish(self, trained: Trained, run: TrainingRun) -> ModelVersion:
        version = self._store.publish(trained, run, by=run.by, promote=run.promote, metric=self._metric)
        self.refresh()
        return version

    def _publish_first(self, trained: Trained, run: TrainingRun) -> ModelVersion:
        return self._store.publish(trained, run, by=run.by, only_first=True)

    # --- following the store -----------------------------------------------------------------------

    def refresh(self, fresh: Predictor | None = None) -> None:
        """Know what the store defines, load every champion that it names and memory lacks; `fresh` was loaded just now.

        Whatever goes wrong, what is loaded goes on answering; `problems` then says what.
        """
        with self._refreshing:
            try:
                changes = self._known.follow()
                wanted = self._store.champions()  # afterwards, so that no model is known before its champion is
            except StoreError as error:
                self._note("store", str(error))
                return
            self._problems.pop("store", None)
            self._heed(changes)
            loaded = self._loaded.champion_numbers()
            for model, number in wanted.items():
                is_anew = model in changes.defined  # a version of this number may be another than the one in memory
                if model in self._known and model not in self._unloaded and (is_anew or loaded.get(model) != number):
                    self._refresh_one(model, number, None if is_anew else fresh)

    def _heed(self, changes: Changes) -> None:
        for model in changes.gone:
            self._forget(model)
            self._unloaded -= {model}
        for model in changes.gone | changes.defined:
            self._loaded.unpin(model)
            self._problems.pop(f"definition of {model}", None)
            self._retry_soon(model)
        for model, why in changes.unusable.items():
            self._note(f"definition of {model}", why)

    def _forget(self, model: str) -> None:
        self._loaded.drop(model)
        self._problems.pop(f"model {model}", None)
        if self._watcher is not None:
            self._watcher.unloaded(model)

    def _retry_soon(self, model: str) -> None:
        self._retry_at = {key: moment for key, moment in self._retry_at.items() if key[0] != model}

    def listen(self, stop: threading.Event) -> None:
        """Refresh whenever the store tells that something changed, until `stop` is set; not every store does."""
        self._store.listen(stop, self.refresh)

    def problems(self) -> list[str]:
        """What keeps this process from answering with what the store names, in words; empty when all is well."""
        return [f"{what}: {why}" for what, why in sorted(self._problems.items())]

    def close(self) -> None:
        """End running trainings and let go of the store."""
        self._runner.close()
        self._store.close()

    def _refresh_one(self, model: str, number: int, fresh: Predictor | None) -> None:
        if fresh is not None and (fresh.version.model, fresh.version.number) != (model, number):
            fresh = None
        if fresh is None and self._retry_at.get((model, number), 0.0) > monotonic():
            return
        try:
            self._crown(fresh or self._load(model, number))
        except Exception as error:  # a version that can't be loaded must not stop the others
            self._retry_at[model, number] = monotonic() + RETRY_S
            self._note(f"model {model}", f"version {number} can't be loaded: {error}")
            self._crown_an_earlier_one(model, number)
        else:
            self._problems.pop(f"model {model}", None)

    def _crown_an_earlier_one(self, model: str, number: int) -> None:
        """Where nothing answers for `model` yet, let the last champion before `number` do so that can be loaded."""
        if model in self._loaded.champion_numbers():
            return
        with suppress(StoreError):
            for earlier in dict.fromkeys(self._store.history(model).former):
                if earlier != number and (predictor := self._try_load(model, earlier)) is not None:
                    self._crown(predictor)
                    return

    def _crown(self, predictor: Predictor) -> None:
        self._loaded.crown(predictor)
        self._tell(predictor)

    def _tell(self, champion: Predictor) -> None:
        if self._watcher is not None:
            self._watcher.crowned(champion.version)

    def _try_load(self, model: str, number: int) -> Predictor | None:
        try:
            return self._load(model, number)
        except Exception as error:  # as damaged as the one before: the next may be whole
            log_event(log, "not_loaded", level=logging.ERROR, what=f"model {model}, version {number}", why=str(error))
            return None

    def _load(self, model: str, number: int) -> Predictor:
        version = self._store.version(model, number)
        trusted_types = self._known.entry(model).trusted_types(version.recipe) + version.trusted_types
        return load(version, partial(self._store.artefact, version), trusted_types, self._engines)

    def _note(self, what: str, why: str) -> None:
        if self._problems.get(what) != why:
            self._problems[what] = why
            log_event(log, "not_loaded", level=logging.ERROR, what=what, why=why)


def _refuse_catalogue(name: str) -> None:
    if name in CATALOGUE:
        raise NameTaken(name, "it is a model of the catalogue, which can't be defined anew or removed")

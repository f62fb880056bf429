"""From stored bytes to a predictor: the cheapest engine that is allowed and still gives what scikit-learn gave."""

import logging
from collections.abc import Callable, Iterable, Sequence

from shared.domain.engine import ENGINES, SCIKIT_LEARN, EngineInUse
from shared.domain.version import ModelVersion
from shared.engines.agreement import replay
from shared.engines.engine import Engine, open_engine
from shared.engines.scikit_learn import open_scikit_learn
from shared.errors import GoldenRowsDiffer, StoreError
from shared.explaining import BACKGROUND, FAMILIARITY
from shared.inference.predictor import Predictor
from shared.logs import log_event

log = logging.getLogger("duet.engines")
Fetch = Callable[[str], bytes]  # the name of an engine or of what is attached -> its bytes, whose digest was checked


def load(
    version: ModelVersion, fetch: Fetch, trusted_types: Sequence[str], allowed: Iterable[str] = ENGINES
) -> Predictor:
    """`version`, evaluated by the first engine of `allowed` that was accepted in training and passes its golden rows.

    scikit-learn is tried at last, allowed or not; only the artefacts of engines that are tried are fetched. Raises
    what hinders scikit-learn: GoldenRowsDiffer, what `fetch` raises, and
    skops.io.exceptions.UntrustedTypesFoundException where the artefact holds anything beyond skops' own list and
    `trusted_types`. Any StoreError is raised at once, and so is what hinders what is attached.
    """
    passed_over: list[str] = []
    failure: Exception | None = None
    reports = {report.name: report for report in version.engines}
    for name in dict.fromkeys((*allowed, SCIKIT_LEARN)):
        report = reports.get(name)
        if name != SCIKIT_LEARN and (report is None or not report.accepted):
            passed_over.append(f"{name}: {report.why if report else 'this version was not exported to it'}")
            continue
        try:
            engine, why = _opened(name, version, fetch, trusted_types)
        except StoreError:
            raise
        except Exception as error:  # whatever a library makes of bytes that it can't use
            passed_over.append(f"{name}: {error}")
            what = f"model {version.model}, version {version.number}"
            log_event(log, "engine_passed_over", level=logging.WARNING, what=what, why=passed_over[-1])
            failure = error if name == SCIKIT_LEARN else failure
        else:
            in_use = EngineInUse(name, "; ".join([f"{name}: {why}", *passed_over]))
            attached = {part: fetch(part) for part in (FAMILIARITY, BACKGROUND) if part in version.attached}
            return Predictor(version, engine, in_use, attached)
    assert failure is not None
    raise failure


def _opened(name: str, version: ModelVersion, fetch: Fetch, trusted_types: Sequence[str]) -> tuple[Engine, str]:
    artefact = fetch(name)
    engine = open_scikit_learn(artefact, trusted_types) if name == SCIKIT_LEARN else open_engine(name, artefact)
    if version.golden is None:
        return engine, "was published without golden rows"
    found = replay(engine, version.golden)
    if not found.agrees:
        raise GoldenRowsDiffer(f"{found.why} when the golden rows of version {version.number} are replayed")
    return engine, found.why

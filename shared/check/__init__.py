"""A conformance test for any server of the Open Inference Protocol, version 2, over REST.

It knows the protocol only, from its specification and Triton's documents of the extensions, and nothing of Duet.
"""

from shared.check.describing import DESCRIBING, LAST, model_names
from shared.check.extensions import EXTENSIONS
from shared.check.findings import Check, Finding, Level, Result, Unmet, all_required_hold
from shared.check.inferring import INFERRING
from shared.check.subject import Subject
from shared.check.wire import NoAnswer, Server, Unreachable, printable

__all__ = ["CHECKS", "Finding", "Result", "Server", "Subject", "Unreachable", "all_required_hold", "first_model", "run"]

CHECKS: tuple[Check, ...] = (*DESCRIBING, *INFERRING, *EXTENSIONS, *LAST)


def first_model(server: Server) -> str:
    """The first model that the server lists, or "" where it lists none. Raises Unreachable."""
    for method, path in (("GET", "v2/models"), ("POST", "v2/repository/index")):
        try:
            names = model_names(server.ask(method, path, b"{}" if method == "POST" else None))
        except Unreachable:
            raise
        except NoAnswer:
            continue
        if names:
            return names[0]
    return ""


def run(subject: Subject) -> list[Finding]:
    """Make every check on `subject`, in order."""
    findings: dict[str, Finding] = {}
    for check in CHECKS:
        findings[check.id] = _found(check, subject, findings)
    return list(findings.values())


def _found(check: Check, subject: Subject, before: dict[str, Finding]) -> Finding:
    result, seen = _looked(check, subject, before)
    level = check.level
    if subject.lists(check.extension):
        level = Level.REQUIRED
        result = Result.FAILS if result is Result.NOT_OFFERED else result
    return Finding(check.id, check.sentence, level, result, printable(seen))


def _looked(check: Check, subject: Subject, before: dict[str, Finding]) -> tuple[Result, str]:
    if check.needs and before[check.needs].result is not Result.HOLDS:
        return Result.NOT_CHECKED, f"means nothing without {check.needs}"
    try:
        return Result.HOLDS, check.look(subject)
    except Unmet as unmet:
        return unmet.result, str(unmet)
    except NoAnswer as none:
        return Result.FAILS, str(none)

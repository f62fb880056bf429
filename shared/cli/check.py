"""`duet check`: the conformance test of `shared.check`, in a terminal."""

import json
import sys
from collections import Counter

import click

from shared.check import Finding, Result, Server, Subject, Unreachable, all_required_hold, first_model, run

COLOURS = {"holds": "green", "fails": "red", "not offered": "yellow", "not checked": "yellow"}


@click.command()
@click.argument("url")
@click.option("--model", default="", metavar="NAME", help="The model to check (default: the first that is listed).")
@click.option("--version", default="", metavar="V", help="Its version (default: the one that the server chooses).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--timeout",
    "timeout_s",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 600),
    metavar="S",
    help="Seconds to wait for each answer.",
)
@click.option("--allow-unload", is_flag=True, help="Unload the model and load it again, where the server can.")
@click.option("--i-own-this-target", "is_own", is_flag=True, help="Check a server on another machine.")
def check(
    url: str, model: str, version: str, as_json: bool, timeout_s: float, allow_unload: bool, is_own: bool
) -> None:
    """Check whether the server at URL keeps to the Open Inference Protocol, version 2.

    Exits with 0 if all required checks hold, 1 if one fails, 2 if the server can't be reached.
    """
    server = _server(url, timeout_s, is_own)
    try:
        subject = Subject(server, model or first_model(server), version, allow_unload)
    except Unreachable as error:
        click.echo(f"Error: {url} can't be reached: {error}", err=True)
        sys.exit(2)
    findings = run(subject)
    click.echo(_document(url, subject, findings) if as_json else _table(url, subject, findings))
    sys.exit(0 if all_required_hold(findings) else 1)


def _server(url: str, timeout_s: float, is_own: bool) -> Server:
    try:
        server = Server(url, timeout_s)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    if not server.is_loopback and not is_own:
        raise click.UsageError(
            f"{url} is another machine, and a check sends some dozens of requests, odd ones among them. "
            "If the server is yours, say so with --i-own-this-target."
        )
    return server


def _document(url: str, subject: Subject, findings: list[Finding]) -> str:
    document = {
        "url": url,
        "model": subject.model,
        "version": subject.version,
        "required_hold": all_required_hold(findings),
        "checks": [
            {"id": f.id, "sentence": f.sentence, "level": f.level, "result": f.result, "seen": f.seen} for f in findings
        ],
    }
    return json.dumps(document, indent=2)


def _table(url: str, subject: Subject, findings: list[Finding]) -> str:
    version = f", version {subject.version}" if subject.version else ""
    lines = [f"{url}, model {subject.model or '(none)'}{version}", ""]
    for found in findings:
        result = click.style(f"{found.result:11}", fg=COLOURS[found.result])
        lines.append(f"{result}  {found.level:11}  {found.id:23}  {found.sentence}")
        lines.append(click.style(f"{'':26}{found.seen}", dim=True))
    return "\n".join([*lines, "", _summary(findings)])


def _summary(findings: list[Finding]) -> str:
    counts = Counter(found.result for found in findings)
    told = ", ".join(f"{result} {counts[result]}" for result in Result if counts[result])
    verdict = "All required checks hold" if all_required_hold(findings) else "Required checks fail"
    return f"{verdict}: {told}."

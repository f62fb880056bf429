"""`duet compare`: the comparison of `shared.compare`, in a terminal."""

import os
import shlex
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from shared.cli.backends import interrupted_by_sigterm
from shared.cli.launching import kept_from_trainings, running, started, variant
from shared.compare.compare import compare as measured
from shared.compare.comparison import Comparison
from shared.compare.html import page
from shared.compare.plan import Plan, PlanError, parse_mix
from shared.compare.questions import RowsError
from shared.compare.scenarios import SCENARIOS, Scenario, scenario_named
from shared.compare.table import csv_of, terminal
from shared.compare.target import Launch, Target, TargetError
from shared.settings import Settings, SettingsError, read_settings

readable = click.Path(exists=True, dir_okay=False, path_type=Path)
written = click.File("w", encoding="utf-8", lazy=False)  # what can't be written is told before minutes are spent
PLANNED = ("rounds", "seconds", "rate", "arrivals", "connections", "batch_rows", "train", "p99_limit_ms", "seed")

LOAD = ("rate", "arrivals", "connections", "mix", "batch_rows", "train", "p99_limit_ms")
OWN = Scenario("", "A load of your own", "What was sent is said below, under Load.", Plan())
STARTING = ("flask_workers", "flask_threads", "klein_workers", "klein_inference")


@click.command()
@click.argument("scenario", default="steady", type=click.Choice([one.name for one in SCENARIOS]))
@click.option("--list", "is_list", is_flag=True, help="Tell what the scenarios are, and end.")
@click.option("--flask", metavar="URL", help="A Flask backend that runs already (default: one is started).")
@click.option("--klein", metavar="URL", help="A Klein backend that runs already (default: one is started).")
@click.option("--target", "targets", multiple=True, metavar="NAME=URL", help="Compare these servers; may be repeated.")
@click.option("--variant", "variants", multiple=True, metavar="'klein --inference thread'", help="Start this as well.")
@click.option("--flask-workers", type=click.IntRange(1, 64), help="Processes of the Flask backend.")
@click.option("--flask-threads", type=click.IntRange(1, 64), help="Requests that each of them handles at once.")
@click.option("--klein-workers", type=click.IntRange(1, 64), help="Processes of the Klein backend.")
@click.option("--klein-inference", type=click.Choice(["inline", "thread"]), help="Where Klein's models answer.")
@click.option("--model", default="iris", show_default=True, help="The model to ask.")
@click.option("--rate", type=float, help="Requests/s, which start by the clock (open loop).")
@click.option("--arrivals", type=click.Choice(["poisson", "constant", "bursts"]), help="How they follow each other.")
@click.option("--connections", type=int, help="Connections that ask again when they are answered (closed loop).")
@click.option("--mix", metavar="KIND=SHARE,...", help="Of classify, predict and home (no inference).")
@click.option("--batch-rows", type=int, help="Rows of one predict request.")
@click.option(
    "--rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ask these rows, a .csv or .jsonl file (default: drawn at random).",
)
@click.option("--train", type=click.Choice(["request", "run"]), help="Train meanwhile: POST /train, or start a run.")
@click.option("--ramp", "is_ramp", is_flag=True, help="Look for the highest rate that keeps the limit of p99.")
@click.option("--p99-limit", "p99_limit_ms", type=float, metavar="MS", help="That limit; without --ramp, implies it.")
@click.option("--rounds", type=int, help="Turns of each target.")
@click.option("--seconds", type=float, help="Time of one turn.")
@click.option("--seed", type=int, help="Equal seeds give equal requests at equal times.")
@click.option("--json", "json_file", type=written, help="Write everything that was found as JSON.")
@click.option("--csv", "csv_file", type=written, help="Write a line for each target, round and kind.")
@click.option("--html", "html_file", type=written, help="Write a report with charts, in one file.")
@click.option("--store", metavar="URL", help="SQLAlchemy URL of the store of what is started.")
@click.option("--i-own-this-target", "is_own", is_flag=True, help="Load servers on other machines.")
def compare(scenario: str, is_list: bool, **options: Any) -> None:
    """Load both backends alike and tell how they differ; SCENARIO says how, options change it.

    Exits with 1 if the targets' answers disagree.
    """
    if is_list:
        click.echo("\n\n".join(f"{one.name}: {one.title}\n  {one.look_at}" for one in SCENARIOS))
        return
    chosen = scenario_named(scenario)
    plan = _planned(chosen.plan, options)
    told = chosen if all(getattr(plan, name) == getattr(chosen.plan, name) for name in LOAD) else OWN
    interrupted_by_sigterm()
    try:
        settings = read_settings(store=options["store"])
        with ExitStack() as stack:
            own = stack.enter_context(kept_from_trainings(settings, trains=bool(plan.train)))
            launches = _launches(options, plan, own)
            bar = stack.enter_context(
                click.progressbar(length=plan.rounds * len(launches), label=told.title, file=sys.stderr)
            )
            found = measured(
                plan,
                launches,
                model=options["model"],
                rows=options["rows"],
                token=settings.token,
                tell=lambda _: bar.update(1),
                command=_command(),
                scenario=told.title,
                look_at=told.look_at,
            )
    except (TargetError, RowsError, SettingsError) as error:
        raise click.ClickException(str(error)) from None
    _write(found, options)
    click.echo(terminal(found))
    sys.exit(1 if found.has_failed else 0)


def _planned(plan: Plan, options: Mapping[str, Any]) -> Plan:
    """The scenario's plan with what the options change. Raises click.UsageError."""
    given = {name: options[name] for name in PLANNED if options[name] is not None}
    is_ramp = options["is_ramp"] or "p99_limit_ms" in given
    loops = [f"--{name}" for name in ("rate", "connections") if name in given] + ["--ramp"] * is_ramp
    if len(loops) > 1:
        raise click.UsageError(f"{' and '.join(loops)} are different kinds of load; choose one")
    ramp = scenario_named("ramp").plan
    changes: dict[str, Any] = {"rate": None, "p99_limit_ms": None} if loops else {}
    changes |= {"p99_limit_ms": ramp.p99_limit_ms, "rounds": ramp.rounds} if is_ramp else {}
    changes |= given
    try:
        if options["mix"] is not None:
            changes["mix"] = parse_mix(options["mix"])
        changed = msgspec.convert({**msgspec.structs.asdict(plan), **changes}, Plan)
        changed.check()
    except (PlanError, msgspec.ValidationError) as error:
        raise click.UsageError(str(error)) from None
    return changed


def _launches(options: Mapping[str, Any], plan: Plan, settings: Settings) -> dict[str, Launch]:
    """What is compared: the targets that are named, or else both backends; and variants."""
    urls = {kind: options[kind] for kind in ("flask", "klein") if options[kind]}
    for text in options["targets"]:
        name, equals, url = text.partition("=")
        if not (name and equals) or name in urls:
            raise click.BadParameter(f"{text!r} is not NAME=URL with a name of its own", param_hint="--target")
        urls[name] = url
    far = [name for name, url in urls.items() if not Target(name, url).is_loopback]
    if far and not options["is_own"]:
        raise click.UsageError(
            f"{', '.join(far)}: another machine, which a comparison loads heavily. If it is yours, say so with "
            "--i-own-this-target."
        )
    if urls and (ignored := [name for name in STARTING if options[name] is not None]):
        raise click.UsageError(f"--{', --'.join(ignored).replace('_', '-')}: for backends that are started here")
    if urls and plan.restarts:
        raise click.UsageError("a cold start can be measured only of what is started here")
    launches = {name: running(name, url) for name, url in urls.items()}
    if not urls:
        for kind in ("flask", "klein"):
            launches[kind] = started(kind, kind, _arguments(kind, options), settings)
    for text in options["variants"]:
        launches[text] = started(text, *variant(text), settings)
    return launches


def _arguments(kind: str, options: Mapping[str, Any]) -> list[str]:
    given = {name: options.get(f"{kind}_{name}") for name in ("workers", "threads", "inference")}
    return [part for name, value in given.items() if value is not None for part in (f"--{name}", str(value))]


def _command() -> str:
    """What was asked for, with the settings of the environment, which backends that are started have too."""
    settings = [f"{name}={shlex.quote(value)}" for name, value in os.environ.items() if name.startswith("DUET_")]
    told = [setting for setting in settings if not setting.startswith("DUET_TOKEN=")]
    return " ".join([*sorted(told), shlex.join(["duet", *sys.argv[1:]])])


def _write(found: Comparison, options: Mapping[str, Any]) -> None:
    made = {"json_file": _json, "csv_file": csv_of, "html_file": page}
    for option, make in made.items():
        if (file := options[option]) is not None:
            file.write(make(found))


def _json(found: Comparison) -> str:
    return msgspec.json.format(msgspec.json.encode(found)).decode()

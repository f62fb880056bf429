"""`make bench`."""

import shlex
import shutil
import sys
from typing import Any

import click

from benchmarks import (
    batch,
    beside_training,
    crashes,
    explaining,
    generators,
    infer,
    layers,
    replicas,
    servers,
    soak,
    targets,
    training,
)

_positive = click.IntRange(min=1)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure; without a command, `targets` and then `soak`."""
    if shutil.which("wrk") is None:
        sys.exit("the benchmark needs wrk as its load generator (Debian: apt-get install wrk)")
    if context.invoked_subcommand is None:
        try:
            context.invoke(compare)
        finally:
            context.invoke(soak_both)


@main.command("targets")
@click.option("--rounds", default=3, show_default=True, type=_positive, help="Turns of each server.")
@click.option("--seconds", default=4, show_default=True, type=_positive, help="Time of one turn.")
@click.option("--recipe", default="lda", show_default=True, type=click.Choice(["lda", "mlp"]), help="Of iris.")
@click.option("--rate", default=1000, show_default=True, type=_positive, help="Requests/s of the open loop.")
@click.option("--latency-seconds", default=30, show_default=True, type=_positive, help="Time of the open loop.")
@click.option("--schedule", default="poisson", show_default=True, type=click.Choice(["poisson", "constant"]))
@click.option("--requests", default=100_000, show_default=True, type=click.IntRange(min=targets.SETTLED))
@click.option("--starts", default=5, show_default=True, type=_positive, help="Starts of each backend.")
def compare(**options: Any) -> None:
    """Compare the product with other servers; the exit status is 1 if it misses a ratio that it must reach."""
    if not targets.run(targets.Settings(**options), _command()):
        sys.exit(1)


@main.command("soak")
@click.option("--requests", default=200_000, show_default=True, type=_positive, help="Of each backend.")
@click.option("--idle", default=1000, show_default=True, type=_positive, help="Connections that say nothing.")
@click.option("--idle-seconds", default=10, show_default=True, type=_positive, help="How long they are held.")
def soak_both(**options: Any) -> None:
    """Ask much of both backends, and hold many connections."""
    soak.run(soak.Settings(**options), _command())


@main.command("infer")
@click.option("--rounds", default=3, show_default=True, type=_positive, help="Turns of each backend.")
@click.option("--seconds", default=3, show_default=True, type=_positive, help="Time of one measurement.")
def compare_infer(**options: Any) -> None:
    """Compare the Open Inference Protocol with /classify, and binary tensors with JSON."""
    if not infer.run(infer.Settings(**options), _command()):
        sys.exit(1)


@main.command("batch")
def time_batch() -> None:
    """Time `duet predict` on files of many rows, and tell its memory."""
    batch.main()


@main.command("replicas")
@click.option("--versions", default=100, show_default=True, type=_positive, help="That are published.")
@click.option("--each", default=2, show_default=True, type=_positive, help="Backends of each kind.")
def time_replicas(**options: Any) -> None:
    """Time how long a new version takes to answer on every replica."""
    replicas.run(replicas.Settings(**options), _command())


@main.command("beside-training")
@click.option("--rounds", default=3, show_default=True, type=_positive, help="Turns of each backend.")
@click.option("--seconds", default=10, show_default=True, type=_positive, help="Time of one measurement.")
@click.option("--rate", default=500, show_default=True, type=_positive, help="Requests/s of the open loop.")
def compare_beside_training(**options: Any) -> None:
    """Compare the latency of /classify beside a training with that of an idle server."""
    if not beside_training.run(beside_training.Settings(**options), _command()):
        sys.exit(1)


@main.command("crashes")
@click.option("--kills", default=100, show_default=True, type=_positive, help="Backends that are ended at work.")
@click.option("--rounds", default=200, show_default=True, type=_positive, help="Trainings by both at once.")
def look_for_lost_versions(**options: Any) -> None:
    """Kill backends while they train, and let both train at once; the exit status is 1 if a version is lost."""
    if not crashes.run(crashes.Settings(**options), _command()):
        sys.exit(1)


@main.command("compare")
@click.option("--rounds", default=5, show_default=True, type=_positive, help="Turns of each server.")
@click.option("--seconds", default=3, show_default=True, type=_positive, help="Time of one measurement.")
def compare_generators(**options: Any) -> None:
    """Compare the load generator of `duet compare` with wrk; exits with 1 if they don't agree."""
    if not generators.run(generators.Settings(**options), _command()):
        sys.exit(1)


@main.command("layers")
def show_layers() -> None:
    """Show where the time of one classification goes, in process."""
    layers.main()


@main.command("training")
def show_training() -> None:
    """Show where the time of a training goes, in process."""
    training.main()


@main.command("explaining")
def show_explaining() -> None:
    """Show what warnings, explanations and what both need cost, in process."""
    explaining.main()


@main.command("servers")
def compare_servers() -> None:
    """Compare WSGI servers in front of Flask."""
    servers.main()


def _command() -> str:
    return shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")

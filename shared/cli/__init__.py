"""The command `duet`."""

from shared.cli.commands import main

__all__ = ["main"]

"""`python -m shared.cli`, the same as `duet`."""

from shared.cli.commands import main

if __name__ == "__main__":
    main(prog_name="duet")

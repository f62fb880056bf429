"""What the load generator itself can do: its rate where answering costs next to nothing."""

import subprocess
import sys
from itertools import repeat
from pathlib import Path

from shared.compare.loop import Loop

SECONDS = 0.7
SCRIPT = Path(__file__).with_name("responder.py")


def ceiling(request: bytes, connections: int) -> float:
    """Requests/s in a closed loop against a child that answers without reading.

    At least as much is the generator's own limit: generator and child share the machine.
    """
    command = [sys.executable, "-P", str(SCRIPT)]  # without the script's own folder, whose names are not its modules'
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        port = int(child.stdout.readline())
        taken = Loop(("127.0.0.1", port), [request], connections, patience_s=5.0).run_closed(repeat(0), SECONDS)
        child.stdin.close()
    return taken.per_second

"""The load generator against servers that fail, and what processes cost."""

import subprocess
import sys
from itertools import repeat

import pytest

from shared.compare.ceiling import ceiling
from shared.compare.loop import Loop
from shared.compare.target import Target
from shared.compare.usage import usage
from tests.processes import end_all, read_line
from tests.unit.compare.conftest import StartFake

pytestmark = pytest.mark.alone

BODY = b'{"data":[1,1]}'
BURNT_S, HELD_MB = 0.3, 60
PARENT = f"""
import subprocess, sys
child = '''
import sys, time
held = bytearray(b"x") * {HELD_MB}_000_000
while time.process_time() < {BURNT_S}: pass
print("burnt", flush=True)
sys.stdin.read()
'''
subprocess.run([sys.executable, "-c", child])
"""


def loop_to(url: str, connections: int, patience_s: float = 5.0) -> Loop:
    target = Target("fake", url)
    return Loop(target.address, [target.wire("POST", "/classify", BODY)], connections, patience_s)


def test_a_server_that_goes_away_leaves_nothing_uncounted(fake: StartFake) -> None:
    taken = loop_to(fake("--die", "30"), 4).run_open([(index / 200, 0) for index in range(100)])
    assert len(taken.seconds) == 29
    assert taken.errors.total() == 71
    assert taken.sent == 100
    assert "Connection refused" in taken.errors


def test_a_server_that_never_answers_is_not_waited_for_for_ever(fake: StartFake) -> None:
    taken = loop_to(fake("--delay", "600"), 2, patience_s=0.3).run_open([(0.0, 0)] * 5)
    assert taken.errors == {"no answer in 0.3 s": 5}


def test_what_there_was_no_time_for_is_said_to_be_unsent(fake: StartFake) -> None:
    taken = loop_to(fake("--delay", "0.05"), 1).run_open([(0.0, 0)] * 100, give_up_s=0.3)
    assert taken.unsent > 80
    assert taken.sent + taken.unsent == 100


def test_a_closed_loop_sends_exactly_what_it_is_given(fake: StartFake) -> None:
    taken = loop_to(fake(), 3).run_closed(repeat(0, 50), float("inf"))
    assert (len(taken.seconds), taken.sent, len(taken.answers)) == (50, 50, 1)


def test_the_generators_own_limit_is_above_what_a_server_takes() -> None:
    request = Target("none", "http://127.0.0.1:1").wire("POST", "/classify", BODY)
    assert ceiling(request, 8) > 200  # thousands, on any machine; hundreds would mean that it waits for something


@pytest.mark.skipif(sys.platform != "linux", reason="what a process costs is read from /proc")
def test_the_cost_of_a_process_includes_its_children() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert read_line(parent, 30) == "burnt\n"
        running = usage(parent.pid)
        assert running is not None
        assert running.memory_mb > HELD_MB
        assert BURNT_S <= running.cpu_s < BURNT_S + 3
        assert parent.stdin is not None
        parent.stdin.close()
        parent.wait(20)
        assert usage(parent.pid) is None
    finally:
        end_all([parent])


def test_nothing_is_known_of_a_process_that_is_not_known() -> None:
    assert usage(None) is None

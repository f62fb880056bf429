"""Bodies stay in memory while they are few or short, and are whole wherever they are."""

from collections.abc import Iterator

import pytest

from http_server.bodies import LONG, SHORT, TOGETHER, Body, Memory

PIECE = bytes(range(256)) * 256  # 64 KiB


@pytest.fixture
def body() -> Iterator[Body]:
    made = Body(Memory())
    yield made
    made.close()


def _fill(body: Body, size: int) -> bytes:
    sent = (PIECE * (size // len(PIECE) + 1))[:size]
    for begin in range(0, size, len(PIECE)):
        body.write(sent[begin : begin + len(PIECE)])
    return sent


@pytest.mark.parametrize(("size", "is_in_memory"), [(0, True), (1, True), (LONG, True), (LONG + 1, False)])
def test_a_long_body_goes_into_a_file(body: Body, size: int, is_in_memory: bool) -> None:
    sent = _fill(body, size)
    assert body.tell() == size
    assert body.read() == sent
    assert body.is_in_memory is is_in_memory


def test_where_much_waits_already_only_short_bodies_stay_in_memory() -> None:
    memory = Memory(held=TOGETHER)
    short, other = Body(memory), Body(memory)
    _fill(short, SHORT)
    sent = _fill(other, SHORT + 1)
    assert (short.is_in_memory, other.is_in_memory) == (True, False)
    assert memory.held == TOGETHER + SHORT
    assert other.read() == sent
    short.close()
    other.close()


@pytest.mark.parametrize("size", [SHORT, LONG + 1])
def test_what_a_body_held_is_given_back_once(size: int) -> None:
    memory = Memory()
    body = Body(memory)
    _fill(body, size)
    assert memory.held == (size if body.is_in_memory else 0)
    body.close()
    body.close()
    assert memory.held == 0

"""The rows of a file, a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.errors import InvalidInput, Problem
from shared.tables.records import Record, records

MAX_COLUMNS = 10_000
BLOCK_ROWS = 5_000  # at most, that are in memory at once
BLOCK_CHARACTERS = 4_000_000  # the same; one row more may stand beyond them


@dataclass(frozen=True, slots=True)
class Block:
    """Rows, each of as many cells as the file has columns, and their numbers in the file.

    `misfits` says, by the place in the block, of which rows that is not how they were: these were cut or filled up.
    """

    rows: list[list[str]]
    numbers: list[int]
    misfits: dict[int, str]


def read(file: BinaryIO) -> tuple[list[str], Iterator[Block]]:
    """The names of the columns, and what stands below them; raises InvalidInput, as do the blocks."""
    found = records(file)
    _, cells = next(found, (1, []))
    names = [cell.strip() for cell in cells]
    if not names:
        raise InvalidInput([Problem("row 1", "is missing; it must name the columns")])
    if len(names) > MAX_COLUMNS:
        raise InvalidInput([Problem("row 1", f"has {len(names)} columns; {MAX_COLUMNS} are allowed")])
    return names, _blocks(found, len(names))


def _blocks(found: Iterator[Record], width: int) -> Iterator[Block]:
    block, size = Block([], [], {}), 0
    for number, cells in found:
        if len(cells) != width:
            block.misfits[len(block.rows)] = f"has {len(cells)} cells; {width} columns are named"
        block.rows.append(cells if len(cells) == width else (cells + [""] * width)[:width])
        block.numbers.append(number)
        size += sum(map(len, cells))
        if len(block.rows) == BLOCK_ROWS or size > BLOCK_CHARACTERS:
            yield block
            block, size = Block([], [], {}), 0
    if block.rows:
        yield block

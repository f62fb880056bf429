"""What is wrong with a file: the first places, and how many more there are."""

from shared.errors import InvalidInput, Problem

MAX_TOLD = 20
MAX_SHOWN = 40  # characters of a cell


class Findings:
    """Collects problems; files have millions of cells, so that only the first are kept."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._count = 0

    def add(self, path: str, message: str) -> None:
        self._count += 1
        if self._count <= MAX_TOLD:
            self._first.append(Problem(path, message))

    def add_more(self, count: int) -> None:
        """Count problems that are not told, because as many as are told stand there already."""
        self._count += count

    def raise_any(self) -> None:
        """Raises InvalidInput where there are problems."""
        if not self._count:
            return
        more = self._count - len(self._first)
        raise InvalidInput([*self._first, *([Problem("file", f"{more} more such problems")] if more else [])])


def shown(text: str) -> str:
    """A cell or a name as it may stand in a terminal: short, and without characters that steer one."""
    short = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in short)

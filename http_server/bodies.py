"""Bodies as they arrive: in memory, or in temporary files where they are long or too much waits in memory already.

A client that says how long its body will be has sent nothing yet: memory grows with what has arrived. A thousand
slow clients with a megabyte each would hold it all until their deadline, so bodies have a limit together, too.
"""

from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

SHORT = 100_000  # bytes; a file would cost more than such a body is a burden (Twisted's own limit)
LONG = 4 * 1024 * 1024  # bytes; to move more into a file at once would keep the event loop busy for long
TOGETHER = 64 * 1024 * 1024  # bytes of all bodies; where they are in memory, one that is not short goes into a file


@dataclass(slots=True)
class Memory:
    """How many bytes of bodies one process holds."""

    held: int = 0


class Body:
    """One body: what Twisted asks of a request's content."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held = 0
        self._content: IO[bytes] = BytesIO()

    @property
    def is_in_memory(self) -> bool:
        return isinstance(self._content, BytesIO)

    def write(self, data: bytes) -> None:
        """Add what has arrived."""
        self._content.write(data)
        if self.is_in_memory:
            self._hold(self._held + len(data))
            if self._held > LONG or (self._held > SHORT and self._memory.held > TOGETHER):
                self._move_into_a_file()

    def read(self) -> bytes:
        """All that has arrived."""
        self._content.seek(0)
        return self._content.read()

    def tell(self) -> int:
        return self._content.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._content.seek(offset, whence)

    def close(self) -> None:
        """Let go of it, once or more often."""
        self._hold(0)
        self._content.close()

    def _hold(self, n_bytes: int) -> None:
        self._memory.held += n_bytes - self._held
        self._held = n_bytes

    def _move_into_a_file(self) -> None:
        file, received = TemporaryFile(), self.read()  # noqa: SIM115 - closed with the request
        file.write(received)
        self._hold(0)
        self._content = file

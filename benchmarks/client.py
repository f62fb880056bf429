"""A keep-alive client that reads and checks every answer, and a load of an exact number of requests."""

import re
import socket
from contextlib import ExitStack, closing

from benchmarks.load import ANSWER_LIMIT_S, CONNECTIONS, Task

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Client:
    """One connection to `port` that sends `task`, one request at a time."""

    def __init__(self, port: int, task: Task) -> None:
        self._port = port
        self._is_right = task.is_right
        self._request = task.wire(port)
        self.connect()

    def connect(self) -> None:
        """A new connection. Raises OSError."""
        self.socket = socket.create_connection(("127.0.0.1", self._port), ANSWER_LIMIT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def close(self) -> None:
        """End the connection."""
        self.socket.close()

    def send(self) -> None:
        """Send the request. Raises OSError."""
        self._received = b""
        self.socket.sendall(self._request)

    def receive(self) -> bool | None:
        """Read what has come: None while the answer is incomplete, then whether it is right. Raises OSError."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._received += chunk
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        length = LENGTH.search(head + b"\r\n")
        if length is not None and len(body) < int(length[1]):
            return None
        return head.startswith(b"HTTP/1.1 200 ") and self._is_right(body)

    def is_right(self) -> bool:
        """Wait for the whole answer. After an error the answer counts as wrong, and the connection is a new one."""
        try:
            while (right := self.receive()) is None:
                pass
        except OSError:
            self.close()
            self.connect()
            return False
        return right


def ask_exactly(port: int, task: Task, count: int) -> int:
    """Send `task` `count` times, `CONNECTIONS` at once; how many were answered rightly."""
    right = 0
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(Client(port, task))) for _ in range(CONNECTIONS)]
        for start in range(0, count, CONNECTIONS):
            batch = clients[: count - start]
            for client in batch:
                client.send()
            right += sum(client.is_right() for client in batch)
    return right

"""A keep-alive connection that sends requests as bytes, one at a time, and knows when an answer is complete."""

import re
import socket

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)
PIECE_BYTES = 2**16


class Connection:
    """One connection to `address`, made when it is needed; sockets wait for `patience_s` at most."""

    def __init__(self, address: tuple[str, int], patience_s: float) -> None:
        self._address = address
        self._patience_s = patience_s
        self._received = b""
        self.socket: socket.socket | None = None

    def connect(self) -> socket.socket:
        """A new connection. Raises OSError."""
        self.close()
        self.socket = socket.create_connection(self._address, self._patience_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def close(self) -> None:
        """End the connection, if there is one."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, request: bytes) -> None:
        """Send `request`. Raises OSError."""
        assert self.socket is not None
        self._received = b""
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Read what has come: None while the answer is incomplete, then its status and body.

        A connection that the server closes behind the answer is closed here as well. Raises OSError.
        """
        assert self.socket is not None
        piece = self.socket.recv(PIECE_BYTES)
        if not piece:
            raise ConnectionResetError("connection closed before the answer")
        self._received = received = self._received + piece
        ends = received.find(b"\r\n\r\n")
        if ends < 0:
            return None
        length = LENGTH.search(received, 0, ends + 2)
        if length is None:
            raise ConnectionError("answer without Content-Length")
        if len(received) - ends - 4 < int(length[1]):
            return None
        if CLOSES.search(received, 0, ends + 2):
            self.close()
        return int(received[9:12]), received[ends + 4 :]

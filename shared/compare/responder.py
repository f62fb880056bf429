"""Answers every request with the same bytes, reading nothing of it: what the load generator's own limit is seen on.

Run as a script, which needs no other module of the product; ends when its standard input does.
"""

import selectors
import socket
import sys

BODY = b'{"data":"nothing"}'.ljust(300)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def main() -> None:
    """Print the port, then answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener, selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is listener:
                    selector.register(listener.accept()[0], selectors.EVENT_READ)
                else:
                    _answer(selector, key.fileobj)


def _answer(selector: selectors.BaseSelector, connection: object) -> None:
    assert isinstance(connection, socket.socket)
    try:
        if connection.recv(2**16):
            connection.sendall(ANSWER)
            return
    except OSError:
        pass
    selector.unregister(connection)
    connection.close()


if __name__ == "__main__":
    main()

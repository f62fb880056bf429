"""A server with scripted delays that answers `/classify` of a model of two inputs; prints its port.

Each answer takes `--delay` s. POST /train stops everything for `--stall` s. Every `--odd`th answer names another
class, every `--broken`th is a 500, at the `--die`th the server ends, and `--close` ends each connection behind its
answer.
"""

import argparse
import asyncio
import json
import os
import sys
import time

SIGNATURE = {
    "inputs": [
        {"name": "length", "minimum": 1.0, "maximum": 9.0, "step": 0.1},
        {"name": "width", "minimum": 0.0, "maximum": 2.0, "step": 0.5},
    ]
}


class FakeServer:
    def __init__(self, script: argparse.Namespace) -> None:
        self._script = script
        self._asked = 0

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await self._one(reader, writer)
                if self._script.close:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lengths = [line for line in head.splitlines() if line.lower().startswith("content-length:")]
        body = await reader.readexactly(int(lengths[0].partition(":")[2])) if lengths else b""
        status, content = await self._answer(head.split()[1], body)
        text = json.dumps(content).encode()
        closing = "Connection: close\r\n" if self._script.close else ""
        writer.write(f"HTTP/1.1 {status} X\r\n{closing}Content-Length: {len(text)}\r\n\r\n".encode() + text)
        await writer.drain()

    async def _answer(self, path: str, body: bytes) -> tuple[int, object]:
        if path.startswith("/models/"):
            return 200, {"signature": SIGNATURE}
        if path == "/train":
            time.sleep(self._script.stall)  # everything waits, as in a server that is busy
            return 200, {}
        self._asked += 1
        if self._asked == self._script.die:
            os._exit(0)
        await asyncio.sleep(self._script.delay)
        if self._script.broken and self._asked % self._script.broken == 0:
            return 500, {}
        is_long = json.loads(body)["data"][0] > 5
        if self._script.odd and self._asked % self._script.odd == 0:
            is_long = not is_long
        label = "long" if is_long else "short"
        return 200, {"label": label, "probabilities": {"long": float(is_long), "short": 1.0 - is_long}, "version": 1}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--delay", type=float, default=0.0)
    options.add_argument("--stall", type=float, default=0.0)
    options.add_argument("--odd", type=int, default=0)
    options.add_argument("--broken", type=int, default=0)
    options.add_argument("--die", type=int, default=0)
    options.add_argument("--close", action="store_true")
    asyncio.run(FakeServer(options.parse_args()).serve())


if __name__ == "__main__":
    main()

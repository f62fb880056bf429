"""The product's Flask application in Twisted's own WSGI container, for comparison."""

import sys
from typing import Any

from twisted.internet import reactor as _reactor
from twisted.python.threadpool import ThreadPool
from twisted.web.server import Site
from twisted.web.wsgi import WSGIResource

from backend_flask.wsgi import app


def main() -> None:
    """Serve on the port that the first argument names, with one thread."""
    reactor: Any = _reactor
    threads = ThreadPool(1, 1)
    reactor.callWhenRunning(threads.start)
    reactor.addSystemEventTrigger("after", "shutdown", threads.stop)
    reactor.listenTCP(int(sys.argv[1]), Site(WSGIResource(reactor, threads, app)), interface="127.0.0.1")
    reactor.run()


if __name__ == "__main__":
    main()

"""`make bench`."""

import shutil
import sys

from benchmarks import servers


def main() -> None:
    """Measure which WSGI server stands best in front of Flask."""
    if shutil.which("wrk") is None:
        sys.exit("the benchmark needs wrk as its load generator (Debian: apt-get install wrk)")
    servers.main()


if __name__ == "__main__":
    main()

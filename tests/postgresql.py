"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, reached over a socket in it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from shared.store.postgresql import WRITER
from tests.contract.outside import children_of

LIMIT_S = 60.0
STAYS = "postgres"  # the database of every cluster from which others are made
DEBIAN = "usr/lib/postgresql/*/bin"  # not on the path there
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",  # a cluster that is thrown away need not survive a crash of the machine
    "max_connections": "200",
    "shared_buffers": "16MB",
}


@cache
def binaries() -> Path | None:
    """The folder of initdb, postgres and pg_isready; the newest, or None where there is none."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/").glob(f"{DEBIAN}/postgres")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


class Server:
    """A cluster in `folder`, which the user who runs it owns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=duet", "--encoding=UTF8", f"--pgdata={self._data}")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://duet@/{database}?host={self._folder}"

    def start(self) -> None:
        """Start it and wait until it answers; what is left of one that was killed may have to end first."""
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            for _ in range(int(LIMIT_S)):
                self._process = subprocess.Popen(
                    [self._command("postgres"), "-D", self._data, "-k", self._folder, *options],
                    user=self._user,
                    stdout=log,
                    stderr=log,
                    cwd=self._folder,
                )
                if self._answers():
                    return
        raise AssertionError((self._folder / "log").read_text())

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it, whoever is connected."""
        self._end(signal.SIGINT)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Meanwhile it takes connections, as the system does that for it, and says nothing on any."""
        assert self._process is not None
        pids = [self._process.pid, *children_of(self._process.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def new(self) -> str:
        """The URL of a new, empty database."""
        return self._made("template1")

    def copy(self, url: str) -> str:
        """The URL of a copy of the database at `url`, which nobody may be connected to."""
        return self._made(_name(url))

    @contextmanager
    def connected(self, url: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(f"host={self._folder} user=duet dbname={_name(url)}", autocommit=True) as connection:
            yield connection

    @contextmanager
    def locked(self, url: str) -> Iterator[None]:
        """Meanwhile nobody else can read the database at `url` or write to it."""
        with self.connected(url) as connection, connection.transaction():
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
            yield

    @contextmanager
    def being_written(self, url: str) -> Iterator[None]:
        """Meanwhile nobody else can write to the store at `url`."""
        with self.connected(url) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [WRITER])
            yield

    def readonly(self, url: str) -> str:
        """Another URL of the database at `url`, by which it can only be read."""
        return f"{url}&options=-cdefault_transaction_read_only%3Don"

    def _made(self, template: str) -> str:
        name = f"store{next(self._numbers)}"
        with self.connected(self.url(STAYS)) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            connection.execute(made)
        return self.url(name)

    def _answers(self) -> bool:
        """Whether it answers, and not ended instead."""
        assert self._process is not None
        while self._process.poll() is None:
            ready = subprocess.run(
                [self._command("pg_isready"), "-q", "-h", self._folder, "-t", "1"], check=False, timeout=LIMIT_S
            )
            if ready.returncode == 0:
                return True
        return False

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(LIMIT_S)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [self._command(name), *arguments],
            check=True,
            user=self._user,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            timeout=LIMIT_S,
        )

    def _command(self, name: str) -> Path:
        folder = binaries()
        assert folder is not None
        return folder / name


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def cluster() -> Iterator[Server]:
    """A running server, ended and deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="duet-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()

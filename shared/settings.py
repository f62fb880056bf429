"""Everything that can be configured, read once at the entry point into one frozen value."""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from platformdirs import user_data_path

from shared.domain.engine import ENGINES
from shared.domain.promotion import Metric, Promotion

DEFAULT_PORTS = range(8080, 8083)
LISTS = ("hosts", "origins", "engines")  # comma-separated
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
MIN_TRAINING_MEMORY_MB = 512  # the libraries alone take half of it, and fail in many ways without
ABOVE_ZERO = (
    "max_body_bytes",
    "max_images_bytes",
    "max_table_bytes",
    "max_rows",
    "request_deadline_s",
    "idle_timeout_s",
    "training_limit_s",
    "refresh_interval_s",
)


def default_origins() -> tuple[str, ...]:
    """The page's own addresses: the two backends, and port 8080 for any static file server."""
    return tuple(f"http://{name}:{port}" for name in LOOPBACK_NAMES for port in DEFAULT_PORTS)


class SettingsError(Exception):
    """A setting has a value that can't be used; the message names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field a setting; field `x` is read from the environment variable `DUET_X`.

    `docs/settings.md` describes each, and a test compares the two.
    """

    host: str = "127.0.0.1"
    store: str = ""  # empty: a SQLite file in the user's data directory
    hosts: tuple[str, ...] = ()  # Host values to answer besides loopback names and IP literals
    origins: tuple[str, ...] = msgspec.field(default_factory=default_origins)
    token: str = ""
    max_body_bytes: int = 1024 * 1024
    max_images_bytes: int = 40 * 1024 * 1024  # of bodies that hold images: 10,000 of 28 x 28 as JSON
    max_table_bytes: int = 32 * 1024 * 1024  # of a CSV that a model is made of
    max_rows: int = 10_000
    request_deadline_s: float = 10.0
    idle_timeout_s: float = 60.0
    training_limit_s: float = 600.0
    training_memory_mb: int = 4096
    max_waiting_trainings: int = 4
    promote: Promotion = "if-not-worse"
    promotion_metric: Metric = "accuracy"
    refresh_interval_s: float = 0.3
    fast_path: bool = True
    engines: tuple[str, ...] = ENGINES  # that may answer, in order of preference

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: object) -> "Settings":
        """Reads DUET_*; tuples are comma-separated. Raises SettingsError that names the variable."""
        given: dict[str, object] = {}
        for name in cls.__struct_fields__:
            if (text := environment.get(f"DUET_{name.upper()}")) is not None:
                given[name] = [part.strip() for part in text.split(",")] if name in LISTS else text
        unknown = [
            name for name in environment if name.startswith("DUET_") and name[5:].lower() not in cls.__struct_fields__
        ]
        if unknown:
            raise SettingsError(f"unknown settings: {', '.join(sorted(unknown))}")
        given |= {name: value for name, value in overrides.items() if value is not None}
        try:
            settings = msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError as error:
            raise SettingsError(f"a DUET_ setting can't be used: {error}") from None
        settings.check()
        return settings

    def check(self) -> None:
        """Raises SettingsError for what would be unsafe or meaningless."""
        if not is_loopback(self.host) and not self.token:
            raise SettingsError(
                f"refusing to listen on {self.host} without a token: anybody who can reach it could train. "
                "Set DUET_TOKEN, or listen on 127.0.0.1."
            )
        for name in ABOVE_ZERO:
            if getattr(self, name) <= 0:
                raise SettingsError(f"DUET_{name.upper()} must be more than 0")
        if self.training_memory_mb < MIN_TRAINING_MEMORY_MB:
            raise SettingsError(f"DUET_TRAINING_MEMORY_MB must be at least {MIN_TRAINING_MEMORY_MB}")
        if unknown := [name for name in self.engines if name not in ENGINES]:
            raise SettingsError(f"DUET_ENGINES knows {', '.join(ENGINES)}; not {', '.join(map(repr, unknown))}")

    @property
    def store_url(self) -> str:
        return self.store or default_store_url()


def default_store_url() -> str:
    """A SQLite file in the user's data directory, which is made if it is missing."""
    folder: Path = user_data_path("duet", appauthor=False, ensure_exists=True)
    return f"sqlite:///{folder / 'duet.sqlite3'}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; what the command line says wins over the environment."""
    return Settings.from_environment(os.environ, **overrides)

"""The servers that `targets` compares: the product, what its users would run otherwise, and empty handlers."""

from pathlib import Path

from benchmarks.load import NOTHING
from benchmarks.processes import PYTHON, Server, product

BIN = Path(PYTHON).parent
REFERENCE = "benchmarks.reference"

FASTAPI, FASTAPI_DEF, FASTAPI_FOREST = "FastAPI `async def`", "FastAPI `def`", "FastAPI `async def`, forest of 100"
STARLETTE_EMPTY = "Starlette, empty handler"
DUET = {"flask": "Duet's Flask", "klein": "Duet's Klein"}
LONG_WAY = {backend: f"{name}, without the short way" for backend, name in DUET.items()}
EMPTY = {backend: f"{name}, empty handler" for backend, name in DUET.items()}
FOREST = {backend: f"{name}, forest of 100" for backend, name in DUET.items()}


def compared(recipe: str, store: str, forest_store: str) -> list[Server]:
    """All of them, in the order of their turns; the product serves iris from the stores at these URLs."""
    mine, forest = {"REFERENCE_ESTIMATOR": recipe, **_one_thread()}, {"REFERENCE_ESTIMATOR": "forest", **_one_thread()}
    return [
        _uvicorn(FASTAPI, "fastapi_sklearn:create_async_app", mine),
        *(product(DUET[backend], backend, {"DUET_STORE": store}) for backend in DUET),
        *(product(LONG_WAY[b], b, {"DUET_STORE": store, "DUET_FAST_PATH": "false"}) for b in DUET),
        *(_empty(backend, store) for backend in DUET),
        _empty_starlette(),
        _uvicorn(FASTAPI_DEF, "fastapi_sklearn:create_threaded_app", mine),
        *_tutorials(mine),
        _uvicorn(FASTAPI_FOREST, "fastapi_sklearn:create_async_app", forest),
        *(product(FOREST[backend], backend, {"DUET_STORE": forest_store}) for backend in DUET),
    ]


def _one_thread() -> dict[str, str]:
    """One numeric thread, for there is one core."""
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _uvicorn(name: str, application: str, environment: dict[str, str]) -> Server:
    options = ["--host", "127.0.0.1", "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
    command = [PYTHON, "-m", "uvicorn", *options, "--http", "httptools", "--factory", f"{REFERENCE}.{application}"]
    return Server(name, lambda port: [*command, "--port", str(port)], environment)


def _empty_starlette() -> Server:
    server = _uvicorn(STARLETTE_EMPTY, "starlette_empty:create_app", {})
    return Server(server.name, server.command, ready=NOTHING)


def _empty(backend: str, store: str) -> Server:
    """The product's front door before an empty view; its fast path would answer without asking the view."""
    return Server(
        EMPTY[backend],
        lambda port: [PYTHON, "-m", f"{REFERENCE}.{backend}_empty", str(port)],
        {"DUET_STORE": store, "DUET_FAST_PATH": "false"},
        says_ready=True,
        ready=NOTHING,
    )


def _tutorials(environment: dict[str, str]) -> list[Server]:
    flask = f"{REFERENCE}.flask_sklearn:create_app"
    gunicorn = [PYTHON, "-m", "gunicorn", "--workers", "1", "--log-level", "error", f"{flask}()"]
    granian = [str(BIN / "granian"), "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-log"]
    granian += ["--host", "127.0.0.1", "--factory", flask]
    development = [PYTHON, "-m", "flask", "--app", flask, "run"]
    klein = [PYTHON, "-m", f"{REFERENCE}.klein_sklearn"]
    return [
        Server("tutorial Flask, gunicorn sync", lambda port: [*gunicorn, "--bind", f"127.0.0.1:{port}"], environment),
        Server("tutorial Flask, granian", lambda port: [*granian, "--port", str(port)], environment),
        Server("tutorial Flask, `flask run`", lambda port: [*development, "--port", str(port)], environment),
        Server("naive Klein", lambda port: [*klein, str(port)], environment),
    ]

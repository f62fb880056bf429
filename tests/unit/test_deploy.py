"""What `deploy/` names exists, and says what a platform needs to hear; no container engine is asked."""

import fnmatch
import json
import re
from typing import Any

import msgspec
import pytest
import yaml
from sqlalchemy import make_url

from shared import __version__
from shared.http_api import ROUTES
from shared.settings import Settings
from tests.deployment import DEPLOY, KINDS, dockerfile
from tests.processes import ROOT

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
RULES = {route.rule for route in ROUTES}
SETTINGS = {f"DUET_{name.upper()}" for name in Settings.__struct_fields__}
PINNED = re.compile(r"[\w./-]+:[\w.-]+")


def _yaml(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


@pytest.fixture
def predictor() -> Any:
    return _yaml("kserve/inference-service.yaml")["spec"]["predictor"]


@pytest.fixture
def services() -> Any:
    return _yaml("compose.yaml")["services"]


@EVERY_KIND
def test_an_image_is_built_in_stages_of_one_tag(kind: str) -> None:
    stages = dockerfile(kind).stages
    assert len(stages) == 2
    images = {stage.split()[0] for stage in stages}
    assert len(images) == 1
    assert all(PINNED.fullmatch(image) and not image.endswith(":latest") for image in images)


@EVERY_KIND
def test_what_an_image_copies_exists_and_is_not_ignored(kind: str) -> None:
    copied = dockerfile(kind).copied
    packages = {"requirements.txt", "requirements-postgresql.txt"}
    assert packages | {"shared", "http_server", f"backend_{kind}", "frontend"} <= set(copied)
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert [path for path in copied if not (ROOT / path).exists() or path not in let_in] == []
    assert not any(fnmatch.fnmatch("requirements.txt", line) for line in lines if line not in ("*",))


@EVERY_KIND
def test_an_image_takes_pinned_packages_and_is_not_root(kind: str) -> None:
    read = dockerfile(kind)
    text = read.path.read_text("utf-8")
    pinned = "--require-hashes --requirement requirements.txt --requirement requirements-postgresql.txt"
    assert pinned in " ".join(text.replace("\\\n", "").split())
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", read.other["USER"]), "a number that Kubernetes can tell from 0"
    assert read.environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert {name for name in read.environment if name.startswith("DUET_")} <= SETTINGS
    assert "curl" not in text


def test_images_differ_in_the_backend_alone() -> None:
    flask, klein = (dockerfile(kind).path.read_text("utf-8") for kind in KINDS)
    same = flask.replace("flask", "klein").replace("8081", "8082").replace("synchronous", "asynchronous")
    assert same == klein


def test_the_predictor_has_what_kserve_and_a_strict_cluster_need(predictor: Any) -> None:
    (container,) = predictor["containers"]
    assert container["name"] == "kserve-container", "the name by which KServe finds it"
    assert predictor["securityContext"]["runAsNonRoot"] is True
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert {"requests", "limits"} == set(container["resources"])
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}  # noqa: S108 - in the container
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in predictor["volumes"]}
    assert predictor["terminationGracePeriodSeconds"] > 12, "longer than a backend takes to drain"


def test_the_predictor_is_probed_where_it_listens(predictor: Any) -> None:
    (container,) = predictor["containers"]
    (port,) = container["ports"]
    probes = {name: container[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert {probe["port"] for probe in probes.values()} == {port["containerPort"]}
    assert {probe["path"] for probe in probes.values()} <= RULES
    assert probes["readinessProbe"]["path"] == "/v2/health/ready"
    assert probes["livenessProbe"]["path"] == "/v2/health/live"
    assert str(port["containerPort"]) == container["args"][container["args"].index("--port") + 1]


def test_the_predictor_takes_its_token_from_a_secret_and_no_stray_settings(predictor: Any) -> None:
    (container,) = predictor["containers"]
    given = {variable["name"]: variable for variable in container["env"]}
    assert given.keys() <= SETTINGS
    assert given["DUET_TOKEN"]["valueFrom"]["secretKeyRef"] == {"name": "duet", "key": "token"}
    assert "value" not in given["DUET_TOKEN"]
    assert given["DUET_HOSTS"]["value"]
    # A Service called duet-... would otherwise put DUET_..._SERVICE_HOST into the environment.
    assert predictor["enableServiceLinks"] is False


def test_images_are_of_this_version(predictor: Any, services: Any) -> None:
    own = [predictor["containers"][0]["image"], *(services[kind]["image"] for kind in KINDS)]
    assert [image for image in own if not image.endswith(f":{__version__}")] == []
    others = [service["image"] for name, service in services.items() if name not in KINDS]
    assert [image for image in others if not PINNED.fullmatch(image) or image.endswith(":latest")] == []


def test_compose_runs_both_backends_behind_one_origin(services: Any) -> None:
    assert set(services) == {"store", "nginx", *KINDS}
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    for kind in KINDS:
        service = services[kind]
        build = (DEPLOY / service["build"]["context"]).resolve()
        assert build == ROOT
        assert (build / service["build"]["dockerfile"]).is_file()
        assert service["read_only"] is True
        names = set(service["environment"])
        assert {name for name in names if name.startswith("DUET_")} <= SETTINGS
        assert {"DUET_TOKEN", "DUET_HOSTS", "DUET_STORE"} <= names
        assert ":?" in service["environment"]["DUET_TOKEN"], "no default for a secret"
        store = make_url(service["environment"]["DUET_STORE"])
        assert (store.drivername, store.host, store.password) == ("postgresql+psycopg", "store", None)
        made = services["store"]["environment"]
        assert (store.username, store.database) == (made["POSTGRES_USER"], made["POSTGRES_DB"])
        assert service["environment"]["PGPASSWORD"] == made["POSTGRES_PASSWORD"]
    (mounted,) = services["nginx"]["volumes"]
    assert (DEPLOY / mounted.partition(":")[0]).is_file()


def test_nginx_asks_the_backends_where_they_listen(services: Any) -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    asked = set(re.findall(r"^\s*server (\w+:\d+);", text, re.MULTILINE))
    assert asked == {f"{kind}:{dockerfile(kind).other['EXPOSE']}" for kind in KINDS}
    assert asked <= {f"{name}:{port}" for name in services for port in ("8081", "8082")}


def test_the_dashboard_can_be_imported() -> None:
    dashboard = json.loads((ROOT / "docs" / "grafana" / "duet.json").read_text("utf-8"))
    assert "id" not in dashboard, "an id is the importing Grafana's to give"
    assert dashboard["templating"]["list"][0]["type"] == "datasource"
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    sources = [part["datasource"]["uid"] for panel in panels for part in (panel, *panel["targets"])]
    assert set(sources) == {"${datasource}"}
    cells = [
        (x, y)
        for grid in (panel["gridPos"] for panel in panels)
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(cells)) == len(cells), "panels overlap"
    assert max(x for x, _ in cells) < 24
    assert msgspec.json.encode(dashboard)

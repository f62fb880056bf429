"""Where a measurement was made: processor, system, releases of what took part."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "scikit-learn", "onnxruntime", "flask", "klein", "twisted", "hdrhistogram")


def machine() -> str:
    """Processor, number of cores, system."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    """The releases of Python and `packages` in this environment."""
    return {"Python": platform.python_version(), **{package: version(package) for package in packages}}


def load_average() -> str:
    """How many processes wanted a core over the last minute, where the system knows."""
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except OSError:
        return "not known"


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()

"""What a process and its children have cost so far.

Linux: proc_pid_stat(5), proc_pid_status(5); schedstat as in the kernel's documentation, "Scheduler Statistics".
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and all below it use: s of CPU, and resident MB of 1,000,000 bytes.

    Children that have ended are counted in steps of 10 ms, threads that have ended are not.
    """

    cpu_s: float
    memory_mb: float


def usage(pid: int | None) -> Usage | None:
    """What the process `pid` and its children use, None where it can't be known."""
    if pid is None or not PROC.is_dir():
        return None
    family = _family(pid)
    if pid not in family:
        return None
    ended_s = sum(sum(map(int, fields[13:15])) for fields in family.values()) / os.sysconf("SC_CLK_TCK")
    return Usage(ended_s + sum(map(_running_s, family)), sum(map(resident_mb, family)))


def resident_mb(pid: int) -> float:
    """The resident memory of a process now, in MB; 0 where it has ended."""
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) * 1024 / 1e6


def _running_s(pid: int) -> float:
    """Seconds that the threads of a process were on a core; 0 where it has ended."""
    try:
        return (
            sum(
                int((task / "schedstat").read_text(encoding="ascii").split()[0])
                for task in (PROC / str(pid) / "task").iterdir()
            )
            / 1e9
        )
    except OSError:
        return 0.0


def _family(pid: int) -> dict[int, list[str]]:
    """The fields of stat behind the name, from the state on, of `pid` and all that descend from it."""
    stats = {
        int(folder.name): fields for folder in PROC.iterdir() if folder.name.isdigit() and (fields := _stat(folder))
    }
    family: dict[int, list[str]] = {}
    found = {pid} & stats.keys()
    while found:
        family |= {one: stats[one] for one in found}
        found = {one for one, fields in stats.items() if int(fields[1]) in found}
    return family


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []  # it has ended

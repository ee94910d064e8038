"""Limits a worker sets on itself before any code runs."""

from __future__ import annotations

import os
import resource
from typing import Any, Dict

OPEN_FILES = 1024
LARGEST_FILE = 32 << 30  # bytes
OWN_PROCESSES = 512  # processes and threads of a session that is counted for itself
SHARE = 0.8  # of the machine's memory, where nothing is said


def apply() -> None:
    """No core dumps, a bounded number of descriptors, and first in line when memory runs out."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    except OSError:
        return
    try:
        os.write(fd, b"1000")
    finally:
        os.close(fd)


def bound(request: Dict[str, Any], own_users: bool, final: bool) -> None:
    """Bounds for memory, files and processes. `final` ones cannot be raised again by code.

    In a user namespace of its own (`own_users`) a session's processes are counted for themselves (since Linux
    5.14); else with all others of the user, and `processes` of the request says how many there may be.
    """
    if final:
        _limit(resource.RLIMIT_CORE, 0, final)
        _limit(resource.RLIMIT_NOFILE, OPEN_FILES, final)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE, final)
    _limit(resource.RLIMIT_DATA, int(request.get("memory_limit") or _most_of_memory()), final)
    processes = OWN_PROCESSES if own_users else int(request.get("processes") or 0)
    if processes:
        _limit(resource.RLIMIT_NPROC, processes, final)


def _most_of_memory() -> int:
    try:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * SHARE)
    except (OSError, ValueError):
        return 0


def _limit(what: int, value: int, final: bool = False) -> None:
    try:
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        if value > 0 or what == resource.RLIMIT_CORE:
            resource.setrlimit(what, (value, value if final else hard))
    except (OSError, ValueError):
        pass

"""Limits a worker sets on itself before any code runs."""

from __future__ import annotations

import resource

OPEN_FILES = 1024


def apply() -> None:
    """No core dumps, a bounded number of descriptors, and first in line when memory runs out."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass


def _limit(what: int, soft: int) -> None:
    try:
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            soft = min(soft, hard)
        resource.setrlimit(what, (soft, hard))
    except (OSError, ValueError):
        pass

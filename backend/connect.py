"""From a target to its backend."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import UsageError
from backend.models import Target
from backend.port import Backend

if TYPE_CHECKING:
    from backend.executor.interpreter import Choice
    from backend.executor.local import LocalBackend
    from backend.executor.plan import Plan


def connect(target: Target, data: Path, *, warm: bool = True) -> Backend:
    """The backend of a target; `data` is the directory where local sessions keep their files.

    With `warm` a local backend starts its interpreter at once, else for its first session. Raises UsageError,
    Unsupported, CannotStart.
    """
    if target.kind == "local":
        return _local(target, data, warm)
    return _remote(target)


def _remote(target: Target) -> Backend:
    from backend.client.options import Options
    from backend.client.remote import RemoteBackend

    if not target.url:
        raise UsageError(
            f"The target {target.profile!r} is remote and has no URL.", "Give it one, or use --url."
        )
    return RemoteBackend(target, Options(asynchronous=target.asynchronous))


def _local(target: Target, data: Path, warm: bool) -> Backend:
    from backend.executor.interpreter import choose
    from backend.executor.local import LocalBackend

    if target.url:
        raise UsageError("A local target has no URL.", "Leave out --url, or choose a remote profile.")
    choice = choose(target.python, os.environ, Path.cwd())
    plan = plan_of(target, target.isolation)
    if target.isolation == "process":
        backend = LocalBackend(data / "sessions", choice, plan)
    else:
        backend = _proven(data, choice, plan)
    if warm:
        backend.launch()
    return backend


def plan_of(target: Target, isolation: str) -> Plan:
    """How the workers of a local target are made, at this level of isolation."""
    from backend.executor.plan import Plan

    return Plan(
        isolation=isolation,
        mnt_data=target.mnt_data,
        preload=target.preload,
        memory_limit=int((target.memory_limit or 0) * (1 << 30)),
    )


def _proven(data: Path, choice: Choice, plan: Plan) -> LocalBackend:
    """A backend whose level has been proven, or is before its first session."""
    from backend.executor.isolation.verdicts import Verdicts
    from backend.executor.local import LocalBackend

    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    verdicts = Verdicts(data, choice)
    level = verdicts.known(plan.isolation)
    if level is not None:
        return LocalBackend(data / "sessions", choice, dataclasses.replace(plan, isolation=level))
    return LocalBackend(data / "sessions", choice, plan, verdicts.settle)

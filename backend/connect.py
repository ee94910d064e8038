"""From a target to its backend."""

from __future__ import annotations

import os
from pathlib import Path

from backend.errors import Unsupported, UsageError
from backend.models import Target
from backend.port import Backend


def connect(target: Target, data: Path, *, warm: bool = True) -> Backend:
    """The backend of a target; `data` is the directory where local sessions keep their files.

    With `warm` a local backend starts its interpreter at once, else for its first session. Raises UsageError,
    Unsupported, CannotStart.
    """
    if target.kind == "local":
        return _local(target, data, warm)
    raise Unsupported(
        f"The target {target.profile!r} is remote, and this version runs local sessions only.",
        "Leave out --url, or choose a local profile with --profile.",
    )


def _local(target: Target, data: Path, warm: bool) -> Backend:
    from backend.executor.interpreter import choose
    from backend.executor.local import LocalBackend

    if target.isolation not in ("process", "auto"):
        raise Unsupported(
            f"The isolation level {target.isolation!r} is not available, and never replaced by a weaker one.",
            "Use --isolation process, which is not a sandbox: see the README.",
        )
    if target.url:
        raise UsageError("A local target has no URL.", "Leave out --url, or choose a remote profile.")
    backend = LocalBackend(data / "sessions", choose(target.python, os.environ, Path.cwd()))
    if warm:
        backend.launch()
    return backend

"""What the commands for files share: errors told one by one, questions at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import click

from backend.errors import WorkbenchError
from workbench.cli import codes
from workbench.cli.reporting import fail
from workbench.sanitize import sanitize_line

T = TypeVar("T")
ROOT = "/mnt/data"


def relative(path: str) -> str:
    """A path as the session's files have it; code there calls the data directory `/mnt/data`."""
    return path.removeprefix(ROOT).lstrip("/") if f"{path}/".startswith(f"{ROOT}/") else path


async def each(items: Iterable[T], work: Callable[[T], Coroutine[Any, Any, None]]) -> int:
    """Do all of them, whatever happens to one; the worst exit code."""
    worst = codes.SUCCESS
    for item in items:
        try:
            await work(item)
        except WorkbenchError as error:
            worst = max(worst, fail(error.message, error.hint, error.exit_code))
    return worst


def asked(question: str) -> bool | None:
    """Whether the answer is yes; None where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return click.confirm(sanitize_line(question), err=True)

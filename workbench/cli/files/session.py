"""What the commands for files share: the session, errors told one by one, questions at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from backend.errors import FileError, WorkbenchError
from backend.models import FileInfo
from backend.port import Backend
from workbench.cli import codes
from workbench.cli.reporting import fail
from workbench.sanitize import sanitize_line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one session."""

    backend: Backend
    session: str

    async def find(self, path: str) -> FileInfo | None:
        """What is there of that path, as its folder lists it; None when there is nothing."""
        folder, _, _ = path.rpartition("/")
        try:
            listed = await self.backend.list_files(self.session, folder)
        except FileError:
            if not folder:
                raise
            return None  # there is no such folder
        return next((file for file in listed if file.path == path), None)


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

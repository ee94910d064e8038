"""Deleting several session files: one after the other, with progress, and made sure of by a new listing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from backend.errors import TargetError, WorkbenchError
from backend.models import FileInfo
from backend.port import Backend
from workbench import format
from workbench.sanitize import sanitize_line
from workbench.widgets.files.selection import topmost

QUIET = 0.3  # seconds until there is word of the progress
TOLD = 3  # failures told one by one


class Deleting:
    """Deletes files and folders of one session; `stopped` ends it before the next one.

    After `run`, `failures` are sentences on what is still there, and why.
    """

    def __init__(self, backend: Backend, session: str, files: Sequence[FileInfo]) -> None:
        self._backend, self._session = backend, session
        self._files = topmost(files)
        self._reasons: dict[str, str] = {}
        self._gone: list[FileInfo] = []
        self.stopped = False
        self.failures: list[str] = []

    async def run(self, tell: Callable[[str], None]) -> None:
        """Delete all, unless stopped or the target is gone; `tell` shows how far it is."""
        began = time.monotonic()
        tried: list[FileInfo] = []
        for number, info in enumerate(self._files, 1):
            if self.stopped:
                break
            if len(self._files) > 1 and time.monotonic() - began > QUIET:
                tell(f"Deleting {number:,} of {len(self._files):,}. Esc stops.")
            tried.append(info)
            try:
                await self._backend.delete_file(self._session, info.path, verify=False)
            except TargetError as error:  # so would all others
                self._reasons[info.path] = str(error)
                break
            except WorkbenchError as error:
                self._reasons[info.path] = str(error)
        await self._look(tried)

    async def _look(self, tried: Sequence[FileInfo]) -> None:
        """List again: what is not there is deleted, whatever was answered; what is there is not."""
        there: set[str] = set()
        for folder in dict.fromkeys(info.path.rpartition("/")[0] for info in tried):
            try:
                there |= {info.path for info in await self._backend.list_files(self._session, folder)}
            except WorkbenchError:  # then the answers count
                there |= self._reasons.keys()
        self._gone = [info for info in tried if info.path not in there]
        left = [info.path for info in tried if info.path in there]
        reasons = [self._reasons.get(path) or f"{sanitize_line(path)} is listed still." for path in left]
        self.failures = reasons[:TOLD]
        if more := len(reasons) - TOLD:
            self.failures += [f"So are {more:,} more."] if more > 0 else []

    def told(self) -> str:
        """What is deleted, in a sentence; empty when nothing is."""
        gone = self._gone
        if not gone:
            return ""
        if len(gone) == len(self._files) == 1:
            return f"{sanitize_line(gone[0].path)} is deleted."
        folders = sum(info.kind == "directory" for info in gone)
        counted = [(folders, "folder"), (len(gone) - folders, "file")]
        words = " and ".join(format.count(number, word) for number, word in counted if number)
        verb = "is" if len(gone) == 1 else "are"
        of = f", of {len(self._files):,}" if len(gone) < len(self._files) else ""
        return f"{words} {verb} deleted{of}."

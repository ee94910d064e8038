"""Contents of session files kept by hash, behind the back of what runs: a rebuild may need them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

from backend.errors import WorkbenchError
from backend.models import Change, FileInfo, Status, Target
from backend.port import Backend
from backend.records import dataclass
from workbench.history.entry import Entry, KeptFile
from workbench.history.store import History

MOST_FILES = 200
"""Files that are kept after one execution: one that unpacks an archive does not fill the disk."""
MOST_BYTES = 256 << 20
"""Bytes that are kept after one execution."""
LONGEST_CODE = 200_000
"""Characters of code that is looked through for names of files."""

Hold = Callable[[Target], AbstractContextManager[Backend]]
"""The backend of a target, open as long as it is held. Raises WorkbenchError."""


@dataclass(frozen=True, slots=True)
class _Ran:
    """An execution is over: what it used and made is to be kept."""

    entry: Entry
    target: Target


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file of this machine, `local`, has gone to a session, where its path is `path`."""

    target: Target
    session: str
    path: str
    local: Path


class Keeping:
    """Keeps files of up to `most` bytes, one after the other; with 0 it keeps none.

    What is kept of a session is its newest content of each path. What cannot be had is passed over: nobody
    waits for this, and nothing fails by it.
    """

    def __init__(self, history: History, hold: Hold, most: int) -> None:
        self._history = history
        self._hold = hold
        self._most = most
        self._waiting: deque[_Ran | _Sent] = deque()
        self._task: asyncio.Task[None] | None = None
        self._known: dict[tuple[str, str, str], tuple[int, float]] = {}

    def ran(self, entry: Entry, target: Target) -> None:
        """An execution is over: keep what it made, and of a local session also what its code names."""
        changed = any(each.change is not Change.DELETED for each in entry.files_changed or ())
        if entry.status is not Status.REJECTED and (changed or target.kind == "local"):
            self._add(_Ran(entry, target))

    def sent(self, target: Target, session: str, path: str, local: Path) -> None:
        """A file of this machine was sent: keep what it holds, which costs the target nothing."""
        self._add(_Sent(target, session, path, local))

    def _add(self, what: _Ran | _Sent) -> None:
        if self._most <= 0:
            return
        self._waiting.append(what)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def settled(self) -> None:
        """Wait until nothing is left to keep."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def close(self, limit: float) -> None:
        """Keep what is left, for at most `limit` seconds."""
        if self._task is None:
            return
        _, late = await asyncio.wait([self._task], timeout=limit)
        for task in late:
            task.cancel()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        while self._waiting:
            one = self._waiting.popleft()
            # a target that cannot be had any more, a disk that is full: that file is not kept
            with contextlib.suppress(WorkbenchError, OSError):
                await (self._after(one) if isinstance(one, _Ran) else self._of_here(one))

    async def _after(self, ran: _Ran) -> None:
        entry, target = ran.entry, ran.target
        made = [each.path for each in entry.files_changed or () if each.change is not Change.DELETED]
        named, everything = list[str](), False
        if target.kind == "local":
            named, everything = await asyncio.to_thread(_named, entry.code)
        if not made and not named and not everything:
            return
        kept: list[KeptFile] = []
        room = MOST_BYTES
        with self._hold(target) as backend:
            if everything:
                listed = await backend.list_files(entry.session, recursive=True)
                named += [file.path for file in listed[:MOST_FILES]]
            for path in list(dict.fromkeys((*made, *named)))[:MOST_FILES]:
                file = await self._keep(backend, entry, path, min(room, self._most))
                if file is not None:
                    kept.append(file)
                    room -= file.size
        if kept:
            await self._history.keep_files(entry.profile, entry.session, kept)

    async def _keep(self, backend: Backend, entry: Entry, path: str, most: int) -> KeptFile | None:
        """Keep one file as its session has it now; None for one that is kept so, too large, or gone."""
        try:
            info = await backend.file_info(entry.session, path)
            key = (entry.profile, entry.session, path)
            if info.kind != "file" or info.size > most or self._known.get(key) == _stamp(info):
                return None
            digest, size = await self._content(backend.download(entry.session, path), most)
        except WorkbenchError:
            return None
        self._known[key] = _stamp(info)
        return KeptFile(path, digest, size, time.time())

    async def _of_here(self, sent: _Sent) -> None:
        from workbench.transfers import source

        async with source.opened(sent.local) as opened:
            if opened.size is None or opened.size > self._most:
                await self._history.forget_files(sent.target.profile, sent.session, [sent.path])
                return
            digest, size = await self._content(opened.pieces, self._most)
        file = KeptFile(sent.path, digest, size, time.time())
        await self._history.keep_files(sent.target.profile, sent.session, [file])

    async def _content(self, pieces: AsyncIterator[bytes], most: int) -> tuple[str, int]:
        """Digest and size of a content that is kept now. Raises WorkbenchError, also when it has grown."""
        with self._history.blobs.writer() as writer:
            async for piece in pieces:
                if writer.size + len(piece) > most:
                    raise WorkbenchError("It has grown while it was read.")
                await asyncio.to_thread(writer.write, piece)
            return await asyncio.to_thread(writer.commit), writer.size


def _named(code: str) -> tuple[list[str], bool]:
    """What code names that may be files of its session, and whether it looks what there are."""
    if len(code) > LONGEST_CODE:
        return [], False
    from workbench.replay import needs  # `ast`, which nothing needs before the first execution is over

    found = needs.of(code)
    return sorted(text for text in found.texts if text and not text.startswith(("/", "~"))), found.lists


def _stamp(info: FileInfo) -> tuple[int, float]:
    return info.size, info.modified

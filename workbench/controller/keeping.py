"""Contents of session files kept by hash, behind the back of what runs: a rebuild may need them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from backend.errors import WorkbenchError
from backend.models import Change, FileInfo, Status, Target
from backend.port import Backend
from backend.records import dataclass
from workbench.history.entry import Entry, KeptFile
from workbench.history.store import History

MOST_FILES = 200
"""Files that are kept at once: an execution that unpacks an archive does not fill the disk."""
MOST_BYTES = 256 << 20
"""Bytes that are kept at once."""
QUIET = 0.05
"""Seconds in which no execution ends before files are kept: those that follow each other are not slowed."""
LONGEST_WAIT = 1.0
"""Seconds after which they are kept while executions still follow each other."""
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

    It begins when executions pause, and looks once at what those of a session have left.
    Executions that follow each other at once are looked at together, and what one of them wrote and another
    replaced is not seen. What cannot be had is passed over: nobody waits for this, and nothing fails by it.
    """

    def __init__(
        self, history: History, hold: Hold, most: int, running: Callable[[], Iterable[Entry]] = tuple
    ) -> None:
        """`running` tells the executions that are not over."""
        self._history = history
        self._hold = hold
        self._most = most
        self._running = running
        self._waiting: deque[_Ran | _Sent] = deque()
        self._task: asyncio.Task[None] | None = None
        self._known: dict[tuple[str, str, str], tuple[int, float]] = {}
        self._came = 0.0  # when the last one was added
        self._closing = asyncio.Event()

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
        self._came = time.monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def settled(self) -> None:
        """Wait until nothing is left to keep."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def close(self, limit: float) -> None:
        """Keep what is left, for at most `limit` seconds."""
        self._closing.set()
        if self._task is None:
            return
        _, late = await asyncio.wait([self._task], timeout=limit)
        for task in late:
            task.cancel()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        while self._waiting:
            await self._pause()
            ran: dict[tuple[Target, str], list[Entry]] = {}
            sent: list[_Sent] = []
            while self._waiting:
                one = self._waiting.popleft()
                if isinstance(one, _Sent):
                    sent.append(one)
                else:
                    ran.setdefault((one.target, one.entry.session), []).append(one.entry)
            for each in sent:
                await self._try(self._of_here(each))
            for (target, _), entries in ran.items():
                await self._try(self._after(entries, target))

    async def _try(self, keeping: Awaitable[None]) -> None:
        # a target that cannot be had any more, a disk that is full: that is not kept
        with contextlib.suppress(WorkbenchError, OSError):
            await keeping

    async def _pause(self) -> None:
        """Wait until executions pause, or for too long, or until all ends."""
        began = time.monotonic()
        while not self._closing.is_set():
            left = min(self._came + QUIET, began + LONGEST_WAIT) - time.monotonic()
            if left <= 0:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), left)

    async def _after(self, entries: Sequence[Entry], target: Target) -> None:
        """Keep what executions of one session have made and used."""
        changes = [change for entry in entries for change in entry.files_changed or ()]
        made = [each.path for each in changes if each.change is not Change.DELETED]
        named, everything = list[str](), False
        if target.kind == "local":
            codes = [entry.code for entry in entries]
            named, everything = await asyncio.to_thread(_named, codes)
        if not made and not named and not everything:
            return
        kept: list[KeptFile] = []
        room = MOST_BYTES
        last = entries[-1]
        with self._hold(target) as backend:
            if everything:
                listed = await backend.list_files(last.session, recursive=True)
                named += [file.path for file in listed[:MOST_FILES]]
            for path in list(dict.fromkeys((*made, *named)))[:MOST_FILES]:
                most = min(room, self._most)
                file = await self._keep(backend, last, path, most, changed=path in made)
                if file is not None:
                    kept.append(file)
                    room -= file.size
        if kept:
            number = self._number(last)
            files = [replace(file, number=number) for file in kept]
            await self._history.keep_files(last.profile, last.session, files)

    async def _keep(
        self, backend: Backend, entry: Entry, path: str, most: int, *, changed: bool
    ) -> KeptFile | None:
        """Keep one file as its session has it now; None for one that is kept so, or gone.

        One that is too large comes without a digest.
        """
        try:
            info = await backend.file_info(entry.session, path)
            key = (entry.profile, entry.session, path)
            if info.kind != "file" or (not changed and self._known.get(key) == _stamp(info)):
                return None
            if info.size > most:
                return KeptFile(path, "", 0, time.time())
            digest, size = await self._content(backend.download(entry.session, path), most)
        except WorkbenchError:
            return None
        self._known[key] = _stamp(info)
        return KeptFile(path, digest, size, time.time())

    def _number(self, last: Entry) -> int:
        """The execution after which a session is as it was read now: one that runs, or was over meanwhile."""
        waiting = (one.entry for one in self._waiting if isinstance(one, _Ran))
        runs = (entry for entry in self._running() if entry.status is Status.RUNNING)
        here = (last.profile, last.session)
        later = (entry.number for entry in (*waiting, *runs) if (entry.profile, entry.session) == here)
        return max([last.number, *later])

    async def _of_here(self, sent: _Sent) -> None:
        from workbench.transfers import source

        place = sent.target.profile, sent.session
        async with source.opened(sent.local) as opened:
            if opened.size is None or opened.size > self._most:
                await self._history.forget_files(*place, [sent.path])
                return
            digest, size = await self._content(opened.pieces, self._most)
        file = KeptFile(sent.path, digest, size, time.time())
        await self._history.keep_files(*place, [file])

    async def _content(self, pieces: AsyncIterator[bytes], most: int) -> tuple[str, int]:
        """Digest and size of a content that is kept now. Raises WorkbenchError, also when it has grown."""
        with self._history.blobs.writer() as writer:
            async for piece in pieces:
                if writer.size + len(piece) > most:
                    raise WorkbenchError("It has grown while it was read.")
                await asyncio.to_thread(writer.write, piece)
            return await asyncio.to_thread(writer.commit), writer.size


def _named(codes: Iterable[str]) -> tuple[list[str], bool]:
    """What code names that may be files of its session, and whether any looks what there are."""
    from workbench.replay import needs  # `ast`, which nothing needs before the first execution is over

    texts: dict[str, None] = {}
    lists = False
    for code in codes:
        if len(code) <= LONGEST_CODE:
            found = needs.of(code)
            lists = lists or found.lists
            texts |= dict.fromkeys(sorted(found.texts))
    return [text for text in texts if text and not text.startswith(("/", "~"))], lists


def _stamp(info: FileInfo) -> tuple[int, float]:
    return info.size, info.modified

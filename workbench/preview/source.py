"""One file of a session, read by windows, never whole unless it is small."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable

from backend.errors import FileError, Refused, Unsupported
from backend.models import FileInfo
from backend.port import Backend
from workbench import format

MOST_FETCHED = 32 << 20
"""Bytes from the start of a file that are fetched and kept where the target sends no parts of files."""

_FIRST = 4 << 20  # bytes of the first such fetch; each next one is twice as far


async def current(backend: Backend, session: str, path: str) -> FileInfo:
    """What is known of a file now, by listing where the target describes no single one. Raises FileError."""
    with contextlib.suppress(Unsupported, Refused):
        return await backend.file_info(session, path)
    folder = path.rpartition("/")[0]
    for info in await backend.list_files(session, folder):
        if info.path == path:
            return info
    raise FileError(f"There is no {path} in the session any more.", "List the files again.")


class Source:
    """Windows of one file. `info` is what is known of it, `note` says what the target cannot do.

    `tell` is called with words while something takes long.
    """

    def __init__(
        self, backend: Backend, session: str, info: FileInfo, tell: Callable[[str], None] = lambda words: None
    ) -> None:
        self.backend, self.session, self.info = backend, session, info
        self.tell = tell
        self.note = ""
        self._fetched = b""

    @property
    def size(self) -> int:
        """Bytes that can be looked at: those of the file, fewer where the target sends no parts of it."""
        return min(self.info.size, MOST_FETCHED) if self.note else self.info.size

    async def refresh(self) -> FileInfo:
        """Ask anew what the file is; what was read is read again. Raises FileError."""
        self.info = await current(self.backend, self.session, self.info.path)
        self._fetched = b""
        return self.info

    async def read(self, offset: int, limit: int) -> bytes:
        """Bytes of the file from `offset`, at most `limit`. Raises WorkbenchError."""
        if offset == 0 or self.backend.capabilities.ranges:
            return await self.backend.read_file(self.session, self.info.path, offset=offset, limit=limit)
        # what stands before `offset` comes too, so it is kept: scrolling on would fetch it again and again
        self.note = (
            f"this target sends no parts of files: the first {format.size(MOST_FETCHED)} can be seen"
            if self.info.size > MOST_FETCHED
            else "this target sends no parts of files"
        )
        wanted = min(offset + limit, MOST_FETCHED)
        if len(self._fetched) < min(wanted, self.info.size):
            await self._fetch(min(max(wanted, 2 * len(self._fetched), _FIRST), MOST_FETCHED))
        return self._fetched[offset : offset + limit]

    async def whole(self, most: int) -> bytes:
        """All bytes of the file, at most `most` of them; tells how far it is. Raises WorkbenchError."""
        return await self._gather(most)

    async def _fetch(self, most: int) -> None:
        self._fetched = await self._gather(most)

    async def _gather(self, most: int) -> bytes:
        found = bytearray()
        total = min(most, self.info.size)
        async with contextlib.aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                found += piece
                if len(found) >= most:
                    break
                self.tell(f"reading {format.size(len(found))} of {format.size(total)}…")
        return bytes(found[:most])

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        pieces = self.backend.download(self.session, self.info.path)
        async for piece in pieces:
            yield piece

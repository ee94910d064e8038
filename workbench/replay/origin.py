"""The files of the session that executions come from: those it has, and those that history keeps of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from backend.errors import FileError, WorkbenchError
from backend.models import FileInfo, PoolInfo
from backend.port import Backend
from workbench.history.past import Past
from workbench.history.store import History
from workbench.replay.inputs import PlannedFile

_PIECE = 1 << 20


class Origin:
    """A session at its target, as far as that can still be had, and what `history` keeps of it.

    Without a backend, or where the session does not tell, its files are those that are kept, and `remark`
    says why. `here` tells that executions run in this session itself.
    """

    def __init__(
        self,
        backend: Backend | None,
        history: History,
        place: tuple[str, str],
        remark: str = "",
        *,
        here: bool = False,
    ) -> None:
        """`place` is profile and session."""
        self.remark = remark
        self.here = here
        self._backend = backend
        self._history = history
        self._profile, self._session = place

    async def files(self) -> list[FileInfo]:
        """All files of the session, those in folders too, where its version lists them."""
        if self._backend is None:
            return []
        try:
            listed = await self._backend.list_files(self._session, recursive=True)
        except WorkbenchError as error:
            self.remark = f"The files of the session it comes from cannot be had: {error.message}"
            return []
        return [file for file in listed if file.kind == "file"]

    async def kept(self) -> Past:
        """What is kept of the session's files by hash, and still is."""
        past = await self._history.kept_files(self._profile, self._session)
        size = self._history.blobs.size
        files = [file for contents in past.contents.values() for file in contents if file.digest]
        there = await asyncio.to_thread(lambda: [file for file in files if size(file.digest) == file.size])
        return past.where(file.digest for file in there)

    async def pool(self) -> PoolInfo:
        """What the target has installed, as far as it tells."""
        if self._backend is None:
            return PoolInfo()
        try:
            return await self._backend.pool()
        except WorkbenchError:
            return PoolInfo()

    def content(self, file: PlannedFile) -> AsyncIterator[bytes]:
        """The bytes of a file. Raises WorkbenchError."""
        if file.digest:
            return self._pieces(file)
        if self._backend is None:
            raise FileError(f"{file.path} cannot be had.", self.remark)
        return self._backend.download(self._session, file.path)

    async def _pieces(self, file: PlannedFile) -> AsyncIterator[bytes]:
        """A kept content, checked by its digest as it goes."""
        import hashlib

        seen = hashlib.sha256()
        try:
            with await asyncio.to_thread(self._history.blobs.open, file.digest) as opened:
                while piece := await asyncio.to_thread(opened.read, _PIECE):
                    seen.update(piece)
                    yield piece
        except OSError as error:
            why = f"{file.path}, kept by hash, cannot be read: {error.strerror}."
            raise FileError(why, "Send it yourself.") from None
        if seen.hexdigest() != file.digest:
            raise FileError(f"What was kept of {file.path} is damaged.", "Send it yourself.")

"""The files of the session that executions come from."""

from __future__ import annotations

from collections.abc import AsyncIterator

from backend.errors import FileError, WorkbenchError
from backend.models import FileInfo
from backend.port import Backend
from workbench.replay.plan import PlannedFile


class Origin:
    """A session at its target, as far as that can still be had.

    Without a backend, or where the session does not tell, there are no files, and `remark` says why.
    """

    def __init__(self, backend: Backend | None, session: str, remark: str = "") -> None:
        self.remark = remark
        self._backend = backend
        self._session = session

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

    def content(self, file: PlannedFile) -> AsyncIterator[bytes]:
        """The bytes of a file. Raises WorkbenchError."""
        if self._backend is None:
            raise FileError(f"{file.path} cannot be had.", self.remark)
        return self._backend.download(self._session, file.path)

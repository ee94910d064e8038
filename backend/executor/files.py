"""The port's calls for files, over the data directories of local sessions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from backend.executor.workspace import Workspace, split
from backend.models import FileInfo
from backend.threads import in_thread


class LocalFiles:
    """Lists, reads, writes, moves and deletes files in threads: a slow disk does not stop the program."""

    def workspace(self, session: str) -> Workspace:
        """The files of a session, which is made by its first use."""
        raise NotImplementedError

    async def list_files(
        self, session: str, directory: str = "", *, recursive: bool = False
    ) -> list[FileInfo]:
        """The entries of one directory, with `recursive` also of those in it. Raises FileError."""
        workspace = self.workspace(session)
        call = workspace.tree if recursive else workspace.entries
        return await asyncio.to_thread(call, directory)

    async def file_info(self, session: str, path: str) -> FileInfo:
        """What is known of one file. Raises FileError."""
        return await asyncio.to_thread(self.workspace(session).info, path)

    async def read_file(self, session: str, path: str, *, offset: int = 0, limit: int | None = None) -> bytes:
        """Bytes of a file. Raises FileError."""
        return await asyncio.to_thread(self.workspace(session).read, path, offset, limit)

    async def download(self, session: str, path: str) -> AsyncIterator[bytes]:
        """All bytes of a file, piece by piece, from one opened file. Raises FileError."""
        with self.workspace(session).reading(path) as read:
            while piece := await in_thread(read):
                yield piece

    def check_upload(self, path: str, size: int | None = None) -> None:
        """Raises FileError for a path that no file can have; any size may be written."""
        split(path)

    async def write_file(
        self,
        session: str,
        path: str,
        content: AsyncIterator[bytes],
        size: int | None = None,
        *,
        replace: bool = True,
    ) -> FileInfo:
        """Write a file whole; the size need not be known. Raises FileError."""
        workspace = self.workspace(session)
        with workspace.writing(path, replace=replace) as write:
            async for data in content:
                await in_thread(write, data)
            await in_thread(write, None)
        return workspace.info(path)

    async def delete_file(self, session: str, path: str, *, verify: bool = True) -> None:
        """Delete a file or a directory, which is always seen. Raises FileError."""
        await asyncio.to_thread(self.workspace(session).delete, path)

    async def make_directory(self, session: str, path: str) -> None:
        """Make a directory. Raises FileError."""
        await asyncio.to_thread(self.workspace(session).make_directory, path)

    async def move_file(self, session: str, path: str, new_path: str) -> None:
        """Give a file or directory another path. Raises FileError."""
        await asyncio.to_thread(self.workspace(session).move, path, new_path)

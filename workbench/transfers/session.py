"""The files of a session as a transfer sees them: what is there, what goes in, what comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from backend.errors import FileError, Unsupported, UsageError
from backend.models import FileInfo
from backend.port import Backend
from backend.records import dataclass
from workbench.transfers import destination
from workbench.transfers.destination import NameTakenError
from workbench.transfers.meter import Meter
from workbench.transfers.source import Source

DEPTH = 30  # folders within folders that are fetched


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """The files of one session."""

    backend: Backend
    session: str

    async def find(self, path: str) -> FileInfo | None:
        """What is there of that path, as its folder lists it; None when there is nothing."""
        folder, _, _ = path.rpartition("/")
        return (await self.inside(folder)).get(path)

    async def inside(self, folder: str) -> dict[str, FileInfo]:
        """What is in a folder, by path; nothing when there is no such folder. Raises WorkbenchError."""
        try:
            listed = await self.backend.list_files(self.session, folder)
        except FileError:
            if not folder:
                raise
            return {}
        return {file.path: file for file in listed}

    async def needs_folder(self, folder: str) -> None:
        """Raises UsageError when the session has no such folder."""
        try:
            await self.backend.list_files(self.session, folder)
        except FileError:
            remedy = f'Make it first: workbench run -c "import os; os.makedirs({folder!r})"'
            raise UsageError(f"There is no folder {folder} in the session.", remedy) from None

    async def below(self, folder: str) -> list[FileInfo]:
        """All that is in a folder and in those in it, folders before their own. Raises WorkbenchError."""
        try:
            return await self.backend.list_files(self.session, folder, recursive=True)
        except Unsupported:
            return await self._walk(folder, DEPTH)

    async def _walk(self, folder: str, depth: int) -> list[FileInfo]:
        found: list[FileInfo] = []
        for file in await self.backend.list_files(self.session, folder):
            found.append(file)
            if file.kind == "directory" and depth:
                found += await self._walk(file.path, depth - 1)
        return found

    async def send(self, source: Source, path: str, meter: Meter, *, overwrite: bool = False) -> FileInfo:
        """Write a file of the session, whole or not at all; `source` is open.

        Its name and size are checked before anything is sent. Raises NameTakenError where there is
        something already and `overwrite` is off; WorkbenchError.
        """
        self.backend.check_upload(path, source.size)
        if not overwrite and await self.find(path) is not None:
            raise NameTakenError(
                f"{path} is in the session already.", "Choose another name, or say that it may be replaced."
            )
        meter.total = source.size
        async with aclosing(meter.watch(source.pieces)) as pieces:
            return await self.backend.write_file(self.session, path, pieces, source.size, replace=overwrite)

    async def fetch(self, path: str, place: Path, meter: Meter, *, overwrite: bool = False) -> None:
        """Write a file of this machine with what is in one of the session, whole or not at all.

        Raises NameTakenError where there is something already and `overwrite` is off; WorkbenchError.
        """
        info = await self.backend.file_info(self.session, path)
        if info.kind == "directory":
            raise FileError(f"{path} is a folder.", "Name files in it.")
        meter.total = info.size
        async with aclosing(meter.watch(self.backend.download(self.session, path))) as pieces:
            await destination.write(place, _at_least(pieces, info), overwrite=overwrite)


async def _at_least(pieces: AsyncIterator[bytes], info: FileInfo) -> AsyncIterator[bytes]:
    """All pieces. Raises FileError when they end early: the file was cut while it came."""
    came = 0
    async for piece in pieces:
        came += len(piece)
        yield piece
    if came < info.size:
        raise FileError(f"{info.path} has shrunk while it was fetched.", "Try again when it is whole.")

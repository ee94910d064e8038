"""Contents of files, and whatever else is kept by its hash, with who needs it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.history.access import Access
from workbench.history.entry import KeptFile

if TYPE_CHECKING:
    from workbench.history.blobs import Blobs
    from workbench.history.past import Past


class Contents(Access):
    """What is kept beside entries."""

    @property
    def blobs(self) -> Blobs:
        """Contents by their SHA-256, in a directory beside the file. Its calls block."""
        from workbench.history.blobs import Blobs

        return Blobs(self.path.with_name("blobs"))

    async def keep_files(self, profile: str, session: str, files: Iterable[KeptFile]) -> None:
        """Note which blobs are files of a session from now on, beside what they held before."""
        kept = tuple(files)
        change = self._open.change
        await self._call(change, lambda database: database.keep_files(profile, session, kept), None)

    async def forget_files(self, profile: str, session: str, paths: Iterable[str]) -> None:
        """Note that what these files of a session hold from now on is not kept."""
        now = time.time()
        await self.keep_files(profile, session, [KeptFile(path, "", 0, now) for path in paths])

    async def kept_files(self, profile: str, session: str) -> Past:
        """The contents of a session's files that are kept, and which executions have changed them."""
        from workbench.history.past import Past

        found = await self._call(
            self._open.read,
            lambda database: (
                database.kept_files(profile, session),
                database.file_changes(profile, session),
            ),
        )
        return Past.of(
            (file for files, _ in found for file in files), (change for _, all in found for change in all)
        )

    async def put_blob(self, data: bytes, holder: str = "") -> str:
        """Keep a content by its digest, for as long as an entry with the id `holder` is there.

        Without a holder it is removed after an hour unless `hold` or `keep_files` claims it. Raises OSError.
        """
        digest = await asyncio.to_thread(self.blobs.put, data)
        if holder:
            await self.hold(holder, [digest])
        return digest

    async def get_blob(self, digest: str) -> bytes | None:
        """A content by its digest, None when it is not kept."""
        return await asyncio.to_thread(self.blobs.get, digest)

    async def hold(self, holder: str, digests: Iterable[str]) -> None:
        """Keep blobs for as long as an entry with the id `holder` is there, or until `release`."""
        held = tuple(digests)
        await self._call(self._open.change, lambda database: database.hold(holder, held), None)

    async def release(self, holder: str) -> None:
        """Keep no blobs for this holder any more."""
        await self._call(self._open.change, lambda database: database.release(holder), None)

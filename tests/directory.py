"""The files of a directory as those of a session, without a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from backend.executor.files import LocalFiles
from backend.executor.workspace import Workspace
from backend.models import Capabilities


class Files(LocalFiles):
    """The real files of a directory; `parts` says whether parts of them are sent."""

    def __init__(self, root: Path, *, parts: bool = True) -> None:
        self.place = Workspace(root)
        self.capabilities = Capabilities(ranges=parts)
        self.sent = 0

    def workspace(self, session: str) -> Workspace:
        return self.place

    async def download(self, session: str, path: str) -> AsyncIterator[bytes]:
        async for piece in super().download(session, path):
            self.sent += len(piece)
            yield piece

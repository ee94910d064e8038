"""Sessions to move files to and from: local, and behind a real server that can go away in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.client.remote import RemoteBackend
from backend.executor.folders import SessionFolder
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Target
from backend.port import Backend
from tests.contract.served import serving
from workbench.transfers.queue import Queue
from workbench.transfers.transfer import Transfer

SESSION = "transfers"
OLD, NEW = "2024-02-02-preview", "2025-10-02-preview"


class Wire:
    """A relay in front of a server, which breaks off after so many bytes from one side."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._server: asyncio.Server | None = None
        self._names = (b"", b"")
        self._open: set[asyncio.StreamWriter] = set()
        self.left: int | None = None
        self.from_client = True

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        # the server answers to its own name only; both have five digits
        self._names = (f"Host: 127.0.0.1:{port}".encode(), f"Host: 127.0.0.1:{self._port}".encode())
        return f"http://127.0.0.1:{port}"

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    def break_after(self, count: int, *, from_client: bool) -> None:
        self.left, self.from_client = count, from_client

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        ends = {writer, back}
        self._open |= ends
        try:
            await asyncio.gather(self._pass(reader, back, ends, True), self._pass(there, writer, ends, False))
        finally:
            for end in ends:
                end.close()
            self._open -= ends

    async def _pass(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        ends: set[asyncio.StreamWriter],
        of_client: bool,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(1 << 14):
                data = data.replace(*self._names)
                if self.left is not None and of_client == self.from_client:
                    data, self.left = data[: self.left], self.left - len(data)
                sink.write(data)
                await sink.drain()
                if self.left is not None and self.left <= 0:
                    for end in ends:
                        end.transport.abort()
                    return
            if sink.can_write_eof():
                sink.write_eof()


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden parts included."""
    return sorted(one.name for one in folder.iterdir())


@dataclass
class Place:
    """A session, and what is really in its data directory."""

    target: Target
    backend: Backend
    data: Path
    wire: Wire | None = None
    changes: list[Transfer] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Everything in the data directory, hidden parts included."""
        return names(self.data)

    @contextlib.contextmanager
    def hold(self, target: Target) -> Iterator[Backend]:
        assert target == self.target
        yield self.backend

    def queue(self, at_once: int = 3) -> Queue:
        return Queue(self.hold, at_once=at_once, changed=self.changes.append)


@contextlib.asynccontextmanager
async def opened(kind: str, root: Path, *, max_upload: int = 128 << 20) -> AsyncIterator[Place]:
    """A session of a local backend with its files under `root`, or the same in a version of the API."""
    local = LocalBackend(root, Choice(sys.executable, "test"))
    await local.list_files(SESSION)  # its directory is made
    data = SessionFolder(root, SESSION).data
    try:
        if kind == "local":
            yield Place(Target(), local, data)
            return
        async with serving(local, max_upload=max_upload) as url:
            wire = Wire(url)
            async with wire as through:
                target = Target("served", "remote", through, api_version=kind)
                remote = RemoteBackend(target)
                try:
                    yield Place(target, remote, data, wire)
                finally:
                    await remote.close()
    finally:
        await local.close()


@pytest.fixture(params=["local", OLD, NEW])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path / "sessions") as found:
        yield found


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Place]:
    async with opened("local", tmp_path / "sessions") as found:
        yield found


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder of this machine."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder

"""A backend behind HTTP: client and server over a real loopback socket, above a local backend."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, cast

from backend.client.remote import RemoteBackend
from backend.executor.folders import SessionFolder
from backend.executor.local import LocalBackend
from backend.models import SessionInfo, Target
from backend.port import Backend
from backend.server.app import Application
from backend.server.log import Log
from backend.server.run import bind, serve
from backend.server.settings import Settings
from backend.server.tokens import new_token
from backend.wire.versions import ApiVersion

VERSIONS = tuple(version.value for version in ApiVersion)
PREFIX = "contract-"  # later versions want four characters and more, and tests like short names
OUTPUT_LIMIT = 8 << 20
OF_SESSIONS = frozenset(
    (
        *("start", "execute", "interrupt", "abandon", "watch", "complete", "inspect", "variables", "answer"),
        *("list_files", "file_info", "read_file", "download", "write_file", "delete_file", "end_session"),
        *("make_directory", "move_file"),
    )
)


class Named:
    """A backend whose sessions have a prefix before the names that a test gives them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._backend, name)
        if name not in OF_SESSIONS:
            return found
        call = cast(Callable[..., Any], found)
        return lambda session, *rest, **more: call(PREFIX + session, *rest, **more)

    async def sessions(self) -> list[SessionInfo]:
        """The sessions by the names that the test gave them."""
        found = await self._backend.sessions()
        return [replace(info, identifier=info.identifier.removeprefix(PREFIX)) for info in found]


@contextlib.asynccontextmanager
async def serving(backend: LocalBackend, *, max_upload: int = 128 << 20) -> AsyncIterator[str]:
    """The URL of a server over a backend, for the same user without a token."""

    async def erase(session: str) -> None:
        await asyncio.to_thread(shutil.rmtree, SessionFolder(backend.root, session).path)

    async def stay() -> None:
        """The backend is closed by who made it."""

    log = Log(verbose=False, stream=io.StringIO())
    settings = Settings(new_token(), isolation="process", version="1", max_upload=max_upload)
    application = Application(backend, settings, log, erase)
    sockets = bind("127.0.0.1", 0)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(application, sockets, close=stay, log=log, stop=stop))
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def reached(url: str, version: str) -> AsyncIterator[Backend]:
    """A client of a server in one version; its sessions are ended with it."""
    remote = RemoteBackend(Target("served", "remote", url, api_version=version, output_limit=OUTPUT_LIMIT))
    try:
        yield cast(Backend, Named(remote))
    finally:
        for info in await remote.sessions():
            await remote.end_session(info.identifier)
        await remote.close()

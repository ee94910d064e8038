"""Real servers on free ports of loopback, over one warm local backend that each test finds empty."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.executor.folders import SessionFolder
from backend.executor.interpreter import Choice
from backend.executor.local import PRELOAD, LocalBackend
from backend.port import Backend
from backend.server.app import Application
from backend.server.log import Log
from backend.server.run import bind, serve
from backend.server.settings import Limits, Settings
from backend.server.tokens import new_token
from tests.unit.server.raw import Answer, Connection, exchange, written

HERE = Path(__file__).parent
NEWEST = "2025-10-02-preview"
JSON = {"Content-Type": "application/json"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder: a backend belongs to the loop it was made in."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    port: int
    token: str
    application: Application
    backend: Backend
    log: io.StringIO

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    async def ask(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """The answer to one request on a connection of its own."""
        request = written(method, target, headers, body, self.host)
        return await exchange(self.port, request, head=method == "HEAD")

    async def connect(self) -> Connection:
        return await Connection.open(self.port)

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        return written(method, target, headers, body, self.host)

    def execution(
        self, code: str, session: str = "test", headers: dict[str, str] | None = None, **more: Any
    ) -> bytes:
        """A request to run code."""
        body = {"codeInputType": "Inline", "executionType": "Synchronous", "code": code, **more}
        target = f"/executions?api-version={NEWEST}&identifier={session}"
        return self.request("POST", target, {**JSON, **(headers or {})}, json.dumps(body).encode())

    async def run(
        self, code: str, session: str = "test", headers: dict[str, str] | None = None, **more: Any
    ) -> Any:
        """Run code; the body of the answer."""
        answer = await exchange(self.port, self.execution(code, session, headers, **more))
        assert answer.status in (200, 202), answer
        return answer.json

    async def poll(self, identifier: str, session: str = "test") -> Answer:
        return await self.ask("GET", f"/executions/{identifier}?api-version={NEWEST}&identifier={session}")

    async def ended(self, identifier: str, session: str = "test") -> Any:
        """The execution once it has ended."""
        async with asyncio.timeout(20):
            while True:
                answer = await self.poll(identifier, session)
                assert answer.status == 200, answer
                if answer.json["status"] not in ("NotStarted", "Running"):
                    return answer.json
                await asyncio.sleep(0.02)  # as a client does

    async def put(self, name: str, data: bytes, session: str = "test") -> Answer:
        """Upload a file."""
        kind, body = multipart([("file", name, data)])
        target = f"/files?api-version={NEWEST}&identifier={session}"
        return await self.ask("POST", target, {"Content-Type": kind}, body)

    async def get(self, name: str, session: str = "test", **headers: str) -> Answer:
        """Download a file, by its name in the URL."""
        return await self.ask(
            "GET", f"/files/{name}/content?api-version={NEWEST}&identifier={session}", headers
        )

    async def names(self, session: str = "test") -> list[str]:
        """The names of a session's files."""
        answer = await self.ask("GET", f"/files?api-version={NEWEST}&identifier={session}")
        return [file["name"] for file in answer.json["value"]]


def multipart(
    parts: Iterable[tuple[str, str | None, bytes]], boundary: str = "b0undary"
) -> tuple[str, bytes]:
    """Content type and body of a form: field, file name, content."""
    body = b""
    for field, name, data in parts:
        labels = f'name="{field}"' + ("" if name is None else f'; filename="{name}"')
        body += f"--{boundary}\r\nContent-Disposition: form-data; {labels}\r\n\r\n".encode() + data + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


Start = Callable[..., AbstractAsyncContextManager[Running]]


@contextlib.asynccontextmanager
async def running(
    backend: Backend, settings: Settings | None = None, **changes: Any
) -> AsyncIterator[Running]:
    """A server over a backend; `changes` are of its settings, and of its limits by their names."""
    token = new_token()
    settings = settings or Settings(token, isolation="process", version="1.2.3")
    limits = {name: changes.pop(name) for name in list(changes) if name in Limits.__dataclass_fields__}
    settings = replace(settings, limits=replace(settings.limits, **limits), **changes)
    text = io.StringIO()
    log = Log(verbose=True, stream=text)

    async def erase(session: str) -> None:
        if isinstance(backend, LocalBackend):
            folder = SessionFolder(backend.root, session).path
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    application = Application(backend, settings, log, erase)
    sockets = bind("127.0.0.1", 0)
    stop = asyncio.Event()

    async def close() -> None:
        pass

    task = asyncio.create_task(serve(application, sockets, close=close, log=log, stop=stop))
    try:
        yield Running(sockets[0].getsockname()[1], settings.token, application, backend, text)
    finally:
        stop.set()
        await task


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def backend(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalBackend]:
    made = LocalBackend(tmp_path_factory.mktemp("served"), Choice(sys.executable, "test"))
    made.launch()
    yield made
    await made.close()


async def _clear(used: LocalBackend) -> None:
    for info in await used.sessions():
        await used.end_session(info.identifier)
    for folder in used.root.iterdir():
        if folder.name != PRELOAD:
            shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lasting(backend: LocalBackend) -> AsyncIterator[Running]:
    """One server for all tests that need nothing special: it takes 0.3 s to end."""
    async with running(backend) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def server(lasting: Running, backend: LocalBackend) -> AsyncIterator[Running]:
    """It, without sessions."""
    yield lasting
    for served in lasting.application.sessions.all():
        await lasting.application.sessions.end(served.name)
    await _clear(backend)


@pytest_asyncio.fixture(loop_scope="session")
async def start(backend: LocalBackend) -> AsyncIterator[Start]:
    """Starts servers with other settings."""
    yield lambda **changes: running(backend, **changes)
    await _clear(backend)

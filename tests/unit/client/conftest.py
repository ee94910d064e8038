"""A scripted server, and backends that talk to it with limits short enough for tests."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from backend.client.options import Options
from backend.client.remote import RemoteBackend
from backend.client.sources import Token
from backend.models import Exchanged, StateChanged, Submission, Target
from tests.contract.driver import Ran, eventually
from tests.unit.client.scripted import Scripted

SESSION = "test-session"
NEWEST = "2025-10-02-preview"
LEGACY = "2024-02-02-preview"
FAST = Options(
    calling=5,
    stalling=5,
    grace=5,
    begun=5,
    lookup=0.4,
    patience=0.3,
    first_poll=0.005,
    slowest_poll=0.01,
    first_wait=0.005,
    longest_wait=0.02,
    repeats=2,
    idle=1000,
    body=1 << 18,
)
_numbers = itertools.count(1)
Make = Callable[..., RemoteBackend]


class Tokens:
    """A source that gives these tokens one after another, the last one again and again."""

    def __init__(self, *tokens: str, expires_at: float | None = None) -> None:
        self.tokens = list(tokens)
        self.fetched = 0
        self._expires_at = expires_at

    async def fetch(self) -> Token:
        self.fetched += 1
        text = self.tokens[min(self.fetched, len(self.tokens)) - 1]
        await asyncio.sleep(0)  # as any real one does, it lets others run
        return Token(text, self._expires_at)


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with Scripted.running() as running:
        yield running


@pytest.fixture
async def make(server: Scripted) -> AsyncIterator[Make]:
    """Makes backends for the server, in any version and with other options."""
    made: list[RemoteBackend] = []

    def make(
        version: str = NEWEST,
        *,
        url: str = "",
        options: Options = FAST,
        source: Any = None,
        output_limit: int | None = None,
    ) -> RemoteBackend:
        target = Target("test", "remote", url or server.url, api_version=version, output_limit=output_limit)
        made.append(RemoteBackend(target, options, source))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def backend(make: Make) -> RemoteBackend:
    """A backend in the newest version."""
    return make()


def code(text: str = "1", limit: float | None = None) -> Submission:
    """Code under a fresh id."""
    number = next(_numbers)
    return Submission(f"ours-{number}", text, number, limit)


async def run(backend: RemoteBackend, text: str = "1", limit: float | None = None) -> Ran:
    """Run code to its end."""
    submission = code(text, limit)
    ran = Ran(submission.id)
    async for event in backend.execute(SESSION, submission):
        ran.events.append(event)
    return ran


class Watch:
    """The session events from now on."""

    def __init__(self, backend: RemoteBackend) -> None:
        self.events: list[Any] = []
        self._backend = backend

    async def __aenter__(self) -> Watch:
        self._task = asyncio.create_task(self._read())
        await eventually(lambda: self._backend.session(SESSION).standing.watchers.watched)
        return self

    async def _read(self) -> None:
        async for event in self._backend.watch(SESSION):
            self.events.append(event)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def states(self) -> list[tuple[str, str]]:
        return [
            (event.state.value, event.message) for event in self.events if isinstance(event, StateChanged)
        ]


def exchanges(ran: Ran) -> list[Any]:
    """The exchanges of an execution."""
    return [event.exchange for event in ran.events if isinstance(event, Exchanged)]

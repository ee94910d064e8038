"""Every submission is written down, and every end: they must balance."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from backend.models import SessionState, StateChanged, Status, Submission
from backend.port import Backend
from tests.contract.driver import submission
from tests.torture.seen import Seen

LOST_WITHIN = 10.0  # seconds until a session says that its variables are gone
OnEvent = Callable[[Submission, Seen], None]


class Books:
    """Runs code through the port and counts."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.submitted: set[str] = set()
        self.ended: Counter[Status] = Counter()

    async def run(
        self,
        session: str,
        code: str,
        *,
        limit: float | None = None,
        within: float = 20.0,
        on_event: OnEvent = lambda sent, seen: None,
    ) -> Seen:
        """Run code to its end. Fails when it does not end `within` seconds, or not once."""
        sent = submission(code, limit)
        seen = Seen(sent.id)
        assert sent.id not in self.submitted
        self.submitted.add(sent.id)
        try:
            async with asyncio.timeout(within):
                async for event in self.backend.execute(session, sent):
                    seen.take(event)
                    on_event(sent, seen)
        except TimeoutError:
            raise AssertionError(f"it did not end within {within:g} s: {code[:200]}") from None
        self.ended[seen.end.status] += 1
        return seen

    def balance(self) -> None:
        """Each submission has one end."""
        assert sum(self.ended.values()) == len(self.submitted), (self.ended, len(self.submitted))


@asynccontextmanager
async def losing(backend: Backend, session: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Gives what waits until the session has said, from now on, that its variables are gone."""
    lost = asyncio.Event()

    async def watch() -> None:
        async for event in backend.watch(session):
            if isinstance(event, StateChanged) and event.state is SessionState.LOST:
                lost.set()

    async def wait() -> None:
        async with asyncio.timeout(LOST_WITHIN):
            await lost.wait()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    try:
        yield wait
    finally:
        watching.cancel()

"""Those who watch a session: slow ones miss exchanges, never a state."""

from __future__ import annotations

import asyncio

from backend.client.watchers import ROOM, Watchers
from backend.models import Exchanged, SessionState, StateChanged


async def test_a_slow_watcher_misses_the_oldest_exchanges_and_no_state() -> None:
    watchers = Watchers()
    watching = watchers.watch()
    first = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    watchers.change(SessionState.RUNNING)
    for number in range(ROOM * 3):
        watchers.exchanged({"number": number})
    watchers.change(SessionState.IDLE)
    watchers.close()
    events = [await first, *[event async for event in watching]]
    assert [event.state for event in events if isinstance(event, StateChanged)] == ["running", "idle"]
    numbers = [event.exchange["number"] for event in events if isinstance(event, Exchanged)]
    assert numbers == list(range(ROOM * 2, ROOM * 3))

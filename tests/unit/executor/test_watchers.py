"""Late output for somebody who watches: in order, bounded, and what had no room is counted."""

from __future__ import annotations

import asyncio
import re

from backend.executor.watchers import CHUNK, ROOM, Watchers
from backend.models import Chunk, SessionEvent, SessionState, StateChanged, Stream

PIECE = ROOM // 4 - CHUNK


def late(text: str, execution_id: str = "x") -> Chunk:
    return Chunk(execution_id, Stream.STDOUT, text, late=True)


async def watched(*told: SessionEvent) -> list[SessionEvent]:
    """What somebody hears who was busy while all of this was told, up to the end."""
    watchers = Watchers()
    heard: list[SessionEvent] = []
    begun = asyncio.Event()

    async def watch() -> None:
        async for event in watchers.watch():
            heard.append(event)
            begun.set()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    for event in told:
        watchers.tell(event)
    await begun.wait()
    watchers.close()
    await watching
    return heard


async def test_events_come_in_their_order() -> None:
    told: list[StateChanged | Chunk] = [late("a"), StateChanged(SessionState.IDLE), late("b", "y"), late("c")]
    assert await watched(*told) == told


async def test_what_has_no_room_is_counted_and_states_always_come() -> None:
    lost = StateChanged(SessionState.LOST, "gone")
    heard = await watched(*[late("é" * PIECE)] * 9, late("w" * ROOM, "y"), lost)
    assert heard[:4] == [late("é" * PIECE)] * 4
    assert heard[4] == lost
    assert [(event.execution_id, event.text) for event in heard[5:] if isinstance(event, Chunk)] == [
        ("x", f"\n… {5 * 2 * PIECE:,} bytes of late output left out here …\n"),
        ("y", f"\n… {ROOM:,} bytes of late output left out here …\n"),
    ]


async def test_a_slow_watcher_of_a_flood_gets_every_byte_or_its_count() -> None:
    watchers = Watchers()
    told, heard = 0, 0
    watch = watchers.watch()
    waiting = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    for number in range(500):
        text = "x" * (number * 37 % 50_000)
        watchers.tell(late(text))
        told += len(text)
        if number % 7 == 0:
            heard += _bytes(await waiting)
            waiting = asyncio.ensure_future(anext(watch))
            await asyncio.sleep(0)
    watchers.close()
    heard += _bytes(await waiting)
    async for event in watch:
        heard += _bytes(event)
    assert heard == told


def _bytes(event: SessionEvent) -> int:
    assert isinstance(event, Chunk)
    note = re.fullmatch(r"\n… ([\d,]+) bytes of late output left out here …\n", event.text)
    return int(note[1].replace(",", "")) if note else len(event.text)

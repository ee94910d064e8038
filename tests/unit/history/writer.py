"""A process that writes entries and acknowledges each on stdout: `writer.py DATABASE SESSION [COUNT]`."""

from __future__ import annotations

import asyncio
import itertools
import sys
import uuid
from dataclasses import replace
from pathlib import Path

from backend.models import Status, Stream
from workbench.history.entry import Entry, Segment
from workbench.history.store import History


async def write(path: Path, session: str, count: int | None) -> None:
    """Begin, progress and finish entries until killed, or `count` of them."""
    async with History(path) as history:
        print("open", history.notice, flush=True)
        for index in itertools.count() if count is None else range(count):
            entry = Entry(uuid.uuid4().hex, f"print({index}) # needle{index}", session, status=Status.RUNNING)
            entry = await history.begin(entry)
            print("begin", entry.id, entry.number, flush=True)
            segments = (Segment(Stream.STDOUT, f"{index}\n" * 50),)
            await history.progress(entry.id, segments)
            print("progress", entry.id, entry.number, flush=True)
            await history.finish(replace(entry, status=Status.SUCCEEDED, segments=segments, duration_ms=1.0))
            print("finish", entry.id, entry.number, flush=True)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None))

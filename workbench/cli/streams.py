"""Writing to the terminal or a pipe without stopping the event loop."""

from __future__ import annotations

import asyncio
import os
from typing import TextIO


class Sink:
    """Text to stdout or stderr, written in a thread: a slow reader slows the code and nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._fd = stream.fileno()

    async def write(self, text: str) -> None:
        """Write all of `text` as UTF-8. Raises OSError: BrokenPipeError when nobody reads any more."""
        if text:
            await write_all(self._fd, text.encode("utf-8", "replace"))


async def write_all(fd: int, data: bytes) -> None:
    """Write all of `data` in a thread. Raises OSError: BrokenPipeError when nobody reads any more."""
    await asyncio.to_thread(_write, fd, data)


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]

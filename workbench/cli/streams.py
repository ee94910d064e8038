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
            await asyncio.to_thread(self._write, text.encode("utf-8", "replace"))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]

"""Top-level await: one event loop for all the executions of a session."""

from __future__ import annotations

import asyncio
from typing import Any, Optional


class Runner:
    """Runs coroutines to their end. Tasks left behind go on when the next coroutine runs."""

    def __init__(self) -> None:
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    def __call__(self, coroutine: Any) -> Any:
        """The coroutine's result. An interrupt cancels it: it does not go on in the next execution."""
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        loop = self._loop
        asyncio.set_event_loop(loop)
        task = loop.create_task(coroutine)
        try:
            return loop.run_until_complete(task)
        except BaseException:
            if not task.done():
                task.cancel()
                loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
            raise

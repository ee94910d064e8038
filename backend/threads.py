"""Calls in threads that are over when they are said to be over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What the call gives, run in a thread. Being cancelled waits for the call, then is passed on.

    For calls on a descriptor that is closed next: `asyncio.to_thread` leaves a cancelled call running, and
    it would go on with whatever file has got that number by then.
    """
    work = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        work.exception()  # nobody else asks for it
        raise cancelled
    return work.result()

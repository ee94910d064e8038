"""Sessions that are made for a replay and go with it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable

from backend.errors import WorkbenchError
from backend.models import Target
from backend.port import Backend
from workbench.identifiers import new_identifier


def name(target: Target, source: str) -> str:
    """An identifier that nobody has used: at a remote target nobody can guess it either."""
    return new_identifier() if target.kind == "remote" else f"{source}.replay-{secrets.token_hex(4)}"


async def remove(backend: Backend, target: Target, session: str, erase: Callable[[str], None]) -> None:
    """End the session, as far as the target lets one; `erase` deletes what a local one has on the disk."""
    with contextlib.suppress(WorkbenchError):
        if backend.capabilities.ends_sessions:
            await backend.end_session(session)
    if target.kind == "local":
        await asyncio.to_thread(erase, session)

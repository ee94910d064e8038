"""What a session's worker is given to live in: its folders, its level, its sandbox."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from backend.errors import CannotStart
from backend.executor.environment import session_environment
from backend.executor.folders import SessionFolder
from backend.executor.isolation import bubblewrap, rules
from backend.executor.isolation.levels import Level
from backend.executor.nursery import Nursery
from backend.executor.plan import Plan


class Berths:
    """Describes to a nursery what the worker of a session gets, and holds the sandboxes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sandboxes: dict[Path, bubblewrap.Sandbox] = {}

    def request(self, folder: SessionFolder, python: str) -> dict[str, Any]:
        """The request for a worker in this folder, as worker/places.py reads it."""
        sealed = self._plan.isolation == Level.SEALED
        places = (folder.data, folder.home, folder.temporary)
        inside = (bubblewrap.DATA, bubblewrap.HOME, bubblewrap.TEMPORARY) if sealed else places
        return {
            "op": "fork",
            "level": self._plan.isolation,
            "mnt_data": self._plan.mnt_data,
            "memory_limit": self._plan.memory_limit,
            "data": str(folder.data),
            "write": [str(place) for place in inside],
            "env": session_environment(*inside, python),
        }

    def readable(self, nursery: Nursery) -> list[str]:
        """What a worker of this nursery may read beside its own. The nursery must be ready."""
        return rules.readable(_interpreter(nursery))

    async def sandbox(self, folder: SessionFolder, nursery: Nursery) -> int:
        """The process to join for a fresh sandbox of this folder; the one before ends. Raises CannotStart."""
        program = bubblewrap.find(os.environ)
        if program is None:
            raise CannotStart("The level sealed needs bubblewrap, which is not here.", bubblewrap.INSTALL)
        await self.leave(folder)
        options = bubblewrap.arguments(folder.data, folder.home, folder.temporary, _interpreter(nursery))
        made = self._sandboxes[folder.path] = await bubblewrap.start(program, options)
        return made.pid

    async def leave(self, folder: SessionFolder) -> None:
        """End the sandbox of this folder, if it has one."""
        made = self._sandboxes.pop(folder.path, None)
        if made is not None:
            await made.close()


def _interpreter(nursery: Nursery) -> list[str]:
    assert nursery.interpreter is not None
    return rules.interpreter_paths(nursery.interpreter.prefixes, nursery.interpreter.imports, Path.home())

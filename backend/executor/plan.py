"""What all workers of one nursery have in common, decided before it starts."""

from __future__ import annotations

import dataclasses
import json

from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How a nursery makes its workers.

    `isolation` is a level that was chosen, never `auto`. `memory_limit` is in bytes, 0 for the default.
    `spawn` is why workers are to be spawned; empty, the nursery decides by what it finds.
    """

    isolation: str = "process"
    mnt_data: bool = True
    preload: tuple[str, ...] = ()
    memory_limit: int = 0
    spawn: str = ""

    def spell(self) -> str:
        """The plan as the nursery's program reads it: one JSON object."""
        return json.dumps(dataclasses.asdict(self))

"""A replay from its plan to its end: what it runs, where its files come from, where it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from backend.models import Target
from backend.port import Backend
from workbench.history.entry import Entry
from workbench.replay import plan as planning
from workbench.replay.origin import Origin
from workbench.replay.plan import Plan, Step
from workbench.replay.result import Replay, Side
from workbench.replay.rules import Rules
from workbench.replay.run import Progress, Replayer
from workbench.replay.runner import Runner


async def nothing() -> None:
    """Leave a place that needs no leaving."""


class Job:
    """Executions of one session that run again in another one, or in the same.

    `leave` is called at the end, whatever that is.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        origin: Origin,
        place: tuple[Backend, Target, Runner],
        sides: tuple[Side, Side],
        leave: Callable[[], Awaitable[None]] = nothing,
    ) -> None:
        self.entries: Sequence[Entry] = entries
        self.origin = origin
        self.source, self.destination = sides
        self.replayer: Replayer | None = None
        self._backend, self._target, self._runner = place
        self._leave = leave
        self._stopped = False

    async def plan(self, *, all_files: bool = False) -> Plan:
        """What will happen. Asks source and target what they have."""
        files = await self.origin.files()
        kept = await self.origin.kept()
        return await planning.make(
            self.entries, self._backend, self._target, files, kept, all_files=all_files, here=self.origin.here
        )

    async def run(
        self, plan: Plan, rules: Rules, tell: Callable[[Progress], None], *, go_on: bool = False
    ) -> Replay:
        """Run a plan of this job; what came of it."""
        self.replayer = Replayer(plan, self._runner, self.origin.content, rules, go_on=go_on, tell=tell)
        self.replayer.stopped = self._stopped
        return await self.replayer.run(self.source, self.destination)

    async def stop(self) -> None:
        """Stop what runs; what has run is told by `run`."""
        self._stopped = True
        if self.replayer is not None:
            await self.replayer.stop()

    async def close(self) -> None:
        """Leave source and destination."""
        await self._leave()


def chosen(plan: Plan, steps: Sequence[Step]) -> Plan:
    """A plan with some of its steps only."""
    return replace(plan, steps=tuple(steps))


def sides(entries: Sequence[Entry], target: Target, session: str) -> tuple[Side, Side]:
    """Where executions ran, and where they run again."""
    first = entries[0]
    version = "" if first.isolation else first.api_version  # a level is what only local sessions have
    there = target.api_version if target.kind == "remote" else ""
    return Side(first.profile, version, first.session), Side(target.profile, there, session)

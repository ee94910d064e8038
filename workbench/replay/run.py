"""Runs a plan: files first, then the executions in order, each compared as soon as it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from backend.errors import WorkbenchError
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.replay.compare import Comparison, Verdict, compare
from workbench.replay.inputs import PlannedFile
from workbench.replay.plan import Plan, Step
from workbench.replay.result import Replay, Side
from workbench.replay.rules import Rules
from workbench.replay.runner import Runner

Content = Callable[[PlannedFile], AsyncIterator[bytes]]
"""The bytes of a planned file. Raises WorkbenchError."""

LOST = "The session was made anew there, without the variables of the executions before."


@dataclass(frozen=True, slots=True)
class Sending:
    """Progress: a file is sent; `done` of `total` are there."""

    file: PlannedFile
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Running:
    """Progress: an execution runs; `done` of `total` have run."""

    step: Step
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Progress: an execution has run and was compared."""

    comparison: Comparison
    done: int
    total: int


Progress = Sending | Running | Compared


class Replayer:
    """One replay. `content` gives the bytes of the plan's files; `tell` hears of every step.

    It stops at the first execution that differs unless it is told to go on, and always when the target fails:
    what follows would run without what was before it.
    """

    def __init__(
        self,
        plan: Plan,
        runner: Runner,
        content: Content,
        rules: Rules,
        *,
        go_on: bool = False,
        tell: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self.plan = plan
        self.go_on = go_on
        self.comparisons: list[Comparison] = []
        self.stopped = False
        self._runner = runner
        self._content = content
        self._rules = rules
        self._tell = tell
        self._going = asyncio.Event()
        self._going.set()

    @property
    def paused(self) -> bool:
        """Whether the next execution waits."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Let what runs end, and nothing begin after it."""
        self._going.clear()

    def resume(self) -> None:
        """Go on."""
        self._going.set()

    async def stop(self) -> None:
        """Stop what runs, and begin nothing more."""
        self.stopped = True
        self._going.set()
        await self._runner.stop()

    async def run(self, source: Side, destination: Side) -> Replay:
        """Run all of it; what came of it. What the target refuses is told in the result, not raised."""
        failure = "" if self.stopped else await self._begin()
        if not failure:
            await self._execute()
        reason = failure or self._why_not()
        left = [Comparison(step.entry, None, Verdict.SKIPPED, reason=reason) for step in self._left()]
        return Replay(
            source,
            destination,
            (*self.comparisons, *left),
            self._rules,
            stopped=self.stopped,
            failure=failure,
        )

    def _left(self) -> tuple[Step, ...]:
        return self.plan.steps[len(self.comparisons) :]

    def _why_not(self) -> str:
        if self.stopped:
            return "It was stopped before."
        if self.comparisons and self.comparisons[-1].verdict is Verdict.FAILED:
            return "The target failed before."
        return "An execution before it differs."

    async def _begin(self) -> str:
        """Make the session ready and send the files; the sentence of what fails."""
        try:
            await self._runner.start()
        except WorkbenchError as error:
            return str(error)
        return await self._send()

    async def _send(self) -> str:
        """Send the files; the sentence of the first that cannot be sent."""
        files = self.plan.files
        for done, file in enumerate(files):
            await self._going.wait()
            if self.stopped:
                break
            self._tell(Sending(file, done, len(files)))
            try:
                await self._runner.put(file.path, self._content(file), file.size)
            except WorkbenchError as error:
                return f"{file.path} could not be sent: {error}"
        return ""

    async def _execute(self) -> None:
        steps = self.plan.steps
        for done, step in enumerate(steps):
            await self._going.wait()
            if self.stopped:
                return
            self._tell(Running(step, done, len(steps)))
            comparison = await self._step(step, first=done == 0)
            if comparison is None:
                return
            self.comparisons.append(comparison)
            self._tell(Compared(comparison, done + 1, len(steps)))
            if comparison.verdict is Verdict.FAILED:
                return
            if comparison.verdict is Verdict.DIFFERS and not self.go_on:
                return

    async def _step(self, step: Step, *, first: bool) -> Comparison | None:
        """Run one execution and compare it; None when it was stopped."""
        try:
            if step.fresh and not first:
                await self._runner.refresh()
            after = await self._runner.run(step.entry.code, step.timeout)
        except WorkbenchError as error:
            return Comparison(step.entry, None, Verdict.FAILED, reason=str(error))
        if self.stopped:
            return None
        if after.fresh and not first and not step.fresh and not self._died():
            return Comparison(step.entry, after, Verdict.FAILED, reason=LOST)
        return await asyncio.to_thread(compare, step.entry, after, self._rules)

    def _died(self) -> bool:
        """Whether the execution before took the variables with it, as it did the first time."""
        last: Entry | None = self.comparisons[-1].after if self.comparisons else None
        return last is not None and last.state_lost

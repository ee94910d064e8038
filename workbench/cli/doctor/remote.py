"""What the doctor finds about a remote target: URL, token, and what it answers. Nothing is run there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from backend.models import Target
from workbench.cli import codes
from workbench.cli.doctor.finding import Finding, Grade

if TYPE_CHECKING:
    from backend.client.doctor import Attempt, Examination, Step

_WAIT = "When that is done, `workbench doctor --wait` with the same flags asks until it is in force."


async def findings(
    target: Target, *, wait: bool = False, first_wait: float | None = None
) -> AsyncIterator[Finding]:
    """A line for each step up to the first that is not well.

    With `wait`, a target that may let us in later is asked again and again, `first_wait` seconds after the
    first time and ever later, with a line for each time.
    """
    from backend.client.doctor import FIRST_WAIT, examine, until_allowed  # httpx: 125 ms

    if not wait:
        found = await examine(target)
        for finding in _steps(found):
            yield finding
        if found.waiting_helps:
            yield Finding(Grade.NOTE, "waiting", _WAIT)
        return
    async for attempt in until_allowed(target, first_wait=first_wait or FIRST_WAIT):
        if attempt.number == 1 or attempt.allowed or not attempt.seconds:
            for finding in _steps(attempt.examination, last=not attempt.seconds):
                yield finding
        if attempt.seconds:
            yield Finding(Grade.NOTE, "waiting", _again(attempt))


def _steps(found: Examination, *, last: bool = True) -> Iterator[Finding]:
    for step in found.steps:
        yield _finding(step, last=last)


def _finding(step: Step, *, last: bool) -> Finding:
    """The command has a line of its own, to be copied. What is not the last word ends nothing."""
    grade = Grade.GOOD if step.well else Grade.BAD
    if step.well and step.remedy:
        grade = Grade.NOTE
    code = codes.SUCCESS if step.well or not last else codes.TARGET
    remedy = step.remedy.removesuffix(step.command).strip() if step.command else step.remedy
    return Finding(grade, step.what, step.text, remedy, code, (step.command,) if step.command else ())


def _again(attempt: Attempt) -> str:
    times = "once" if attempt.number == 1 else f"{attempt.number} times in {attempt.waited:.0f} s"
    return (
        f"refused with {attempt.examination.status}, {times}; again in {attempt.seconds:.0f} s (Ctrl+C stops)"
    )

"""What the doctor finds about a remote target: URL, token, and what it answers. Nothing is run there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from backend.models import Target
from workbench.cli import codes
from workbench.cli.doctor.finding import Finding, Grade


async def findings(target: Target) -> AsyncIterator[Finding]:
    """A line for each step up to the first that is not well."""
    from backend.client.doctor import examine  # httpx: 125 ms

    found = await examine(target)
    for step in found.steps:
        grade = Grade.GOOD if step.well else Grade.BAD
        if step.well and step.remedy:
            grade = Grade.NOTE
        code = codes.SUCCESS if step.well else codes.TARGET
        yield Finding(grade, step.what, step.text, step.remedy, code)

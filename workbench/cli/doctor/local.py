"""What the doctor finds about local sessions: interpreter, files, levels of isolation."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from textwrap import wrap

from backend.connect import plan_of
from backend.errors import WorkbenchError
from backend.executor.interpreter import Choice, choose
from backend.executor.isolation.levels import AUTO, Level
from backend.executor.isolation.probe import ALLOWED, Verdict, must_deny, prove
from backend.executor.local import LocalBackend
from backend.executor.nursery import Interpreter
from backend.models import SessionInfo, Target
from workbench.cli import codes
from workbench.cli.doctor.finding import Finding, Grade

WIDTH = 74  # columns of the table: 80 with what stands before it
TRUST = "Code you do not trust at all belongs on a remote target or a virtual machine."


async def findings(target: Target) -> AsyncIterator[Finding]:
    """The interpreter, what it is given, and each level with what it was seen to deny."""
    try:
        choice = choose(target.python, os.environ, Path.cwd())
        plan = plan_of(target, Level.PROCESS)
        with tempfile.TemporaryDirectory() as folder:
            backend = LocalBackend(Path(folder), choice, plan)
            began = time.monotonic()
            try:
                info = await backend.start("doctor")
                took = (time.monotonic() - began) * 1000
                interpreter = backend.interpreter
            finally:
                await backend.close()
    except WorkbenchError as error:
        yield Finding(Grade.BAD, "interpreter", error.message, error.hint, codes.TARGET)
        return
    yield _interpreter(info, choice, took)
    for finding in (*_nursery(interpreter, target), _place(info, target)):
        yield finding
    verdicts = await asyncio.gather(*(prove(level, choice) for level in Level))
    for finding in isolation(verdicts, target.isolation):
        yield finding


def _interpreter(info: SessionInfo, choice: Choice, took: float) -> Finding:
    origin = f"{info.interpreter} ({choice.origin})"
    text = f"{origin}, Python {info.python_version}, {info.shell}, ready in {took:.0f} ms"
    if info.shell == "ipython":
        return Finding(Grade.GOOD, "interpreter", text)
    remedy = f"For magics, ! and completion of IPython: {info.interpreter} -m pip install ipython"
    return Finding(Grade.NOTE, "interpreter", text, remedy)


def _nursery(interpreter: Interpreter | None, target: Target) -> list[Finding]:
    found = []
    if interpreter is not None and interpreter.spawns:
        text = f"workers are spawned, which is slower than forking: {interpreter.spawns}"
        found.append(Finding(Grade.NOTE, "nursery", text))
    for problem in interpreter.problems if interpreter is not None else ():
        remedy = "Install it for this interpreter, or take it out of the profile's preload."
        found.append(Finding(Grade.NOTE, "preload", problem, remedy))
    if target.preload and interpreter is not None and not interpreter.problems:
        text = f"{', '.join(target.preload)} in {interpreter.preload_ms:.0f} ms, once"
        found.append(Finding(Grade.GOOD, "preload", text))
    return found


def _place(info: SessionInfo, target: Target) -> Finding:
    if not target.mnt_data:
        return Finding(Grade.GOOD, "files", "not at /mnt/data, as mnt_data = false asks")
    if info.remark:
        return Finding(Grade.NOTE, "files", info.remark)
    return Finding(Grade.GOOD, "files", f"a session finds its files at {info.place}")


def isolation(verdicts: Iterable[Verdict], wanted: str) -> list[Finding]:
    """A line for each level, and below the strongest the table of what each was seen to deny."""
    found = []
    held = list(verdicts)
    for verdict in held:
        asked = verdict.level == wanted
        if verdict.available:
            note = "; it is not a sandbox" if verdict.level is Level.PROCESS else ""
            text = f"{verdict.level}: available{note}"
            if verdict.remark:
                found.append(Finding(Grade.NOTE, "isolation", f"{text}. {verdict.remark}", TRUST))
            else:
                found.append(Finding(Grade.GOOD, "isolation", text))
            continue
        text = f"{verdict.level}: not available, and never replaced by a weaker level. {verdict.reason}"
        grade, code = (Grade.BAD, codes.TARGET) if asked else (Grade.NOTE, codes.SUCCESS)
        found.append(Finding(grade, "isolation", text, verdict.remedy or TRUST, code))
    if wanted == AUTO:
        strongest = [verdict.level for verdict in held if verdict.available][-1]
        found.append(Finding(Grade.GOOD, "isolation", f"auto takes {strongest}"))
    return [*found, Finding(Grade.GOOD, "probes", "what code could do at each level:", table=_table(held))]


def _table(verdicts: list[Verdict]) -> tuple[str, ...]:
    """What was tried, gathered by what the levels that could be tried made of it."""
    tried = [verdict for verdict in verdicts if verdict.forbidden]
    gathered: dict[str, list[str]] = {}
    for action in tried[0].forbidden if tried else ():
        gathered.setdefault(_pattern(action, tried), []).append(action)
    rows: list[str] = []
    for pattern, actions in gathered.items():
        rows.append(f"{pattern}:")
        rows += wrap(", ".join(actions), WIDTH, initial_indent="  ", subsequent_indent="  ")
    return tuple(rows)


def _pattern(action: str, tried: list[Verdict]) -> str:
    """For example `allowed at process; denied at confined, sealed`."""
    found: dict[str, list[str]] = {}
    for verdict in tried:
        allowed = verdict.forbidden.get(action) == ALLOWED
        leak = allowed and must_deny(verdict.level, action)
        word = "ALLOWED, and must not be," if leak else "allowed" if allowed else "denied"
        found.setdefault(word, []).append(verdict.level)
    return "; ".join(f"{word} at {', '.join(levels)}" for word, levels in found.items())

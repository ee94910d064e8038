"""What happens as an ordinary user: `python -m tests.ordinary.scenes NAME FACTS` tells it as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from backend.executor.environment import NOWHERE
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.contract.driver import Ran, eventually, run, running, value
from tests.ordinary.bombs import BOMBS
from tests.processes import parents

Facts = dict[str, Any]
Scene = Callable[[LocalBackend, Facts], Awaitable[Any]]


def told(ran: Ran) -> Facts:
    """What came of an execution."""
    outcome = ran.outcome
    return {
        "status": outcome.status.value,
        "value": ran.value,
        "error": outcome.error and outcome.error.name,
        "words": (outcome.error and outcome.error.message) or outcome.message,
        "stdout": ran.stdout,
        "stderr": ran.stderr,
        "state_lost": outcome.state_lost,
    }


async def bomb(backend: LocalBackend, facts: Facts) -> Facts:
    """A bomb goes off in one session while another is asked all the time; then the first is ended."""
    await value(backend, "kept = 41", "witness")
    before = set(parents())
    answers, slowest = [], 0.0
    async with running(backend, BOMBS[facts["bomb"]], "victim", facts["limit"]) as execution:
        while not execution.task.done():
            began = time.monotonic()
            answers.append(await value(backend, "kept + 1", "witness"))
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.05)
        ran = await execution.end()
    most = len(set(parents()) - before)
    after = [await run(backend, "1 + 1", "victim") for _ in range(2)]
    began = time.monotonic()
    await backend.end_session("victim")
    ended = time.monotonic() - began
    with contextlib.suppress(AssertionError):
        await eventually(lambda: not set(parents()) - before - _spares(), 2)
    left = set(parents()) - before - _spares()
    return {
        "ran": told(ran),
        "answers": sorted(set(answers), key=str),
        "asked": len(answers),
        "slowest": slowest,
        "most": most,
        "after": [told(each) for each in after],
        "ended": ended,
        "left": len(left),
        "kept": await value(backend, "kept", "witness"),
    }


def _spares() -> set[int]:
    """The keeper and worker that a nursery forks ahead for the next session."""
    spares = set()
    for pid in parents():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if f"HOME={NOWHERE}\0".encode() in environment:
            spares.add(pid)
    return spares


async def cells(backend: LocalBackend, facts: Facts) -> list[Facts]:
    """Run the cells of `facts` one after another."""
    return [told(await run(backend, code, limit=10)) for code in facts["cells"]]


async def place(backend: LocalBackend, facts: Facts) -> Facts:
    """Where the session's files are."""
    info = await backend.start("one")
    ran = told(await run(backend, facts["code"]))
    files = [found.path for found in await backend.list_files("one")]
    return {
        "place": info.place,
        "remark": info.remark,
        "isolation": info.isolation,
        "ran": ran,
        "files": files,
    }


async def locked(backend: LocalBackend, facts: Facts) -> list[Facts]:
    """The data directory loses all rights, and gets them back."""
    data = Path(str(await value(backend, "import os\nkept = 1\nos.getcwd()")).strip("'"))
    told_by = [told(await run(backend, "os.chmod('.', 0)"))]
    real = backend.data_directory("one")
    said = {"place": str(data), "mode": real.stat().st_mode & 0o777}
    told_by.append(told(await run(backend, "open('new', 'w')")))
    told_by.append(told(await run(backend, "kept + 1")))
    try:
        await backend.list_files("one")
        said["listing"] = ""
    except Exception as error:
        said["listing"] = str(error)
    await backend.end_session("one")
    told_by.append(told(await run(backend, "1")))
    real.chmod(0o700)
    told_by.append(told(await run(backend, "open('new', 'w').write('x')")))
    return [said, *told_by]


SCENES: dict[str, Scene] = {"bomb": bomb, "cells": cells, "place": place, "locked": locked}


async def play(scene: Scene, facts: Facts) -> None:
    """Play a scene on a backend of its own."""
    plan = Plan(
        isolation=facts.get("isolation", "process"),
        mnt_data=facts.get("mnt_data", True),
        memory_limit=facts.get("memory_limit", 0),
    )
    backend = LocalBackend(Path(facts["root"]), Choice(facts["python"], "test"), plan)
    try:
        result = await scene(backend, facts)
    finally:
        await backend.close()
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(play(SCENES[sys.argv[1]], json.loads(sys.argv[2])))

"""The parent's side of the child program that reads code: one question at a time, the last one first."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

LIMIT = 10.0
"""Seconds for an answer, after which the child ends."""

FIRST_LIMIT = 40.0
"""Seconds for the first answer of a child: jedi takes five for the first ever, on a busy machine fifteen."""

ATTEMPTS = 3
"""Children that may end without ever having answered, until no more are started."""

_LINE = 8 << 20  # bytes of an answer


MOST = 1_000
"""Names of an answer, of which longer ones were cut: see `NAMES` of the child."""


class CodeReader:
    """Asks a child program, which starts with the first question and keeps what it has read in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._count = 0
        self._told: tuple[str, str, dict[str, Any]] | None = None
        self._failures = 0
        self._warm = False  # whether the child has answered

    async def ask(self, operation: str, text: str, place: int) -> dict[str, Any] | None:
        """The answer to `complete` or `inspect` at a place of the text.

        None when a later question came first, or when there is no answer: that is never an error.
        """
        self._count += 1
        line = text.count("\n", 0, place) + 1
        question = {
            "id": self._count,
            "op": operation,
            "text": text,
            "line": line,
            "column": place - (text.rfind("\n", 0, place) + 1),
        }
        # whoever asks may leave; the answer is read all the same, so that none is left in the pipe
        return await asyncio.shield(asyncio.ensure_future(self._in_turn(question, place)))

    async def _in_turn(self, question: dict[str, Any], place: int) -> dict[str, Any] | None:
        before, after = question["text"][:place], question["text"][place:]
        async with self._turn:
            if question["id"] != self._count or self._failures >= ATTEMPTS:
                return None
            if question["op"] == "complete" and (narrowed := self._narrowed(before, after)) is not None:
                return narrowed
            try:
                async with asyncio.timeout(LIMIT if self._warm else FIRST_LIMIT):
                    answer = await self._exchange(question)
            except (OSError, ValueError, TimeoutError):
                self._failures += 1
                await self._end()
                return None
            self._failures, self._warm = 0, True
            if question["op"] == "complete":
                self._told = before, after, answer
            return answer

    def _narrowed(self, before: str, after: str) -> dict[str, Any] | None:
        """The last answer, when only letters of the same name came since: jedi takes 120 ms for another."""
        if self._told is None or not before.startswith(self._told[0]) or after != self._told[1]:
            return None
        answer, letters = self._told[2], before[len(self._told[0]) :]
        names, typed = answer.get("names"), answer.get("typed")
        if not isinstance(names, list) or not isinstance(typed, int) or not 0 < len(names) < MOST:
            return None
        if not f"a{letters}".isidentifier():
            return None
        typed += len(letters)
        begun = before[len(before) - typed :].lower()
        return {"names": [name for name in names if str(name).lower().startswith(begun)], "typed": typed}

    async def _exchange(self, question: dict[str, Any]) -> dict[str, Any]:
        child = self._child
        if child is None or child.returncode is not None:
            child = self._child = await self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(question).encode() + b"\n")
        await child.stdin.drain()
        answer = json.loads(await child.stdout.readline())  # an empty line, at its end, is a ValueError
        if not isinstance(answer, dict) or answer.get("id") != question["id"]:
            raise ValueError("that answers another question")
        return answer

    async def _started(self) -> asyncio.subprocess.Process:
        await asyncio.to_thread(self._folder.mkdir, 0o700, parents=True, exist_ok=True)
        # -P: a jedi.py that lies in the working directory is not ours
        command = [sys.executable, "-P", "-m", "workbench.completing.child", str(self._folder)]
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        return await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=nothing, limit=_LINE, start_new_session=True
        )

    async def _end(self) -> None:
        child, self._child, self._warm = self._child, None, False
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def close(self) -> None:
        """End the child."""
        self._failures = ATTEMPTS
        await self._end()

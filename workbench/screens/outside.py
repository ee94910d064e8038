"""The terminal lent to another program, and taken back when that ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import termios
from collections.abc import Iterator, Sequence
from typing import Any

from textual.app import App, SuspendNotSupported

from backend.errors import UsageError

PATIENCE = 2.0  # seconds that a program gets to end when the workbench has to


async def run_outside(app: App[Any], command: Sequence[str]) -> int:
    """Give the terminal to `command` until it ends; its exit code.

    The event loop goes on meanwhile: executions run, output comes. Call it in a worker. When cancelled it
    ends the program first. Raises UsageError when the program cannot be started, or when there is no terminal
    to lend (in a browser).
    """
    try:
        # an exception inside would leave the terminal to nobody (Textual 8.2), so `_outcome` returns them
        with _interrupts_ignored(), app.suspend():
            outcome = await _outcome(command)
            _drop_typed()
    except SuspendNotSupported:
        raise UsageError(
            "Here the workbench cannot lend its terminal to another program.",
            "Download the file, or start the workbench in a terminal.",
        ) from None
    if isinstance(outcome, OSError):
        raise UsageError(f"{command[0]} cannot be started: {outcome.strerror}.", "Is it installed?")
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def _outcome(command: Sequence[str]) -> int | BaseException:
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except (OSError, asyncio.CancelledError) as error:
        return error
    try:
        return await process.wait()
    except asyncio.CancelledError as error:
        await _ended(process)
        return error


async def _ended(process: asyncio.subprocess.Process) -> None:
    for end in (process.terminate, process.kill):
        with contextlib.suppress(ProcessLookupError):
            end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE)
            return


def _drop_typed() -> None:
    """Forget what was typed for the other program and not read by it.

    Its terminal makes a line feed of Enter: the workbench would take that for Ctrl+J, and run code.
    """
    with contextlib.suppress(OSError, ValueError, termios.error):
        termios.tcflush(sys.__stdin__.fileno() if sys.__stdin__ else 0, termios.TCIFLUSH)


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ctrl+C in the other program reaches the whole foreground group: here it means nothing.

    A handler, since an ignored signal would be ignored by the program too.
    """
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

"""Files shown by the program that this machine has for them."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from backend.errors import UsageError
from workbench.outside.copies import Copy

LOOKED_AT = 3.0
"""Seconds until a viewer that has not ended is believed to show the file."""

# exit codes of xdg-open, from its manual
_VIEWER_SAYS = {2: "it is not there", 3: "a program it needs is missing", 4: "there is no program for it"}


class Viewers:
    """The programs that show something now, and the copies made for them."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._copies: list[Copy] = []

    async def show(self, command: list[str], what: Path | Copy, remedy: str) -> None:
        """Have `command` show a file or folder, or a copy, which stays until `close`; see `shown`."""
        if isinstance(what, Copy):
            self._copies.append(what)
        path = what.path if isinstance(what, Copy) else what
        started = await asyncio.to_thread(shown, command, path, remedy)
        self._running = [process for process in (*self._running, started) if process.poll() is None]

    def close(self) -> None:
        """Delete the copies that viewers may have shown until now."""
        for copy in self._copies:
            copy.remove()
        self._copies.clear()


def shown(command: list[str], path: Path, remedy: str) -> subprocess.Popen[bytes]:
    """Start the viewer `command` with a file, which goes on by itself; blocks until it seems to show it.

    Raises UsageError, with `remedy`, when it cannot open the file.
    """
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [*command, str(path)], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be started: {error.strerror}.", "Is it installed?") from None
    try:
        code = process.wait(LOOKED_AT)
    except subprocess.TimeoutExpired:
        return process  # the viewer itself, not one that starts it
    if code:
        why = _VIEWER_SAYS.get(code, f"it ended with {code}")
        raise UsageError(f"{command[0]} does not open {path.name}: {why}.", remedy)
    return process

"""A sandbox made by bubblewrap (bwrap(1)): the system, the interpreter, the session's folder.

Its payload only waits; the session's worker, forked warm outside, joins its namespaces. The payload is the
first process of the sandbox, whose end is everyone's in it (pid_namespaces(7)); a first process of
bubblewrap's own would wait for daemons to end. It ends when the app kills it, and when its input closes as
the app ended however: `--die-with-parent` would follow the thread that started it (bubblewrap issue 692).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from backend.errors import CannotStart
from backend.executor.isolation import rules

DATA, HOME, TEMPORARY = Path("/mnt/data"), Path("/home/session"), Path("/tmp")  # noqa: S108 - inside
START_LIMIT = 10.0  # seconds
END_LIMIT = 2.0
NAME = "bwrap"
# tells that all is in place; then collects orphans that ended, until its input closes
PAYLOAD = "exec 3<&0; cat <&3 >/dev/null & echo; wait $!"
INSTALL = "Install bubblewrap, for example with: sudo apt install bubblewrap"
RESTRICTED = (
    "Unprivileged user namespaces are restricted here. On Ubuntu 24.04 and newer allow them for bwrap with "
    "an AppArmor profile, or for all programs with: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)


def find(environ: Mapping[str, str]) -> str | None:
    """The path of bwrap: from folders of PATH that are the system's, or neither the current one nor in it."""
    here = Path.cwd()
    for name in environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(name)
        found = folder / NAME
        trusted = any(folder.is_relative_to(system) for system in rules.SYSTEM)
        if not folder.is_absolute() or (folder.is_relative_to(here) and not trusted):
            continue
        if os.access(found, os.X_OK):
            return str(found)
    return None


def arguments(data: Path, home: Path, temporary: Path, interpreter: Iterable[str]) -> list[str]:
    """The options that make a session's sandbox; `interpreter` are the folders it imports from."""
    options = [
        "--unshare-user",
        "--unshare-all",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--hostname",
        "session",
    ]
    for name in rules.SYSTEM:
        path = Path(name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            options += ["--ro-bind", name, name]
    for name in (*rules.SETTINGS, *rules.MACHINE):
        options += ["--ro-bind-try", name, name]
    options += ["--proc", "/proc", "--dev", "/dev", "--bind", str(temporary), str(TEMPORARY)]
    for name in interpreter:
        if not any(Path(name).is_relative_to(system) for system in rules.SYSTEM):
            options += ["--ro-bind", name, name]
    options += ["--bind", str(data), str(DATA), "--bind", str(home), str(HOME), "--chdir", "/"]
    return options


class Sandbox:
    """A sandbox that stands; `pid` is its first process, as seen from here. Raises OSError when it fell."""

    def __init__(self, process: subprocess.Popen[bytes], pid: int) -> None:
        self.pid = pid
        self._process = process
        self._first = os.pidfd_open(pid)
        if process.poll() is not None:  # then the pid may have become another's
            os.close(self._first)
            raise ProcessLookupError(errno.ESRCH, "it ended")

    async def close(self) -> None:
        """End all that is in it. Call it once."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)
        os.close(self._first)
        await _end(self._process)


async def start(program: str, options: list[str]) -> Sandbox:
    """Make a sandbox. Raises CannotStart with the last words of bwrap."""
    with tempfile.TemporaryFile() as words:
        try:
            process, info = _launch([program, *options], words)
        except OSError as error:
            raise _cannot(error.strerror or str(error)) from None
        try:
            async with asyncio.timeout(START_LIMIT):
                await _ready(process)
            return Sandbox(process, _pid(info))
        except (TimeoutError, ValueError, OSError):
            await _end(process)
            raise _cannot(_last_words(words)) from None
        finally:
            os.close(info)


def _launch(command: list[str], words: IO[bytes]) -> tuple[subprocess.Popen[bytes], int]:
    """The process and the descriptor on which it tells about itself. Raises OSError."""
    info, tell = os.pipe()
    try:
        process = subprocess.Popen(
            [*command, "--as-pid-1", "--info-fd", str(tell), "/bin/sh", "-c", PAYLOAD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            pass_fds=[tell],
            env={"PATH": os.defpath},
            cwd="/",
        )
    except OSError:
        os.close(info)
        raise
    finally:
        os.close(tell)
    return process, info


async def _ready(process: subprocess.Popen[bytes]) -> None:
    """Wait for the payload's line, which comes when all is in place. Raises ValueError when it ends."""
    assert process.stdout is not None
    loop, fd = asyncio.get_running_loop(), process.stdout.fileno()
    came = asyncio.Event()
    loop.add_reader(fd, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(fd)
    if not os.read(fd, 1):
        raise ValueError("it ended")


def _pid(info: int) -> int:
    text = b""
    while piece := os.read(info, 4096):
        text += piece
    return int(json.loads(text)["child-pid"])


def _last_words(words: IO[bytes]) -> str:
    words.seek(0)
    text = words.read(2000).decode("utf-8", "replace").strip()
    return text.splitlines()[-1] if text else "it ended without a word"


def _cannot(reason: str) -> CannotStart:
    denied = any(
        word in reason for word in ("uid map", "RTM_NEWADDR", "namespace", "Permission", "not permitted")
    )
    return CannotStart(f"bubblewrap cannot make a sandbox: {reason}.", RESTRICTED if denied else INSTALL)


async def _end(process: subprocess.Popen[bytes]) -> None:
    for end in (process.stdin, process.stdout):
        if end is not None:
            with contextlib.suppress(OSError):
                end.close()
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(None, process.wait, END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        await loop.run_in_executor(None, process.wait)

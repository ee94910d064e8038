"""The parent's side of the nursery: one warm process per interpreter."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backend.errors import CannotStart
from backend.executor.channel import Channel
from backend.executor.environment import nursery_environment
from backend.executor.plan import Plan
from backend.executor.worker import frames

PROGRAM = Path(__file__).parent / "worker" / "__main__.py"
START_LIMIT = 30.0  # seconds; a cold disk and a slow machine fit in
FORK_LIMIT = 20.0  # seconds in which a busy nursery must take a request
FULL_PAUSE = 0.005  # seconds between tries to hand it one
END_LIMIT = 3.0  # seconds for it to end by itself
LAST_WORDS = 2000  # bytes


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What answered: its path, version and shell (ipython or plain), and the folders it imports from.

    `spawns` is why it spawns workers instead of forking them, `problems` are preloads that failed.
    """

    path: str
    version: str
    shell: str
    subreaper: bool
    threads: int
    prefixes: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    spawns: str = ""
    problems: tuple[str, ...] = ()
    preload_ms: float = 0.0


class Nursery:
    """Starts a warm interpreter and asks it for workers.

    `launch` needs no event loop, so that a program can start it before anything else and let it import while
    the screen comes up.
    """

    def __init__(self, python: str, plan: Plan = Plan()) -> None:  # noqa: B008 - frozen
        self.python = python
        self.plan = plan
        self.interpreter: Interpreter | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._channel: Channel | None = None
        self._words: IO[bytes] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._gone = False

    def launch(self) -> None:
        """Start the process. Raises CannotStart when the interpreter cannot be run at all."""
        ours, theirs = socket.socketpair()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - read after the process ended
        try:
            self._process = subprocess.Popen(
                [self.python, "-I", str(PROGRAM), str(theirs.fileno()), self.plan.spell()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env=nursery_environment(),
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            self._words.close()
            raise self._cannot(error.strerror or str(error)) from None
        finally:
            theirs.close()
        self._sock = ours

    @property
    def alive(self) -> bool:
        """Whether it is launched and takes requests; its socket ends before it can be waited for."""
        return self._process is not None and not self._gone and self._process.poll() is None

    async def ready(self) -> Interpreter:
        """What the interpreter is, once it has told. Raises CannotStart with its last words."""
        if self._sock is None:
            self.launch()
        if self._channel is None:
            assert self._sock is not None
            self._ready = asyncio.get_running_loop().create_future()
            self._channel = Channel(self._sock, self._frame, self._ended)
        assert self._ready is not None
        try:
            async with asyncio.timeout(START_LIMIT):
                await asyncio.shield(self._ready)
        except TimeoutError:
            raise self._cannot(f"it did not answer within {START_LIMIT:.0f} s") from None
        assert self.interpreter is not None
        return self.interpreter

    async def fork(self, request: frames.Frame, fds: list[int]) -> None:
        """Ask for a worker; `fds` are its control, stdout, stderr and lifeline ends. Raises CannotStart."""
        assert self._sock is not None
        data = frames.pack(request)
        deadline = time.monotonic() + FORK_LIMIT
        while True:
            try:
                socket.send_fds(self._sock, [data], fds)
                return
            except OSError as error:
                full = error.errno in (errno.EAGAIN, errno.ETOOMANYREFS)
                if not full or time.monotonic() > deadline:
                    raise self._cannot(error.strerror or str(error)) from None
            await asyncio.sleep(FULL_PAUSE)

    def end_keeper(self, pid: int) -> None:
        """Have a keeper that does not answer ended, and its worker with it."""
        if self._channel is not None:
            self._channel.send({"op": "end", "pid": pid})

    def _frame(self, frame: frames.Frame) -> None:
        if frame.get("event") == "ready" and self._ready is not None and not self._ready.done():
            self.interpreter = Interpreter(
                path=self.python,
                version=str(frame.get("python", "")),
                shell=str(frame.get("shell", "")),
                subreaper=bool(frame.get("subreaper")),
                threads=int(frame.get("threads", 1)),
                prefixes=tuple(map(str, frame.get("prefixes", ()))),
                imports=tuple(map(str, frame.get("path", ()))),
                spawns=str(frame.get("spawns", "")),
                problems=tuple(map(str, frame.get("problems", ()))),
                preload_ms=float(frame.get("preload_ms", 0)),
            )
            self._ready.set_result(None)

    def _ended(self, reason: str) -> None:
        self._gone = True
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(self._cannot(reason or self._last_words()))
            self._ready.exception()  # retrieved: nobody may be waiting

    def _last_words(self) -> str:
        code: int | None = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(timeout=1)
        words = b""
        if self._words is not None:
            size = self._words.seek(0, os.SEEK_END)
            self._words.seek(max(0, size - LAST_WORDS))
            words = self._words.read()
        text = _telling(words.decode("utf-8", "replace").strip())
        ended = f"it ended with code {code}" if code is not None else "it closed its channel"
        return f"{ended}; its last words: {text}" if text else f"{ended} without a word"

    def _cannot(self, reason: str) -> CannotStart:
        return CannotStart(
            f"The interpreter {self.python} cannot run sessions: {reason}.",
            "Choose another with --python, or see `workbench doctor`.",
        )

    async def close(self) -> None:
        """End the nursery and with it every worker it forked."""
        self._let_go()
        if self._process is not None:
            loop = asyncio.get_running_loop()
            try:
                await loop.run_in_executor(None, self._process.wait, END_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                await loop.run_in_executor(None, self._process.wait)

    def discard(self) -> None:
        """Give up one that is broken; sessions that live from it go on under their keepers."""
        self._let_go()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _let_go(self) -> None:
        if self._channel is not None:
            self._channel.close()
        elif self._sock is not None:
            self._sock.close()
        if self._words is not None:
            self._words.close()


def _telling(words: str) -> str:
    """The line that says it: the last of a traceback, else the first."""
    lines = words.splitlines() or [""]
    return lines[-1] if "Traceback" in words or "Error" in lines[-1] else lines[0]

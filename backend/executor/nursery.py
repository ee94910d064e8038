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
from dataclasses import replace
from pathlib import Path
from typing import IO

from backend.errors import CannotStart
from backend.executor import undumpable
from backend.executor.channel import Channel
from backend.executor.environment import nursery_environment, preload_environment
from backend.executor.plan import Plan
from backend.executor.worker import frames
from backend.records import dataclass

PROGRAM = Path(__file__).parent / "worker" / "__main__.py"
START_LIMIT = 30.0  # seconds; a cold disk and a slow machine fit in
FORK_LIMIT = 20.0  # seconds in which a busy nursery must take a request
FULL_PAUSE = 0.005  # seconds between tries to hand it one
END_LIMIT = 3.0  # seconds for it to end by itself
LAST_WORDS = 2000  # bytes
NO_ISOLATED = "Unknown option: -I"  # what Python 2 says of the first argument it gets


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What answered: its path, version and shell (ipython or plain), and the folders it imports from.

    `spawns` is why it spawns workers instead of forking them; `problems` tell of preloads that failed, and of
    an IPython that does not work.
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
    the screen comes up. A preload that ends or stops the interpreter is left out, and it starts again.
    `cache` is a folder for what preloaded modules keep, made when there are some.
    """

    def __init__(self, python: str, plan: Plan = Plan(), cache: Path | None = None) -> None:  # noqa: B008
        self.python = python
        self.plan = plan
        self._cache = cache
        self.interpreter: Interpreter | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._channel: Channel | None = None
        self._words: IO[bytes] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._preloading = ""
        self._problems: tuple[str, ...] = ()
        self._gone = False

    def launch(self) -> None:
        """Start the process. Raises CannotStart when the interpreter cannot be run at all."""
        environment = nursery_environment()
        if self.plan.preload and self._cache is not None:
            environment |= preload_environment(self._cache)
        ours, theirs = socket.socketpair()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - read after the process ended
        try:
            self._process = subprocess.Popen(
                [self.python, "-I", str(PROGRAM), str(theirs.fileno()), self.plan.spell()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env=environment,
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
        if self._ready is None:
            if self._sock is None:
                self.launch()
            self._ready = asyncio.get_running_loop().create_future()
            self._listen()
        await asyncio.shield(self._ready)
        assert self.interpreter is not None
        return self.interpreter

    def _listen(self) -> None:
        assert self._sock is not None
        self._channel = Channel(self._sock, self._frame, self._ended)
        self._wait()

    def _wait(self) -> None:
        """Give it another START_LIMIT for its next step."""
        self._stop_waiting()
        self._limit = asyncio.get_running_loop().call_later(START_LIMIT, self._late)

    def _stop_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _late(self) -> None:
        assert self._channel is not None
        self._channel.close()
        self._ended(f"it did not answer within {START_LIMIT:.0f} s")

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
        if self._ready is None or self._ready.done():
            return
        if frame.get("event") == "preloading":
            self._preloading = str(frame.get("module", ""))
            self._wait()
        elif frame.get("event") == "ready":
            try:
                self.interpreter = _interpreter(self.python, frame, self._problems)
            except (TypeError, ValueError):
                return  # no worker program of ours says such a thing; it has its time limit
            self._stop_waiting()
            undumpable.become()
            self._ready.set_result(None)

    def _ended(self, reason: str) -> None:
        self._stop_waiting()
        self._gone = True
        if self._ready is None or self._ready.done():
            return
        try:
            if self._preloading not in self.plan.preload:
                raise self._cannot(reason or self._last_words())
            self._start_without(self._preloading, reason)
        except CannotStart as error:
            self._ready.set_exception(error)
            self._ready.exception()  # retrieved: nobody may be waiting

    def _start_without(self, module: str, reason: str) -> None:
        """Start again without a module whose import ended or stopped the interpreter. Raises CannotStart."""
        how = reason or self._last_words()
        self._problems += (f"{module} cannot be imported: {how}",)
        self.plan = replace(self.plan, preload=tuple(name for name in self.plan.preload if name != module))
        self._preloading = ""
        self.discard()
        self.launch()
        self._gone = False
        self._listen()

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
        self._stop_waiting()
        if self._channel is not None:
            self._channel.close()
        elif self._sock is not None:
            self._sock.close()
        if self._words is not None:
            self._words.close()


def _interpreter(python: str, frame: frames.Frame, problems: tuple[str, ...]) -> Interpreter:
    return Interpreter(
        path=python,
        version=str(frame.get("python", "")),
        shell=str(frame.get("shell", "")),
        subreaper=bool(frame.get("subreaper")),
        threads=int(frame.get("threads", 1)),
        prefixes=tuple(map(str, frame.get("prefixes", ()))),
        imports=tuple(map(str, frame.get("path", ()))),
        spawns=str(frame.get("spawns", "")),
        problems=problems + tuple(map(str, frame.get("problems", ()))),
        preload_ms=float(frame.get("preload_ms", 0)),
    )


def _telling(words: str) -> str:
    """The line that says it: the last of a traceback, else the first."""
    if NO_ISOLATED in words:
        return f"Python 3.9 or newer is needed, and this one says: {NO_ISOLATED}"
    lines = words.splitlines() or [""]
    return lines[-1] if "Traceback" in words or "Error" in lines[-1] else lines[0]

"""The app's end of one worker: its channel, its lifeline, its two output pipes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

from backend.errors import CannotStart
from backend.executor.channel import Channel
from backend.executor.nursery import Nursery
from backend.executor.pipes import OutputPipe
from backend.executor.worker import frames
from backend.models import Stream

START_LIMIT = 20.0  # seconds for a fork to answer
EXIT_NOTICE = 0.1  # seconds in which a worker's exit follows the end of its channel


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended: an exit code, a signal, or a broken protocol."""

    code: int | None = None
    signal: int | None = None
    protocol: str = ""

    def sentence(self) -> str:
        """The death in one sentence."""
        if self.protocol:
            return f"The worker was closed: it broke the protocol ({self.protocol})."
        if self.signal is not None:
            return f"The worker was killed by signal {self.signal} ({_signal_name(self.signal)})."
        if self.code is not None:
            return f"The worker ended by itself with exit code {self.code}."
        return "The worker is gone."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


class WorkerLink:
    """A worker as its session sees it.

    `on_frame` gets the worker's answers and displays, `on_text` its output, `on_death` its end, once.
    """

    def __init__(
        self,
        on_frame: Callable[[frames.Frame], None],
        on_text: Callable[[Stream, str], None],
        on_death: Callable[[Death], None],
    ) -> None:
        self._on_frame = on_frame
        self._on_death = on_death
        self._on_text = on_text
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._control: Channel | None = None
        self._lifeline: Channel | None = None
        self.pipes: tuple[OutputPipe, ...] = ()
        self.pid = 0
        self.dead = False
        self._closed: Death | None = None

    async def start(self, nursery: Nursery, request: frames.Frame) -> None:
        """Have the worker forked and wait until it answers. Raises CannotStart."""
        with contextlib.ExitStack() as theirs:
            control, control_end = _socketpair(theirs)
            lifeline, lifeline_end = _socketpair(theirs)
            pipes = {stream: _pipe(theirs) for stream in Stream}
            fds = [control_end, *(pipes[stream][1] for stream in Stream), lifeline_end]
            try:
                nursery.fork(request, fds)
            except CannotStart:
                _close(control, lifeline, *(pipes[stream][0] for stream in Stream))
                raise
        self._control = Channel(control, self._frame, self._control_ended)
        self._lifeline = Channel(lifeline, self._keeper, self._lifeline_ended)
        self.pipes = tuple(OutputPipe(pipes[stream][0], stream, self._on_text) for stream in Stream)
        try:
            async with asyncio.timeout(START_LIMIT):
                await self._ready
        except TimeoutError:
            self.close()
            raise CannotStart(f"The worker did not answer within {START_LIMIT:.0f} s.") from None

    def send(self, frame: frames.Frame) -> None:
        """Send a request to the worker."""
        if self._control is not None:
            self._control.send(frame)

    def interrupt(self, execution: str) -> None:
        """SIGINT, for that execution only."""
        if self._lifeline is not None:
            self._lifeline.send({"op": "interrupt", "execution": execution})

    def kill(self) -> None:
        """SIGKILL for the worker and all it left behind; `on_death` follows."""
        if self._lifeline is not None:
            self._lifeline.send({"op": "kill"})

    def drain(self) -> None:
        """Take all output there is now."""
        for pipe in self.pipes:
            pipe.drain()

    def end_text(self) -> None:
        """Nothing more belongs to the execution that ends now."""
        for pipe in self.pipes:
            pipe.flush_decoder()

    def pause(self, paused: bool) -> None:
        """Stop or go on reading output."""
        for pipe in self.pipes:
            pipe.pause(paused)

    def close(self) -> None:
        """Let go: the keeper sees the lifeline end and ends the whole tree."""
        self.dead = True
        if not self._ready.done():
            self._ready.cancel()
        for channel in (self._control, self._lifeline):
            if channel is not None:
                channel.close()
        for pipe in self.pipes:
            pipe.close()

    def _frame(self, frame: frames.Frame) -> None:
        if frame.get("event") == "ready" and not self._ready.done():
            self._ready.set_result(None)
        else:
            self._on_frame(frame)

    def _keeper(self, frame: frames.Frame) -> None:
        if frame.get("event") == "forked":
            self.pid = int(frame.get("pid", 0))
        elif frame.get("event") == "exited":
            self._die(self._closed or Death(code=frame.get("code"), signal=frame.get("signal")))

    def _control_ended(self, reason: str) -> None:
        """The channel's end is the worker's, and its keeper tells how; a worker that goes on has broken it."""
        if reason:
            self._abandon(reason)
        else:
            asyncio.get_running_loop().call_later(EXIT_NOTICE, self._abandon, "it closed its channel")

    def _abandon(self, reason: str) -> None:
        if not self.dead:
            self._closed = Death(protocol=reason)
            self.kill()

    def _lifeline_ended(self, reason: str) -> None:
        self._die(Death(protocol=reason))

    def _die(self, death: Death) -> None:
        if self.dead:
            return
        self.drain()
        self.end_text()
        started = self._ready.done()
        if not started:
            self._ready.set_exception(CannotStart(death.sentence()))
            self._ready.exception()  # retrieved: the starter may have given up
        self.close()
        if started:
            self._on_death(death)


def _socketpair(stack: contextlib.ExitStack) -> tuple[socket.socket, int]:
    ours, theirs = socket.socketpair()
    stack.callback(theirs.close)
    return ours, theirs.fileno()


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    read, write = os.pipe()
    stack.callback(os.close, write)
    return read, write


def _close(control: socket.socket, lifeline: socket.socket, *fds: int) -> None:
    control.close()
    lifeline.close()
    for fd in fds:
        os.close(fd)

"""The app's end of one worker: its channel, its lifeline, its two output pipes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from backend.errors import CannotStart
from backend.executor import death
from backend.executor.channel import Channel
from backend.executor.death import Death
from backend.executor.nursery import Nursery
from backend.executor.plumbing import OnData, OnLate, OnText, Plumbing, pipe
from backend.executor.worker import frames
from backend.models import Stream

START_LIMIT = 20.0  # seconds for a fork to answer
EXIT_NOTICE = 0.3  # seconds in which the keeper's word of an exit follows the end of the worker's channel
CLOSED_CHANNEL = "its code closed the channel to the workbench"
KILLED = 9  # SIGKILL
TREE_LIMIT = 1.0  # seconds for the keeper to end what the worker left behind


class WorkerLink:
    """A worker as its session sees it.

    `on_frame` gets the worker's answers, displays and questions, `on_text` its output, `on_data` the same as
    raw bytes, `on_late` output that an earlier execution left behind, `on_death` the worker's end, once.
    """

    def __init__(
        self,
        on_frame: Callable[[frames.Frame], None],
        on_text: OnText,
        on_data: OnData,
        on_late: OnLate,
        on_death: Callable[[Death], None],
    ) -> None:
        self._on_frame = on_frame
        self._on_death = on_death
        self._plumbing = Plumbing(on_text, on_data, on_late)
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._gone = asyncio.Event()
        self._control: Channel | None = None
        self._lifeline: Channel | None = None
        self._nursery: Nursery | None = None
        self._keeper_pid = 0
        self._refused = ""
        self._exit: Death | None = None
        self._executed = ""
        self._starved = death.out_of_memory_kills()
        self.leave_pipes = False  # the last execution left something that may still print
        self.pid = 0
        self.place = ""  # the data directory as the code sees it
        self.remark = ""
        self.dead = False

    async def start(self, nursery: Nursery, request: frames.Frame) -> None:
        """Have the worker forked and wait until it answers. Raises CannotStart."""
        self._nursery = nursery
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            control, control_end = _socketpair(ours, theirs)
            lifeline, lifeline_end = _socketpair(ours, theirs)
            pipes = {stream: pipe(ours, theirs) for stream in Stream}
            fds = [control_end, *(pipes[stream][1] for stream in Stream), lifeline_end]
            await nursery.fork(request, fds)
            ours.pop_all()
        self._control = Channel(control, self._frame, self._control_ended)
        self._lifeline = Channel(lifeline, self._keeper, self._lifeline_ended)
        self._plumbing.use({stream: pipes[stream][0] for stream in Stream})
        try:
            async with asyncio.timeout(START_LIMIT):
                await self._ready
        except CannotStart:
            self.close()
            raise
        except TimeoutError:
            raise CannotStart(f"The worker did not answer within {START_LIMIT:.0f} s.") from None
        finally:
            if not self._ready.done() or self._ready.cancelled():
                self.close()

    def send(self, frame: frames.Frame) -> None:
        """Send a request to the worker."""
        if self._control is not None:
            self._control.send(frame)

    def execute(self, frame: frames.Frame) -> None:
        """Send code to be run, with pipes of its own when something may still write into the old ones."""
        left, self._executed = self._executed, frame["id"]
        self._plumbing.begin_text()
        if not (self.leave_pipes and left and self._control is not None and self._control.free):
            self.send(frame)
            return
        self.leave_pipes = False
        try:
            with self._plumbing.replacing(left) as fds:
                if not (fds and self._control.send_with_fds(frame, fds)):
                    raise OSError
        except OSError:  # no room for pipes: late output counts as this execution's
            self.send(frame)

    def interrupt(self, name: str, *, group: bool = False) -> None:
        """SIGINT, for what runs under that name only; `group` has its child processes interrupted too."""
        if self._lifeline is not None:
            self._lifeline.send({"op": "interrupt", "execution": name, "group": group})

    def kill(self) -> None:
        """SIGKILL for the worker and all it left behind; `on_death` follows."""
        if self._lifeline is not None:
            self._lifeline.send({"op": "kill"})

    def force(self) -> None:
        """After `kill` in vain: the keeper does not answer, so the nursery ends it and what it kept."""
        if self._nursery is not None and self._keeper_pid:
            self._nursery.end_keeper(self._keeper_pid)

    def refuse(self, reason: str) -> None:
        """End a worker that sent what no worker of ours sends."""
        if not self.dead and not self._refused:
            self._refused = reason
            self.kill()

    @property
    def refused(self) -> bool:
        """Whether it is being ended for what it sent: no code may go to it any more."""
        return bool(self._refused)

    async def ended(self) -> None:
        """Wait for the end of one that was refused; one whose keeper does not answer is given up."""
        for push in (self.force, self._die):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TREE_LIMIT):
                    await self._gone.wait()
            if self._gone.is_set():
                return
            push()

    def drain(self) -> None:
        """Take all output there is now."""
        self._plumbing.drain()

    def end_text(self) -> None:
        """Nothing more belongs to the execution that ends now."""
        self._plumbing.end_text()

    def pause(self, paused: bool) -> None:
        """Stop or go on reading output."""
        self._plumbing.pause(paused)

    async def end(self, limit: float) -> None:
        """End the worker and its tree, waiting for that at most `limit` seconds; `on_death` is not called."""
        self.dead = True
        if self._lifeline is not None:
            self._lifeline.finish()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limit):
                    await self._gone.wait()
        self.close()

    def close(self) -> None:
        """Let go: the keeper sees the lifeline end and ends the whole tree."""
        self.dead = True
        if not self._ready.done():
            self._ready.cancel()
        for channel in (self._control, self._lifeline):
            if channel is not None:
                channel.close()
        self._plumbing.close()

    def _frame(self, frame: frames.Frame) -> None:
        if self._refused or self.dead:
            return
        if frame.get("event") == "ready" and not self._ready.done():
            self.place = str(frame.get("place", ""))
            self.remark = str(frame.get("remark", ""))
            self._ready.set_result(None)
        elif frame.get("event") == "refused":
            self._refuse_start(frame)
        else:
            self._on_frame(frame)

    def _refuse_start(self, frame: frames.Frame) -> None:
        if not self._ready.done():
            self._ready.set_exception(CannotStart(str(frame.get("reason", ""))))

    def _keeper(self, frame: frames.Frame) -> None:
        if frame.get("event") == "forked":
            self.pid = int(frame.get("pid", 0))
            self._keeper_pid = int(frame.get("keeper", 0))
        elif frame.get("event") == "refused":
            self._refuse_start(frame)
        elif frame.get("event") == "exited":
            self._exit = self._how(frame)
            if self._exit.code == frames.CHANNEL_LOST:
                self._refused = self._refused or CLOSED_CHANNEL
            self._loop.call_later(TREE_LIMIT, self._die)

    def _how(self, frame: frames.Frame) -> Death:
        code, number, peak = (frame.get(key) for key in ("code", "signal", "peak"))
        starved = (
            number == KILLED
            and isinstance(peak, int)
            and death.out_of_memory_kills() > self._starved
            and death.near_limit(peak)
        )
        return Death(code=code, signal=number, fault=str(frame.get("fault", "")), starved=starved)

    def _control_ended(self, reason: str) -> None:
        """The channel's end is the worker's, and its keeper tells how; one that goes on has broken it."""
        if reason:
            self.refuse(reason)
        else:
            self._loop.call_later(EXIT_NOTICE, self._channel_closed)

    def _channel_closed(self) -> None:
        if self._exit is None:
            self.refuse(CLOSED_CHANNEL)

    def _lifeline_ended(self, reason: str) -> None:
        self._gone.set()
        self._die()

    def _die(self) -> None:
        if self.dead:
            return
        self._plumbing.drain_all()
        how = Death(protocol=self._refused) if self._refused else self._exit or Death()
        started = self._ready.done()
        if not started:
            self._ready.set_exception(CannotStart(how.sentence()))
            self._ready.exception()  # retrieved: the starter may have given up
        self.close()
        if started:
            self._on_death(how)


def _socketpair(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[socket.socket, int]:
    near, far = socket.socketpair()
    ours.callback(near.close)
    theirs.callback(far.close)
    return near, far.fileno()

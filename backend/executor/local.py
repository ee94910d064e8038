"""The local backend: the port over workers on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import CannotStart, SessionBusy, TargetError, Unsupported
from backend.executor import folders
from backend.executor.berths import Berths
from backend.executor.files import LocalFiles
from backend.executor.interpreter import Choice
from backend.executor.isolation.levels import Level
from backend.executor.nursery import Interpreter, Nursery
from backend.executor.packages import installed
from backend.executor.plan import Plan
from backend.executor.workspace import Workspace
from backend.models import (
    Capabilities,
    Completions,
    Event,
    Finished,
    Inspection,
    Outcome,
    PoolInfo,
    SessionEvent,
    SessionInfo,
    Status,
    Submission,
    Variable,
)

if TYPE_CHECKING:
    from backend.executor.link import WorkerLink
    from backend.executor.session import Session

PRELOAD = ".preload"  # beside the sessions' folders, whose names are hashes


class LocalBackend(LocalFiles):
    """Sessions in worker processes, all forked from one nursery.

    `root` holds a folder for each session. `launch` may be called before there is an event loop. With
    `settle` the plan's level is only what was asked for: it gives the level to use before the first session.
    """

    capabilities = Capabilities()
    tracks_files = True

    def __init__(
        self,
        root: Path,
        choice: Choice,
        plan: Plan = Plan(),  # noqa: B008 - frozen
        settle: Callable[[str], Awaitable[str]] | None = None,
    ) -> None:
        self.root = root
        self.choice = choice
        self.plan = plan
        self._settle = settle
        self._settling = asyncio.Lock()
        self._nursery = self._new_nursery()
        self._sessions: dict[str, Session] = {}
        self._folders: dict[str, folders.SessionFolder] = {}
        self._berths = Berths(plan)
        self._installed: PoolInfo | None = None

    def launch(self) -> None:
        """Start the nursery now; it imports while the caller does other things. Raises CannotStart.

        A level that is not settled yet comes first, so then this does nothing.
        """
        if self._settle is None:
            self._nursery.launch()

    async def _settle_level(self) -> None:
        """Fix the level for the life of this backend. Raises Unsupported when it cannot be had."""
        async with self._settling:
            if self._settle is not None:
                level = await self._settle(self.plan.isolation)
                self.plan = replace(self.plan, isolation=level)
                self._nursery = self._new_nursery()
                self._berths = Berths(self.plan)
                self._settle = None

    async def start(self, session: str) -> SessionInfo:
        """Make the session ready. Raises CannotStart, SessionBusy."""
        await self._session(session).life.ready()
        return self._info(session)

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        """Run code; see Backend.execute. What cannot be queued ends as `rejected`."""
        try:
            job = self._session(session).submit(submission)
        except SessionBusy as error:
            yield Finished(submission.id, Outcome(Status.REJECTED, message=str(error)))
            return
        try:
            while True:
                for event in await job.take():
                    yield event
                    if isinstance(event, Finished):
                        return
        finally:
            job.detach()
            await self.answer(session, submission.id, None)

    def track_files(self, on: bool) -> None:
        """Nothing: it is done always."""

    async def interrupt(self, session: str, execution_id: str) -> None:
        """Stop one execution; see Backend.interrupt."""
        if session in self._sessions:
            self._sessions[session].interrupt(execution_id)

    async def watch(self, session: str) -> AsyncIterator[SessionEvent]:
        """What happens to the session outside executions."""
        async for event in self._session(session).watchers.watch():
            yield event

    async def complete(self, session: str, code: str, cursor: int) -> Completions:
        """Completions from the worker's live names."""
        return await self._session(session).complete(code, cursor)

    async def inspect(self, session: str, code: str, cursor: int) -> Inspection | None:
        """What the name at `cursor` is, from the worker's live names."""
        return await self._session(session).inspect(code, cursor)

    async def variables(self, session: str) -> tuple[Variable, ...] | None:
        """The variables of the worker."""
        return await self._session(session).variables()

    async def answer(self, session: str, execution_id: str, text: str | None) -> None:
        """Answer an InputRequested; see Backend.answer."""
        if session in self._sessions:
            self._sessions[session].answer(execution_id, text)

    async def abandon(self, session: str, execution_id: str) -> None:
        """A local execution can be stopped instead. Raises Unsupported."""
        raise Unsupported("Local code can be stopped: there is no need to leave it running unseen.")

    def workspace(self, session: str) -> Workspace:
        """The files of a session."""
        return self._session(session).workspace

    async def pool(self) -> PoolInfo:
        """What the sessions' interpreter is and has installed; asked once. Raises CannotStart."""
        if self._installed is None:
            self._installed = await installed(self.choice.path)
        return self._installed

    async def sessions(self) -> list[SessionInfo]:
        """The sessions used since this backend was made."""
        return [self._info(name) for name in self._sessions]

    async def end_session(self, session: str) -> None:
        """End the worker; the files stay."""
        ended = self._sessions.pop(session, None)
        if ended is not None:
            await ended.close()
            folder = self._folders.pop(session)
            await self._berths.leave(folder)
            folder.release()

    async def close(self) -> None:
        """End every worker and the nursery."""
        await asyncio.gather(*(self.end_session(session) for session in list(self._sessions)))
        await self._nursery.close()

    @property
    def interpreter(self) -> Interpreter | None:
        """What runs the sessions, once the first one has been started."""
        return self._nursery.interpreter

    def data_directory(self, session: str) -> Path:
        """Where the session's files are on this machine."""
        return self.workspace(session).root

    def _session(self, name: str) -> Session:
        """The session, made at first use. Raises SessionBusy when another process has it."""
        if name not in self._sessions:
            from backend.executor.session import Session  # 5 ms, which the first frame does not wait for

            folder = folders.SessionFolder(self.root, name)
            folder.acquire()
            self._folders[name] = folder

            async def spawn(make: Callable[[], WorkerLink]) -> WorkerLink:
                return await self._spawn(make, folder)

            self._sessions[name] = Session(Workspace(folder.data), spawn, folder.path / "output")
        return self._sessions[name]

    async def _spawn(self, make: Callable[[], WorkerLink], folder: folders.SessionFolder) -> WorkerLink:
        """A started worker, from a new nursery when the old one is gone. Raises CannotStart."""
        try:
            folder.prepare()
            await self._settle_level()
            nursery = await self._warm()
            try:
                return await self._start(make(), nursery, folder)
            except CannotStart:
                if nursery.alive:
                    raise
            return await self._start(make(), await self._warm(), folder)
        except CannotStart:
            raise
        except TargetError as error:
            raise CannotStart(error.message, error.hint) from error
        except OSError as error:
            raise CannotStart(f"No worker can be started: {error.strerror}.") from error

    async def _start(self, link: WorkerLink, nursery: Nursery, folder: folders.SessionFolder) -> WorkerLink:
        """A worker on this link, in a sandbox of its own where the level asks for one. Raises CannotStart."""
        request = self._berths.request(folder, self.choice.path)
        if self.plan.isolation == Level.SEALED:
            request["sandbox"] = await self._berths.sandbox(folder, nursery)
        if self.plan.isolation != Level.PROCESS:
            request["read"] = self._berths.readable(nursery)
        await link.start(nursery, request)
        return link

    def _new_nursery(self) -> Nursery:
        return Nursery(self.choice.path, self.plan, self.root / PRELOAD)

    async def _warm(self) -> Nursery:
        """A nursery that is ready. Raises CannotStart."""
        if self._nursery.interpreter is not None and not self._nursery.alive:
            self._nursery.discard()
            self._nursery = self._new_nursery()
        nursery = self._nursery
        try:
            await nursery.ready()
        except CannotStart:
            if nursery is self._nursery:  # sessions that waited with this one find a new one
                self._nursery = self._new_nursery()
                nursery.discard()
            raise
        return nursery

    def _info(self, name: str) -> SessionInfo:
        interpreter = self._nursery.interpreter
        session = self._sessions[name]
        link = session.life.link
        return SessionInfo(
            identifier=name,
            state=session.state,
            interpreter=self.choice.path,
            python_version=interpreter.version if interpreter else "",
            shell=interpreter.shell if interpreter else "",
            isolation=self.plan.isolation,
            place=link.place if link else "",
            remark=" ".join(_remarks(link, interpreter)),
        )


def _remarks(link: WorkerLink | None, interpreter: Interpreter | None) -> Iterator[str]:
    """A sentence for each thing that is not as asked for."""
    if link is not None and link.remark:
        yield link.remark
    for problem in interpreter.problems if interpreter is not None else ():
        yield f"{problem}."

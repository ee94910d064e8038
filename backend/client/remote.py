"""The remote backend: the port over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from backend.client.addresses import Kind
from backend.client.calls import Calls
from backend.client.files import RemoteFiles
from backend.client.options import DEFAULT, Options
from backend.client.session import RemoteSession
from backend.client.sources import Source
from backend.client.tracking import Tracker
from backend.errors import Refused, SessionBusy, TargetError, Unsupported, UsageError
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
    SessionState,
    Status,
    Submission,
    Target,
    Variable,
)
from backend.wire.facts import SessionFacts
from backend.wire.messages import HttpRequest
from backend.wire.problems import WireError
from backend.wire.versions import Option

PAGES = 1000  # of a list of sessions


class RemoteBackend(RemoteFiles):
    """Sessions at a URL, spoken to in one version of the API.

    `source` gives tokens; without, `target.auth` says where they come from. Raises UsageError for a target
    that cannot be right.
    """

    def __init__(self, target: Target, options: Options = DEFAULT, source: Source | None = None) -> None:
        super().__init__(Calls.to(target, options, source))
        self._output_limit = target.output_limit
        self.tracks_files = target.track_files
        self._sessions: dict[str, RemoteSession] = {}
        folders = Option.FOLDERS in self.calls.features.options
        self.capabilities = Capabilities(
            streams=False,
            interrupts=False,
            completes=False,
            variables=False,
            inputs=False,
            folders=folders,
            makes_folders=False,
            moves_files=False,
        )

    def session(self, name: str) -> RemoteSession:
        """The session, known here from its first use. Raises UsageError for a name that cannot be one."""
        if name not in self._sessions:
            try:
                self.calls.features.identifiers.check(name)
            except WireError as problem:
                raise UsageError(problem.message, "Choose another name with --session.") from None
            tracker = Tracker(partial(self.everything, name), self.calls.options.calling)
            made = RemoteSession(name, self.calls, self._output_limit, tracker)
            made.tracks = self.tracks_files
            self._sessions[name] = made
        return self._sessions[name]

    def track_files(self, on: bool) -> None:
        """From its next turn on each execution is told with the files it changed, or without them."""
        self.tracks_files = on
        for session in self._sessions.values():
            session.tracks = on

    async def start(self, session: str) -> SessionInfo:
        """What the target tells of the session; it is made by its first execution. Raises TargetError.

        Asking needs no session, but where there is one its idle clock starts anew.
        """
        known = self.session(session)
        await self.calls.transport.ready()
        facts = await self._reached(known)
        known.standing.rests()
        return _info(session, known.standing.watchers.state, facts)

    async def _reached(self, session: RemoteSession) -> SessionFacts | None:
        """The facts of the session, None without any. Raises TargetError when the target cannot be used."""
        standing = session.standing
        try:
            answer = await self.calls.repeated(self.calls.wire.session(session.identifier), standing.tell())
            facts = self.calls.wire.read_session(answer)
        except (Refused, WireError):  # there is none, or there is no such call
            return None
        except TargetError as error:
            standing.failed(error)
            raise
        standing.looked(answer, facts)
        return facts

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        """Run code; see Backend.execute. What cannot be queued ends as `rejected`."""
        try:
            job = self.session(session).submit(submission)
        except (SessionBusy, UsageError) as error:
            yield Finished(submission.id, Outcome(Status.REJECTED, message=str(error), files_changed=None))
            return
        try:
            while True:
                for event in await job.take():
                    yield event
                    if isinstance(event, Finished):
                        return
        finally:
            job.detach()

    async def interrupt(self, session: str, execution_id: str) -> None:
        """Take out an execution that waits, here or for room there. Raises Unsupported for one sent."""
        if session in self._sessions:
            self._sessions[session].interrupt(execution_id)

    async def abandon(self, session: str, execution_id: str) -> None:
        """Wait no longer for an execution; see Backend.abandon."""
        if session in self._sessions:
            self._sessions[session].abandon(execution_id)

    async def watch(self, session: str) -> AsyncIterator[SessionEvent]:
        """What happens to the session outside executions, and the exchanges for it."""
        async for event in self.session(session).standing.watchers.watch():
            yield event

    async def complete(self, session: str, code: str, cursor: int) -> Completions:
        """None: the API has no such call."""
        return Completions(cursor, cursor)

    async def inspect(self, session: str, code: str, cursor: int) -> Inspection | None:
        """None: the API has no such call."""
        return None

    async def variables(self, session: str) -> tuple[Variable, ...] | None:
        """None: the API has no such call."""
        return None

    async def answer(self, session: str, execution_id: str, text: str | None) -> None:
        """Nothing: no remote execution asks."""

    async def pool(self) -> PoolInfo:
        """The runtimes and packages of the target. Raises TargetError."""
        request = self.calls.wire.metadata()
        answer = await self.calls.repeated(request, None)
        try:
            facts = self.calls.wire.read_metadata(answer)
        except WireError as problem:
            raise self.calls.unreadable(answer, problem) from None
        return PoolInfo(
            tuple((one.name, one.version) for one in facts.runtimes),
            tuple((one.name, one.version) for one in facts.packages),
        )

    async def sessions(self) -> list[SessionInfo]:
        """The sessions that live at the target. Raises TargetError."""
        request: HttpRequest | None = self.calls.wire.list_sessions()
        found: dict[str, SessionInfo] = {}
        for _ in range(PAGES):
            if request is None:
                break
            answer = await self.calls.repeated(request, None)
            try:
                page = self.calls.wire.read_sessions(answer)
            except WireError as problem:
                raise self.calls.unreadable(answer, problem) from None
            found |= {one.identifier: self._listed(one) for one in page.sessions}
            request = self.calls.next_page(request, page.next_link)
        return list(found.values())

    def _listed(self, facts: SessionFacts) -> SessionInfo:
        known = self._sessions.get(facts.identifier)
        return _info(facts.identifier, known.standing.watchers.state if known else SessionState.IDLE, facts)

    async def end_session(self, session: str) -> None:
        """End the session at the target, with its variables and files. Raises TargetError."""
        known = self._sessions.get(session)
        wire = self.calls.wire
        custom = self.calls.endpoint.kind is Kind.CUSTOM
        request = wire.stop_session(session) if custom else wire.end_session(session)
        try:
            await self.calls.repeated(request, known.standing.tell() if known else None)
        except Refused as error:
            self._ended_already(error, request)
        if known is not None:
            self._sessions.pop(session, None)
            await known.close()

    def _ended_already(self, error: Refused, request: HttpRequest) -> None:
        """Raises unless the refusal means that there is no such session."""
        if error.code.lower() in ("sessionwithidentifiernotfound", "sessionnotfound"):
            return
        if error.status == 404 and (request.borrowed_from is None or self.calls.tells_sessions):
            return
        if error.status in (404, 405, 501):
            raise Unsupported(
                f"{self.calls.endpoint.host} has no call to end a session.",
                "It ends by itself when it is not used for a while.",
            ) from None
        raise error

    async def close(self) -> None:
        """Leave: nobody waits for what runs there, which goes on; the sessions stay."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))
        self._sessions.clear()
        await self.calls.transport.close()


def _info(identifier: str, state: SessionState, facts: SessionFacts | None) -> SessionInfo:
    return SessionInfo(
        identifier,
        state,
        created_at=facts.created_at if facts else None,
        last_used_at=facts.last_accessed_at if facts else None,
        expires_at=facts.expires_at if facts else None,
    )

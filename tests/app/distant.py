"""A target that is far away: a backend with the limits of a remote one, whose executions end when told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from backend.errors import TargetError, Unsupported
from backend.models import (
    Capabilities,
    Chunk,
    Completions,
    Event,
    Exchanged,
    FileInfo,
    Finished,
    Inspection,
    Outcome,
    PoolInfo,
    SessionEvent,
    SessionInfo,
    SessionState,
    Stage,
    Staged,
    Started,
    StateChanged,
    Status,
    Stream,
    Submission,
    Target,
)
from backend.wire.exchange import Exchange

LIMITS = Capabilities(streams=False, interrupts=False, completes=False, variables=False, inputs=False)
BASE = "https://pool.example/one"
NOW = 1_767_000_000.0


def exchange(method: str = "POST", path: str = "/executions", **more: Any) -> Mapping[str, Any]:
    """One that went well, with a token that must not be seen."""
    given: dict[str, Any] = {
        "request_headers": [
            ("Authorization", "Bearer abcdefghijklmnopqrstuvwxyz"),
            ("Content-Type", "application/json"),
        ],
        "request_body": b'{"identifier": "default", "code": "print(1)", "codeInputType": "Inline"}',
        "status": 200,
        "response_headers": [
            ("Content-Type", "application/json"),
            ("X-Ms-Allocation-Time", "30"),
            ("X-Ms-Overall-Execution-Time", "120"),
        ],
        "response_body": b'{"status": "Succeeded", "result": {"stdout": "1\\n"}}',
        "started_at": NOW,
        "duration_ms": 150.0,
        "api_version": "2025-10-02-preview",
    }
    url = f"{BASE}{path}?api-version=2025-10-02-preview&identifier=default"
    return Exchange.record(method, url, **{**given, **more}).to_dict()


class Distant:
    """One far target. `end` gives the execution that runs its outcome; `full` lets it have no room."""

    def __init__(self, target: Target | None = None, capabilities: Capabilities = LIMITS) -> None:
        self.target = target
        self.capabilities = capabilities
        self.tracks_files = target is not None and target.track_files
        self.closed = False
        self.full: float | None = None
        self.broken: TargetError | None = None
        self.living: dict[str, SessionInfo] = {}
        self.ended: list[str] = []
        self.abandoned: list[str] = []
        self.running: dict[str, str] = {}  # execution → session
        self.codes: list[str] = []
        self._outcomes: dict[str, asyncio.Future[tuple[str, Outcome]]] = {}
        self._room = asyncio.Event()
        self._watchers: dict[str, list[asyncio.Queue[SessionEvent | None]]] = {}

    def track_files(self, on: bool) -> None:
        self.tracks_files = on

    # -- what tests do

    def end(self, stdout: str = "", outcome: Outcome = Outcome(Status.SUCCEEDED, files_changed=None)) -> None:  # noqa: B008 - frozen
        """End what runs."""
        for id in list(self.running):
            if not self._outcomes[id].done():
                self._outcomes[id].set_result((stdout, outcome))

    def make_room(self) -> None:
        """Somebody else's session has ended."""
        self.full = None
        self._room.set()

    def tell(self, session: str, event: SessionEvent) -> None:
        """Tell the watchers of a session."""
        for queue in self._watchers.get(session, []):
            queue.put_nowait(event)

    # -- the port

    async def start(self, session: str) -> SessionInfo:
        if self.broken is not None:
            raise self.broken
        self.tell(session, Exchanged("", exchange("GET", "/session", request_body=b"")))
        return SessionInfo(session, SessionState.IDLE)

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        id = submission.id
        self.codes.append(submission.code)
        if self.full is not None:
            yield Staged(id, Stage.WAITING, seconds=self.full)
            self._outcomes[id] = asyncio.get_running_loop().create_future()
            waiting = asyncio.ensure_future(self._room.wait())
            futures: set[asyncio.Future[Any]] = {waiting, self._outcomes[id]}
            await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if self._outcomes[id].done():
                yield Finished(id, Outcome(Status.INTERRUPTED, message="It never ran.", files_changed=None))
                return
        self.living[session] = SessionInfo(
            session,
            SessionState.RUNNING,
            created_at=time.time() - 120,
            last_used_at=time.time(),
            expires_at=None,
        )
        self.running[id] = session
        self._outcomes[id] = asyncio.get_running_loop().create_future()
        yield Started(id)
        self.tell(session, StateChanged(SessionState.RUNNING))
        yield Staged(id, Stage.POLLING)
        try:
            stdout, outcome = await self._outcomes[id]
        finally:
            del self.running[id]
        yield Exchanged(id, exchange())
        if stdout:
            yield Chunk(id, Stream.STDOUT, stdout)
        self.tell(session, StateChanged(SessionState.IDLE))
        yield Finished(id, outcome)

    async def interrupt(self, session: str, execution_id: str) -> None:
        if execution_id in self.running:
            raise Unsupported("The target cannot stop one execution.")
        if execution_id in self._outcomes:
            self._outcomes[execution_id].set_result(("", Outcome(Status.INTERRUPTED)))

    async def abandon(self, session: str, execution_id: str) -> None:
        self.abandoned.append(execution_id)
        message = "Nobody waits for it any more; it goes on there."
        if not (outcome := self._outcomes[execution_id]).done():
            outcome.set_result(("", Outcome(Status.LOST, message=message, files_changed=None)))

    async def watch(self, session: str) -> AsyncIterator[SessionEvent]:
        queue: asyncio.Queue[SessionEvent | None] = asyncio.Queue()
        self._watchers.setdefault(session, []).append(queue)
        while (event := await queue.get()) is not None:
            yield event

    async def complete(self, session: str, code: str, cursor: int) -> Completions:
        return Completions(cursor, cursor)

    async def variables(self, session: str) -> None:
        return None

    async def inspect(self, session: str, code: str, cursor: int) -> Inspection | None:
        return None

    async def answer(self, session: str, execution_id: str, text: str | None) -> None:
        raise AssertionError("nothing asks here")

    async def list_files(
        self, session: str, directory: str = "", *, recursive: bool = False
    ) -> list[FileInfo]:
        self.tell(session, Exchanged("", exchange("GET", "/files", request_body=b"")))
        return [FileInfo("far.csv", "file", 12, time.time() - 180)]

    async def file_info(self, session: str, path: str) -> FileInfo:
        return FileInfo(path, "file", 12, time.time())

    async def read_file(self, session: str, path: str, *, offset: int = 0, limit: int | None = None) -> bytes:
        return b"far away"[offset:][:limit]

    async def download(self, session: str, path: str) -> AsyncIterator[bytes]:
        yield b"far away"

    def check_upload(self, path: str, size: int | None = None) -> None:
        pass

    async def write_file(
        self,
        session: str,
        path: str,
        content: AsyncIterator[bytes],
        size: int | None = None,
        *,
        replace: bool = True,
    ) -> FileInfo:
        return FileInfo(path, "file", sum([len(piece) async for piece in content]), time.time())

    async def delete_file(self, session: str, path: str, *, verify: bool = True) -> None:
        raise Unsupported("Nothing is deleted here.")

    async def make_directory(self, session: str, path: str) -> None:
        raise Unsupported("No folders are made here.")

    async def move_file(self, session: str, path: str, new_path: str) -> None:
        raise Unsupported("Nothing is renamed here.")

    async def sessions(self) -> list[SessionInfo]:
        return list(self.living.values())

    async def pool(self) -> PoolInfo:
        return PoolInfo()

    async def end_session(self, session: str) -> None:
        self.ended.append(session)
        self.living.pop(session, None)
        for id, where in list(self.running.items()):
            if where == session and not self._outcomes[id].done():
                message = "The session was ended."
                self._outcomes[id].set_result(
                    ("", Outcome(Status.INTERRUPTED, message=message, state_lost=True, files_changed=None))
                )
        for queue in self._watchers.pop(session, []):
            queue.put_nowait(None)

    async def close(self) -> None:
        self.closed = True
        for session in list(self._watchers):
            for queue in self._watchers.pop(session):
                queue.put_nowait(None)

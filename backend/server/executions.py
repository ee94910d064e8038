"""Executions: begun once, whoever asks how often, and not stopped by a client that leaves."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from backend.errors import WorkbenchError
from backend.models import (
    Chunk,
    Display,
    Event,
    Finished,
    MimeBundle,
    Outcome,
    Started,
    Status,
    Stream,
    Submission,
)
from backend.port import Backend
from backend.server.log import Log
from backend.server.newlines import with_line_ends
from backend.server.operations import Operations
from backend.server.replies import RETRY, RefusedError
from backend.server.sessions import Served
from backend.wire.facts import Execute, ExecutionFacts, Fault

WAITING = 64  # executions of one session, the running one counted
KEPT = 4 << 20  # characters of a stream where the request sets no lower limit
STOP_LIMIT = 4.5  # seconds: the ladder of a backend takes three
_PLAIN = "text/plain"
_TOLD = (_PLAIN, "text/markdown", "text/latex", "text/html")  # what a value is told by, besides images


class Execution:
    """One execution, from its request to its result. `done` is set at its end."""

    __slots__ = (
        "asynchronous",
        "container",
        "digest",
        "display",
        "done",
        "id",
        "limit",
        "named",
        "outcome",
        "session",
        "status",
        "streams",
    )

    def __init__(self, request: Execute, served: Served) -> None:
        self.session = served.name
        self.id = request.operation_id or str(uuid.uuid4())
        self.named = bool(request.operation_id)
        self.asynchronous = request.asynchronous
        self.limit = request.output_limit
        self.digest = _digest(request.code)
        self.container = served.container
        self.status = Status.QUEUED if served.pending else Status.RUNNING
        self.streams: dict[Stream, Text] = {}
        self.display: MimeBundle | None = None
        self.outcome: Outcome | None = None
        self.done = asyncio.Event()

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        bundles = (self.outcome and self.outcome.value, self.display)
        values = [value for bundle in bundles if bundle for value in bundle.values()]
        texts = sum(len(text) for text in self.streams.values())
        return 1000 + texts + sum(len(value) for value in values if isinstance(value, str))

    def take(self, event: Event) -> None:
        """Something happened in it."""
        if isinstance(event, Chunk):
            self._write(event.stream, event.text)
        elif isinstance(event, Display):
            if any(name.startswith("image/") for name in event.bundle):
                self.display = _told(event.bundle)
            elif text := event.bundle.get(_PLAIN):
                self._write(Stream.STDOUT, f"{text}\n")
        elif isinstance(event, Started):
            self.status = Status.RUNNING
        elif isinstance(event, Finished):
            self.end(event.outcome)

    def end(self, outcome: Outcome) -> None:
        """It has ended; only the first time counts."""
        if self.outcome is None:
            kept = _told(outcome.value) if outcome.value else None
            self.outcome = Outcome(
                outcome.status,
                kept,
                outcome.error,
                outcome.duration_ms,
                state_lost=outcome.state_lost,
                message=outcome.message,
            )
            self.status = outcome.status
            self.done.set()

    def facts(self, *, asynchronous: bool) -> ExecutionFacts:
        """What is known of it now."""
        out, err = (self.streams.get(stream) for stream in Stream)
        if self.outcome is None:
            return ExecutionFacts(
                self.id, self.status, self.session, asynchronous, container=self.container, duration_ms=0
            )
        return ExecutionFacts(
            id=self.id,
            status=self.status,
            session=self.session,
            asynchronous=asynchronous,
            stdout=str(out or ""),
            stderr=str(err or ""),
            value=self.outcome.value,
            error=self.outcome.error,
            duration_ms=self.outcome.duration_ms,
            message=self.outcome.message,
            displays=(self.display,) if self.display else (),
            container=self.container,
        )

    def _write(self, stream: Stream, text: str) -> None:
        if stream not in self.streams:
            self.streams[stream] = Text(min(KEPT, KEPT if self.limit is None else self.limit))
        self.streams[stream].add(text)


class Text:
    """The first `most` characters of a stream, and how many there were."""

    __slots__ = ("_all", "_left", "_parts", "_said")

    def __init__(self, most: int) -> None:
        self._parts: list[str] = []
        self._left = most
        self._all = 0
        self._said = most == KEPT

    def add(self, text: str) -> None:
        """More came."""
        self._all += len(text)
        if self._left and text:
            self._parts.append(text[: self._left])
            self._left -= len(self._parts[-1])

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __str__(self) -> str:
        whole = "".join(self._parts)
        cut = self._said and self._all > len(whole)
        return f"{whole}\n[{self._all - len(whole)} more characters are not kept]\n" if cut else whole


class Executions:
    """Runs code in sessions of a backend. `limit` is the time in seconds for who names none."""

    def __init__(self, backend: Backend, limit: float, log: Log) -> None:
        self._backend = backend
        self._limit = limit
        self._log = log
        self._operations: Operations[Execution] = Operations()
        self._tasks: set[asyncio.Task[None]] = set()
        self.closing = False

    def submit(self, request: Execute, served: Served) -> Execution:
        """Begin, or give what was begun under this operation id before. Raises RefusedError."""
        if request.operation_id and (found := self._operations.find(served.name, request.operation_id)):
            if found.digest != _digest(request.code):
                message = f"The operation {found.id} has other code."
                raise RefusedError(Fault(409, "OperationIdInUse", message, "operation-id"))
            return found
        if self.closing:
            raise RefusedError(Fault(503, "ShuttingDown", "This server ends.", retry_after=RETRY))
        if served.pending >= WAITING:
            message = f"{WAITING} executions wait in this session already."
            raise RefusedError(Fault(429, "TooManyExecutions", message, "identifier", retry_after=RETRY))
        execution = Execution(request, served)
        self._operations.add(execution)
        served.pending += 1
        served.number += 1
        timeout = request.timeout if request.timeout is not None else self._limit
        code = with_line_ends(request.code)
        submission = Submission(execution.id, code, number=served.number, timeout=timeout or None)
        task = asyncio.create_task(self._run(execution, served, submission))
        self._tasks.add(task)  # the loop keeps weak references only
        task.add_done_callback(self._tasks.discard)
        return execution

    def find(self, session: str, identifier: str) -> Execution:
        """The execution with this id. Raises RefusedError."""
        found = self._operations.find(session, identifier)
        if found is None:
            message = f"There is no execution {identifier[:80]} in this session."
            raise RefusedError(Fault(404, "ExecutionNotFound", message, "id"))
        return found

    async def stop(self, session: str) -> None:
        """Stop what runs or waits in a session, and forget all that was executed in it."""
        await self._stop(self._operations.of(session))
        self._operations.forget(session)

    async def close(self) -> None:
        """Begin nothing more, stop everything."""
        self.closing = True
        await self._stop(self._operations.running())

    async def _stop(self, executions: list[Execution]) -> None:
        for execution in reversed(executions):  # who waits leaves before it could begin
            with contextlib.suppress(WorkbenchError):
                await self._backend.interrupt(execution.session, execution.id)
        if executions:
            waits = [asyncio.ensure_future(execution.done.wait()) for execution in executions]
            _, late = await asyncio.wait(waits, timeout=STOP_LIMIT)
            for wait in late:
                wait.cancel()

    async def _run(self, execution: Execution, served: Served, submission: Submission) -> None:
        try:
            with served:
                async for event in self._backend.execute(served.name, submission):
                    if isinstance(event, Started):
                        if event.state_lost:
                            served.lose()
                        execution.container = served.container
                    execution.take(event)
        except WorkbenchError as error:
            execution.end(Outcome(Status.REJECTED, message=str(error)))
        except Exception as error:  # noqa: BLE001 - whatever a backend does, the client gets an answer
            self._log.problem(f"An execution failed here: {error!r}")
            execution.end(Outcome(Status.LOST, message="The server failed while this ran."))
        finally:
            served.pending -= 1
            execution.end(Outcome(Status.LOST, message="What became of this is unknown."))
            self._operations.finish(execution)


def _told(bundle: Mapping[str, Any]) -> MimeBundle:
    """What of a bundle the wire can tell: images, and the first of its texts."""
    images = [name for name in bundle if name.startswith("image/")]
    return {name: bundle[name] for name in (*images, *[text for text in _TOLD if text in bundle][:1])}


def _digest(code: str) -> bytes:
    return hashlib.blake2b(code.encode("utf-8", "surrogatepass"), digest_size=16).digest()

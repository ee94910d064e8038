"""A server that behaves, in every version: sessions with variables and files in memory."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import time
import traceback
from collections.abc import AsyncIterator
from typing import Any

from backend.models import ErrorInfo, FileInfo, Status
from backend.wire import routes
from backend.wire.facts import (
    Execute,
    ExecutionFacts,
    Fault,
    Listing,
    PoolFacts,
    SessionFacts,
    SessionList,
    Versioned,
)
from backend.wire.messages import HttpAnswer
from backend.wire.problems import WireError
from backend.wire.server_side import ServerSide, health
from backend.wire.versions import FEATURES, NEWEST, Call
from tests.unit.client.scripted import Line, Request, Scripted, head

PAGE = 2  # entries of a listing


class Session:
    """Variables, files and a container."""

    def __init__(self, number: int) -> None:
        self.variables: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.made_at = time.time()
        self.container = f"container-{number}"


class Good:
    """Runs code in this process, for code that tests trust."""

    def __init__(self, scripted: Scripted) -> None:
        self.scripted = scripted
        self.url = scripted.url
        self.sessions: dict[str, Session] = {}
        self.executions: dict[str, ExecutionFacts] = {}
        self.polls: dict[str, int] = {}
        self._numbers = itertools.count(1)
        for method in ("GET", "POST", "DELETE"):
            scripted.on(f"{method} .*", self._reply)

    def expire(self, name: str) -> None:
        """The service drops an idle session."""
        del self.sessions[name]

    async def _reply(self, request: Request, line: Line) -> None:
        version = request.query.get("api-version", "")
        try:
            match = routes.match(request.method, request.path, version)
            answer = self._answer(request, match, ServerSide(match.version))
        except WireError as problem:
            answer = ServerSide(NEWEST).refusal(problem)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status != 204:
            headers["content-length"] = str(len(answer.body))
        await line.send(head(answer.status, headers) + answer.body)

    def _answer(self, request: Request, match: routes.Match, side: ServerSide) -> HttpAnswer:
        name, call = request.query.get("identifier", ""), match.call
        if call is Call.HEALTH:
            return health()
        if call is Call.METADATA:
            return side.metadata(PoolFacts((Versioned("Python", "3.12"),), (Versioned("numpy", "2.0"),)))
        if call is Call.LIST_SESSIONS:
            return self._list_sessions(request, side)
        if call in (Call.SESSION, Call.END_SESSION, Call.STOP_SESSION):
            if name not in self.sessions:
                return side.fault(Fault(404, "SessionNotFound", "There is no such session."))
            if call is Call.SESSION:
                return side.session(self._facts(name))
            del self.sessions[name]
            return side.session_ended()
        if call is Call.EXECUTE:
            return self._execute(side.read_execute(request.query, request.headers, request.body), side)
        if call is Call.POLL:
            return self._poll(match.id, side)
        return self._file(request, match, side, self._session(name).files)

    def _session(self, name: str) -> Session:
        if name not in self.sessions:
            self.sessions[name] = Session(next(self._numbers))
        return self.sessions[name]

    def _facts(self, name: str) -> SessionFacts:
        session = self.sessions[name]
        return SessionFacts(name, session.made_at, time.time(), time.time() + 300, session.container)

    def _list_sessions(self, request: Request, side: ServerSide) -> HttpAnswer:
        skip = side.read_skip(request.query)
        names = sorted(self.sessions)
        page = tuple(self._facts(name) for name in names[skip : skip + PAGE])
        link = f"/listSessions?api-version=x&skip={skip + PAGE}" if len(names) > skip + PAGE else ""
        return side.sessions(SessionList(page, link))

    def _execute(self, execute: Execute, side: ServerSide) -> HttpAnswer:
        session = self._session(execute.session)
        facts = _ran(execute, session)
        self.executions[facts.id] = facts
        self.polls[facts.id] = 0
        if execute.asynchronous:
            started = ExecutionFacts(facts.id, Status.RUNNING, execute.session, asynchronous=True)
            return side.execution(started)
        return side.execution(facts, limit=execute.output_limit)

    def _poll(self, execution_id: str, side: ServerSide) -> HttpAnswer:
        if execution_id not in self.executions:
            return side.fault(Fault(404, "NotFound", "There is no such execution."))
        self.polls[execution_id] += 1
        facts = self.executions[execution_id]
        if self.polls[execution_id] < 3:
            facts = ExecutionFacts(execution_id, Status.RUNNING, facts.session, asynchronous=True)
        return side.execution(facts, polled=True)

    def _file(
        self, request: Request, match: routes.Match, side: ServerSide, files: dict[str, bytes]
    ) -> HttpAnswer:
        if match.call is Call.LIST_FILES:
            return self._list(request, side, files)
        if match.call is Call.UPLOAD:
            filename, content = _part(request)
            path = side.read_upload_path(filename, request.query)
            files[path] = content
            return side.uploaded(_info(path, files))
        path = side.read_path(match.name, request.query)
        if path not in files:
            return side.fault(Fault(404, "FileNotFound", f"There is no {path}."))
        if match.call is Call.DESCRIBE:
            return side.file(_info(path, files))
        if match.call is Call.DELETE:
            del files[path]
            return side.deleted()
        return _content(request, side, _info(path, files), files[path])

    def _list(self, request: Request, side: ServerSide, files: dict[str, bytes]) -> HttpAnswer:
        folder = side.read_directory(request.query)
        prefix = f"{folder}/" if folder else ""
        below = sorted(path for path in files if path.startswith(prefix))
        if not side.read_recursive(request.query):
            below = [path for path in below if "/" not in path[len(prefix) :]]
        entries = tuple(_info(path, files) for path in below)
        if FEATURES[side.version].listed_bare:
            return side.files(Listing(entries))
        skip = int(request.query.get("skip", 0))
        link = f"/files?api-version=x&skip={skip + PAGE}" if len(below) > skip + PAGE else ""
        return side.files(Listing(entries[skip : skip + PAGE], link))


def _ran(execute: Execute, session: Session) -> ExecutionFacts:
    out, error, value = io.StringIO(), None, None
    with contextlib.redirect_stdout(out):
        try:
            *lines, last = execute.code.split("\n")
            exec("\n".join(lines), session.variables)
            try:
                value = eval(last, session.variables)
            except SyntaxError:
                exec(last, session.variables)
        except Exception as raised:
            error = ErrorInfo(type(raised).__name__, str(raised), traceback.format_exc())
    return ExecutionFacts(
        execute.operation_id,
        Status.FAILED if error else Status.SUCCEEDED,
        execute.session,
        execute.asynchronous,
        stdout=out.getvalue(),
        value=None if value is None else {"text/plain": repr(value)},
        error=error,
        duration_ms=1.0,
        container=session.container,
    )


def _info(path: str, files: dict[str, bytes]) -> FileInfo:
    return FileInfo(path, "file", len(files[path]), 1_700_000_000.5)


def _part(request: Request) -> tuple[str, bytes]:
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    found = re.fullmatch(
        rb"--" + re.escape(boundary) + rb"\r\n(.*?)\r\n\r\n(.*)\r\n--" + re.escape(boundary) + rb"--\r\n",
        request.body,
        re.DOTALL,
    )
    assert found is not None, request.body
    label = re.search(rb'form-data; name="file"; filename="([^"]*)"', found[1])
    assert label is not None, found[1]
    return label[1].decode(), found[2]


def _content(request: Request, side: ServerSide, info: FileInfo, content: bytes) -> HttpAnswer:
    headers = side.content_headers(info)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if wanted is None:
        return HttpAnswer(200, headers, content)
    first, last = int(wanted[1]), int(wanted[2] or info.size)
    if first >= info.size:
        return side.fault(Fault(416, "RangeNotSatisfiable", "The file ends before."))
    return HttpAnswer(206, headers, content[first : last + 1])


@contextlib.asynccontextmanager
async def good() -> AsyncIterator[Good]:
    """A running server."""
    async with Scripted.running() as scripted:
        yield Good(scripted)

"""What the golden files tell, as facts: one case for each call that carries something."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.models import ErrorInfo, FileInfo, Status
from backend.wire.client_side import ClientSide
from backend.wire.facts import (
    Execute,
    ExecutionFacts,
    Fault,
    KernelFacts,
    Listing,
    PoolFacts,
    SessionFacts,
    SessionList,
    Versioned,
)
from backend.wire.messages import HttpAnswer, HttpRequest
from backend.wire.server_side import ServerSide, health, ready
from backend.wire.versions import ApiVersion

FOLDER = Path(__file__).parent / "golden"
OPERATION = "d04f566c-9a27-44cc-9b66-bfad404a7921"
SESSION = "test-identifier"
TRACEBACK = (
    'Traceback (most recent call last):\n  File "<run 1>", line 1, in <module>\n    1/0\n    ~^~\n'
    "ZeroDivisionError: division by zero\n"
)

RUN = Execute('print("inline-synchronous")', SESSION, OPERATION, 100)
START = Execute("import time", SESSION, OPERATION, 100, asynchronous=True)
SUCCEEDED = ExecutionFacts(
    OPERATION,
    Status.SUCCEEDED,
    SESSION,
    stdout="inline-synchronous\n",
    duration_ms=9,
    container="0f7a",
)
VALUED = ExecutionFacts(OPERATION, Status.SUCCEEDED, SESSION, value={"text/plain": "42"}, duration_ms=9)
FAILED = ExecutionFacts(
    OPERATION,
    Status.FAILED,
    SESSION,
    stdout="before\n",
    stderr="careful\n",
    error=ErrorInfo("ZeroDivisionError", "division by zero", TRACEBACK),
    duration_ms=5010,
)
LATE = ExecutionFacts(
    OPERATION,
    Status.TIMED_OUT,
    SESSION,
    message="The time limit of 5 s was reached.",
    duration_ms=5010,
)
RUNNING = ExecutionFacts(OPERATION, Status.RUNNING, SESSION, asynchronous=True)
DONE = ExecutionFacts(
    OPERATION,
    Status.SUCCEEDED,
    SESSION,
    asynchronous=True,
    stdout="Hello from async code\n",
    duration_ms=380,
)
README = FileInfo("README.md", "file", 5045, 1730548475.595707834)
NESTED = FileInfo("sub/größe 1.csv", "file", 3, 1730548475.0)
FOLDER_ENTRY = FileInfo("sub", "directory", 0, 1730548475.5)
ONE_SESSION = SessionFacts(SESSION, 1730548475.0, 1730548476.5, 1730552075.0, "0f7a")
POOL = PoolFacts(
    (Versioned("Python", "3.12.7"),),
    (Versioned("numpy", "1.26.4"), Versioned("pandas", "2.2.2")),
    1730548475.0,
    1730548476.0,
    KernelFacts("ipykernel", "6.29", "https://ipykernel.invalid", "IPython for Jupyter"),
)
NO_SUCH_FILE = Fault(404, "FileNotFound", "There is no file a.txt.", "name")

Read = Callable[[ClientSide, HttpAnswer], object]


@dataclass(frozen=True)
class Answered:
    """An answer: how a server of a version writes it, how a client reads it, what it tells."""

    write: Callable[[ServerSide], HttpAnswer]
    read: Read | None = None
    facts: object = None


REQUESTS: Mapping[str, Callable[[ClientSide], HttpRequest]] = {
    "execute": lambda client: client.execute(RUN),
    "start": lambda client: client.execute(START),
    "poll": lambda client: client.poll(SESSION, OPERATION),
    "list files": lambda client: client.list_files(SESSION),
    "list folder": lambda client: client.list_files(SESSION, "sub"),
    "list all files": lambda client: client.list_files(SESSION, recursive=True),
    "upload": lambda client: client.upload(SESSION, "README.md"),
    "upload to folder": lambda client: client.upload(SESSION, "sub/größe 1.csv"),
    "describe": lambda client: client.describe(SESSION, "README.md"),
    "download": lambda client: client.download(SESSION, "README.md"),
    "download from folder": lambda client: client.download(SESSION, "sub/größe 1.csv"),
    "delete": lambda client: client.delete(SESSION, "README.md"),
    "session": lambda client: client.session(SESSION),
    "end session": lambda client: client.end_session(SESSION),
    "stop session": lambda client: client.stop_session(SESSION),
    "list sessions": lambda client: client.list_sessions(),
    "list more sessions": lambda client: client.list_sessions(20),
    "metadata": lambda client: client.metadata(),
    "health": lambda client: client.health(),
    "ready": lambda client: client.ready(),
}


def _execution(facts: ExecutionFacts, *, polled: bool = False) -> Answered:
    return Answered(
        lambda server: server.execution(facts, polled=polled),
        lambda client, answer: client.read_execution(answer),
        facts,
    )


ANSWERS: Mapping[str, Answered] = {
    "executed": _execution(SUCCEEDED),
    "executed with a value": _execution(VALUED),
    "failed": _execution(FAILED),
    "timed out": _execution(LATE),
    "started": _execution(RUNNING),
    "polled while running": _execution(RUNNING, polled=True),
    "polled when done": _execution(DONE, polled=True),
    "listed": Answered(
        lambda server: server.files(Listing((README,))),
        lambda client, answer: client.read_files(answer),
        Listing((README,)),
    ),
    "listed with folders": Answered(
        lambda server: server.files(Listing((FOLDER_ENTRY, NESTED), "https://next.invalid/files?skip=2")),
    ),
    "uploaded": Answered(
        lambda server: server.uploaded(README),
        lambda client, answer: client.read_file(answer, "README.md"),
        README,
    ),
    "described": Answered(
        lambda server: server.file(README),
        lambda client, answer: client.read_file(answer, "README.md"),
        README,
    ),
    "deleted": Answered(lambda server: server.deleted()),
    "one session": Answered(
        lambda server: server.session(ONE_SESSION),
        lambda client, answer: client.read_session(answer),
        ONE_SESSION,
    ),
    "sessions": Answered(
        lambda server: server.sessions(SessionList((ONE_SESSION,), "/listSessions?skip=1")),
        lambda client, answer: client.read_sessions(answer),
        SessionList((ONE_SESSION,), "/listSessions?skip=1"),
    ),
    "session ended": Answered(lambda server: server.session_ended()),
    "session stopped": Answered(lambda server: server.session_stopped()),
    "the pool": Answered(
        lambda server: server.metadata(POOL), lambda client, answer: client.read_metadata(answer), POOL
    ),
    "healthy": Answered(lambda server: health()),
    "not ready": Answered(lambda server: ready(False)),
    "refused": Answered(
        lambda server: server.fault(NO_SUCH_FILE),
        lambda client, answer: client.read_fault(answer),
        NO_SUCH_FILE,
    ),
}


def golden(version: ApiVersion) -> dict[str, Any]:
    """The golden file of a version: `requests` and `answers` by the name of their case."""
    text = (FOLDER / f"{version.value}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def shown_request(request: HttpRequest) -> dict[str, Any]:
    """A request as the golden files spell it."""
    shown: dict[str, Any] = {"line": f"{request.method} {request.target}"}
    if request.headers:
        shown["headers"] = dict(request.headers)
    if request.body:
        shown["body"] = json.loads(request.body)
    if request.borrowed_from:
        shown["borrowed"] = request.borrowed_from.value
    if request.file:
        shown["file"] = request.file
    return shown


def shown_answer(answer: HttpAnswer) -> dict[str, Any]:
    """An answer as the golden files spell it."""
    shown: dict[str, Any] = {"status": answer.status}
    if answer.headers:
        shown["headers"] = dict(answer.headers)
    if answer.body:
        json_ = answer.headers["Content-Type"] == "application/json"
        shown["body"] = json.loads(answer.body) if json_ else answer.body.decode()
    return shown

"""The words of the workbench as frozen data: targets, submissions, events, outcomes, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MimeBundle = Mapping[str, Any]
"""MIME type → content: text as str, images as base64 str, JSON as the value itself."""


class Status(StrEnum):
    """What became of an execution. The last seven are final; each execution gets exactly one of them."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    TIMED_OUT = "timed_out"
    WORKER_DIED = "worker_died"
    LOST = "lost"
    REJECTED = "rejected"

    @property
    def final(self) -> bool:
        """Whether nothing can change this status any more."""
        return self not in (Status.QUEUED, Status.RUNNING)


class Stream(StrEnum):
    """The two text streams of an execution."""

    STDOUT = "stdout"
    STDERR = "stderr"


class SessionState(StrEnum):
    """What a session is doing, in the words of the status bar."""

    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"
    LOST = "lost"
    OFFLINE = "offline"


class Stage(StrEnum):
    """Where an execution stands between its events: its place in the queue, the rungs of the ladder."""

    QUEUED = "queued"
    INTERRUPTING = "interrupting"
    KILLING = "killing"
    RESTARTING = "restarting"


class Change(StrEnum):
    """What an execution did to a file of its session."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Target:
    """Where sessions live: `local`, or a URL with an API version.

    `python` and `isolation` belong to local targets, `url` and `api_version` to remote ones.
    `timeout` is the time limit of one execution in seconds; None means no limit. `preload` names modules that
    a local interpreter imports once for all sessions. `mnt_data` asks for the data directory at `/mnt/data`.
    `memory_limit` is in GiB for one local session; None means most of the machine's.
    """

    profile: str = "local"
    kind: str = "local"
    url: str | None = None
    api_version: str = "2025-10-02-preview"
    python: str | None = None
    isolation: str = "process"
    timeout: float | None = None
    preload: tuple[str, ...] = ()
    mnt_data: bool = True
    memory_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; a screen says in words what it cannot."""

    streams: bool = True
    interrupts: bool = True
    completes: bool = True
    inputs: bool = True
    folders: bool = True


@dataclass(frozen=True, slots=True)
class Submission:
    """A piece of code on its way into a session.

    `id` is the operation id, unique for ever. `number` is the session's count, shown in headers and
    tracebacks. `timeout` is in seconds; None means no limit. `interactive` tells that somebody answers
    InputRequested; without, input() raises at once.
    """

    id: str
    code: str
    number: int = 0
    timeout: float | None = None
    interactive: bool = False


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An exception as text: class name, message, and the whole formatted traceback."""

    name: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that an execution created, changed or deleted. `path` is relative to the data directory."""

    path: str
    change: Change
    size: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution ended.

    `message` is one sentence for statuses that need one (why the worker died, what the limit was).
    `files_changed` is None when the listing was too long to compare. `sizes` are the bytes that each stream
    had in all. `spool` is, for a stream longer than memory should hold, the file with the whole of it up to
    the spool's cap. `left_running` are the processes it started that still run, as "name (pid)".
    """

    status: Status
    value: MimeBundle | None = None
    error: ErrorInfo | None = None
    duration_ms: float = 0.0
    state_lost: bool = False
    message: str = ""
    files_changed: tuple[FileChange, ...] | None = ()
    sizes: Mapping[Stream, int] = field(default_factory=dict)
    spool: Mapping[Stream, str] = field(default_factory=dict)
    left_running: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staged:
    """Event: the execution reached a stage. `position` counts the executions ahead while queued."""

    execution_id: str
    stage: Stage
    position: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """Event: the code runs now. `state_lost` tells that the session's variables went before it."""

    execution_id: str
    state_lost: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Event: text came out. `late` marks output that arrived after the execution was finished."""

    execution_id: str
    stream: Stream
    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Display:
    """Event: code displayed a rich value on the way."""

    execution_id: str
    bundle: MimeBundle


@dataclass(frozen=True, slots=True)
class InputRequested:
    """Event: the code waits in input() or getpass() for a line; Backend.answer gives it.

    `secret` asks for one that must not be shown, nor kept.
    """

    execution_id: str
    prompt: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the last of an execution, exactly once."""

    execution_id: str
    outcome: Outcome


Event = Staged | Started | Chunk | Display | InputRequested | Finished


@dataclass(frozen=True, slots=True)
class StateChanged:
    """Session event: the session is in another state; `message` is one sentence when there is news."""

    state: SessionState
    message: str = ""


SessionEvent = StateChanged | Chunk


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session as its target knows it. `interpreter` is what runs the code, `shell` is ipython or plain.

    `place` is the data directory as the code sees it; `remark` is a sentence on what is not as asked for.
    """

    identifier: str
    state: SessionState = SessionState.STARTING
    interpreter: str = ""
    python_version: str = ""
    shell: str = ""
    isolation: str = ""
    place: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """Completions of the text between `start` and `end` (offsets into the code, in characters)."""

    start: int
    end: int
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a live name is: its type, the first line of a call, its documentation, its short value."""

    name: str
    type: str = ""
    signature: str = ""
    documentation: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file or folder of a session. `path` is relative to the data directory, `/` between parts.

    `size` is in bytes, `modified` in seconds since the epoch. `kind` is file, directory or other.
    """

    path: str
    kind: str
    size: int
    modified: float

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

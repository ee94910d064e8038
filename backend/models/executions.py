"""Code on its way into a session, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from backend.records import dataclass

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


class Stage(StrEnum):
    """Where an execution stands between its events: its place in the queue, the rungs of the ladder.

    `waiting`: a remote target had no room; it is asked again, and nothing has run. `polling`: it runs there.
    """

    QUEUED = "queued"
    WAITING = "waiting"
    POLLING = "polling"
    INTERRUPTING = "interrupting"
    KILLING = "killing"
    RESTARTING = "restarting"


class Change(StrEnum):
    """What an execution did to a file of its session."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Submission:
    """A piece of code on its way into a session.

    `id` is the operation id, unique for ever. `number` is the session's count, shown in headers and
    tracebacks. `timeout` is in seconds, those included in which a person is asked; None means no limit.
    `interactive` tells that somebody answers InputRequested; without, input() raises at once.
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
    `files_changed` is None when the listing was too long to compare, or nobody made one. `sizes` are the
    bytes that each stream had in all. `spool` is, for a stream longer than memory should hold, the file with
    the whole of it up to the spool's cap. `left_running` are the processes it started that still run, as
    "name (pid)". `truncated` are the streams of which the target has kept a part only, without saying how
    much is gone.
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
    truncated: tuple[Stream, ...] = ()

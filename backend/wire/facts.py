"""What the wire tells in any of its shapes, as frozen data: the same to a client and to a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.models import ErrorInfo, FileInfo, MimeBundle, Status, Stream
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Execute:
    """A request to execute code.

    `session` is the identifier, `timeout` is in seconds and None without a limit of its own, `operation_id`
    names the execution and is empty where the target shall. `output_limit` is the longest that each stream
    may come back, in characters; None where the version's default counts.
    """

    code: str
    session: str = ""
    operation_id: str = ""
    timeout: float | None = None
    asynchronous: bool = False
    output_limit: int | None = None
    empty_kernel: bool = False
    jupyter_format: bool = False


@dataclass(frozen=True, slots=True)
class ExecutionFacts:
    """An execution as an answer tells it.

    `duration_ms` is None where it is not told. `message` is a sentence on a status that needs one.
    `displays` are what a server has to show besides a value; none of them comes back to a client.
    `truncated` are the streams that are as long as the limit, so that more may be missing. `container` names
    what holds the session's variables: when it changes, they are gone.
    """

    id: str
    status: Status
    session: str = ""
    asynchronous: bool = False
    stdout: str = ""
    stderr: str = ""
    value: MimeBundle | None = None
    error: ErrorInfo | None = None
    duration_ms: float | None = None
    message: str = ""
    displays: Sequence[MimeBundle] = ()
    truncated: frozenset[Stream] = frozenset()
    container: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing more is to come."""
        return self.status.final


@dataclass(frozen=True, slots=True)
class Listing:
    """Files of a session. `next_link` is where more of them are; `unreadable` counts entries without a name
    that a file can have."""

    files: tuple[FileInfo, ...]
    next_link: str = ""
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as the service knows it; times in seconds since the epoch, None where not told."""

    identifier: str
    created_at: float | None = None
    last_accessed_at: float | None = None
    expires_at: float | None = None
    etag: str = ""


@dataclass(frozen=True, slots=True)
class SessionList:
    """Sessions of a pool, and where more of them are."""

    sessions: tuple[SessionFacts, ...]
    next_link: str = ""


@dataclass(frozen=True, slots=True)
class Versioned:
    """A runtime or a package by name and version."""

    name: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class KernelFacts:
    """The Jupyter kernel behind a pool."""

    name: str = ""
    version: str = ""
    project_url: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """What a pool has to offer: its metadata."""

    runtimes: tuple[Versioned, ...] = ()
    packages: tuple[Versioned, ...] = ()
    created_at: float | None = None
    updated_at: float | None = None
    kernel: KernelFacts | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request was refused: HTTP code, the service's word, and what came, cut to a screen's worth.

    `retry_after` is in seconds, None where not told.
    """

    status: int
    code: str
    message: str
    target: str = ""
    retry_after: float | None = None
    details: Sequence[Mapping[str, object]] = ()

"""An execution as history keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from backend.models import ErrorInfo, FileChange, MimeBundle, Status, Stream
from backend.records import dataclass

T = TypeVar("T")

_LIMITED_SINCE = "2025-10-02"
"""The version from which on a request may say how much of a stream it wants."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of output in the order it came: text of one stream, or a displayed MIME bundle."""

    stream: Stream | None
    text: str = ""
    bundle: MimeBundle | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One execution with all that is known of it.

    `started_at` is seconds since the epoch (for people; order follows `number` and the store's sequence).
    `duration_ms` is None until the end. `message` is one sentence for statuses that need one.
    The pairs are of stdout and stderr: `dropped` counts the bytes left out of `segments`, `sizes` all bytes
    of the stream (0 where the target does not tell), `spool` names the local file with the whole text, or
    with its beginning, of a long stream; older files are removed. `left_running` are processes that it left
    behind, as "name (pid)". `truncated` are the streams of which the target sent a part only. `exchanges` are
    the HTTP exchanges of a remote execution without secrets, as backend.wire.exchange reads them. `fresh`
    tells that it began with no variables: those of the executions before it were gone, or there were none.
    """

    id: str
    code: str
    session: str
    number: int = 0
    profile: str = "local"
    api_version: str = ""
    isolation: str = "process"
    status: Status = Status.QUEUED
    state_lost: bool = False
    segments: tuple[Segment, ...] = ()
    value: MimeBundle | None = None
    error: ErrorInfo | None = None
    message: str = ""
    started_at: float = 0.0
    duration_ms: float | None = None
    files_changed: tuple[FileChange, ...] | None = ()
    dropped: tuple[int, int] = (0, 0)
    sizes: tuple[int, int] = (0, 0)
    spool: tuple[str, str] = ("", "")
    left_running: tuple[str, ...] = ()
    truncated: tuple[Stream, ...] = ()
    exchanges: tuple[Mapping[str, Any], ...] = ()
    fresh: bool = False

    @property
    def stdout(self) -> str:
        """All text of stdout, joined."""
        return joined(self.segments, Stream.STDOUT)

    @property
    def stderr(self) -> str:
        """All text of stderr, joined."""
        return joined(self.segments, Stream.STDERR)

    def as_json(self) -> dict[str, Any]:
        """The object of the public contract (`run --json`); keys are only ever added."""
        error, files = self.error, self.files_changed
        return {
            "id": self.id,
            "session": self.session,
            "number": self.number,
            "profile": self.profile,
            "api_version": self.api_version,
            "isolation": self.isolation,
            "status": self.status.value,
            "state_lost": self.state_lost,
            "fresh": self.fresh,
            "message": self.message,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "value": None if self.value is None else dict(self.value),
            "error": error and {"name": error.name, "message": error.message, "traceback": error.traceback},
            "started_at": self.started_at,
            "duration_ms": self.duration_ms,
            "files_changed": None
            if files is None
            else [{"path": f.path, "change": f.change.value, "size": f.size} for f in files],
            "dropped": _by_stream(self.dropped),
            "spool": {stream: path for stream, path in _by_stream(self.spool).items() if path},
            "left_running": list(self.left_running),
            "truncated": [stream.value for stream in self.truncated],
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of a history list: what one needs to recognise an execution, without its output.

    `sequence` orders all entries of a store; `recent(before=…)` takes it to go on with older ones. `code` may
    be the beginning of a long one. `close` tells that it has only nearly what was searched for.
    """

    id: str
    session: str
    number: int
    code: str
    status: Status
    state_lost: bool
    started_at: float
    duration_ms: float | None
    sequence: int = 0
    profile: str = ""
    pinned: bool = False
    label: str = ""
    close: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person has put on an entry."""

    pinned: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a session as it was when it was kept. `digest` is the SHA-256 that the blobs know it by.

    It is empty where the file held from then on what is not kept. `path` is relative to the data directory,
    `size` in bytes, `kept_at` seconds since the epoch. `number` is that of the execution after which the
    file was so, 0 for none; None has history fill in the last one that began.
    """

    path: str
    digest: str
    size: int
    kept_at: float
    number: int | None = None


def summary(entry: Entry) -> Summary:
    """The list row of an entry."""
    return Summary(
        id=entry.id,
        session=entry.session,
        number=entry.number,
        code=entry.code,
        status=entry.status,
        state_lost=entry.state_lost,
        started_at=entry.started_at,
        duration_ms=entry.duration_ms,
        profile=entry.profile,
    )


def joined(segments: Iterable[Segment], stream: Stream) -> str:
    """The text of one stream, in order."""
    return "".join(segment.text for segment in segments if segment.stream is stream)


def _by_stream(pair: tuple[T, T]) -> dict[str, T]:
    return dict(zip((stream.value for stream in Stream), pair, strict=True))


def cuts(entry: Entry) -> list[str]:
    """A sentence for each stream of which the target has sent a part only, with what to do about it."""
    kept = {Stream.STDOUT: len(entry.stdout), Stream.STDERR: len(entry.stderr)}
    remedy = "write it to a file and fetch that"
    if entry.api_version >= _LIMITED_SINCE:
        remedy += ", or have output_limit in the profile ask for more"
    return [
        f"{stream.value} was cut by the target at {kept[stream]:,} characters: {remedy}"
        for stream in entry.truncated
    ]

"""A session as its target knows it: its state, its live names, its files."""

from __future__ import annotations

from enum import StrEnum

from backend.records import dataclass


class SessionState(StrEnum):
    """What a session is doing, in the words of the status bar."""

    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"
    LOST = "lost"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session as its target knows it. `interpreter` is what runs the code, `shell` is ipython or plain.

    `place` is the data directory as the code sees it; `remark` is a sentence on what is not as asked for.
    `created_at`, `last_used_at` and `expires_at` are seconds since the epoch, where the target tells them.
    """

    identifier: str
    state: SessionState = SessionState.STARTING
    interpreter: str = ""
    python_version: str = ""
    shell: str = ""
    isolation: str = ""
    place: str = ""
    remark: str = ""
    created_at: float | None = None
    last_used_at: float | None = None
    expires_at: float | None = None


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
class Variable:
    """A variable of a session: its type, its length or shape where it has one, its value in a few words."""

    name: str
    type: str = ""
    size: str = ""
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

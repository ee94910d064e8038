"""What a server is told at its start, and how long it waits for whom."""

from __future__ import annotations

from dataclasses import field

from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may cost. Sizes are in bytes, times in seconds.

    `head` is the request line with all header fields. A body has to make progress every `body_seconds` and be
    complete after `whole_body_seconds`; a client has to take some of an answer every `answer_seconds`. A
    refused body is taken in for `linger_seconds`, so that the refusal is read.
    """

    connections: int = 64
    head: int = 32 * 1024
    fields: int = 100
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    whole_body_seconds: float = 600.0
    answer_seconds: float = 30.0
    idle_seconds: float = 75.0
    linger_seconds: float = 5.0
    json: int = 4 << 20
    code: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server serves.

    `token` admits whoever sends it; with `open_door` nobody needs one. `isolation` and `version` are told
    at /health. `idle_timeout` is in seconds, 0 for never; `timeout` is that of an execution that names none.
    `max_upload` is in bytes.
    """

    token: str
    open_door: bool = False
    isolation: str = ""
    version: str = ""
    max_sessions: int = 100
    idle_timeout: float = 3600.0
    timeout: float = 220.0
    max_upload: int = 128 << 20
    limits: Limits = field(default_factory=Limits)

"""What a running execution emits, and what a session tells outside of executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.models.executions import MimeBundle, Outcome, Stage, Stream
from backend.models.sessions import SessionState
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Staged:
    """Event: the execution reached a stage. `position` counts the executions ahead while queued.

    `seconds` is how long a waiting one waits until the target is asked again.
    """

    execution_id: str
    stage: Stage
    position: int = 0
    seconds: float = 0.0


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
class Exchanged:
    """Event: an HTTP request was answered, or failed, on behalf of an execution or (without id) of a session.

    `exchange` is a JSON object without secrets; backend.wire.exchange reads it.
    """

    execution_id: str
    exchange: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the last of an execution, exactly once."""

    execution_id: str
    outcome: Outcome


Event = Staged | Started | Chunk | Display | InputRequested | Exchanged | Finished


@dataclass(frozen=True, slots=True)
class StateChanged:
    """Session event: the session is in another state; `message` is one sentence when there is news."""

    state: SessionState
    message: str = ""


SessionEvent = StateChanged | Chunk | Exchanged

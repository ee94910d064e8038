"""The words of the workbench as frozen data: targets, submissions, events, outcomes, files."""

from __future__ import annotations

from backend.models.events import (
    Chunk,
    Display,
    Event,
    Exchanged,
    Finished,
    InputRequested,
    SessionEvent,
    Staged,
    Started,
    StateChanged,
)
from backend.models.executions import (
    Change,
    ErrorInfo,
    FileChange,
    MimeBundle,
    Outcome,
    Stage,
    Status,
    Stream,
    Submission,
)
from backend.models.sessions import (
    Completions,
    FileInfo,
    Inspection,
    SessionInfo,
    SessionState,
    Variable,
)
from backend.models.targets import (
    Capabilities,
    PoolInfo,
    Target,
)

__all__ = [
    "Capabilities",
    "Change",
    "Chunk",
    "Completions",
    "Display",
    "ErrorInfo",
    "Event",
    "Exchanged",
    "FileChange",
    "FileInfo",
    "Finished",
    "InputRequested",
    "Inspection",
    "MimeBundle",
    "Outcome",
    "PoolInfo",
    "SessionEvent",
    "SessionInfo",
    "SessionState",
    "Stage",
    "Staged",
    "Started",
    "StateChanged",
    "Status",
    "Stream",
    "Submission",
    "Target",
    "Variable",
]

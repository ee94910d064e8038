"""What a worker's answer, or its death, means as an outcome."""

from __future__ import annotations

from typing import Any

from backend.executor.capture import Capture
from backend.executor.death import Death
from backend.executor.job import Job
from backend.executor.turn import Turn
from backend.executor.worker import frames
from backend.models import ErrorInfo, FileChange, Outcome, Status

Changes = tuple[FileChange, ...] | None
GONE = "Its variables are gone."
LEFT = 5  # processes that are named
NAME = 80  # characters of such a name: the kernel's have 15, and what the worker tells may be anything


def decide(
    answer: frames.Frame | Death, turn: Turn, files: Changes, capture: Capture | None = None
) -> Outcome:
    """The outcome of an execution that ran, and what `capture` knows of its output.

    Past its time limit it is `timed_out` however it ended. Asked to stop, it is `interrupted` when the
    interrupt ended it or its child, or the worker had to be killed; code that ended in another way keeps its
    own status.
    """
    if isinstance(answer, Death):
        return _death(answer, turn, files, capture)
    return _end(answer, turn, files, capture)


def _captured(capture: Capture | None) -> dict[str, Any]:
    return {} if capture is None else {"sizes": capture.sizes(), "spool": capture.spool()}


def _end(answer: frames.Frame, turn: Turn, files: Changes, capture: Capture | None) -> Outcome:
    error = _error(answer.get("error"))
    value = answer.get("value")
    status = Status.SUCCEEDED if error is None else Status.FAILED
    message = ""
    if turn.timed_out:
        status, message = Status.TIMED_OUT, _limit(turn.job)
    elif answer.get("interrupted") or (turn.pressed and not answer.get("fired")):
        status, message = Status.INTERRUPTED, "Stopped; the variables are as the code left them."
    return Outcome(
        status,
        value=value if isinstance(value, dict) else None,
        error=error,
        duration_ms=_number(answer.get("duration_ms"), turn.elapsed_ms),
        message=message,
        files_changed=files,
        left_running=_names(answer.get("left")),
        **_captured(capture),
    )


def _death(death: Death, turn: Turn, files: Changes, capture: Capture | None) -> Outcome:
    if turn.timed_out:
        status = Status.TIMED_OUT
        message = f"{_limit(turn.job)} It did not stop, so its worker was ended. {GONE}"
    elif turn.job.stops:
        status, message = Status.INTERRUPTED, f"The code did not stop, so its worker was ended. {GONE}"
    else:
        status, message = Status.WORKER_DIED, f"{death.sentence()} {GONE}"
    return Outcome(
        status,
        error=death.error(),
        duration_ms=turn.elapsed_ms,
        state_lost=True,
        message=message,
        files_changed=files,
        **_captured(capture),
    )


def _limit(job: Job) -> str:
    return f"The time limit of {job.submission.timeout:g} s was reached."


def _error(data: Any) -> ErrorInfo | None:
    if not isinstance(data, dict):
        return None
    return ErrorInfo(
        name=str(data.get("name", "")),
        message=str(data.get("message", "")),
        traceback=str(data.get("traceback", "")),
    )


def _names(data: Any) -> tuple[str, ...]:
    if not isinstance(data, list):
        return ()
    return tuple(name[:NAME] for name in data[:LEFT] if isinstance(name, str))


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def never_ran() -> Outcome:
    """Stopped while it waited in the queue."""
    return Outcome(Status.INTERRUPTED, message="Taken out of the queue; it never ran.")


def session_ended(capture: Capture | None = None) -> Outcome:
    """The session was ended under it."""
    message = "The session was ended while this ran."
    return Outcome(Status.INTERRUPTED, state_lost=True, message=message, **_captured(capture))


def broken() -> Outcome:
    """For a turn that ended without telling how: the session was closed, or failed itself."""
    return Outcome(
        Status.LOST, state_lost=True, message="The session failed, and what became of this is unknown."
    )

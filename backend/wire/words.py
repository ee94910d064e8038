"""Words of the wire for the words of the workbench, both ways and without regard to case."""

from __future__ import annotations

from backend.models import Status
from backend.wire.problems import WireError

NOT_STARTED, RUNNING, SUCCEEDED, FAILED, CANCELED = "NotStarted", "Running", "Succeeded", "Failed", "Canceled"

_CURRENT = {
    Status.QUEUED: NOT_STARTED,
    Status.RUNNING: RUNNING,
    Status.SUCCEEDED: SUCCEEDED,
    Status.INTERRUPTED: CANCELED,
}
_READ = {
    "notstarted": Status.QUEUED,
    "queued": Status.QUEUED,
    "pending": Status.QUEUED,
    "running": Status.RUNNING,
    "inprogress": Status.RUNNING,
    "succeeded": Status.SUCCEEDED,
    "success": Status.SUCCEEDED,
    "completed": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "failure": Status.FAILED,
    "error": Status.FAILED,
    "canceled": Status.INTERRUPTED,
    "cancelled": Status.INTERRUPTED,
    "timedout": Status.TIMED_OUT,
    "timeout": Status.TIMED_OUT,
}
# The names of errors that say more than Failed; the service has the three in the middle, the others are ours.
_CODES = {
    Status.INTERRUPTED: CANCELED,
    Status.TIMED_OUT: "Timeout",
    Status.WORKER_DIED: "ConnectionClosed",
    Status.LOST: "ConnectionError",
    Status.REJECTED: "Rejected",
}
_MEANT = {code.lower(): status for status, code in _CODES.items()} | {"websocketerror": Status.LOST}


def status_word(status: Status) -> str:
    """The current generation's word."""
    return _CURRENT.get(status, FAILED)


def legacy_status_word(status: Status) -> str:
    """The legacy generation's word: clients test for exactly `Success` and `Failure`."""
    if status.final:
        return "Success" if status is Status.SUCCEEDED else "Failure"
    return _CURRENT[status]


def read_status(word: str, field: str = "status") -> Status:
    """The status a word of either generation means. Raises WireError for one that nobody has seen."""
    plain = "".join(letter for letter in word.lower() if letter.isalpha())
    if plain in _READ:
        return _READ[plain]
    told = f"{word[:40]!r} is no known status" if word else "The answer has no status"
    raise WireError(f"{told}.", field)


def status_code(status: Status) -> str:
    """The code of the error that tells this status; empty for one that its own word tells."""
    return _CODES.get(status, "")


def meant_by(code: str) -> Status | None:
    """The status that the code of an error tells; None when it is that of an exception."""
    return _MEANT.get(code.strip().lower())


def read_kind(word: str) -> str:
    """The kind of a FileInfo: file, directory or other."""
    plain = word.strip().lower()
    if plain in ("directory", "dir", "folder"):
        return "directory"
    return "file" if plain in ("file", "") else "other"

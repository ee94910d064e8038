"""Exit codes of the public contract."""

from __future__ import annotations

from backend.models import Status

SUCCESS = 0
FAILED = 1
USAGE = 2
TARGET = 3
TIMED_OUT = 124
INTERRUPTED = 130

BY_STATUS = {
    Status.SUCCEEDED: SUCCESS,
    Status.FAILED: FAILED,
    Status.WORKER_DIED: FAILED,
    Status.TIMED_OUT: TIMED_OUT,
    Status.INTERRUPTED: INTERRUPTED,
    Status.LOST: TARGET,
    Status.REJECTED: TARGET,
}

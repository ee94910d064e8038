"""What an answer, or the lack of one, means as an outcome."""

from __future__ import annotations

from dataclasses import replace

from backend.client.failures import session_gone
from backend.client.lost import REMADE
from backend.errors import TargetError, WorkbenchError
from backend.models import Outcome, Status, Stream
from backend.wire.facts import ExecutionFacts

MAY_RUN = "It may still run there."


def told(facts: ExecutionFacts, *, remade: bool, said: bool) -> Outcome:
    """The outcome of an execution that the target tells the end of.

    `remade` tells that the session was made anew before it ran, `said` that Started has told so.
    """
    sizes = {Stream.STDOUT: facts.stdout, Stream.STDERR: facts.stderr}
    sentences = [facts.message, _cut(facts)]
    if remade and not said:
        sentences.append(REMADE)
    return Outcome(
        facts.status,
        value=facts.value,
        error=facts.error,
        duration_ms=facts.duration_ms or 0.0,
        state_lost=facts.status is Status.WORKER_DIED or (remade and not said),
        message=" ".join(filter(None, sentences)),
        files_changed=None,
        sizes={stream: len(text.encode("utf-8", "surrogatepass")) for stream, text in sizes.items() if text},
        truncated=tuple(stream for stream in Stream if stream in facts.truncated),
    )


def _cut(facts: ExecutionFacts) -> str:
    streams = [stream.value for stream in Stream if stream in facts.truncated]
    if not streams:
        return ""
    length = max(
        len(facts.stdout) if "stdout" in streams else 0, len(facts.stderr) if "stderr" in streams else 0
    )
    return (
        f"The target sends {length:,} characters of a stream, and {' and '.join(streams)} filled that: the"
        " rest is missing. Write long output to a file, or ask for more with output_limit."
    )


def rejected(error: WorkbenchError) -> Outcome:
    """The target, or the way to it, refused: nothing ran."""
    gone = isinstance(error, TargetError) and session_gone(error)
    message = f"{REMADE} Run it again to begin with an empty one." if gone else str(error)
    return Outcome(Status.REJECTED, message=message, state_lost=gone, files_changed=None)


def lost(reason: str) -> Outcome:
    """The code was sent, and what became of it is unknown."""
    return Outcome(Status.LOST, message=f"{reason} {MAY_RUN}", files_changed=None)


def timed(outcome: Outcome, seconds: float) -> Outcome:
    """An end that nobody told took as long as it was waited for."""
    return replace(outcome, duration_ms=seconds * 1000) if outcome.status is Status.LOST else outcome


def abandoned() -> Outcome:
    """Somebody waits no longer."""
    return Outcome(
        Status.LOST,
        message="Nobody waits for it any more. It cannot be stopped there and may still run.",
        files_changed=None,
    )


def never_ran() -> Outcome:
    """Stopped before it was sent."""
    return Outcome(Status.INTERRUPTED, message="Taken out before it was sent; it never ran.")


def session_ended() -> Outcome:
    """The session was ended under it."""
    return Outcome(
        Status.INTERRUPTED,
        state_lost=True,
        message="The session was ended while this ran.",
        files_changed=None,
    )


def broken() -> Outcome:
    """For a turn that ended without telling how."""
    return lost("The client failed, and what became of this is unknown.")

"""How an execution ended, told to clients of all ages: a code, a sentence, and the end of stderr."""

from __future__ import annotations

import re
from dataclasses import replace

from backend.models import ErrorInfo, Status, Stream
from backend.wire import tracebacks
from backend.wire.facts import ExecutionFacts
from backend.wire.words import meant_by, status_code

ERROR_CODE = "x-ms-error-code"
UNNAMED = "ExecutionFailed"
_UNSAID = "The execution failed."
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")


def error_code(facts: ExecutionFacts) -> str:
    """The code of the error: that of the status, else the exception's name; empty for a success."""
    if not facts.final or facts.status is Status.SUCCEEDED:
        return ""
    code = status_code(facts.status) or (facts.error.name if facts.error else "")
    return code if _CODE.fullmatch(code) else UNNAMED


def error_message(facts: ExecutionFacts) -> str:
    """The sentence beside the code."""
    return _said(facts) or (facts.error.message if facts.error else "") or _UNSAID


def stderr_text(facts: ExecutionFacts, limit: int | None = None) -> str:
    """The stderr with the exception and the sentence on the status at its end, at most `limit` characters."""
    end = _as_text(facts.error) if facts.error else ""
    if said := _said(facts):
        end += f"{error_code(facts)}: {said}\n"
    return tracebacks.told(facts.stderr, end, limit)


def read(
    facts: ExecutionFacts, code: str, message: str | None = None, *, limit: int | None = None
) -> ExecutionFacts:
    """The facts of a final status with what `code`, `message` and the end of stderr tell.

    `facts.error` is set where an answer has the exception in fields of its own. `message` is None where an
    answer has no place for one. `limit` is how many characters of a stream were asked for.
    """
    facts = replace(facts, truncated=_truncated(facts, limit))
    if facts.status is Status.SUCCEEDED or not facts.final:
        return facts
    meant = meant_by(code)
    status = meant if meant and facts.status is Status.FAILED else facts.status
    stderr, said = facts.stderr, message or ""
    if meant or code == UNNAMED:
        stderr, said = _sentence(stderr, code, message)
    error = facts.error
    if error:
        stderr = _without(stderr, error, cut=Stream.STDERR in facts.truncated)
    else:
        stderr, error = tracebacks.found(stderr)
    if error is None and code and not meant and code != UNNAMED:
        stderr, said = _sentence(stderr, code, message)
        error, said = ErrorInfo(code, said, ""), ""
    if said == _UNSAID or (error and said == error.message):
        said = ""
    return replace(facts, status=status, stderr=stderr, error=error, message=said)


def _said(facts: ExecutionFacts) -> str:
    """The sentence on the status; there is no place for one on an exception."""
    plain = facts.status is Status.SUCCEEDED or (facts.error and not status_code(facts.status))
    return "" if plain else facts.message


def _without(stderr: str, error: ErrorInfo, *, cut: bool) -> str:
    text = _as_text(error)
    return "" if cut and text.endswith(stderr) else tracebacks.untold(stderr, text)


def _truncated(facts: ExecutionFacts, limit: int | None) -> frozenset[Stream]:
    """Streams as long as the limit. Nobody says whether that counts characters or bytes, so either does."""
    if limit is None:
        return frozenset()
    streams = {Stream.STDOUT: facts.stdout, Stream.STDERR: facts.stderr}
    return frozenset(stream for stream, text in streams.items() if _full(text, limit))


def _full(text: str, limit: int) -> bool:
    # a cut in bytes leaves up to three out where a character does not fit
    return len(text) >= limit or (not text.isascii() and limit - 3 <= len(text.encode()) <= limit)


def _as_text(error: ErrorInfo) -> str:
    return error.traceback or f"{error.name}: {error.message}\n"


def _sentence(stderr: str, code: str, message: str | None) -> tuple[str, str]:
    """The stderr without its last line where that tells `code` and a sentence, and the sentence."""
    if message is not None:
        return tracebacks.untold(stderr, f"{code}: {message}"), message
    start = stderr.rfind(f"{code}: ")
    if start < 0 or "\n" in stderr[start:].rstrip("\n"):
        return stderr, ""
    return stderr[:start], stderr[start:].removeprefix(f"{code}: ").rstrip("\n")

"""What is said about an execution around its output: header, value, error, notes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from backend.models import Change, Stage, Staged, Status, Stream
from workbench.format import count, duration, size, status_symbol, status_words
from workbench.history.entry import Entry, cuts
from workbench.identifiers import brief
from workbench.sanitize import sanitize, sanitize_line
from workbench.widgets.output.lines.blocks import Span
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.lines.links import ChangedFile
from workbench.widgets.output.values.form import Form
from workbench.widgets.output.values.shelf import Kept

from .bundles import write_bundle

_CODE_SHOWN = 200
_FILES_SHOWN = 50
_SIGNS = {Change.CREATED: "+ ", Change.CHANGED: "~ ", Change.DELETED: "- "}
_STAGES = {Stage.POLLING: ""}
_OWN_WORDS = {
    Status.WORKER_DIED: "The worker died.",
    Status.LOST: "The answer was lost; whether the code ran to its end is not known.",
    Status.TIMED_OUT: "The time limit was reached.",
    Status.REJECTED: "The target did not take the code.",
}


def header(
    entry: Entry, *, stage: str = "", elapsed: float | None = None, remark: str = "", place: str = ""
) -> tuple[Span, ...]:
    """`[3] ✓ succeeded · 12 ms · 14:03:22  first line of the code`.

    `stage` stands in place of the status word; `elapsed` in seconds in place of the duration while it runs,
    and `remark` is said beside it. `place` is where it runs, if that is news.
    """
    status = entry.status
    spans: list[Span] = [
        (f"[{entry.number}] ", "number"),
        (f"{status_symbol(status)} {stage or status_words(status)}", status.value),
    ]
    facts = []
    if elapsed is not None:
        facts.append(_elapsed(elapsed))
    elif entry.duration_ms is not None and status.final:
        facts.append(duration(entry.duration_ms))
    if entry.started_at > 0:
        facts.append(time.strftime("%H:%M:%S", time.localtime(entry.started_at)))
    facts += [said for said in (remark, place) if said]
    spans += [(f" · {fact}", "fact") for fact in facts]
    spans.append((f"  {_first_line(entry.code)}", "code"))
    return tuple(spans)


def moved(before: Entry | None, entry: Entry) -> str:
    """Where an execution runs, if the one before ran elsewhere: `at pool`, `session abc`."""
    if before is None:
        return ""
    if before.profile != entry.profile:
        return f"at {sanitize_line(entry.profile)}"
    return f"session {sanitize_line(brief(entry.session))}" if before.session != entry.session else ""


def stage_words(event: Staged) -> str:
    """A stage as words: `queued (2nd)`, `interrupting`, `killing`, `restarting`."""
    if event.stage is Stage.QUEUED and event.position > 0:
        return f"queued ({_ordinal(event.position + 1)})"
    return _STAGES.get(event.stage, event.stage.value)


def waits(seconds: float) -> str:
    """What is said while a target has no room, so many seconds before it is asked again."""
    when = f"trying again in {math.ceil(seconds)} s" if seconds > 0 else "trying again"
    return f"no free session, {when} · F8 stops waiting"


def write_end(
    buffer: LineBuffer,
    entry: Entry,
    *,
    lost_told: bool = False,
    form: Form | None = None,
    kept: Kept | None = None,
) -> None:
    """Add what an execution leaves when it ends: value, error, notes, changed files.

    `lost_told` says that a loss of its session's variables is told above already. `form` is what the value
    looks like, `kept` what its lines lead to.
    """
    if entry.value is not None:
        write_bundle(buffer, entry.value, Kind.VALUE, Kind.VALUE_MORE, form, kept)
    if entry.error is not None:
        from .tracebacks import write_error  # its patterns take 2 ms to compile

        write_error(buffer, entry.error, entry)
    for note, role in _notes(replace(entry, state_lost=False) if lost_told else entry):
        for line in sanitize(note).split("\n"):
            buffer.add_spans(Kind.NOTE, ((line.expandtabs(), role),))
    _write_files(buffer, entry)


def _write_files(buffer: LineBuffer, entry: Entry) -> None:
    """Add a line for each changed file, which leads to the file; of many one that leads to the others."""
    files = entry.files_changed or ()
    for file in files[:_FILES_SHOWN]:
        sign, name = (_SIGNS[file.change], file.change.value), sanitize_line(file.path)
        spans: tuple[Span, ...] = (sign, (name, "file"), (f" {size(file.size)}", "fact"))
        if file.change is Change.DELETED:
            spans = (sign, (name, "fact"))
        number = buffer.add_spans(Kind.NOTE, spans)
        buffer.links[number] = ChangedFile(entry.id, file)
    if len(files) > _FILES_SHOWN:
        more = f"and {count(len(files) - _FILES_SHOWN, 'more file')}"
        number = buffer.add_spans(Kind.NOTE, (("… ", "note"), (more, "file")))
        buffer.links[number] = ChangedFile(entry.id, None)


def _notes(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each note with its role."""
    for stream, lost, whole, path in zip(Stream, entry.dropped, entry.sizes, entry.spool, strict=True):
        if lost:
            left = f"{size(lost)} of {stream.value} were left out: there was more than is kept"
            yield left + _where(path, whole), "note"
    for cut in cuts(entry):
        yield cut, "note"
    if entry.message:
        yield entry.message, "message"
    elif entry.status in _OWN_WORDS:
        yield _OWN_WORDS[entry.status], "message"
    if entry.state_lost and not entry.message:
        yield "The session's variables are gone.", "message"
    if entry.left_running:
        names = ", ".join(sanitize_line(name) for name in entry.left_running)
        ends = "it ends" if len(entry.left_running) == 1 else "they end"
        yield f"still running: {names}; {ends} with the session", "note"
    if entry.files_changed is None and entry.isolation:  # a remote target never tells
        yield "Too many files to tell which ones changed.", "note"


def _where(path: str, whole: int) -> str:
    """Where the text that was left out can be read, while the file is there."""
    try:
        kept = Path(path).stat().st_size if path else 0
    except (OSError, ValueError):
        return ""
    if not kept:
        return ""
    part = f"the first {size(kept)} are" if kept < whole else "the whole is"
    return f"; {part} in {sanitize_line(path)}"


def _first_line(code: str) -> str:
    lines = code.strip().split("\n", 1)
    first = sanitize_line(lines[0].rstrip()[:_CODE_SHOWN])
    return f"{first} …" if len(lines) > 1 else first


def _elapsed(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(int(seconds) * 1000)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

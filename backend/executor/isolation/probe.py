"""The proof of a level: a real session at that level tries what it must not be able to do."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from backend.errors import WorkbenchError
from backend.executor.folders import SessionFolder
from backend.executor.interpreter import Choice
from backend.executor.isolation.levels import Level
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.executor.worker.confine import attempts
from backend.models import Chunk, Finished, Status, Submission
from backend.records import dataclass

TRY = "from session_worker.confine import actions\nactions.report({!r})"  # as the worker loads its programs
ALLOWED = "allowed"
LIMIT = 30.0  # seconds
# a confined session shares the view of files and processes with the rest of the system, and cannot touch them
SEEN = frozenset({"see a file outside", "see the app's process"})
# denied only by newer kernels than the level asks for: 6.12 (Landlock ABI 6), 5.12 with private mounts
NEWER = frozenset(
    (
        "signal the app",
        "signal the keeper",
        "change rights of a file outside",
        "change times of a file outside",
    )
)
PROBING = "probe"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a probe found: whether the level holds, else why not and what to do.

    `remark` is a sentence on what this system cannot deny though the level holds without it.
    `forbidden` and `needed` are the actions tried → "allowed" or what denied them; empty when no session
    could be started.
    """

    level: Level
    available: bool
    reason: str = ""
    remedy: str = ""
    remark: str = ""
    forbidden: Mapping[str, str] = field(default_factory=dict)
    needed: Mapping[str, str] = field(default_factory=dict)


async def prove(level: Level, choice: Choice) -> Verdict:
    """Try a level with an interpreter. Never raises for a level that cannot be had."""
    try:
        with tempfile.TemporaryDirectory(prefix="workbench-probe-") as folder:
            return await _prove(level, choice, Path(folder))
    except WorkbenchError as error:
        return Verdict(level, False, error.message, error.hint)
    except OSError as error:
        return Verdict(level, False, f"It cannot be tried: {error.strerror}.")


async def _prove(level: Level, choice: Choice, folder: Path) -> Verdict:
    sessions = folder / "sessions"
    backend = LocalBackend(sessions, choice, Plan(isolation=level))
    with _world(folder) as facts:
        sibling = SessionFolder(sessions, "sibling")
        sibling.prepare()
        code = TRY.format({**facts, "sibling": str(sibling.data)})
        try:
            text, finished = await _run(backend, code)
        finally:
            await backend.close()
    if finished.outcome.status is not Status.SUCCEEDED:
        said = finished.outcome.message or getattr(finished.outcome.error, "message", "")
        return Verdict(level, False, f"The probe did not succeed: {said}")
    tried = json.loads(text)
    return judge(level, tried["forbidden"], tried["needed"])


async def _run(backend: LocalBackend, code: str) -> tuple[str, Finished]:
    text = ""
    await backend.start(PROBING)  # what cannot start says so with its remedy
    async for event in backend.execute(PROBING, Submission(secrets.token_hex(8), code, timeout=LIMIT)):
        if isinstance(event, Chunk):
            text += event.text
        elif isinstance(event, Finished):
            return text, event
    raise OSError(0, "the probe did not end")


@contextlib.contextmanager
def _world(folder: Path) -> Iterator[dict[str, object]]:
    """Files, sockets and a process for a probe to go for."""
    outside = folder / "outside"
    outside.mkdir(mode=0o700)
    for name in ("file", "doomed"):
        (outside / name).write_text("x", encoding="ascii")
    abstract = "workbench-probe-" + secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        segment = stack.enter_context(_segment())
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (str(outside / "socket"), "\0" + abstract):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            with contextlib.suppress(OSError):  # a path too long for a socket, or no abstract ones
                listener.bind(address)
                listener.listen()
        yield {
            "outside": str(outside),
            "file": str(outside / "file"),
            "doomed": str(outside / "doomed"),
            "home": str(Path.home()),
            **_app(),
            "segment": segment,
            "tcp": tcp.getsockname(),
            "unix": str(outside / "socket"),
            "abstract": abstract,
        }


def _app() -> dict[str, object]:
    """This process as a session may find it: its number, and when it started."""
    start = ""
    with contextlib.suppress(OSError):
        start = attempts.started(os.getpid())
    return {"app": os.getpid(), "started": start}


@contextlib.contextmanager
def _segment() -> Iterator[int]:
    """Shared memory of System V."""
    try:
        made = attempts.make_segment()
    except OSError:
        yield -1
        return
    try:
        yield made
    finally:
        attempts.remove_segment(made)


def must_deny(level: Level, action: str) -> bool:
    """Whether a level that allows this action is not what it says."""
    if level is Level.PROCESS or (level is Level.CONFINED and action in NEWER):
        return False
    return level is Level.SEALED or action not in SEEN


def judge(level: Level, forbidden: Mapping[str, str], needed: Mapping[str, str]) -> Verdict:
    """The verdict on what was tried."""
    leaks = [name for name, found in forbidden.items() if found == ALLOWED and must_deny(level, name)]
    missing = [name for name, found in needed.items() if found != ALLOWED]
    reason = ""
    if leaks:
        reason = f"Its code could still: {', '.join(leaks)}."
    elif missing:
        reason = f"Its code cannot do what code needs: {', '.join(missing)}."
    remedy = "Use a remote target for such code, or a virtual machine." if reason else ""
    forgiven = [name for name, found in forbidden.items() if found == ALLOWED and name in NEWER]
    remark = ""
    if forgiven and level is not Level.PROCESS:
        remark = f"This system cannot keep its code from these: {', '.join(forgiven)}."
    return Verdict(level, not reason, reason, remedy, remark, forbidden, needed)

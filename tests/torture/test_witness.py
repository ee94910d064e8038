"""The witness is not vacuous: whatever is done to it, it tells."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Event, Submission
from tests.processes import descendants
from tests.torture import witness
from tests.torture.books import Books
from tests.torture.cell import fine
from tests.torture.torture import Torture
from tests.torture.witness import NAME, Witness


class Shared(LocalBackend):
    """Runs the code of every session in the witness's worker."""

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        async for event in super().execute(NAME, submission):
            yield event


async def test_a_worker_that_two_sessions_share_is_found_out(tmp_path: Path) -> None:
    backend = Shared(tmp_path, Choice(sys.executable, "test"))
    torture = Torture(backend)
    try:
        await torture.run([[fine(1, "nothing", "pass")]])
    finally:
        await backend.close()
    assert any("THE WITNESS" in problem for problem in torture.problems), torture.problems


# what code does within the witness's own process, and the word with which it tells
INSIDE = {
    "token = 'another'": "variables",
    "numbers.append(1)": "variables",
    "new = 1": "names",
    "open('token', 'a').write('x');": "files",
    "open('new', 'w').close()": "folder",
    "os.unlink(places[1])": "FileNotFoundError",
    "os.chdir('/')": "FileNotFoundError",
    "os.environ['NEW'] = 'x'": "place",
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);": "signals",
    "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]);": "mask",
    "resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))": "limits",
    "os.nice(1);": "priority",
    "threading.Thread(target=threading.Event().wait, daemon=True).start()": "threads",
    "sys.setrecursionlimit(2000)": "interpreter",
    "next(counts);": "counted",
    "child.kill(); child.wait();": "failed",
    "go = threading.Event()\nthreading.Thread(target=lambda: (go.wait(), print('late'))).start()\n"
    "threading.Timer(0.05, go.set).start()": "threads",
    "os._exit(1)": "lost its variables",
}
Harm = Callable[[LocalBackend, int], object]


def _signals(number: int) -> Harm:
    return lambda backend, pid: os.kill(pid, number)


def _child(number: int) -> Harm:
    def harm(backend: LocalBackend, pid: int) -> None:
        (child,) = descendants(pid)
        os.kill(child, number)

    return harm


def _token(backend: LocalBackend) -> Path:
    return backend.data_directory(NAME) / "token"


# what somebody else does to it
OUTSIDE: dict[str, Harm] = {
    "killed": _signals(signal.SIGKILL),
    "stopped": _signals(signal.SIGSTOP),
    "its child killed": _child(signal.SIGKILL),
    "its child stopped": _child(signal.SIGSTOP),
    "its file gone": lambda backend, pid: _token(backend).unlink(),
    "its file another": lambda backend, pid: _token(backend).write_text("x"),
    "its files' rights": lambda backend, pid: _token(backend).parent.chmod(0o500),
    "its limits": lambda backend, pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (99, 99)),
    "its priority": lambda backend, pid: os.setpriority(os.PRIO_PROCESS, pid, 5),
}


async def _told(backend: LocalBackend, code: str, harm: Harm) -> str:
    """What a new witness tells after code of its own and a harm; empty when it notices nothing."""
    books = Books(backend)
    seen = Witness(books, backend)
    try:
        await seen.begin()
        await seen.check()
        await books.run(NAME, code)
        harm(backend, seen.pid)
        try:
            await seen.check()
        except AssertionError as error:
            return str(error)
        return ""
    finally:
        await seen.end()
        await backend.end_session(NAME)


async def test_each_change_within_the_witness_is_told(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path, Choice(sys.executable, "test"))
    try:
        told = {code: await _told(backend, code, lambda *rest: None) for code in INSIDE}
    finally:
        await backend.close()
    assert {code: found for code, found in told.items() if INSIDE[code] not in found or not found} == {}


async def test_each_harm_from_outside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "PATIENCE", 1.0)
    backend = LocalBackend(tmp_path, Choice(sys.executable, "test"))
    try:
        assert [how for how, harm in OUTSIDE.items() if not await _told(backend, "pass", harm)] == []
        assert await _told(backend, "pass", lambda *rest: None) == ""
    finally:
        await backend.close()


async def test_a_worker_that_was_replaced_in_silence_is_told(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path, Choice(sys.executable, "test"))
    seen = Witness(Books(backend), backend)
    try:
        await seen.begin()
        await backend.end_session(NAME)
        await backend.start(NAME)
        with pytest.raises(AssertionError, match="the witness failed"):
            await seen.check()
    finally:
        await seen.end()
        await backend.close()

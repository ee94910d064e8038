"""The warm process: interpreters that cannot serve, and code that kills what keeps it."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from backend.errors import CannotStart
from backend.executor import link, nursery, turn
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import SessionState, Status
from tests.contract.driver import alive, eventually, run, running, value

SCRIPTS = {
    "exits": ("#!/bin/sh\nexit 1\n", "code 1 without a word"),
    "speaks and exits": ("#!/bin/sh\necho 'no licence found' >&2\nexit 3\n", "no licence found"),
    "is nothing": ("\x7fELF garbage", "cannot run sessions"),
    "answers garbage": (
        f"#!{sys.executable}\nimport os, sys, time\nos.write(int(sys.argv[-2]), b'HTTP/1.1')\ntime.sleep(60)",
        "frame of",
    ),
}


def _backend(tmp_path: Path, python: str) -> LocalBackend:
    return LocalBackend(tmp_path / "sessions", Choice(python, "test"))


async def _refused(tmp_path: Path, python: str, words: str) -> None:
    backend = _backend(tmp_path, python)
    began = time.monotonic()
    try:
        for _ in range(2):
            with pytest.raises(CannotStart, match=words):
                await backend.start("one")
            ran = await run(backend, "1")
            assert ran.status is Status.REJECTED
            assert words in ran.outcome.message
    finally:
        await backend.close()
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("how", SCRIPTS)
async def test_a_script_that_is_no_interpreter_cannot_start(tmp_path: Path, how: str) -> None:
    script = tmp_path / "python"
    script.write_text(SCRIPTS[how][0])
    script.chmod(0o755)
    await _refused(tmp_path, str(script), SCRIPTS[how][1])


async def test_a_script_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery, "START_LIMIT", 0.3)
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexec sleep 1000\n")
    script.chmod(0o755)
    await _refused(tmp_path, str(script), "did not answer within")


async def test_a_nursery_that_stands_still_refuses_in_time(
    own: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = int(await value(own, "import os\nos.getppid()") or 0)
    monkeypatch.setattr(link, "START_LIMIT", 0.3)
    still = _parent(keeper)
    os.kill(still, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):
            with pytest.raises(CannotStart, match="did not answer within"):
                await own.start("new")
    finally:
        os.kill(still, signal.SIGCONT)
    assert await value(own, "2", session="new") == "2"


async def test_a_missing_interpreter_cannot_start(tmp_path: Path) -> None:
    await _refused(tmp_path, str(tmp_path / "none"), "No such file")


async def test_an_interpreter_that_is_repaired_can_start(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\nexit 1\n")
    script.chmod(0o755)
    backend = _backend(tmp_path, str(script))
    try:
        with pytest.raises(CannotStart):
            await backend.start("one")
        script.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        assert await value(backend, "1 + 1") == "2"
    finally:
        await backend.close()


OLD = sorted(Path.home().glob(".pyenv/versions/3.[678].*/bin/python"))


@pytest.mark.skipif(not OLD, reason="no Python older than 3.9 under ~/.pyenv/versions")
async def test_an_interpreter_that_is_too_old_says_so(tmp_path: Path) -> None:
    for python in OLD:
        await _refused(tmp_path, str(python), "3.9 or newer is needed")


async def test_a_keeper_killed_by_code_takes_its_session_only(own: LocalBackend) -> None:
    await run(own, "x = 1", session="witness")
    code = "import os, subprocess\nsubprocess.Popen(['sleep', '99'], start_new_session=True).pid"
    pid = int(await value(own, code) or 0)
    ran = await run(own, "os.kill(os.getppid(), 9)\nimport time\ntime.sleep(30)")
    assert ran.status is Status.WORKER_DIED
    assert await value(own, "2") == "2"
    assert await value(own, "x", session="witness") == "1"
    await eventually(lambda: not alive(pid), 2)


async def test_a_stopped_keeper_does_not_stop_the_ladder(own: LocalBackend) -> None:
    pid = int(await value(own, "import os, signal\nos.getpid()") or 0)
    code = "os.kill(os.getppid(), signal.SIGSTOP)\nprint('on')\nwhile True: x = 1"
    async with running(own, code) as execution:
        await execution.until_printed("on\n")
        began = time.monotonic()
        await execution.stop()
        ran = await execution.end()
    assert time.monotonic() - began < 5
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, True)
    assert await value(own, "2") == "2"
    await eventually(lambda: not alive(pid), 1)


async def test_a_session_goes_on_without_a_worker_that_nobody_can_end(
    own: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keeper and nursery stand still; the nursery comes to itself later."""
    monkeypatch.setattr(turn, "GRACE", 0.8)
    monkeypatch.setattr(turn, "KILL_LIMIT", 0.2)
    pid, keeper = map(int, (await value(own, "import os\nos.getpid(), os.getppid()") or "")[1:-1].split(","))
    warm = _parent(keeper)
    for each in (keeper, warm):
        os.kill(each, signal.SIGSTOP)
    async with asyncio.timeout(10):
        ran = await run(own, "while True: x = 1", limit=0.1)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, True)
    os.kill(warm, signal.SIGCONT)
    async with asyncio.timeout(10):
        assert await value(own, "2") == "2"
    await eventually(lambda: not alive(pid), 2)


async def test_a_clock_that_is_set_back_stops_no_ladder(
    own: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a day, each time that somebody looks at it."""
    monkeypatch.setattr(turn, "GRACE", 0.8)
    monkeypatch.setattr(turn, "KILL_LIMIT", 0.3)
    day = itertools.count(20_000, -1)
    await own.start("one")
    monkeypatch.setattr(time, "time", lambda: next(day) * 86_400.0)
    code = "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nwhile True: x = 1"
    async with asyncio.timeout(10):
        ran = await run(own, code, limit=0.3)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, True)
    assert (await run(own, "while True: x = 1", limit=0.3)).status is Status.TIMED_OUT


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def test_a_nursery_killed_by_code_is_replaced_when_needed(own: LocalBackend) -> None:
    keeper = int(await value(own, "x = 1\nimport os\nos.getppid()") or 0)
    os.kill(_parent(keeper), signal.SIGKILL)
    assert await value(own, "x") == "1"
    assert await value(own, "2", session="new") == "2"
    pid = int(await value(own, "os.getpid()") or 0)
    await own.end_session("one")
    assert not alive(pid)


async def test_a_nursery_that_dies_with_a_request_in_its_hands_is_replaced(own: LocalBackend) -> None:
    keeper = int(await value(own, "import os\nos.getppid()") or 0)
    warm = _parent(keeper)
    os.kill(warm, signal.SIGSTOP)
    starting = asyncio.create_task(own.start("new"))
    await asyncio.sleep(0.2)
    assert not starting.done()
    os.kill(warm, signal.SIGKILL)
    assert (await starting).state is SessionState.IDLE


async def test_a_worker_stopped_by_code_is_ended(own: LocalBackend) -> None:
    code = "import os, signal\nprint('on', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)"
    async with running(own, code) as execution:
        await execution.until_printed("on\n")
        await asyncio.sleep(0.1)
        await execution.stop()
        assert (await execution.end()).outcome.state_lost


async def test_deaths_in_a_row_do_not_spin(own: LocalBackend) -> None:
    starts: list[float] = []
    spawn = own._warm

    async def counted() -> object:
        starts.append(time.monotonic())
        return await spawn()

    own._warm = counted  # type: ignore[method-assign,assignment]  # counts the starts
    for _ in range(4):
        await run(own, "import os\nos.kill(os.getpid(), 9)")
    await asyncio.sleep(0.3)
    count = len(starts)
    await asyncio.sleep(0.3)
    assert len(starts) == count <= 4
    info = [info for info in await own.sessions() if info.identifier == "one"]
    assert info[0].state is SessionState.LOST
    assert await value(own, "2") == "2"


async def test_many_sessions_at_once(own: LocalBackend) -> None:
    names = [f"s{i}" for i in range(40)]
    values = await asyncio.gather(*(value(own, f"x = {i}\nx", f"s{i}") for i in range(40)))
    assert values == [str(i) for i in range(40)]
    again = await asyncio.gather(*(value(own, "x", name) for name in names))
    assert again == values


VERSIONS = [f"3.{minor}" for minor in range(9, 14)]


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_supported_interpreter_runs_a_session(tmp_path: Path, version: str) -> None:
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    if not found:
        pytest.skip(f"no Python {version} under ~/.pyenv/versions")
    backend = _backend(tmp_path, str(found[-1]))
    try:
        info = await backend.start("one")
        assert info.python_version.startswith(version + ".")
        ran = await run(backend, "x = 20\nprint('hi')\nx + 1")
        assert (ran.stdout, ran.value) == ("hi\n", "21")
        assert (await run(backend, "1 / 0")).error == "ZeroDivisionError"
        assert (await run(backend, "x = = 1")).error == "SyntaxError"
        assert (await run(backend, "input()")).error == "EOFError"
        assert await value(backend, "import asyncio\nawait asyncio.sleep(0, 'awaited')") == "'awaited'"
        ran = await run(backend, "for i in range(10**5): print(i)")
        assert ran.stdout == "".join(f"{i}\n" for i in range(10**5))
        assert (await run(backend, "while True: x = 20", limit=0.1)).status is Status.TIMED_OUT
        assert "x" in (await backend.complete("one", "x", 1)).matches
        ran = await run(backend, "import os\nos.fork()\nNone")
        assert (ran.status, ran.stderr) == (Status.SUCCEEDED, "")
        assert await value(backend, "x") == "20"
        assert (await run(backend, "os.kill(os.getpid(), 9)")).status is Status.WORKER_DIED
    finally:
        await backend.close()


def test_our_own_interpreter_is_among_the_supported() -> None:
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in VERSIONS

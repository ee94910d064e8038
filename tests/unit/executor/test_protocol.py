"""Code finds the descriptor of its control channel and writes to it: only its own worker suffers."""

from __future__ import annotations

import asyncio
import time

import pytest

from backend.executor import channel
from backend.executor.local import LocalBackend
from backend.models import SessionState, StateChanged, Status
from tests.contract.driver import eventually, run, running, value

# the only stream socket among the worker's descriptors is its channel
FIND = """
import os, socket, stat, json, struct, time, gc
def find():
    for fd in range(3, 1024):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): return fd
        except OSError: pass
fd = find()
def frame(**content):
    body = json.dumps(content).encode()
    return struct.pack('!I', len(body)) + body
"""
FORGED = {
    "garbage": "os.write(fd, b'garbage garbage')",
    "four gigabytes announced": "os.write(fd, b'\\xff' * 4 + b'x')",
    "not JSON": "os.write(fd, struct.pack('!I', 4) + b'{{{{')",
    "not an object": "os.write(fd, struct.pack('!I', 2) + b'[]')",
    "deeply nested": "os.write(fd, struct.pack('!I', 200_000) + b'[' * 200_000)",
    "not ASCII": "os.write(fd, struct.pack('!I', 4) + b'\\xff' * 4)",
    "wrong id": "os.write(fd, frame(event='done', id='another'))",
    "unknown event": "os.write(fd, frame(event='surprise'))",
    "no event": "os.write(fd, frame())",
    "a second ready": "os.write(fd, frame(event='ready'))",
    "a display that is none": "os.write(fd, frame(event='display', bundle=17))",
}


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_frame_ends_its_worker_and_nothing_else(backend: LocalBackend, how: str) -> None:
    await run(backend, "x = 1", session="witness")
    await run(backend, FIND)
    began = time.monotonic()
    ran = await run(backend, FORGED[how] + "\ntime.sleep(30)")
    assert time.monotonic() - began < 2
    assert ran.status is Status.WORKER_DIED
    assert "broke the protocol" in ran.outcome.message
    assert ran.outcome.message.count("\n") == 0
    assert await value(backend, "x", session="witness") == "1"
    assert await value(backend, "2") == "2"


OWN_ID = """
import gc
gc.unfreeze()
mine = next(o for o in gc.get_objects() if type(o).__module__ == 'session_worker.talk').execution
"""


async def test_a_forged_end_finishes_once_and_the_real_one_ends_the_worker(backend: LocalBackend) -> None:
    await run(backend, FIND)
    lost: list[str] = []

    async def watch() -> None:
        async for event in backend.watch("one"):
            if isinstance(event, StateChanged) and event.state is SessionState.LOST:
                lost.append(event.message)  # noqa: PERF401

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    forged = "os.write(fd, frame(event='done', id=mine, value={'text/plain': 'forged'}))\n"
    ran = await run(backend, OWN_ID + forged + "time.sleep(0.1)\n'real'")
    assert (ran.status, ran.value) == (Status.SUCCEEDED, "forged")
    await eventually(lambda: bool(lost))
    watching.cancel()
    assert "broke the protocol (an answer that nobody asked for)" in lost[0]
    after = await run(backend, "fd")
    assert after.error == "NameError"
    assert after.started is not None
    assert after.started.state_lost


async def test_two_ends_at_once_are_one_and_a_broken_protocol(backend: LocalBackend) -> None:
    await run(backend, FIND)
    done = "frame(event='done', id=mine)"
    ran = await run(backend, OWN_ID + f"os.write(fd, {done} * 2)\ntime.sleep(30)")
    assert ran.status is Status.SUCCEEDED
    async with asyncio.timeout(10):  # the second end is enough: nobody waits for the real one
        after = await run(backend, "mine")  # waits for a fresh worker, the other is being ended
    assert after.error == "NameError"
    assert await value(backend, "2") == "2"


async def test_a_forged_question_ends_its_worker(backend: LocalBackend) -> None:
    """Nobody said that this execution may ask."""
    await run(backend, FIND)
    question = "frame(event='ask', id=mine, number=1, prompt='password?', secret=True)"
    ran = await run(backend, OWN_ID + f"os.write(fd, {question})\ntime.sleep(30)", limit=10)
    assert ran.status is Status.WORKER_DIED
    assert "a question that nobody allowed" in ran.outcome.message
    assert "InputRequested" not in {type(event).__name__ for event in ran.events}


async def test_after_a_broken_frame_nothing_is_heard(backend: LocalBackend) -> None:
    await run(backend, FIND)
    forged = "frame(event='surprise') + frame(event='done', id=mine, value={'text/plain': 'forged'})"
    ran = await run(backend, OWN_ID + f"os.write(fd, {forged})\ntime.sleep(30)", limit=10)
    assert (ran.status, ran.outcome.value) == (Status.WORKER_DIED, None)


@pytest.mark.parametrize(
    "end",
    ["os._exit(0)", "os.close(fd); time.sleep(30)", "os.kill(os.getpid(), 9)"],
    ids=["exit", "close", "kill"],
)
async def test_a_frame_cut_off_by_the_end_is_a_death(backend: LocalBackend, end: str) -> None:
    await run(backend, FIND)
    began = time.monotonic()
    ran = await run(backend, f"os.write(fd, frame(event='done', id='x')[:-3])\n{end}")
    assert time.monotonic() - began < 2
    assert (ran.status, ran.outcome.state_lost) == (Status.WORKER_DIED, True)
    assert await value(backend, "2") == "2"


@pytest.mark.parametrize("count", [1, 1000])
async def test_many_megabytes_of_frames_do_not_hold_up_others(backend: LocalBackend, count: int) -> None:
    """Displays that nobody waits for: 30 MB in one frame, or 1,000 small ones in one write."""
    await run(backend, "x = 1", session="witness")
    await run(backend, FIND)
    size = 30_000_000 // count
    code = f"""
fd = socket.socket(fileno=os.dup(fd))
fd.sendall(frame(event='display', bundle={{'text/plain': 'x' * {size}}}) * {count})
fd.detach()
"""
    async with running(backend, code + "time.sleep(0.5)") as execution:
        while not execution.task.done():
            began = time.monotonic()
            assert await value(backend, "x", session="witness") == "1"
            assert time.monotonic() - began < 1
            await asyncio.sleep(0.01)
        ran = await execution.end()
    assert ran.status is Status.SUCCEEDED
    assert len(ran.displays) == count


async def test_a_frame_at_one_byte_a_time_is_given_up(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "STALL", 0.3)
    await run(backend, FIND)
    ran = await run(
        backend, "for byte in b'\\0\\0\\1\\0' + b' ' * 100: os.write(fd, bytes([byte])); time.sleep(0.1)"
    )
    assert ran.status is Status.WORKER_DIED
    assert "never ended" in ran.outcome.message
    assert await value(backend, "2") == "2"


@pytest.mark.parametrize(
    "kind", ["[1]", "{'text/plain': 5}", "{(1, 2): 3}", "{'application/json': [[[]]] * 3}"]
)
async def test_strange_bundles_are_shown_or_refused(backend: LocalBackend, kind: str) -> None:
    ran = await run(
        backend, f"from IPython.display import publish_display_data\npublish_display_data({kind})"
    )
    assert ran.status in (Status.SUCCEEDED, Status.FAILED)
    assert await value(backend, "2") == "2"


async def test_a_value_too_large_for_a_frame_is_named(backend: LocalBackend) -> None:
    code = "class Big:\n    def _repr_json_(self): return ['x' * 1000] * 50_000\nBig()"
    ran = await run(backend, code)
    assert ran.status is Status.SUCCEEDED
    assert "too large" in str(ran.value)

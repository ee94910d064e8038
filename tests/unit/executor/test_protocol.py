"""Code finds the descriptor of its control channel and writes to it: only its own worker suffers."""

from __future__ import annotations

import time

import pytest

from backend.executor import channel
from backend.executor.local import LocalBackend
from backend.models import Status
from tests.contract.driver import run, value

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


async def test_a_forged_end_finishes_once_and_the_real_one_ends_the_worker(backend: LocalBackend) -> None:
    await run(backend, FIND)
    code = (
        "worker = next(o for o in gc.get_objects() if type(o).__module__ == 'session_worker.loop')\n"
        "print(os.write(fd, frame(event='done', id=worker.execution, value={'text/plain': 'forged'})))"
    )
    gc_frozen = await run(backend, "import gc; gc.unfreeze()\n" + code)
    assert gc_frozen.status in (Status.SUCCEEDED, Status.WORKER_DIED)
    after = await run(backend, "'after'")
    if after.status is Status.WORKER_DIED:
        after = await run(backend, "'after'")
    assert after.value == "'after'"


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

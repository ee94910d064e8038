"""Executions through the controller: their order, what is written when, how they end."""

from __future__ import annotations

import asyncio

import pytest

from backend.errors import CannotStart
from backend.models import SessionState, Status
from tests.contract.driver import eventually
from tests.unit.controller.conftest import Bench, Make

# -- order


async def test_turns_follow_each_other_however_slow_the_listener(bench: Bench) -> None:
    bench.listener.slow = 0.02
    codes = [f"for i in range(5): print({n}, i, flush=True)" for n in range(3)]
    entries = await asyncio.gather(*map(bench.controller.run, codes))
    begun_to_finished = [id for id, call in bench.listener.heard if call in ("begun", "output", "finished")]
    turns = [id for at, id in enumerate(begun_to_finished) if at == 0 or id != begun_to_finished[at - 1]]
    assert turns == [entry.id for entry in entries]
    assert [entry.number for entry in entries] == [1, 2, 3]
    for entry in entries:
        assert bench.listener.calls(entry) == [
            "queued",
            "running",
            "begun",
            "output",
            "succeeded",
            "finished",
        ]


async def test_code_given_before_the_session_is_ready_runs_when_it_is(make: Make) -> None:
    bench = make()
    await bench.controller.history.open()
    task = bench.controller.run("6 * 7")
    await bench.controller.start()
    assert (await task).value == {"text/plain": "42"}


# -- history


async def test_history_has_the_code_before_it_runs(bench: Bench) -> None:
    path = str(bench.database)
    code = f"import sqlite3; sqlite3.connect({path!r}).execute('SELECT code FROM texts').fetchall()"
    entry = await bench.controller.run(code)
    assert entry.value == {"text/plain": repr([(code,)])}


async def test_output_is_kept_while_it_runs(bench: Bench) -> None:
    code = "import time; print('ear' + 'ly', flush=True); time.sleep(60)"
    bench.controller.run(code)
    await bench.listener.until_printed("early")
    await eventually(lambda: b"early" in bench.written(), 3)
    await eventually(lambda: bench.rows() == {code: "running"}, 3)  # the log has it before it is committed


async def test_history_says_that_it_runs_when_it_is_silent_too(bench: Bench) -> None:
    code = "import time; time.sleep(60)"
    bench.controller.run(code)
    await eventually(lambda: bench.rows() == {code: "running"}, 5)
    entries = await bench.controller.history.entries("default")
    assert [entry.status for entry in entries] == [Status.RUNNING]


async def test_the_row_has_all_that_the_entry_has(bench: Bench) -> None:
    code = "import sys; open('f', 'w'); print('out'); print('err', file=sys.stderr); 1/0"
    entry = await bench.controller.run(code)
    assert await bench.stored(code) == entry
    assert entry.status is Status.FAILED
    assert entry.error is not None
    assert [change.path for change in entry.files_changed or ()] == ["f"]


@pytest.mark.parametrize("call", ["entry_changed", "begun", "output", "finished"])
async def test_a_listener_that_fails_loses_no_history(bench: Bench, call: str) -> None:
    bench.listener.failing = call
    with pytest.raises(ValueError, match=f"{call} failed"):
        await bench.controller.run("print('kept')")
    stored = await bench.stored("print('kept')")
    assert (stored.status, stored.stdout) == (Status.SUCCEEDED, "kept\n")
    bench.listener.failing = ""
    assert (await bench.controller.run("2")).value == {"text/plain": "2"}


# -- ends

LOOP = "print('on', flush=True)\nwhile True: pass"


async def test_stop_ends_what_runs_and_the_next_goes_on(bench: Bench) -> None:
    assert not await bench.controller.stop()
    first, second = bench.controller.run(LOOP), bench.controller.run("2")
    await bench.listener.until_printed("on\n")
    assert await bench.controller.stop()
    assert (await first).status is Status.INTERRUPTED
    assert (await second).status is Status.SUCCEEDED
    assert bench.controller.running == ()


async def test_stop_all_empties_the_queue(bench: Bench) -> None:
    tasks = [bench.controller.run(code) for code in (LOOP, "open('ran', 'w')", "3")]
    await bench.listener.until_printed("on\n")
    await eventually(lambda: len(bench.controller.running) == 3)
    assert await bench.controller.stop_all() == 3
    entries = await asyncio.gather(*tasks)
    assert {entry.status for entry in entries} == {Status.INTERRUPTED}
    assert bench.rows() == {LOOP: "interrupted", "open('ran', 'w')": "interrupted", "3": "interrupted"}
    assert await bench.controller.backend.list_files("default") == []


async def test_what_was_given_just_before_is_stopped_too(bench: Bench) -> None:
    task = bench.controller.run("open('ran', 'w')")
    await asyncio.sleep(0)
    await bench.controller.stop_all()
    entry = await task
    assert (entry.status, entry.message) == (Status.INTERRUPTED, "Stopped before it began.")
    assert bench.rows() == {entry.code: "interrupted"}
    assert await bench.controller.backend.list_files("default") == []


async def test_closing_stops_and_writes_how_it_ended(bench: Bench) -> None:
    bench.controller.run(LOOP)
    bench.controller.run("2")
    await bench.listener.until_printed("on\n")
    await bench.controller.close()
    assert bench.rows() == {LOOP: "interrupted", "2": "interrupted"}
    assert (await bench.stored(LOOP)).stdout == "on\n"


async def test_closing_does_not_wait_for_a_listener_that_hangs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.controller.executions.QUIT_LIMIT", 0.3)
    bench.listener.slow = 60
    bench.controller.run("print('kept', flush=True)")
    await eventually(lambda: any(call == "running" for _, call in bench.listener.heard))
    await bench.controller.close()
    assert bench.rows() == {"print('kept', flush=True)": "interrupted"}


async def test_a_worker_that_dies_takes_only_its_execution(bench: Bench) -> None:
    await bench.controller.run("x = 1")
    entry = await bench.controller.run("import os; os.kill(os.getpid(), 9)")
    assert (entry.status, entry.state_lost) == (Status.WORKER_DIED, True)
    assert "killed by signal 9" in entry.message
    after = await bench.controller.run("x")
    assert after.error is not None
    assert after.error.name == "NameError"
    assert after.message.startswith("Variables from before are gone")


async def test_what_cannot_start_is_rejected_and_stored(make: Make) -> None:
    bench = make(python="/bin/false")
    await bench.controller.history.open()
    with pytest.raises(CannotStart):
        await bench.controller.start()
    assert bench.controller.state is SessionState.LOST
    entry = await bench.controller.run("1")
    assert entry.status is Status.REJECTED
    assert "/bin/false cannot run sessions" in entry.message
    assert bench.listener.calls(entry) == ["queued", "rejected", "begun", "finished"]
    assert bench.rows() == {"1": "rejected"}

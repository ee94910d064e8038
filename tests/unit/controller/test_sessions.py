"""Sessions through the controller: restart, switch, in use, their states, late output."""

from __future__ import annotations

import asyncio
import json

import pytest

from backend.errors import SessionBusy
from backend.models import SessionState, Status
from tests.contract.driver import eventually
from tests.unit.controller.conftest import Bench, Make

LOOP = "print('on', flush=True)\nwhile True: pass"


async def test_restart_drops_variables_and_keeps_files(bench: Bench) -> None:
    await bench.controller.run("x = 1; open('f', 'w').write('kept')")
    await bench.controller.restart()
    assert bench.controller.state is SessionState.IDLE
    after = await bench.controller.run("print(open('f').read()); x")
    assert after.stdout == "kept\n"
    assert after.error is not None
    assert after.error.name == "NameError"


async def test_restart_ends_what_runs(bench: Bench) -> None:
    task = bench.controller.run(LOOP)
    await bench.listener.until_printed("on\n")
    await bench.controller.restart()
    async with asyncio.timeout(10):
        entry = await task
    assert entry.status.final
    assert entry.status is not Status.SUCCEEDED
    assert (await bench.controller.run("3")).value == {"text/plain": "3"}


async def test_sessions_are_apart_and_stay_as_they_were_left(bench: Bench) -> None:
    await bench.controller.run("x = 'first'")
    running = bench.controller.run("import time\nprint('on', flush=True)\ntime.sleep(60)")
    await bench.listener.until_printed("on\n")
    await bench.controller.switch("other")
    assert bench.listener.state == "idle"
    other = await bench.controller.run("'x' in dir()")
    assert (other.session, other.number, other.value) == ("other", 1, {"text/plain": "False"})
    await bench.controller.switch("default")
    assert bench.listener.state == "running"
    await bench.controller.stop()
    assert (await running).status is Status.INTERRUPTED
    assert (await bench.controller.run("x")).value == {"text/plain": "'first'"}


async def test_a_session_in_use_gives_way_to_the_next_name(bench: Bench, make: Make) -> None:
    second = make()
    await second.controller.history.open()
    with pytest.raises(SessionBusy, match="Another workbench has the session 'default' open"):
        await second.controller.start()
    await second.controller.start(alternatives=True)
    assert second.controller.session == "default-2"
    assert (await second.controller.run("1")).session == "default-2"


async def test_a_switch_to_a_session_in_use_leaves_all_as_it_was(bench: Bench, make: Make) -> None:
    second = make(session="mine")
    await second.controller.history.open()
    await second.controller.start()
    await second.controller.run("x = 5")
    with pytest.raises(SessionBusy):
        await second.controller.switch("default")
    assert (second.controller.session, second.controller.state) == ("mine", SessionState.IDLE)
    assert (await second.controller.run("x")).value == {"text/plain": "5"}


async def test_late_output_reaches_the_listener(bench: Bench) -> None:
    code = "import threading; threading.Timer(0.2, lambda: print('late', flush=True)).start()"
    entry = await bench.controller.run(code)
    assert "late" not in entry.stdout
    await eventually(lambda: "late" in "".join(bench.listener.late), 10)


async def test_states_are_told_as_they_come(bench: Bench) -> None:
    await bench.controller.run("1")
    await eventually(lambda: bench.controller.state is SessionState.IDLE)
    assert [state for state, _ in bench.listener.states] == ["idle", "running", "idle"]


async def test_json_of_an_entry_can_be_written(bench: Bench) -> None:
    entry = await bench.controller.run("from IPython.display import JSON; display(JSON({'a': 1})); 'x' * 3")
    assert json.loads(json.dumps(entry.as_json()))["value"] == {"text/plain": "'xxx'"}


async def test_history_knows_where_variables_began(bench: Bench) -> None:
    """The first execution of a worker is fresh, and so is the first after it died or was ended."""
    controller = bench.controller
    codes = ("a = 1", "a", "import os; os._exit(1)", "'a' in globals()", "b = 1")
    fresh = [(await controller.run(code)).fresh for code in codes]
    await controller.restart()
    fresh.append((await controller.run("'b' in globals()")).fresh)
    assert fresh == [True, False, False, True, False, True]
    assert [entry.fresh for entry in await controller.history.entries("default")] == fresh

"""The controller over real workers and a real history: order, what is written when, stopping, sessions."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.errors import CannotStart, SessionBusy
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Chunk, Display, SessionState, Staged, Status, Target
from tests.contract.driver import eventually
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.history.store import History


@dataclass
class Recording:
    """A listener that keeps what it hears; `slow` seconds for each call, `failing` names one that raises."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    states: list[tuple[SessionState, str]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    text: str = ""
    slow: float = 0.0
    failing: str = ""
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    _current: dict[str, str] = field(default_factory=dict)

    def entry_changed(self, entry: Entry) -> None:
        self.heard.append((entry.id, entry.status.value))
        self._fail("entry_changed")

    async def begun(self, entry: Entry) -> None:
        self._current[entry.session] = entry.id
        await self._hear(entry.id, "begun")

    async def output(self, event: Chunk | Display | Staged) -> None:
        assert event.execution_id in self._current.values()
        if isinstance(event, Chunk):
            self.text += event.text
        await self._hear(event.execution_id, "output")

    async def finished(self, entry: Entry) -> None:
        assert entry.id == self._current[entry.session]
        await self._hear(entry.id, "finished")

    async def late_output(self, chunk: Chunk) -> None:
        self.late.append(chunk.text)

    def state_changed(self, state: SessionState, message: str) -> None:
        self.states.append((state, message))

    async def _hear(self, id: str, call: str) -> None:
        await asyncio.sleep(self.slow)
        self.heard.append((id, call))
        self._fail(call)

    def _fail(self, call: str) -> None:
        if call == self.failing:
            raise ValueError(f"{call} failed")

    @property
    def state(self) -> str:
        return self.states[-1][0].value

    def calls(self, entry: Entry) -> list[str]:
        """What was heard of an entry, repeated output once."""
        calls = [call for id, call in self.heard if id == entry.id]
        return [call for at, call in enumerate(calls) if at == 0 or call != calls[at - 1]]

    async def until_printed(self, text: str) -> None:
        await eventually(lambda: text in self.text, 15)


@dataclass
class Bench:
    """A started controller, its listener, and the place of its files."""

    controller: Controller
    listener: Recording
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "history.db"

    def rows(self) -> dict[str, str]:
        """Status by code, as another process reads it from the file."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return dict(connection.execute("SELECT code, status FROM entries"))

    async def stored(self, code: str) -> Entry:
        """What history has of the last execution of this code."""
        async with History(self.database) as history:
            row = next(row for row in await history.recent() if row.code == code)
            found = await history.get(row.id)
        assert found is not None
        return found


Make = Callable[..., Bench]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes benches over the same files; each is closed at the end."""
    made: list[Bench] = []

    def bench(python: str = sys.executable, session: str = "default") -> Bench:
        backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
        listener = Recording()
        history = History(tmp_path / "history.db")
        one = Bench(Controller(backend, history, Target(), session, listener), listener, tmp_path)
        made.append(one)
        return one

    yield bench
    for one in made:
        await one.controller.close()


@pytest.fixture
async def bench(make: Make) -> Bench:
    """A bench whose session is ready."""
    one = make()
    await one.controller.history.open()
    await one.controller.start()
    return one


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
    code = f"import sqlite3; sqlite3.connect({path!r}).execute('SELECT code FROM entries').fetchall()"
    entry = await bench.controller.run(code)
    assert entry.value == {"text/plain": repr([(code,)])}


async def test_output_is_kept_while_it_runs(bench: Bench) -> None:
    code = "import time; print('ear' + 'ly', flush=True); time.sleep(60)"
    bench.controller.run(code)
    await bench.listener.until_printed("early")
    await eventually(lambda: b"early" in bench.database.read_bytes(), 3)
    assert bench.rows() == {code: "running"}


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
    await bench.listener.until_printed("on")
    assert await bench.controller.stop()
    assert (await first).status is Status.INTERRUPTED
    assert (await second).status is Status.SUCCEEDED
    assert bench.controller.running == ()


async def test_stop_all_empties_the_queue(bench: Bench) -> None:
    tasks = [bench.controller.run(code) for code in (LOOP, "open('ran', 'w')", "3")]
    await bench.listener.until_printed("on")
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
    await bench.listener.until_printed("on")
    await bench.controller.close()
    assert bench.rows() == {LOOP: "interrupted", "2": "interrupted"}
    assert (await bench.stored(LOOP)).stdout == "on\n"


async def test_closing_does_not_wait_for_a_listener_that_hangs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.controller.QUIT_LIMIT", 0.3)
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


# -- sessions


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
    await bench.listener.until_printed("on")
    await bench.controller.restart()
    async with asyncio.timeout(10):
        entry = await task
    assert entry.status.final
    assert entry.status is not Status.SUCCEEDED
    assert (await bench.controller.run("3")).value == {"text/plain": "3"}


async def test_sessions_are_apart_and_stay_as_they_were_left(bench: Bench) -> None:
    await bench.controller.run("x = 'first'")
    running = bench.controller.run("import time\nprint('on', flush=True)\ntime.sleep(60)")
    await bench.listener.until_printed("on")
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

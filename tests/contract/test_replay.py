"""What ran in a local session runs again at every backend, and is compared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from backend.models import Status, Target
from backend.port import Backend
from tests.contract.driver import eventually, pieces
from tests.unit.replay.making import png
from workbench.controller.targets import Seat
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.replay import plan as planning
from workbench.replay.origin import Origin
from workbench.replay.result import Replay, Side
from workbench.replay.rules import RULES, Rule, Rules
from workbench.replay.run import Compared, Progress, Replayer, Sending
from workbench.replay.runner import SessionRunner

FROM, TO = "before", "again"
LOCAL = Target()


@pytest_asyncio.fixture(loop_scope="session")
async def history(tmp_path: Path) -> AsyncIterator[History]:
    async with History(tmp_path / "history.db") as store:
        yield store


async def recorded(history: History, backend: Backend, *codes: str) -> list[Entry]:
    """The entries of code that ran in the session it comes from."""
    runner = SessionRunner(history, Seat(LOCAL, backend, FROM))
    await runner.start()
    return [await runner.run(code) for code in codes]


def target_of(backend: Backend) -> Target:
    """A local backend streams, a remote one does not."""
    return LOCAL if backend.capabilities.streams else Target("served", "remote", "http://127.0.0.1")


class Bench:
    """A replay of entries that come from `origin` at a backend; `progress` is what it told."""

    def __init__(self, history: History, origin: Backend, backend: Backend) -> None:
        self.progress: list[Progress] = []
        self.on: Callable[[Progress], None] = lambda progress: None
        self._origin = Origin(origin, history, ("local", FROM))
        self._target = target_of(backend)
        self._backend = backend
        self.runner = SessionRunner(history, Seat(self._target, backend, TO))
        self.replayer: Replayer

    async def run(self, entries: list[Entry], rules: Rules = Rules(), *, go_on: bool = True) -> Replay:  # noqa: B008
        files = await self._origin.files()
        plan = await planning.make(entries, self._backend, self._target, files)
        self.replayer = Replayer(
            plan, self.runner, self._origin.content, rules, go_on=go_on, tell=self._heard
        )
        return await self.replayer.run(Side("local", "", FROM), Side("there", "", TO))

    def _heard(self, progress: Progress) -> None:
        self.progress.append(progress)
        self.on(progress)


@pytest.fixture
def bench(history: History, ipython: Backend, backend: Backend) -> Bench:
    return Bench(history, ipython, backend)


def verdicts(replay: Replay) -> list[str]:
    return [each.verdict.value for each in replay.comparisons]


SESSION = (
    "total = 20",
    "print('printed'); import sys; print('warned', file=sys.stderr); total + 1",
    "words = open('words.txt').read().split(); words",
    "open('made.txt', 'w').write('x' * len(words)) and None",
    "1 / 0",
    "def broken(: pass",
    "{'a': [1, 2.5, None, True], 'b': float('nan')}",
    "class Picture:\n"
    "    def _repr_png_(self):\n"
    "        import base64\n"
    f"        return base64.b64decode({png(5)!r})\n"
    "Picture()",
    "import time, datetime, os, tempfile; print(time.time(), datetime.datetime.now(), object(), os.getcwd(),"
    " tempfile.mkdtemp())",
    "print('late'); 'a text'",
)


async def test_a_session_with_state_files_images_failures_and_times_is_equal_everywhere(
    history: History, ipython: Backend, bench: Bench, backend: Backend
) -> None:
    await ipython.write_file(FROM, "words.txt", pieces(b"three short words"))
    entries = await recorded(history, ipython, *SESSION)
    statuses = [entry.status for entry in entries]
    assert (statuses.count(Status.SUCCEEDED), statuses.count(Status.FAILED)) == (8, 2)
    replay = await bench.run(entries)
    assert verdicts(replay) == ["equal"] * len(SESSION), [each.differences for each in replay.comparisons]
    assert replay.same
    assert {"address", "time", "epoch", "temporary path"} <= replay.comparisons[8].rules
    sent = [progress.file.path for progress in bench.progress if isinstance(progress, Sending)]
    assert sent == ["words.txt"]
    assert [one.total for one in bench.progress if isinstance(one, Compared)] == [len(SESSION)] * len(SESSION)
    again = [each.after for each in replay.comparisons]
    kept = await history.entries(TO)
    assert [entry.id for entry in kept] == [entry.id for entry in again if entry is not None]
    assert [entry.code for entry in kept] == list(SESSION)


async def test_what_differs_is_told_and_stops_it_unless_it_goes_on(
    history: History, ipython: Backend, bench: Bench
) -> None:
    await recorded(history, ipython, "print('one')", "import random; random.random()", "print('three')")
    entries = await history.entries(FROM)
    replay = await bench.run(entries, go_on=False)
    assert verdicts(replay) == ["equal", "differs", "skipped"]
    (difference,) = replay.comparisons[1].differences
    assert (difference.aspect, len(difference.diff)) == ("value", 3)
    assert not replay.failed
    # comparing again needs no new run
    ran = len(await history.entries(TO))
    ignoring = Rules((*RULES, Rule("random", r"0\.\d+(e-\d+)?")))
    assert verdicts(replay.under(ignoring)) == ["equal", "equal", "skipped"]
    assert len(await history.entries(TO)) == ran == 2


async def test_variables_that_went_before_go_again(history: History, ipython: Backend, bench: Bench) -> None:
    runner = SessionRunner(history, Seat(LOCAL, ipython, FROM))
    await runner.start()
    await runner.run("kept = 1")
    await runner.refresh()
    after = await runner.run("'kept' in globals()")
    assert after.fresh
    replay = await bench.run(await history.entries(FROM))
    local = bench.runner._seat.target is LOCAL
    assert verdicts(replay) == ["equal", "equal" if local else "differs"]
    assert bool(bench.replayer.plan.lacks) is not local


async def test_a_worker_that_dies_half_way_is_the_targets_failure(
    history: History, ipython: Backend, bench: Bench, backend: Backend
) -> None:
    dying = "import os, signal; os.path.exists('die') and os.kill(os.getpid(), signal.SIGKILL)"
    entries = await recorded(history, ipython, "a = 1", dying, "a")
    await bench.runner.start()
    await backend.write_file(TO, "die", pieces(b""))
    replay = await bench.run(entries)
    assert verdicts(replay) == ["equal", "failed", "skipped"]
    assert replay.failed
    assert replay.comparisons[1].reason
    assert replay.comparisons[2].reason == "The target failed before."


@pytest.mark.needs("local")
async def test_a_death_that_was_there_before_is_equal(
    history: History, ipython: Backend, bench: Bench
) -> None:
    entries = await recorded(history, ipython, "a = 1", "import os; os._exit(3)", "'a' in globals()")
    assert entries[1].status is Status.WORKER_DIED
    assert verdicts(await bench.run(entries)) == ["equal", "equal", "equal"]


async def test_it_pauses_and_stops(history: History, ipython: Backend, bench: Bench) -> None:
    entries = await recorded(history, ipython, "1", "2", "3", "4")

    def pause(progress: Progress) -> None:
        if isinstance(progress, Compared) and progress.done == 2:
            bench.replayer.pause()

    bench.on = pause
    task = asyncio.create_task(bench.run(entries))
    await eventually(lambda: hasattr(bench, "replayer") and bench.replayer.paused, 15)
    assert not task.done()
    bench.on = lambda progress: None
    bench.replayer.resume()
    assert verdicts(await task) == ["equal"] * 4

    def stop(progress: Progress) -> None:
        if isinstance(progress, Compared) and progress.done == 1:
            bench.replayer.stopped = True

    bench.on = stop
    replay = await bench.run(entries)
    assert (verdicts(replay), replay.stopped) == (["equal", "skipped", "skipped", "skipped"], True)


@pytest.mark.needs("folders")
async def test_files_in_folders_go_with_their_folders(
    history: History, ipython: Backend, bench: Bench
) -> None:
    await recorded(history, ipython, "import os; os.makedirs('deep/er')")
    await ipython.write_file(FROM, "deep/er/in.txt", pieces(b"deep"))
    await ipython.write_file(FROM, "unused.txt", pieces(b"-"))
    entries = (await recorded(history, ipython, "open('deep/er/in.txt').read()"))[-1:]
    replay = await bench.run(entries)
    assert replay.same, replay
    assert [file.path for file in bench.replayer.plan.unused] == ["unused.txt"]


async def test_what_the_target_lacks_is_told_before(
    ipython: Backend, backend: Backend, history: History
) -> None:
    code = "try:\n    import surely_nowhere\nexcept ImportError:\n    pass\nopen"
    entries = await recorded(history, ipython, code, "p = '/opt/models/a.bin'")
    plan = await planning.make(entries, backend, target_of(backend))
    assert [(lack.what, lack.numbers) for lack in plan.lacks] == [
        ("surely_nowhere", (1,)),
        ("/opt/models/a.bin", (2,)),
    ]

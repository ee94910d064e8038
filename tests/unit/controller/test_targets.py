"""Another target: sessions and entries belong to it, what runs at the old one goes on and is recorded."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.errors import CannotStart, TargetError, Unsupported
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Exchanged, Outcome, SessionState, Status, Target
from tests.app.distant import Distant, exchange
from tests.contract.driver import eventually
from tests.unit.controller.conftest import Recording
from workbench.controller import Controller
from workbench.history.store import History

POOL = Target(profile="pool", kind="remote", url="https://pool.example/one", api_version="2024-10-02-preview")
OTHER = Target(profile="other", kind="remote", url="https://pool.example/two")


class Two:
    """A controller that begins on this machine, the far targets it was connected to, and its listener."""

    def __init__(self, folder: Path) -> None:
        self.far: dict[str, Distant] = {}
        self.listener = Recording()
        self.local = LocalBackend(folder / "sessions", Choice(sys.executable, "test"))
        self.broken: TargetError | None = None
        history = History(folder / "history.db")
        self.controller = Controller(self.local, history, Target(), "default", self.listener, self.connect)

    @property
    def begun(self) -> bool:
        """Whether what stops first has had its turn."""
        first = self.controller.first
        return first is not None and "begun" in self.listener.calls(first)

    def connect(self, target: Target) -> Distant:
        made = self.far[target.profile] = Distant(target)
        made.broken = self.broken
        return made


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    one = Two(tmp_path)
    await one.controller.history.open()
    await one.controller.start()
    yield one
    await one.controller.close()


async def test_an_execution_belongs_to_the_target_it_was_sent_to(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    task = two.controller.run("print(1)")
    await eventually(lambda: bool(two.far["pool"].running), 15)
    two.far["pool"].end("1\n")
    entry = await task
    assert (entry.profile, entry.api_version, entry.session) == ("pool", "2024-10-02-preview", "default")
    assert (entry.stdout, entry.isolation, len(entry.exchanges)) == ("1\n", "", 1)
    kept = await two.controller.history.get(entry.id)
    assert kept is not None
    assert kept.profile == "pool"


async def test_variables_of_this_machine_are_there_when_one_comes_back(two: Two) -> None:
    await two.controller.run("x = 5")
    await two.controller.change_target(POOL, "default")
    await two.controller.change_target(Target(), "default")
    entry = await two.controller.run("x")
    assert (entry.value, entry.profile) == ({"text/plain": "5"}, "local")


async def test_each_target_keeps_the_session_that_was_shown_there(two: Two) -> None:
    await two.controller.switch("mine")
    await two.controller.change_target(POOL, "default")
    assert two.controller.session == "default"
    await two.controller.change_target(Target(), "default")
    assert two.controller.session == "mine"


async def test_what_runs_at_the_target_left_goes_on_and_keeps_its_backend_open(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    task = two.controller.run("print(1)")
    await eventually(lambda: bool(two.far["pool"].running), 15)
    await two.controller.change_target(Target(), "default")
    assert (await two.controller.run("2")).value == {"text/plain": "2"}
    assert not two.far["pool"].closed
    two.far["pool"].end("late\n")
    entry = await task
    assert (entry.status, entry.stdout, entry.profile) == (Status.SUCCEEDED, "late\n", "pool")
    await eventually(lambda: two.far["pool"].closed, 15)


async def test_a_remote_target_that_is_left_idle_is_closed_and_made_anew(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    first = two.far["pool"]
    await two.controller.change_target(OTHER, "default")
    await eventually(lambda: first.closed, 15)
    await two.controller.change_target(POOL, "default")
    assert two.far["pool"] is not first
    assert not two.far["pool"].closed


async def test_a_target_that_cannot_be_used_leaves_everything_as_it_was(two: Two) -> None:
    two.broken = CannotStart("Nobody is there.")
    await two.controller.run("x = 1")
    with pytest.raises(CannotStart):
        await two.controller.change_target(POOL, "default")
    assert (two.controller.target, two.listener.state) == (Target(), "idle")
    await eventually(lambda: two.far["pool"].closed, 15)
    assert (await two.controller.run("x")).value == {"text/plain": "1"}


async def test_code_that_cannot_be_stopped_is_left_or_ends_with_its_session(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    far = two.far["pool"]
    first = two.controller.run("1")
    await eventually(lambda: bool(far.running), 15)
    with pytest.raises(Unsupported):
        await two.controller.stop()
    entry = two.controller.first
    assert entry is not None
    assert not two.controller.can_stop(entry)
    await two.controller.abandon(entry)
    assert (await first).status is Status.LOST
    second = two.controller.run("2")
    await eventually(lambda: bool(far.running), 15)
    entry = two.controller.first
    assert entry is not None
    await two.controller.end_session_of(entry)
    assert ((await second).status, far.ended) == (Status.INTERRUPTED, ["default"])


async def test_waiting_for_room_is_told_and_stopped_without_having_run(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    far = two.far["pool"]
    far.full = 7.0
    task = two.controller.run("1")
    await eventually(lambda: two.begun, 15)
    assert await two.controller.stop()
    entry = await task
    assert (entry.status, far.running) == (Status.INTERRUPTED, {})
    assert two.listener.calls(entry) == ["queued", "begun", "output", "interrupted", "finished"]


async def test_room_that_is_found_lets_it_run_in_the_same_turn(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    far = two.far["pool"]
    far.full = 7.0
    task = two.controller.run("1")
    await eventually(lambda: two.begun, 15)
    far.make_room()
    await eventually(lambda: bool(far.running), 15)
    far.end()
    calls = two.listener.calls(await task)
    assert calls == ["queued", "begun", "output", "running", "output", "succeeded", "finished"]


async def test_exchanges_of_a_session_are_kept_up_to_fifty_and_of_that_session_only(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    await eventually(lambda: len(two.controller.exchanges()) == 1, 15)  # of the start
    for _ in range(60):
        two.far["pool"].tell("default", Exchanged("", exchange("GET", "/files")))
    await eventually(lambda: len(two.controller.exchanges()) == 50, 15)
    await two.controller.switch("other")
    await eventually(lambda: len(two.controller.exchanges()) == 1, 15)
    assert two.controller.sessions == ("other", "default")


async def test_the_state_of_a_target_that_was_left_is_not_told(two: Two) -> None:
    await two.controller.change_target(POOL, "default")
    two.controller.run("1")
    far = two.far["pool"]
    await eventually(lambda: bool(far.running), 15)
    await two.controller.change_target(Target(), "default")
    far.end(outcome=Outcome(Status.SUCCEEDED))
    await eventually(lambda: not two.controller.running, 15)
    assert two.controller.state is SessionState.IDLE
    assert two.listener.states[-1] == (SessionState.IDLE, "")


async def test_at_the_end_what_cannot_be_stopped_is_left_and_every_backend_closed(tmp_path: Path) -> None:
    one = Two(tmp_path)
    await one.controller.history.open()
    await one.controller.start()
    await one.controller.change_target(POOL, "default")
    task = one.controller.run("1")
    far = one.far["pool"]
    await eventually(lambda: bool(far.running), 15)
    await one.controller.change_target(OTHER, "default")
    await one.controller.close()
    assert (await task).status is Status.LOST
    assert far.abandoned == [(await task).id]
    assert far.closed
    assert one.far["other"].closed

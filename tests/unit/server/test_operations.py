"""The table of operations: bounded in time, number and size, and an id never runs a second time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from backend.server import operations
from backend.server.operations import Operations
from backend.server.replies import RefusedError


@dataclass
class Ran:
    session: str
    id: str
    named: bool = True
    size: int = 100


class Table:
    """A table with a clock of ours."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.operations: Operations[Ran] = Operations(lambda: self.now)

    def ran(self, name: str, session: str = "s", **more: int | bool) -> Ran:
        """An execution that has ended."""
        found = Ran(session, name, **more)  # type: ignore[arg-type]
        self.operations.add(found)
        self.operations.finish(found)
        return found


@pytest.fixture
def table() -> Table:
    return Table()


def test_a_result_is_kept_for_an_hour(table: Table) -> None:
    found = table.ran("a", named=False)
    table.now += operations.KEPT_SECONDS - 1
    assert table.operations.find("s", "a") is found
    table.now += 2
    assert table.operations.find("s", "a") is None


def test_what_runs_is_kept_however_long(table: Table) -> None:
    found = Ran("s", "a")
    table.operations.add(found)
    table.now += 10 * operations.KEPT_SECONDS
    for number in range(operations.KEPT + 10):
        table.ran(str(number))
    assert table.operations.find("s", "a") is found


def test_the_oldest_go_when_there_are_too_many(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "KEPT", 3)
    for name in "abcd":
        table.ran(name, named=False)
    assert table.operations.find("s", "a") is None
    assert table.operations.find("s", "b") is not None


def test_the_oldest_go_when_they_are_too_large(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "KEPT_BYTES", 250)
    for name in "abc":
        table.ran(name, named=False)
    assert [table.operations.find("s", name) is not None for name in "abc"] == [False, True, True]


def test_an_id_that_a_client_chose_is_not_free_again_at_once(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "KEPT", 1)
    table.ran("mine")
    table.ran("other")
    with pytest.raises(RefusedError) as refused:
        table.operations.find("s", "mine")
    assert (refused.value.fault.status, refused.value.fault.code) == (410, "OperationExpired")
    assert table.operations.find("another session", "mine") is None
    table.now += operations.KEPT_SECONDS + 1
    assert table.operations.find("s", "mine") is None


def test_a_session_takes_its_operations_along(table: Table) -> None:
    table.ran("a")
    table.ran("a", session="t")
    running = Ran("s", "b")
    table.operations.add(running)
    table.operations.forget("s")
    table.operations.finish(running)
    assert table.operations.find("s", "a") is None
    assert table.operations.find("s", "b") is None
    assert table.operations.find("t", "a") is not None
    assert table.operations.running() == []

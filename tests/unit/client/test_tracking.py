"""The files of a remote session around its executions: how often they are listed, and what goes wrong."""

from __future__ import annotations

import asyncio

import pytest

from backend.client.tracking import LIMIT, Tracker
from backend.errors import Refused, TargetError, Unreachable
from backend.models import Change, FileChange, FileInfo, Outcome, Status

DONE = Outcome(Status.SUCCEEDED, message="Said.", files_changed=None)
Told = list[FileInfo] | TargetError


def file(path: str, size: int = 1, modified: float = 1.0, kind: str = "file") -> FileInfo:
    return FileInfo(path, kind, size, modified)


class Desk:
    """A tracker whose target answers each listing with the next of `answers`."""

    def __init__(self, *answers: Told) -> None:
        self.answers = list(answers)
        self.tracker = Tracker(self.listed, 0.05)

    async def listed(self) -> list[FileInfo]:
        answer = self.answers.pop(0)
        if isinstance(answer, TargetError):
            raise answer
        return answer

    async def run(self, outcome: Outcome = DONE, *, remade: bool = False, follows: bool = False) -> Outcome:
        async def ran() -> Outcome:
            return outcome

        return await self.tracker.around(ran, remade=lambda: remade, follows=lambda: follows)


async def test_files_are_compared_by_name_size_and_time() -> None:
    before = [file("same"), file("longer"), file("later"), file("gone"), file("folder", kind="directory")]
    after = [file("same"), file("longer", 2), file("later", modified=2.0), file("new", 7)]
    outcome = await Desk(before, after).run()
    assert outcome.files_changed == (
        FileChange("gone", Change.DELETED),
        FileChange("later", Change.CHANGED, 1),
        FileChange("longer", Change.CHANGED, 2),
        FileChange("new", Change.CREATED, 7),
    )
    assert outcome.message == "Said."


async def test_a_listing_counts_for_the_next_execution_only_when_that_waits_in_line() -> None:
    desk = Desk([], [file("a")], [file("a"), file("b")], [file("a"), file("b"), file("c")], [])
    assert (await desk.run(follows=True)).files_changed == (FileChange("a", Change.CREATED, 1),)
    assert (await desk.run(follows=True)).files_changed == (FileChange("b", Change.CREATED, 1),)
    desk.tracker.forget()  # uploaded from here, between the two
    assert (await desk.run()).files_changed == (
        FileChange("a", Change.DELETED),
        FileChange("b", Change.DELETED),
        FileChange("c", Change.DELETED),
    )
    assert desk.answers == []


async def test_a_session_that_is_not_there_yet_has_no_files() -> None:
    gone = Refused("No such session.", status=404)
    assert (await Desk(gone, [file("a")]).run()).files_changed == (FileChange("a", Change.CREATED, 1),)


async def test_a_session_made_anew_had_no_files() -> None:
    outcome = await Desk([file("of the old one")], [file("a")]).run(remade=True)
    assert outcome.files_changed == (FileChange("a", Change.CREATED, 1),)


async def test_what_was_sent_to_a_session_since_it_was_made_anew_is_not_made_by_what_runs_then() -> None:
    outcome = await Desk([file("sent"), file("old")], [file("sent"), file("old", 2)]).run(remade=True)
    assert outcome.files_changed == (FileChange("old", Change.CREATED, 2),)


@pytest.mark.parametrize("place", [0, 1])
async def test_a_listing_that_fails_is_told_and_the_execution_stands(place: int) -> None:
    answers: list[Told] = [[], []]
    answers[place] = Unreachable("The target cannot be reached.")
    outcome = await Desk(*answers).run()
    assert (outcome.status, outcome.files_changed) == (Status.SUCCEEDED, None)
    assert outcome.message == "Said. Which files it changed is not known. The target cannot be reached."


async def test_too_many_files_and_too_late_a_listing_are_told() -> None:
    outcome = await Desk([file(str(number)) for number in range(LIMIT + 1)]).run()
    assert outcome.message.endswith("The session has more than 10,000.")

    async def never() -> list[FileInfo]:
        await asyncio.Event().wait()
        return []

    desk = Desk()
    desk.tracker = Tracker(never, 0.01)
    assert "did not come within" in (await desk.run()).message


@pytest.mark.parametrize("status", [Status.REJECTED, Status.LOST])
async def test_what_did_not_run_or_may_go_on_is_not_compared(status: Status) -> None:
    desk = Desk([file("a")])
    assert (await desk.run(Outcome(status, files_changed=None))).files_changed is None
    assert desk.answers == []

"""One session's executions, run again at the destination."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from backend.connect import connect
from backend.errors import WorkbenchError
from backend.port import Backend
from backend.records import dataclass
from workbench.cli.replay.telling import Teller
from workbench.cli.replay.wish import Wish
from workbench.controller.targets import Seat
from workbench.history.store import History
from workbench.replay import throwaway
from workbench.replay.job import Job, sides
from workbench.replay.origin import Origin
from workbench.replay.result import Replay
from workbench.replay.runner import SessionRunner
from workbench.replay.select import Selection
from workbench.setup import Setup


@dataclass(frozen=True, slots=True)
class Desk:
    """What all replays of one command share. `session` is the one named; None: one is made for each."""

    setup: Setup
    wish: Wish
    history: History
    backend: Backend
    teller: Teller
    session: str | None


@contextlib.asynccontextmanager
async def origin_of(desk: Desk, selection: Selection) -> AsyncIterator[Origin]:
    """Where the files of the executions come from, while this lasts."""
    setup, profile = desk.setup, selection.profile
    place = profile, selection.session
    if profile == setup.target.profile:
        yield Origin(desk.backend, desk.history, place, here=desk.session == selection.session)
        return
    try:
        source = connect(setup.settings.target(profile), setup.paths.data, warm=False)
    except (KeyError, WorkbenchError) as error:
        why = (
            error.message if isinstance(error, WorkbenchError) else f"There is no profile {profile} any more."
        )
        yield Origin(
            None, desk.history, place, f"The files of the session it comes from cannot be had. {why}"
        )
        return
    try:
        yield Origin(source, desk.history, place)
    finally:
        await source.close()


def name(desk: Desk, selection: Selection) -> str:
    """The session that a selection runs in."""
    return desk.session or throwaway.name(desk.setup.target, selection.session)


def job(desk: Desk, selection: Selection, origin: Origin, session: str) -> Job:
    """The replay of a selection in a session."""
    target = desk.setup.target
    runner = SessionRunner(desk.history, Seat(target, desk.backend, session), desk.teller.hear)

    async def leave() -> None:
        await runner.close()
        if desk.session is None and not desk.wish.keep:
            await throwaway.remove(desk.backend, target, session, desk.setup.erase)

    place = (desk.backend, target, runner)
    return Job(selection.entries, origin, place, sides(selection.entries, target, session), leave)


async def replayed(desk: Desk, selection: Selection, begin: Callable[[Job], None]) -> Replay:
    """Run a selection again; what came of it. `begin` gets the job, to stop it."""
    async with origin_of(desk, selection) as origin:
        one = job(desk, selection, origin, name(desk, selection))
        try:
            plan = await one.plan(all_files=desk.wish.all_files)
            desk.teller.begin(one.source, one.destination, plan, origin.remark)
            begin(one)
            return await one.run(
                plan,
                desk.wish.rules,
                lambda progress: desk.teller.progress(one.source, progress),
                go_on=desk.wish.go_on,
            )
        finally:
            await one.close()

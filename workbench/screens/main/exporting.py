"""What the main screen does to take executions out to a file, and to make a session of one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import UsageError, WorkbenchError
from workbench.controller import Controller
from workbench.format import count
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.named import is_folder, is_there, named
from workbench.sanitize import sanitize_line
from workbench.screens.main.frame import Frame
from workbench.screens.main.replaying import ReplayDesk
from workbench.screens.main.sessions import SessionDesk
from workbench.screens.main.targets import TargetDesk
from workbench.setup import Setup

if TYPE_CHECKING:
    from workbench.export.reading import Incoming

LOCAL = "local"
_ALL = "all"


class ExportDesk:
    """Writes an execution, some of a session or all of it; brings a notebook, a script or a bundle."""

    def __init__(
        self,
        frame: Frame,
        setup: Setup,
        controller: Controller,
        targets: TargetDesk,
        replays: ReplayDesk,
        sessions: SessionDesk,
    ) -> None:
        self._frame = frame
        self._setup = setup
        self._controller = controller
        self._targets = targets
        self._replays = replays
        self._sessions = sessions

    def execution(self, entry: Entry) -> None:
        """Ask for a file and write one execution."""
        self._frame.run_worker(self._ask([entry]), group="export")

    def session(self, entry: Entry | None = None) -> None:
        """Ask which executions of a session, the one shown or an entry's, and for a file; write them."""
        current = self._controller
        place = (entry.profile, entry.session) if entry else (current.target.profile, current.session)
        self._frame.run_worker(self._choose(*place), group="export")

    def bring(self) -> None:
        """Ask for a file and make a session of it."""
        self._frame.run_worker(self._bring(), group="import")

    # -- out

    async def _choose(self, profile: str, session: str) -> None:
        from workbench.screens.prompt import PromptScreen

        entries = await self._controller.history.entries(session, profile)
        if not entries:
            self._frame.notify("Nothing was run in this session yet.", markup=False)
            return
        heading = f"Export which of {count(len(entries), 'execution')}? All, or numbers: 3-7 9"
        while answer := await self._frame.app.push_screen_wait(PromptScreen(heading, value=_ALL)):
            if answer.strip().lower() == _ALL:
                await self._ask(entries)
                return
            try:
                chosen = await self._numbered(answer, profile, session)
            except UsageError as error:
                self._frame.failed(error)
                continue
            await self._ask(chosen)
            return

    async def _numbered(self, answer: str, profile: str, session: str) -> Sequence[Entry]:
        """The executions that numbers name, in their order. Raises UsageError."""
        from workbench.replay.select import select

        words = [f"{session}:{word}" for word in answer.replace(",", " ").split()]
        (found,) = await select(self._controller.history, words, session, profile=profile)
        return sorted(found.entries, key=lambda entry: entry.number)

    async def _ask(self, entries: Sequence[Entry]) -> None:
        """Ask where to, and whether what is there may be replaced."""
        from workbench.screens.confirm import ConfirmScreen
        from workbench.screens.prompt import PromptScreen

        app = self._frame.app
        heading = f"Export {count(len(entries), 'execution')}: .ipynb, .py, or .zip with the session's files"
        name = f"{_file_name(brief(entries[0].session))}.ipynb"
        answer = await app.push_screen_wait(PromptScreen(heading, value=name, problem=_problem, paths=True))
        if not answer:
            return
        path = _path(answer)
        overwrite = await asyncio.to_thread(os.path.lexists, path)
        if overwrite:
            lost = "What it holds now is replaced."
            question = ConfirmScreen("Overwrite file?", str(path), lost=lost, yes="Overwrite", no="Cancel")
            if not await app.push_screen_wait(question):
                return
        try:
            await self._write(path, entries, overwrite=overwrite)
        except WorkbenchError as error:
            self._frame.failed(error)

    async def _write(self, path: Path, entries: Sequence[Entry], *, overwrite: bool) -> None:
        from workbench.export import writing
        from workbench.replay.origin import Origin

        first = entries[0]
        backend, close = self._replays.backend(self._targets.target(first.profile))
        try:
            origin = Origin(backend, self._controller.history, (first.profile, first.session))
            said = await writing.write(path, entries, origin, overwrite=overwrite)
        finally:
            await close()
        if origin.remark:
            self._frame.warn("Export", sanitize_line(origin.remark))
        self._frame.notify(sanitize_line(f"{path}: {said}."), markup=False)

    # -- in

    async def _bring(self) -> None:
        from workbench.export.reading import take_in
        from workbench.screens.confirm import ConfirmScreen
        from workbench.screens.prompt import PromptScreen

        app = self._frame.app
        asked = PromptScreen(
            "Import a session", placeholder="notebook, script or bundle", problem=_no_file, paths=True
        )
        answer = await app.push_screen_wait(asked)
        if not answer:
            return
        try:
            what = await self._read(_path(answer))
            if what is None:
                return
            session = await take_in(self._setup, self._controller.history, what)
        except WorkbenchError as error:
            self._frame.failed(error)
            return
        said = ". ".join(sanitize_line(each) for each in (what.words, *what.left_out))
        question = ConfirmScreen(
            f"Session {sanitize_line(session)} is here", f"{said}.", yes="Go there", no="Stay here", mild=True
        )
        target = self._targets.target(LOCAL)
        if await app.push_screen_wait(question) and target is not None:
            self._sessions.change_target(target, session)

    async def _read(self, path: Path) -> Incoming | None:
        """What a file has; None when it is not wanted without its scripts. Raises WorkbenchError."""
        from workbench.export.active import ScriptsError
        from workbench.export.reading import incoming
        from workbench.screens.confirm import ConfirmScreen

        try:
            return await asyncio.to_thread(incoming, path)
        except ScriptsError as error:
            question = ConfirmScreen(
                "Leave out what would run?",
                sanitize_line(error.message),
                lost="Outputs that would run in a browser are left out.",
                yes="Import without",
                no="Cancel",
            )
            if not await self._frame.app.push_screen_wait(question):
                return None
            return await asyncio.to_thread(lambda: incoming(path, without_scripts=True))


def _path(text: str) -> Path:
    return named(text.strip())


def _file_name(session: str) -> str:
    return (
        "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in session).strip(".") or "session"
    )


def _problem(text: str) -> str | None:
    from workbench.export.writing import wrong_ending

    path = _path(text)
    if is_folder(path):
        return "That is a directory; add a file name."
    if not is_folder(path.absolute().parent):
        return f"There is no directory {path.parent}."
    return wrong_ending(path) or None


def _no_file(text: str) -> str | None:
    path = _path(text)
    if is_folder(path):
        return "That is a directory; name a file in it."
    return None if is_there(path) else "There is no such file."

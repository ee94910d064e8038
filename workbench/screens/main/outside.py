"""What the main screen does with programs of this machine: they get a copy of a session's file."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from enum import StrEnum

from backend.errors import UsageError, WorkbenchError
from backend.models import FileInfo
from workbench import format
from workbench.controller import Controller
from workbench.outside import programs
from workbench.outside.copies import Copy
from workbench.outside.viewing import Viewers
from workbench.preview.source import current
from workbench.sanitize import sanitize_line
from workbench.screens.main.frame import Frame
from workbench.transfers.meter import Meter

INSTEAD = "Download the file instead."
AT_ONCE = 0.5
"""Seconds: an editor that ends sooner without a change has gone to a window of its own."""


class Way(StrEnum):
    """Which program gets the copy."""

    EDIT = "edit"
    PAGE = "page"
    VIEW = "view"


class OutsideDesk:
    """Opens files in editor, pager and viewer. `changed` is called when an editor has changed one."""

    def __init__(self, frame: Frame, controller: Controller, changed: Callable[[], Awaitable[None]]) -> None:
        self._frame = frame
        self._controller = controller
        self._changed = changed
        self._viewers = Viewers()
        self._busy = False

    async def open(self, way: str, info: FileInfo) -> bool:
        """Open a copy of a file; whether the file in the session is another now. Tells what went wrong."""
        if self._busy:
            return False
        self._busy = True
        try:
            return await self._open(Way(way), info)
        except WorkbenchError as error:
            self._frame.failed(error)
            return False
        finally:
            self._busy = False

    def close(self) -> None:
        """Delete the copies that viewers may have shown until now."""
        self._viewers.close()

    async def _open(self, way: Way, info: FileInfo) -> bool:
        if info.kind != "file":
            raise UsageError(f"{info.path} is a folder.", "Choose a file.")
        find = {Way.EDIT: programs.editor, Way.PAGE: programs.pager, Way.VIEW: programs.viewer}
        command = find[way]()
        trip = _Trip(self._frame, self._controller, info)
        copy = await trip.fetch()
        if copy is None:
            return False
        if way is Way.VIEW:
            await self._viewers.show(command, copy, INSTEAD)
            self._frame.notify(f"A copy of {sanitize_line(info.path)} is opened.", markup=False)
            return False
        try:
            if way is Way.EDIT:
                return await self._edit(command, copy, trip)
            await self._lend(command, copy)
            return False
        finally:
            copy.remove()

    async def _lend(self, command: list[str], copy: Copy) -> int:
        from workbench.screens.outside import run_outside

        return await run_outside(self._frame.app, [*command, str(copy.path)])

    async def _edit(self, command: list[str], copy: Copy, trip: _Trip) -> bool:
        sent = False
        began = time.monotonic()
        try:
            code = await self._lend(command, copy)
            if not await copy.changed():
                self._unchanged(command[0], code, time.monotonic() - began, copy)
                return False
            sent = await trip.send(copy)
        except WorkbenchError as error:
            self._frame.failed(error)
        finally:  # also when the workbench ends: what the user wrote is nowhere else
            if not sent and _differs(copy):
                copy.keep()
                told = f"The session's file is as it was. What you wrote is in {copy.path}"
                self._frame.warn("Your copy is kept", told)
        if sent:
            size = format.size(copy.length())
            said = f"{sanitize_line(trip.info.path)} is changed in the session ({size})."
            self._frame.notify(said, markup=False)
            await self._changed()
        return sent

    def _unchanged(self, editor: str, code: int, took: float, copy: Copy) -> None:
        if told := why_unchanged(editor, code, took, copy):
            self._frame.warn("Not changed", told)


class _Trip:
    """One file from its session to this machine and back, with the session as it was at the start."""

    def __init__(self, frame: Frame, controller: Controller, info: FileInfo) -> None:
        self._frame = frame
        self._backend, self._session = controller.backend, controller.session
        self.info = info
        self._known = info

    async def fetch(self) -> Copy | None:
        """A copy; None when the user ends the fetching. Raises WorkbenchError."""
        from workbench.screens.waiting import waited

        self._known = await current(self._backend, self._session, self.info.path)
        meter = Meter(self._known.size)
        pieces = meter.watch(self._backend.download(self._session, self.info.path))
        return await waited(
            self._frame.app,
            f"Copying {self.info.path}",
            Copy.make(self.info.path, pieces),
            lambda: meter.words,
        )

    async def send(self, copy: Copy) -> bool:
        """Put the copy in the place of the file; False when the user says no. Raises WorkbenchError."""
        from workbench.screens.waiting import waited

        if not await self._agreed():
            return False
        size = copy.length()
        meter = Meter(size)
        sent = self._backend.write_file(self._session, self.info.path, meter.watch(copy.pieces()), size)
        done = await waited(self._frame.app, f"Sending {self.info.path}", sent, lambda: meter.words)
        return done is not None

    async def _agreed(self) -> bool:
        """Whether the file may be replaced: asked when it is another than the one that was fetched."""
        from workbench.screens.confirm import ConfirmScreen

        try:
            now: FileInfo | None = await current(self._backend, self._session, self.info.path)
        except WorkbenchError:
            now = None
        if now is not None and (now.size, now.modified) == (self._known.size, self._known.modified):
            return True
        what = "It is gone from the session" if now is None else "The session's file changed"
        question = ConfirmScreen(
            "Put your version there?",
            f"{self.info.path}: {what} while you edited it.",
            lost="" if now is None else "What was written meanwhile is lost.",
            yes="Put it there",
            no="Keep a copy here",
        )
        agreed: bool = await self._frame.app.push_screen_wait(question)
        return agreed


def _differs(copy: Copy) -> bool:
    try:
        return copy.differs()
    except WorkbenchError:
        return False


def why_unchanged(editor: str, code: int, took: float, copy: Copy) -> str:
    """What may be the matter with an editor that changed nothing; empty, for most often nothing is.

    The copy stays when the editor may still have it open.
    """
    if code:
        return f"{editor} ended with {code}, and changed nothing."
    if took >= AT_ONCE:
        return ""
    copy.keep()
    return (
        f"{editor} ended at once. If it has a window of its own, give it the flag that makes it "
        f"wait, as in VISUAL='code --wait'. What you write now stays in {copy.path}"
    )

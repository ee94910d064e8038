"""What the main screen does to run code of the editor, and to lead from an error back to its line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from backend.errors import WorkbenchError
from backend.records import dataclass
from workbench.cells import Runnable
from workbench.controller import Controller
from workbench.frames import own_lines, run_name
from workbench.history.entry import Entry
from workbench.named import is_file
from workbench.screens.main.frame import Frame
from workbench.widgets.editor.pane import EditorPane

REMEMBERED = 500
"""Executions of which it is known where their code stands."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where code that was run stands: its buffer, and the row of its first line."""

    document: str
    runnable: Runnable


class RunDesk:
    """Runs what the editor gives. `sent` is called with each code."""

    def __init__(
        self, frame: Frame, controller: Controller, editor: EditorPane, sent: Callable[[], object]
    ) -> None:
        self._frame = frame
        self._controller = controller
        self._editor = editor
        self._sent = sent
        self._origins: dict[tuple[str, str, str], Origin] = {}

    # -- running

    def run(self) -> None:
        """Run the selection, else the cell, else the buffer."""
        self._run(self._editor.code_to_run())

    def run_all(self) -> None:
        """Run the whole buffer."""
        self._run(self._editor.code_to_run(whole=True))

    def run_and_go_on(self) -> None:
        """Run the cell and move into the next one."""
        if self._run(self._editor.code_to_run()):
            self._editor.editor.go_on()

    def run_above(self) -> None:
        """Run what is above the cell of the cursor."""
        self._run(self._editor.editor.code_above(), "There is no code above this cell.")

    def run_line(self) -> None:
        """Run the selection or the statement at the cursor, and move to the next one."""
        editor = self._editor.editor
        if self._run(editor.statement_to_run(), "There is no code at the cursor."):
            editor.go_to_next_statement()

    def _run(
        self, runnable: Runnable, nothing: str = "There is no code here to run. Write some, then press F5."
    ) -> bool:
        if not runnable.code.strip():
            self._frame.notify(nothing, markup=False)
            return False
        self._sent()
        self._editor.editor.mark_failed(())
        origin = Origin(self._editor.document.id, runnable)
        task = self._controller.run(runnable.code)
        self._frame.run_worker(self._follow(task, origin), group="origins")
        return True

    async def _follow(self, task: asyncio.Task[Entry], origin: Origin) -> None:
        """Remember where the code came from, and mark the lines where it failed."""
        try:
            entry = await asyncio.shield(task)
        except (asyncio.CancelledError, WorkbenchError):
            return
        self._origins[entry.profile, entry.session, run_name(entry.number)] = origin
        while len(self._origins) > REMEMBERED:
            del self._origins[next(iter(self._origins))]
        if entry.error is not None:
            lines = own_lines(entry.error.traceback, entry.number)
            self._editor.mark_failed(origin.document, origin.runnable, lines)

    # -- from an error to its line

    def go_to(self, file: str, line: int, *, profile: str = "", session: str = "") -> None:
        """Show a place of a traceback in the editor: a line (from 1) of a file, or of code that was run.

        `profile` and `session` are those of the execution; without them, the ones of now.
        """
        profile = profile or self._controller.target.profile
        origin = self._origins.get((profile, session or self._controller.session, file))
        if origin is not None:
            if not self._editor.show_place(origin.document, origin.runnable, line):
                self._frame.notify("The buffer of this code was closed.", markup=False)
                return
        elif file.startswith(("<", "Cell In")):
            self._frame.notify("Nobody knows any more where this code stands; history has it.", markup=False)
            return
        elif not is_file(Path(file)):
            self._frame.notify(f"There is no file {file} on this machine.", markup=False)
            return
        else:
            self._editor.open_path(Path(file), line=line)
        self._frame.arrangement.go(self._editor)

"""What the main screen gives to programs of this machine: a buffer, an execution's output, a value."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import PurePath

from backend.errors import UsageError, WorkbenchError
from workbench.documents.disk import MAX_BYTES
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.outside import programs
from workbench.outside.copies import Copy
from workbench.outside.viewing import Viewers
from workbench.screens.main.frame import Frame
from workbench.screens.main.outside import why_unchanged
from workbench.widgets.output.values.shelf import Kept

_PIECE = 1_000_000  # characters written at a time


class LendDesk:
    """Opens copies in editor, pager and viewer; an edited buffer comes back as one step of undo."""

    def __init__(self, frame: Frame, history: History) -> None:
        self._frame, self._history = frame, history
        self._busy = False
        self._viewers = Viewers()

    async def edit(self) -> None:
        """Open the active buffer in the user's editor."""
        await self._once(self._edit)

    async def page(self, entry_id: str, text: str) -> None:
        """Open the output of an execution in the pager, else `text` while nothing of it is kept yet."""

        async def work() -> None:
            from workbench.widgets.output.written.whole import whole_text

            command = programs.pager()
            entry: Entry | None = await self._history.get(entry_id)
            ended = entry is not None and entry.status.final
            whole = await asyncio.to_thread(whole_text, entry) if entry is not None and ended else text
            copy = await Copy.make("output.txt", _pieces(whole.encode("utf-8", "replace")))
            try:
                await self._lend(command, copy)
            finally:
                copy.remove()

        await self._once(work)

    async def view(self, kept: Kept) -> None:
        """Open a value in the system's viewer."""

        async def work() -> None:
            from workbench.widgets.output.values.file import file_of

            if kept.bundle is None:
                return
            command = programs.viewer()
            ending, data = await asyncio.to_thread(file_of, kept.bundle, kept.table)
            copy = await Copy.make(f"value-{kept.number}{ending}", _pieces(data))
            await self._viewers.show(command, copy, "Save the value instead.")
            self._frame.notify("A copy of the value is opened.", markup=False)

        await self._once(work)

    def close(self) -> None:
        """Delete the copies that viewers may have shown until now."""
        self._viewers.close()

    async def _once(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._busy:  # the key may have been pressed twice
            return
        self._busy = True
        try:
            await work()
        except WorkbenchError as error:
            self._frame.failed(error)
        finally:
            self._busy = False

    async def _lend(self, command: list[str], copy: Copy) -> int:
        from workbench.screens.outside import run_outside

        return await run_outside(self._frame.app, [*command, str(copy.path)])

    async def _edit(self) -> None:
        pane, document, editor = self._frame.editor, self._frame.editor.document, self._frame.editor.editor
        if document.locked:
            said = f"{document.name} can only be read: {document.locked}."
            raise UsageError(said, "Copy it into a new buffer.")
        command, before = programs.editor(), editor.text
        name = document.name if PurePath(document.name).suffix else f"{document.name}.py"
        copy = await Copy.make(name, _pieces(before.encode("utf-8", "surrogatepass")))
        began = time.monotonic()
        try:
            code = await self._lend(command, copy)
            if not await copy.changed():
                if told := why_unchanged(command[0], code, time.monotonic() - began, copy):
                    self._frame.warn("Not changed", told)
                return
            text = await _read(copy)
        finally:
            copy.remove()
        if editor.text != before or not editor.is_attached:  # nothing that was written is lost
            pane.new_buffer(text, title=document.name)
            return
        place = editor.cursor_location
        editor.replace(text, (0, 0), editor.document.end, maintain_selection_offset=False)
        editor.move_cursor(editor.clamp_visitable(place))


async def _read(copy: Copy) -> str:
    """What the editor left. Raises UsageError, and the copy stays, where no buffer can hold it."""
    data = b"".join([piece async for piece in copy.pieces()])
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("it is too large")
        return data.decode("utf-8", "surrogatepass").replace("\r\n", "\n")
    except ValueError as error:
        copy.keep()
        why = "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise UsageError(
            f"The buffer is as it was, for {why}.", f"What you wrote is in {copy.path}"
        ) from None


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]

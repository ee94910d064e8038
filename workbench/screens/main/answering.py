"""What the main screen does with questions of running code: shows them, tells of them, passes answers on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from backend.errors import WorkbenchError
from backend.models import InputRequested
from backend.records import dataclass
from workbench.format import key_words
from workbench.history.entry import Entry
from workbench.sanitize import sanitize
from workbench.screens.main.frame import Frame

if TYPE_CHECKING:
    from workbench.widgets.output.answer import AnswerLine  # imported with the first question

GRACE = 0.3
"""Seconds that the line stays after an answer: the next question often comes at once."""

Answer = Callable[[InputRequested, str | None], Awaitable[object]]
"""Controller.answer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    entry: Entry
    question: InputRequested


class AnswerDesk:
    """Keeps the answer line in step with what executions ask.

    The line shows the question of the session shown. It takes the focus, unless the person is typing: in the
    editor since the code was sent, or in another line. Then a notice says it, once for each execution.
    `key` is the one that goes to the line.
    """

    def __init__(self, frame: Frame, answer: Answer, key: str) -> None:
        self._frame = frame
        self._answer = answer
        self._key = key_words(key)
        self._open: dict[str, _Asked] = {}  # by execution
        self._noticed: set[str] = set()
        self._line: AnswerLine | None = None
        self._shown: _Asked | None = None
        self._back: Widget | None = None  # had the focus before the line
        self._closing: Timer | None = None
        self._showing = False
        self._sent: str | None = None

    def code_sent(self) -> None:
        """The code of the editor was just run: whoever types nothing from now on waits for it."""
        self._sent = self._frame.editor.editor.document.text

    # -- what executions do

    def ask(self, entry: Entry, question: InputRequested) -> None:
        """Code asks; a question of it before this one is void."""
        self._open[entry.id] = _Asked(entry, question)
        if not self._showing:  # code that gives up and asks again may do so a thousand times a second
            self._showing = True
            self._frame.call_after_refresh(self.show)

    def over(self, execution: str) -> None:
        """The execution is final."""
        self._noticed.discard(execution)
        asked = self._open.pop(execution, None)
        if self._shown is not None and self._shown.entry.id == execution:
            self._close()
        if asked is not None:
            self.show()

    # -- what is on the screen

    def show(self) -> None:
        """Bring line and status bar in step with the questions and with the session shown."""
        self._showing = False
        asked = self._current()
        self._frame.status.update_status(asking=asked is not None)
        for other in self._open.values():
            if other is not asked:
                self._notice(other, f" in session {other.entry.session!r}. Switch there to answer.")
        if asked is None:
            if self._closing is None:
                self._close()
        elif asked is not self._shown or self._closing is not None:
            self._present(asked)

    def _current(self) -> _Asked | None:
        session = self._frame.status.parts.session
        return next((asked for asked in self._open.values() if asked.entry.session == session), None)

    def _present(self, asked: _Asked) -> None:
        line, question = self._made(), asked.question
        answered = self._closing is not None
        self._stop_closing()
        line.ask(asked.entry.number, question.prompt, secret=question.secret, keep=answered)
        self._shown = asked
        if line.has_focus_within:
            return
        if self._is_typing():
            self._notice(asked, f". {self._key} goes there.")
        else:
            self._focus(line)

    def _made(self) -> AnswerLine:
        if self._line is None:
            from workbench.widgets.output.answer import AnswerLine

            self._line = AnswerLine()
            self._frame.output.mount(self._line)
        return self._line

    def _is_typing(self) -> bool:
        frame = self._frame
        if not (frame.is_active and frame.output.region):
            return True  # at something that covers the line
        if frame.editor.has_focus_within:
            return frame.editor.editor.document.text != self._sent
        return isinstance(frame.focused, Input)

    def _focus(self, line: AnswerLine) -> None:
        if not line.has_focus_within:
            self._back = self._frame.focused
        if line.region:
            line.take_focus()
        else:
            line.call_after_refresh(line.take_focus)  # once it is mounted: its pane lights up with it

    def _notice(self, asked: _Asked, rest: str) -> None:
        if asked.entry.id not in self._noticed:
            self._noticed.add(asked.entry.id)
            what = f"Run {asked.entry.number} asks for input{rest}"
            self._frame.notify(sanitize(what), title="Input", markup=False, timeout=8)

    def _close(self) -> None:
        self._stop_closing()
        self._shown = None
        if self._line is not None and self._line.display:
            self.leave()
            self._line.close()

    def _stop_closing(self) -> None:
        if self._closing is not None:
            self._closing.stop()
            self._closing = None

    # -- what the person does

    def go(self) -> None:
        """Go to the line; without a question say so."""
        if self._current() is not None and self._line is not None:
            self._frame.arrangement.reveal(self._frame.output)
            self._focus(self._line)
        elif self._open:
            self._noticed.clear()
            self.show()
        else:
            self._frame.notify("Nothing asks for input.", markup=False)

    def leave(self) -> None:
        """Give the focus back to what had it; the question stays open."""
        if self._line is None or not self._line.has_focus_within:
            return
        back = self._back
        if back is not None and back.is_attached and back.focusable:
            back.focus()
        else:
            self._frame.arrangement.go(self._frame.editor)

    async def answer(self, text: str | None) -> None:
        """Give the answer to the question on the line, if it is not answered yet."""
        asked, line = self._shown, self._line
        if asked is None or line is None or self._closing is not None:
            return
        line.emptied()
        if self._open.get(asked.entry.id) is asked:
            del self._open[asked.entry.id]
        self._closing = self._frame.set_timer(GRACE, self._close)
        self.show()
        try:
            await self._answer(asked.question, text)
        except WorkbenchError as error:
            self._frame.failed(error)

"""What the editor pane does to find and replace. The search runs in a thread, one at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on
from textual.document._document import Selection
from textual.document._edit import Edit
from textual.widgets import TextArea

from workbench.widgets.editor.buffers import BufferView
from workbench.widgets.editor.messages import CursorMoved

if TYPE_CHECKING:  # imported with the first search: 30 ms
    from workbench.widgets.editor.find.bar import FindBar
    from workbench.widgets.editor.find.search import Found, Location, Query


class FindingView(BufferView):
    """Buffers with a bar to find and replace."""

    _bar: FindBar | None = None
    _query: Query | None = None
    _found: Found | None = None
    _from: Location = (0, 0)
    """Where the search began: typing more of the word goes on from there."""
    _jump = False
    _stale = False
    _settled: asyncio.Event | None = None
    """Set while no search runs."""

    @property
    def finding(self) -> bool:
        """Whether the bar is there."""
        return self._bar is not None and self._bar.display

    # -- the bar

    async def _opened(self, *, replace: bool = False, text: str | None = None) -> FindBar:
        """The bar, open and with the focus."""
        from workbench.widgets.editor.find.bar import FindBar

        if self._bar is None:
            self._bar = FindBar()
            await self.mount(self._bar)
        self._bar.once = False
        if text is None:
            text = self.editor.selected_text
        self._from = min(self.editor.selection)
        self._bar.open(text if "\n" not in text else "", replace=replace)
        self._ask(self._bar.asked)
        return self._bar

    async def action_find(self) -> None:
        """Open the bar, with the selected word in it."""
        await self._opened()

    async def action_replace(self) -> None:
        """Open the bar with both lines."""
        await self._opened(replace=True)

    async def action_find_option(self, name: str) -> None:
        """Turn a switch of the bar over."""
        bar = self._bar if self.finding and self._bar is not None else await self._opened()
        bar.toggle(name)

    async def find_pattern(self, pattern: str = "") -> None:
        """Open the bar for a regular expression."""
        bar = await self._opened(text=pattern)
        bar.set_switch("regex", True)
        bar.once = True

    async def find_word(self, word: str, step: int) -> None:
        """Go to the next place of a whole word, or with -1 to the one before."""
        from workbench.widgets.editor.find.search import Query

        self._query = Query(word, case=True, word=True)
        self._found = None
        await self.action_find_step(step)

    def mark_nothing(self) -> None:
        """Take the marks of the search away."""
        if not self.finding:
            self._mark(None)

    def on_find_bar_closed(self) -> None:
        """The bar goes, its match stays selected. Found by its name: the bar is imported late."""
        if self._bar is not None:
            self._bar.display = False
        self._mark(None)
        self._only_cursor()
        self.editor.focus()

    # -- searching

    def on_find_bar_asked(self, message: FindBar.Asked) -> None:
        """Look for something else, from where the search began."""
        self._jump = True
        self._ask(message.query)

    def _ask(self, query: Query) -> None:
        self._query = query
        self._stale = True
        if self._settled is None or self._settled.is_set():
            self._settled = asyncio.Event()
            self.run_worker(self._search(self._settled), group="find")

    async def _search(self, settled: asyncio.Event) -> None:
        """Search until nothing changed meanwhile: however fast one types, one search runs at a time."""
        from workbench.widgets.editor.find.search import QueryError, search

        try:
            while self._stale and self._query is not None:
                self._stale = False
                editor, query = self.editor, self._query
                text = editor.document.text
                try:
                    found = await asyncio.to_thread(search, text, query)
                except QueryError as error:
                    if not self._stale:
                        self._mark(None)
                        self._say(str(error), wrong=True)
                    continue
                if self._stale or editor is not self.editor or editor.document.text != text:
                    self._stale = True
                    continue
                self._mark(found)
                if self._jump and found.spans:
                    self._go(found.after(self._from))
                self._jump = False
                self._count()
        finally:
            settled.set()

    def _mark(self, found: Found | None) -> None:
        self._found = found
        for editor in self._editors.values():
            editor.mark_found(found if editor is self.editor and self.finding else None)

    def _go(self, index: int) -> None:
        if self._found is not None:
            self.editor.show_span(*self._found.spans[index])

    def _only_cursor(self) -> None:
        """With vi's keys a match is no selection once the bar is gone: keys would work on it."""
        if self.editor.mode_word and not self.finding:
            self.editor.selection = Selection.cursor(min(self.editor.selection))

    def _count(self) -> None:
        if (found := self._found) is None or self._query is None:
            return
        total = f"{len(found.spans):,}{'+' if found.more else ''}"
        index = found.index(*sorted(self.editor.selection))
        if not self._query.text:
            self._say("")
        elif not found.spans:
            self._say("nothing", wrong=True)
        else:
            self._say(total if index is None else f"{index + 1:,} of {total}")

    def _say(self, text: str, *, wrong: bool = False) -> None:
        if self._bar is not None:
            self._bar.say(text, wrong=wrong)

    # -- going on

    async def action_find_step(self, step: int) -> None:
        """Go to the next match, or with -1 to the one before; both go round."""
        if self._query is None or not self._query.text:
            await self._opened()
            return
        if self._found is None or self._stale or not self.finding:
            await self._settle()
        if (found := self._found) is None or not found.spans:
            if not self.finding:
                self.notify("Nothing was found.", title="Find", markup=False)
            return
        start, end = sorted(self.editor.selection)
        here = found.index(start, end)
        if here is not None:
            index = (here + step) % len(found.spans)
        else:
            ahead = start[0], start[1] + bool(self.editor.mode_word)  # not the match that the cursor is on
            index = found.after(ahead) if step > 0 else found.before(start)
        self._go(index)
        self._only_cursor()
        self._from = found.spans[index][0]
        self._count()

    async def _settle(self) -> None:
        """Search now and wait for it."""
        if self._query is not None:
            self._ask(self._query)
        if self._settled is not None:
            await self._settled.wait()

    async def on_find_bar_stepped(self, message: FindBar.Stepped) -> None:
        """Go to another match."""
        await self.action_find_step(message.step)

    # -- replacing

    async def on_find_bar_replace_asked(self, message: FindBar.ReplaceAsked) -> None:
        """Replace this match and go to the next, or replace all."""
        await (self.action_replace_all() if message.all else self._replace_one())

    async def _replace_one(self) -> None:
        from workbench.widgets.editor.find.search import QueryError, replacement

        await self._settle()
        editor, bar, found = self.editor, self._bar, self._found
        if bar is None or found is None or self._query is None or editor.read_only:
            return
        start, end = sorted(editor.selection)
        if found.index(start, end) is None:
            await self.action_find_step(1)  # first show what would be replaced
            return
        text = editor.document.text
        left, right = editor.document.offset(start), editor.document.offset(end)
        try:
            new = await asyncio.to_thread(replacement, text, self._query, bar.template, left, right)
        except QueryError as error:
            self._say(str(error), wrong=True)
            return
        if new is None or editor.document.text != text:
            return
        editor.one_step(Edit(new, start, end, False))
        editor.selection = Selection.cursor(editor.cursor_location)
        await self._settle()
        await self.action_find_step(1)

    async def action_replace_all(self) -> None:
        """Replace every match, as one step of undo."""
        from workbench.widgets.editor.find.search import QueryError, replace_all

        bar, query, editor = self._bar, self._query, self.editor
        if bar is None or not self.finding or not bar.replacing or query is None or not query.text:
            await self._opened(replace=True)
            return
        if editor.read_only:
            return
        text = editor.document.text
        try:
            done = await asyncio.to_thread(replace_all, text, query, bar.template)
        except QueryError as error:
            self._say(str(error), wrong=True)
            return
        if done is None or editor.document.text != text:
            self._say("nothing", wrong=True)
            return
        place = editor.cursor_location
        editor.one_step(Edit(done.text, done.start, done.end, False))
        editor.move_cursor(editor.clamp_visitable(place))
        await self._settle()
        word = "match is" if done.count == 1 else "matches are"
        self._say(f"{done.count:,} {word} replaced")

    # -- what happens to the text

    @on(TextArea.Changed)
    def _found_changed(self, event: TextArea.Changed) -> None:
        if self.finding and self._query is not None:
            self._mark(None)
            self._ask(self._query)

    @on(CursorMoved)
    def _found_moved(self) -> None:
        if self.finding:
            self._count()

    def _show(self) -> None:
        super()._show()
        if self.finding and self._query is not None:
            self._mark(None)
            self._ask(self._query)

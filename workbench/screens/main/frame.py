"""The frame of the main screen: its panes, where they are, how they are dressed, and notices."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from backend.errors import WorkbenchError
from backend.models import FileInfo
from workbench.config.schema import Settings
from workbench.documents import Documents
from workbench.sanitize import sanitize
from workbench.screens.layout.desk import LayoutDesk
from workbench.screens.layout.panes import Layout
from workbench.screens.steady import Steady
from workbench.theming.theme_file import ThemeFile
from workbench.widgets.editor.options import EditorOptions
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.files.pane import FilesPane
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.keys import KeyBar
from workbench.widgets.output.lines.ansi import AnsiPalette
from workbench.widgets.output.pane import OutputPane
from workbench.widgets.status import StatusBar

WIDTHS = ((0, "-tiny"), (60, "-narrow"), (100, "-normal"), (170, "-wide"))
HEIGHTS = ((0, "-flat"), (15, "-short"), (22, "-tall"))
"""From how many cells on the screen has which class; the style sheets do the rest."""

_NOTICE, _NOTICE_LINES = 400, 6
"""Characters and ends of lines of an error that can be read while a notice is shown."""

TOO_SMALL = "The terminal is too small for the workbench: it needs 60 × 15.\nWhat runs goes on."


class Frame(Steady[None]):
    """Editor and output, history and files, status bar and footer, laid out for any size."""

    AUTO_FOCUS = "CodeEditor"

    def __init__(self, documents: Documents, settings: Settings, state: Path) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [*WIDTHS]
        self.VERTICAL_BREAKPOINTS = [*HEIGHTS]
        # right from the start: a change of classes restyles every widget (6 ms of the first frame)
        columns, rows = shutil.get_terminal_size()
        self.add_class(_class_of(columns, WIDTHS), _class_of(rows, HEIGHTS))
        editor = settings.editor
        options = EditorOptions(**{name: getattr(editor, name) for name in EditorOptions._fields})
        self.editor = EditorPane(documents, options=options, id="editor")
        self.output = OutputPane(max_lines=settings.output.max_lines, busy=self._just_typed, id="output")
        self.history = HistoryPane(id="history")
        self.files = FilesPane(_no_files, id="files")
        self.status = StatusBar()
        self.side = Vertical(id="side")
        self.arrangement = Layout(self, (self.editor, self.output, self.history, self.files))
        self.layout_desk = LayoutDesk(self, self.arrangement, self.side, state / "layout.json")
        self.layout_desk.restore()
        self._palette: AnsiPalette | None = None

    def _just_typed(self) -> bool:
        return bool(getattr(self.app, "just_typed", False))

    def compose(self) -> ComposeResult:
        """Work at the left, the place of past and files at the right, facts and keys below."""
        with Container(id="body"):
            with Container(id="work"):
                yield self.editor
                yield self.output
            yield self.side
        yield self.status
        yield KeyBar(keep=("run.run", "run.stop", "app.palette", "app.help", "app.quit"), lines=1)
        yield Static(TOO_SMALL, id="too-small", markup=False)

    async def complete(self) -> None:
        """Put the sidebar's panes in, after the first frame: they cost 20 ms of it."""
        await self.side.mount(self.history, self.files)

    # -- looks

    def dress(self, output: OutputPane) -> None:
        """Give an output pane the theme's colours for ANSI."""
        if self._palette is not None:
            output.set_palette(self._palette)

    def wear(self, theme: ThemeFile) -> None:
        """Colour code and ANSI output by a theme."""
        self._palette = AnsiPalette(**theme.ansi)
        self.dress(self.output)
        self.editor.set_syntax(theme.syntax)

    # -- layout

    def action_go(self, pane: str) -> None:
        """Move the focus to a pane, which is shown if it was not."""
        self.arrangement.go(getattr(self, pane))

    def action_next_pane(self, step: int) -> None:
        """Move the focus to the next pane, or the one before."""
        self.arrangement.step(step)

    def action_maximise_pane(self) -> None:
        """Give the focused pane all the room, or give it back."""
        self.arrangement.maximise()

    def action_toggle_sidebar(self) -> None:
        """Show or hide history and files."""
        self.arrangement.toggle_side()

    def action_hide_pane(self) -> None:
        """Hide the pane with the focus."""
        if not self.arrangement.hide():
            self.notify("Editor and output cannot both be hidden.", markup=False)

    def action_resize_pane(self, columns: int, rows: int) -> None:
        """Move the border nearest to the focused pane."""
        if not self.layout_desk.nudge(columns, rows):
            self.app.bell()

    def action_reset_layout(self) -> None:
        """Put every pane back where it was at first."""
        self.layout_desk.reset()

    def action_jump(self) -> None:
        """Put a letter on everything one can go to; the letter goes there."""
        from workbench.screens.jump import ask_jump
        from workbench.screens.layout.jumping import jumps_of

        ask_jump(self, jumps_of(self, self.arrangement))

    def on_resize(self) -> None:
        """Fit sizes that were changed to the new room."""
        self.call_next(self.layout_desk.resized)  # the classes of the new size come after this

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A border between panes follows the pointer."""
        if event.button == 1 and self.layout_desk.press(event.screen_x, event.screen_y):
            self.clear_selection()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the border along."""
        self.layout_desk.drag(event.screen_x, event.screen_y)

    def on_mouse_up(self) -> None:
        """Let the border go."""
        if self.layout_desk.release():
            self.release_mouse()

    # -- notices

    def news(self, text: str) -> None:
        """Tell what happened to the session."""
        self.warn("Session", text)

    def warn(self, heading: str, text: str) -> None:
        """Tell something that the user should not miss."""
        self.notify(sanitize(text), title=heading, severity="warning", timeout=8, markup=False)

    def failed(self, error: WorkbenchError) -> None:
        """Tell an error: title, message, what to do. One that takes reading stays until it is closed."""
        text = sanitize(str(error))
        if (len(text) > _NOTICE or text.count("\n") > _NOTICE_LINES) and self.is_active:
            from workbench.screens.reading import ReadingScreen

            self.app.push_screen(ReadingScreen(error.title, text))
            return
        self.notify(text, title=error.title, severity="error", timeout=10, markup=False)


def _class_of(cells: int, thresholds: Sequence[tuple[int, str]]) -> str:
    return [name for threshold, name in thresholds if cells >= threshold][-1]


async def _no_files(directory: str) -> list[FileInfo]:
    """The listing before there is a session."""
    return []

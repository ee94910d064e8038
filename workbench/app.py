"""The app: themes, keymap, screens, and an orderly end. It knows no pane."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.messages import ExitApp
from textual.screen import Screen
from textual.timer import Timer

from backend.errors import ConfigError
from backend.port import Backend
from workbench.documents import Documents
from workbench.history.store import History
from workbench.identifiers import looks_random, masked_svg
from workbench.screens.main.screen import MainScreen
from workbench.setup import Setup
from workbench.terminal.capabilities import colours
from workbench.terminal.lasting import driver_for
from workbench.theming.load import Themes
from workbench.theming.textual import terminal_theme, to_theme, variable_defaults
from workbench.typed import TypedApp

if TYPE_CHECKING:
    from workbench.theming.wardrobe import Wardrobe


def _palette() -> type[Provider]:
    from workbench.palette import TableProvider  # when it opens

    return TableProvider


HANGUP_CHECK = 2.0  # seconds between looks whether the terminal is still there
THEME_CHECK = 1.0  # seconds between looks whether a theme file changed, while one can be seen to


class WorkbenchApp(TypedApp, inherit_bindings=False):
    """The session workbench."""

    TITLE = "session-workbench"
    CSS_PATH: ClassVar = [f"styles/{name}.tcss" for name in ("base", "main", "panes", "editor", "output")]
    COMMANDS: ClassVar = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(
        self,
        setup: Setup,
        backend: Backend,
        history: History,
        themes: Themes,
        files: Iterable[Path] = (),
        *,
        notices: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._themes = themes
        self._plain: tuple[LineFilter, ...] = ()
        super().__init__()
        self._setup = setup
        self.kept = setup.paths.state
        self.graphics = setup.settings.output.graphics
        self._files = tuple(files)
        self._notices = tuple(notices)
        self._plain = self._without_colours()
        self._leaving = False
        self._worn = self._worn_css = themes.themes[setup.settings.theme]
        self._wardrobe: Wardrobe | None = None
        self._theme_timer: Timer | None = None
        self.main = MainScreen(setup, backend, history, Documents(setup.paths.state / "buffers"))
        for theme in themes.themes.values():
            self.register_theme(to_theme(theme))
        self._dress_first(setup.settings.theme)
        self.set_keymap(self.main.keymap)

    @staticmethod
    def _without_colours() -> tuple[LineFilter, ...]:
        if colours(os.environ) or os.environ.get("TEXTUAL_DRIVER"):
            return ()
        from workbench.terminal.plain import PlainFilter

        return (PlainFilter(),)

    def _dress_first(self, name: str) -> None:
        """Wear a theme from the start: assigning it would have every style sheet parsed a second time."""
        self.set_reactive(WorkbenchApp.theme, name)
        self._dress(name)
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def _dress(self, name: str) -> None:
        theme = self._themes.themes[name]
        colours = terminal_theme(theme)
        self.set_reactive(WorkbenchApp.ansi_theme_dark, colours)
        self.set_reactive(WorkbenchApp.ansi_theme_light, colours)
        self._worn = theme
        self.main.wear(theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the style sheets anew, unless the theme is still the one they were parsed for."""
        if self._worn_css is not self._worn:
            self._worn_css = self._worn
            super().refresh_css(animate)

    def get_driver_class(self) -> type[Driver]:
        """The driver of this platform, which outlasts its terminal and draws ASCII where that has no more."""
        return driver_for(super().get_driver_class(), os.environ)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Filters of what is drawn; on a terminal without colours there are none in it."""
        return (*super().get_line_filters(), *self._plain)

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the only one underneath."""
        return self.main

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open."""
        from workbench.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None but the table's."""
        return ()

    def on_mount(self) -> None:
        """Watch for signals and for the terminal's end; the rest waits for the first frame."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self._leave)
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        gc.enable()
        gc.freeze()
        self.set_interval(HANGUP_CHECK, self._check_terminal)
        for title, text in self._notices:
            self.main.warn(title, text)
        for problem in self._themes.problems:
            self._theme_problem(problem)
        self._watch_themes()
        self.run_worker(self._open_files(), group="files")

    async def _open_files(self) -> None:
        await self.main.editor.ready.wait()  # kept buffers come first, the files named now in front of them
        for path in self._files:
            await self.main.editor.open_path(path).wait()
        self.call_later(self.type_early)

    def settle_focus(self) -> None:
        """Where nothing has the focus, keys are for the editor."""
        if self.screen is self.main and self.main.focused is None:
            self.main.set_focus(self.main.editor.editor)

    def _check_terminal(self) -> None:
        """Leave when the terminal is gone: Textual's input thread would spin for ever (its issue 6690)."""
        if not self.is_headless and sys.__stdin__ is not None:
            poll = select.poll()
            poll.register(sys.__stdin__.fileno(), 0)
            if poll.poll(0):
                self._leave()

    def _leave(self) -> None:
        self.run_worker(self.action_quit(), group="quit")

    def on_exit_app(self, message: ExitApp) -> None:
        """A browser that goes away ends the app without asking it: leave in order all the same."""
        if not self._exit:
            message.prevent_default()
            self._leave()

    async def action_quit(self) -> None:
        """Keep the buffers, stop what runs, leave. A second call does not wait."""
        if self._leaving:
            self.exit()
            return
        self._leaving = True
        await self.main.close_down()
        self.exit()

    # -- what screens ask for

    @on(MainScreen.QuitAsked)
    async def _quit_asked(self) -> None:
        await self.action_quit()

    @on(MainScreen.KeysChanged)
    def _keys_changed(self) -> None:
        self.set_keymap(self.main.keymap)

    @on(MainScreen.PictureAsked)
    def _picture_asked(self) -> None:
        name = f"workbench-{time.strftime('%Y%m%d-%H%M%S')}.svg"
        picture = self.export_screenshot(title=self.TITLE).encode("utf-8")
        why = ""
        for folder in (Path.cwd(), self._setup.paths.state):
            try:
                (folder / name).write_bytes(picture)
            except OSError as error:
                why = f"{folder / name} cannot be written: {error.strerror}."
                continue
            self.notify(f"The screen is in {folder / name}.", title="Picture")
            return
        self.notify(f"{why} Make room, or start in another folder.", title="Picture", severity="error")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, with the identifiers of sessions masked: whoever has one has the session."""
        controller = self.main.controller
        names = {*controller.sessions, *getattr(self.screen, "identifiers", ())}
        if not controller.seat.remote:
            names = {name for name in names if looks_random(name)}
        return masked_svg(super().export_screenshot(title=title, simplify=simplify), names)

    # -- themes

    @on(MainScreen.ThemeAsked)
    def _theme_asked(self) -> None:
        from workbench.screens.themes import ThemeScreen  # as beside: imported when it opens

        self.push_screen(ThemeScreen(self.theme_names, self.theme, self.wear, self._keep_theme))
        self._watch_themes(always=True)

    @property
    def theme_names(self) -> list[str]:
        """The themes that can be chosen."""
        return list(self._themes.themes)

    def wear(self, name: str) -> None:
        """Change to a theme, everywhere."""
        self._dress(name)
        self.theme = name
        self._watch_themes()

    def _keep_theme(self, name: str) -> None:
        """Write into the configuration which theme is worn."""
        from workbench.config.writing import save_theme

        path = self._setup.paths.config_file
        try:
            save_theme(path, name)
        except ConfigError as error:
            self.main.failed(error)
        else:
            self.notify(f"{name} is the theme from now on; {path} says so.", title="Theme")

    def _theme_problem(self, problem: str) -> None:
        self.notify(problem, title="Theme left out", severity="warning")

    def _watch_themes(self, *, always: bool = False) -> None:
        """Look for changed files each second while they are chosen from, or one of the user's own is worn."""
        if self._theme_timer is not None or not (always or self._worn.name in self._themes.own):
            return
        from workbench.theming.wardrobe import Wardrobe

        if self._wardrobe is None:
            self._wardrobe = Wardrobe(self._setup.paths.themes, self._themes, self._theme_problem)
        self._theme_timer = self.set_interval(THEME_CHECK, self._look_for_themes)

    async def _look_for_themes(self) -> None:
        assert self._wardrobe is not None
        if not self._leaving and await self._wardrobe.look():
            self._themes = self._wardrobe.themes
            for theme in self._themes.themes.values():
                self.register_theme(to_theme(theme))
            if self._themes.themes[self._worn.name] != self._worn:
                self._dress(self._worn.name)
                self.mutate_reactive(WorkbenchApp.theme)
        choosing = getattr(self.screen, "show_names", None)
        if choosing is not None:
            choosing(self.theme_names)
        elif self._worn.name not in self._themes.own and self._theme_timer is not None:
            self._theme_timer.stop()
            self._theme_timer = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """A value for each variable that only some themes have."""
        return variable_defaults(self._themes.themes.values())

"""One line asked of the user: a file to open, a name to save under."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static

from workbench.named import named
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

# a directory of a million files must not hold up a completion
_MOST_NAMES = 5_000


class PathSuggester(Suggester):
    """Completes a path from the directories and files that exist."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first completion of `value` in alphabetical order; folders end in a slash."""
        return await asyncio.to_thread(completed_path, value)


def completed_path(value: str) -> str | None:
    """`value` completed to the first entry that starts with it, or None; `~` stays as typed."""
    folder, _, start = value.rpartition("/")
    if not start:
        return None
    base = named(f"{folder}/" if "/" in value else ".")
    found: list[str] = []
    try:
        with os.scandir(base) as entries:
            for count, entry in enumerate(entries):
                if count >= _MOST_NAMES:
                    break
                if entry.name.startswith(start) and entry.name == sanitize_line(entry.name):
                    found.append(f"{entry.name}/" if entry.is_dir() else entry.name)
    except (OSError, ValueError):
        return None
    if not found:
        return None
    return value[: len(value) - len(start)] + min(found)


class PromptScreen(Dialog[str]):
    """Asks for one line. Dismisses with it, or with None on Escape.

    `problem` is asked at Enter; a sentence from it is shown and the screen stays. `paths` turns on the
    completion of local paths.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "OK", tooltip="Takes what is typed."),
        Binding("tab", "complete", "Complete", tooltip="Takes the suggestion shown.", priority=True),
    ]

    def __init__(
        self,
        heading: str,
        *,
        value: str = "",
        placeholder: str = "",
        problem: Callable[[str], str | None] | None = None,
        paths: bool = False,
    ) -> None:
        super().__init__()
        self._heading, self._problem, self._paths = heading, problem, paths
        self._input = LineInput(
            value,
            placeholder=placeholder,
            select_on_focus=False,
            suggester=PathSuggester() if paths else None,
        )

    def compose(self) -> ComposeResult:
        """Title, input, a line for what is wrong, and the keys."""
        with Vertical(classes="dialog -small"):
            yield title(self._heading)
            yield self._input
            yield Static(id="problem", markup=False)
            yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab completes only where there is something to complete."""
        return self._paths if action == "complete" else True

    def action_complete(self) -> None:
        """Take the suggestion that the input shows."""
        self._input.cursor_position = len(self._input.value)
        self._input.action_cursor_right()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._say("")

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_submit()

    def action_submit(self) -> None:
        """Dismiss with the line, unless there is a problem with it."""
        value = self._input.value
        problem = self._problem(value) if self._problem else None
        if problem:
            self._say(problem)
        elif value.strip():
            self.dismiss(value)

    def _say(self, problem: str) -> None:
        self._input.set_class(bool(problem), "-invalid")
        self.query_one("#problem", Static).update(Content(sanitize(problem)))

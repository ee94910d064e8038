"""Where a replay runs: a target, perhaps in another version or with another interpreter, and a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Select, Static

from backend.errors import WorkbenchError
from backend.models import Target
from backend.wire.versions import FEATURES
from backend.wire.versions import ApiVersion as ServiceVersion
from workbench.config.schema import ApiVersion
from workbench.sanitize import sanitize
from workbench.screens.dialog import Dialog, title
from workbench.screens.replay.order import Where
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput


class Field(LineInput):
    """A line of the form, from which Enter takes it all; the line of keys says so."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Choose")]


class WhereScreen(Dialog[Where]):
    """Dismisses with where it is to run, or None."""

    AUTO_FOCUS = "#profile"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s",
            "take",
            "Choose",
            tooltip="Takes this place; Enter in a line does the same.",
            priority=True,
        ),
        Binding("tab", "app.focus_next", "Next", show=False),
        Binding("shift+tab", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, targets: Sequence[Target], now: Where, made: str) -> None:
        """`made` says what becomes of a session that nobody names."""
        super().__init__()
        self._targets = {target.profile: target for target in targets}
        self._now, self._made = now, made

    def compose(self) -> ComposeResult:
        """Target, version, interpreter, session, a line for what is wrong, and the keys."""
        now = self._now.target
        versions = [(version, version) for version in get_args(ApiVersion)]
        with Vertical(classes="dialog -small"):
            yield title("Where it runs")
            with Grid(id="form"):
                yield Label("Target")
                yield Select(
                    [(name, name) for name in self._targets],
                    value=now.profile,
                    allow_blank=False,
                    id="profile",
                    compact=True,
                )
                yield Label("API version")
                yield Select(versions, value=now.api_version, allow_blank=False, id="version", compact=True)
                yield Label("Interpreter")
                yield Field(now.python or "", id="python", placeholder="as everywhere", compact=True)
                yield Label("Session")
                yield Field(self._now.session, id="session", placeholder=self._made, compact=True)
            yield Static(id="problem", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """What a target does not have cannot be chosen."""
        self._fit(self._now.target)

    def _fit(self, target: Target) -> None:
        remote = target.kind == "remote"
        self.query_one("#version", Select).disabled = not remote
        python = self.query_one("#python", LineInput)
        python.disabled = remote
        python.placeholder = "the target's own" if remote else "as everywhere"

    @on(Select.Changed, "#profile")
    def _chosen(self, message: Select.Changed) -> None:
        message.stop()
        target = self._targets[str(message.value)]
        if target.profile == self._now.target.profile:
            target = self._now.target
        self.query_one("#version", Select).value = target.api_version
        self.query_one("#python", LineInput).value = target.python or ""
        self._fit(target)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_take()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.query_one("#problem", Static).update("")

    def action_take(self) -> None:
        """Leave with what is chosen, unless there is no such interpreter."""
        target = self._targets[str(self.query_one("#profile", Select).value)]
        session = self.query_one("#session", LineInput).value.strip()
        if target.kind == "remote":
            version = str(self.query_one("#version", Select).value)
            waits = target.asynchronous and FEATURES[ServiceVersion(version)].asynchronous
            self.dismiss(Where(replace(target, api_version=version, asynchronous=waits), session))
            return
        python = self.query_one("#python", LineInput).value.strip()
        try:
            _interpreter(python)
        except WorkbenchError as error:
            self.query_one("#problem", Static).update(Content(sanitize(error.message)))
            self.query_one("#python").focus()
            return
        self.dismiss(Where(replace(target, python=python or None), session))


def _interpreter(python: str) -> None:
    """Raises WorkbenchError where there is no interpreter of this name."""
    if python:
        import os
        from pathlib import Path

        from backend.executor.interpreter import choose

        choose(python, os.environ, Path())

"""The connect screen: a target by URL, version and sign-in; tested, used, kept as a profile."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Select, Static

from backend.errors import WorkbenchError
from backend.models import Target
from backend.records import dataclass
from backend.wire.versions import FEATURES
from backend.wire.versions import ApiVersion as ServiceVersion
from workbench.config.load import check_url, host_of
from workbench.config.schema import ApiVersion, Auth, Profile
from workbench.sanitize import sanitize
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceField
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

HINT = (
    "URL: a pool's management endpoint (https://REGION.dynamicsessions.io/subscriptions/…), a container "
    "(http://localhost:6000), or another workbench that serves.\n"
    "Sign in: none · azure · env:VARIABLE · command:PROGRAM ARG…   A token itself is never written down."
)
EXECUTIONS = (
    ("synchronous: one answer, when the code is done", False),
    ("asynchronous: asked for until the code is done", True),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a test of the connection looked at. `command` can be copied."""

    well: bool
    what: str
    text: str
    remedy: str = ""
    command: str = ""


Examine = Callable[[Target], Awaitable[Sequence[Step]]]
"""Tests the connection to a target; raises nothing."""
Save = Callable[[Target], str]
"""Keeps a target as a profile; says where. Raises ConfigError."""


class Field(LineInput):
    """A line of the form, from which Enter connects; the line of keys says so."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Connect")]


class ConnectScreen(Dialog[Target]):
    """Dismisses with the target to go on at, or None. What is saved is saved before."""

    AUTO_FOCUS = "#url"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f5", "test", "Test connection", tooltip="Asks the target whether it lets you in; runs nothing."
        ),
        Binding("enter", "connect", "Connect", tooltip="Goes on at this target without keeping it."),
        Binding(
            "ctrl+s", "save", "Save and connect", tooltip="Writes the profile to config.toml, and connects."
        ),
        Binding("ctrl+y", "copy", "Copy command", tooltip="Copies the command that mends it."),
    ]

    def __init__(self, target: Target | None, names: Sequence[str], examine: Examine, save: Save) -> None:
        super().__init__()
        self._before = target or Target(profile="", kind="remote")
        self._names = names
        self._examine, self._save = examine, save
        self._command = ""

    def compose(self) -> ComposeResult:
        """Name, URL, version, sign-in and how code is sent, over what a test found, and the keys."""
        before = self._before
        versions = [(version, version) for version in get_args(ApiVersion)]
        with Vertical(classes="dialog -connect"):
            yield title("Connect to a target")
            with Grid(id="form"):
                yield Label("Name")
                yield Field(before.profile, id="name", placeholder="by default the host", compact=True)
                yield Label("URL")
                yield Field(before.url or "", id="url", placeholder="http://localhost:6000", compact=True)
                yield Label("API version")
                yield ChoiceField(
                    versions, value=before.api_version, allow_blank=False, id="version", compact=True
                )
                yield Label("Sign in")
                yield Field(before.auth, id="auth", placeholder="none", compact=True)
                yield Label("Executions")
                yield ChoiceField(
                    EXECUTIONS, value=before.asynchronous, allow_blank=False, id="executions", compact=True
                )
            with VerticalScroll(id="found", can_focus=False):
                yield Static(Content.styled(HINT, "$text-muted"), id="answer", markup=False)
            yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is not always a command to copy."""
        return bool(self._command) if action == "copy" else True

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_connect()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()

    def action_test(self) -> None:
        """Ask the target whether it lets us in."""
        target = self._target()
        if target is not None:
            self._say("asking the target…", "$text-muted")
            self.run_worker(self._test(target), group="test", exclusive=True)

    async def _test(self, target: Target) -> None:
        steps = await self._examine(target)
        pieces: list[Content | str] = []
        for step in steps:
            mark = ("✓ ", "bold $text-success") if step.well else ("✗ ", "bold $text-error")
            pieces.append(Content.assemble(mark, (f"{step.what:<8}", "$text-muted"), sanitize(step.text)))
            if step.remedy:
                pieces.append(Content.styled(sanitize(f"  {step.remedy}"), "$text-warning"))
        well = bool(steps) and all(step.well for step in steps)
        told = (
            "It can be used: Enter connects, Ctrl+S keeps it as a profile too."
            if well
            else "It cannot be used like this."
        )
        pieces.append(Content.styled(told, "bold $text-success" if well else "bold $text-error"))
        self._command = next((step.command for step in steps if step.command), "")
        self.refresh_bindings()
        self.query_one("#answer", Static).update(Content("\n").join(pieces))

    def action_connect(self) -> None:
        """Leave for the target."""
        target = self._target()
        if target is not None:
            self.dismiss(target)

    def action_save(self) -> None:
        """Keep the target as a profile, and leave for it."""
        target = self._target()
        if target is None:
            return
        try:
            self._save(target)
        except WorkbenchError as error:
            self._say(str(error), "$text-error")
            return
        self.dismiss(target)

    def action_copy(self) -> None:
        """Put the command that mends it on the clipboard."""
        self.app.copy_to_clipboard(self._command)
        self.notify("Command copied.", markup=False)

    def _target(self) -> Target | None:
        """The target that is typed; None, and a sentence, when there is something wrong with it."""
        url = self.query_one("#url", LineInput).value.strip()
        auth = self.query_one("#auth", LineInput).value.strip() or "none"
        name = self.query_one("#name", LineInput).value.strip() or host_of(url)
        version = str(self.query_one("#version", Select).value)
        asynchronous = self.query_one("#executions", Select).value is True
        problem, place = _problem(name, url, auth)
        if asynchronous and not problem and not FEATURES[ServiceVersion(version)].asynchronous:
            problem = f"{version} answers only when the code is done; choose synchronous."
            place = "executions"
        for field in ("name", "url", "auth"):
            self.query_one(f"#{field}").set_class(field == place, "-invalid")
        if problem:
            self._say(problem, "$text-error")
            self.query_one(f"#{place}").focus()
            return None
        return dataclasses.replace(
            self._before,
            profile=name,
            kind="remote",
            url=url,
            api_version=version,
            auth=auth,
            asynchronous=asynchronous,
        )

    def _say(self, text: str, style: str) -> None:
        self.query_one("#answer", Static).update(Content.styled(sanitize(text), style))


def _problem(name: str, url: str, auth: str) -> tuple[str, str]:
    """What is wrong, as a sentence, and in which field."""
    wrong = check_url(Profile(kind="remote", url=url or None))
    if wrong:
        return f"The URL {wrong}".replace("The URL a remote profile needs", "A target needs"), "url"
    if not Auth().allow(auth):
        return "Sign in with none, azure, env:VARIABLE, or command:PROGRAM ARG…", "auth"
    if name == "local" or not name.isprintable():
        return "The name local is that of this machine; choose another.", "name"
    return "", ""

"""The picker of targets: those of the configuration, and the way to a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from backend.models import Target
from workbench.sanitize import sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut_middle, left
from workbench.widgets.keys import KeyBar

_NAME = 20


class TargetsScreen(Dialog[tuple[str, bool]]):
    """Picks a target. Dismisses with its name, empty for a new one, and whether to change it first."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Use", tooltip="Goes on at this target."),
        Binding("e", "edit", "Change", tooltip="Opens its settings: URL, version, how to sign in."),
        Binding("n", "new", "New", tooltip="Connects to a target that has no profile yet."),
    ]

    def __init__(self, targets: Sequence[Target], current: Target) -> None:
        super().__init__()
        self._targets, self._current = list(targets), current

    def compose(self) -> ComposeResult:
        """The list, and the keys."""
        with Vertical(classes="dialog -small"):
            yield title("Target")
            yield ChoiceList(
                *(Option(self._row(target)) for target in self._targets), markup=False, compact=True
            )
            yield KeyBar()

    def on_mount(self) -> None:
        """Start at the current one, below which a new one can be made."""
        listed = self.query_one(OptionList)
        listed.add_option(Option(Content.styled("  Connect to a new target…", "$text-accent")))
        listed.highlighted = next((at for at, one in enumerate(self._targets) if one == self._current), 0)

    def _row(self, target: Target) -> Content:
        mark = "● " if target == self._current else "  "
        name = left(cut_middle(sanitize_line(target.profile), _NAME), _NAME)
        return Content.assemble(mark, name, " ", (sanitize_line(facts(target)), "$text-muted"))

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._leave(edit=False)

    def action_choose(self) -> None:
        """Use the target under the cursor."""
        self._leave(edit=False)

    def action_edit(self) -> None:
        """Change the target under the cursor."""
        self._leave(edit=True)

    def action_new(self) -> None:
        """Connect to a new one."""
        self.dismiss(("", True))

    def _leave(self, *, edit: bool) -> None:
        at = self.query_one(OptionList).highlighted or 0
        if at >= len(self._targets):
            self.action_new()
            return
        target = self._targets[at]
        if edit and target.kind == "local":
            self.notify("A local profile is changed in config.toml.", markup=False)
            return
        self.dismiss((target.profile, edit))


def facts(target: Target) -> str:
    """What a target is, in a line."""
    if target.kind == "local":
        return f"this machine · {target.isolation}"
    version = target.api_version.removesuffix("-preview")
    auth = "" if target.auth == "none" else f" · {target.auth.partition(':')[0]}"
    return f"{cut_middle(target.url or '', 30)} · {version}{auth}"

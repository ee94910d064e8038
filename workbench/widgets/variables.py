"""The variables of a local session: name, type, size, value, and a filter over the names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from backend.models import Variable
from workbench.commands.command import Place, bindings
from workbench.commands.variables import COMMANDS
from workbench.sanitize import sanitize_line
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut
from workbench.widgets.line_input import LineInput
from workbench.widgets.told import Told

NAME, TYPE = 14, 10
"""Cells of a name and of a type."""


class VariablesPane(Vertical):
    """Lists what it is given; asks by message for what a variable is."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.VARIABLES)
    BORDER_TITLE = "Variables"
    DEFAULT_CSS = """
    VariablesPane {
        height: 9fr;
        border-top: solid $panel-lighten-2;
        border-title-color: $text-muted;
        border-title-style: bold;
        &:focus-within { border-top: heavy $primary; border-title-color: $text-primary; }
        & > Input { display: none; }
        &.-filtering > Input { display: block; }
        & > OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
    }
    """

    class Asked(Told):
        """Show what this variable is."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.variable = name

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._input = LineInput(placeholder="Filter: part of a name or type", compact=True)
        self._list = ChoiceList(markup=False, compact=True)
        self._variables: Sequence[Variable] = ()
        self._said = ""

    def compose(self) -> ComposeResult:
        """The filter, hidden until asked for, over the list."""
        yield self._input
        yield self._list

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the list."""
        self._list.focus(scroll_visible)
        return self

    def show(self, variables: Sequence[Variable], said: str = "") -> None:
        """List these; without any, `said` is why."""
        if variables != self._variables or said != self._said:
            self._variables, self._said = variables, said
            self._fill()

    def on_resize(self) -> None:
        """Values take the room there is."""
        self._fill()

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self._input.focus()

    def action_close_filter(self) -> None:
        """End the filter."""
        self._input.value = ""
        self.remove_class("-filtering")
        self.focus()

    def action_inspect(self) -> None:
        """Ask what the variable under the cursor is."""
        index = self._list.highlighted
        option = None if index is None else self._list.get_option_at_index(index)
        if option is not None and option.id is not None:
            self.post_message(self.Asked(option.id))

    def _fill(self) -> None:
        index, wanted = self._list.highlighted, self._input.value.lower()
        shown = [each for each in self._variables if wanted in f"{each.name} {each.type}".lower()]
        total = len(self._variables)
        count = f"{len(shown)} of {total}" if wanted else str(total)
        self.border_title = f"Variables · {count}" if total else "Variables"
        self._list.clear_options()
        if shown:
            self._list.add_options([Option(self._row(each), id=each.name) for each in shown])
            self._list.highlighted = min(index or 0, len(shown) - 1)
        else:
            said = "No variable matches." if total else self._said
            self._list.add_option(Option(Content.styled(sanitize_line(said), "$text-muted"), disabled=True))

    def _row(self, variable: Variable) -> Content:
        room = max(self._list.size.width - NAME - TYPE - 3, 10)
        size = f"{variable.size}  " if variable.size else ""
        return Content.assemble(
            (cut(sanitize_line(variable.name), NAME).ljust(NAME), "bold"),
            (f" {cut(sanitize_line(variable.type), TYPE).ljust(TYPE)} ", "$text-accent"),
            (sanitize_line(size), "$text-muted"),
            cut(sanitize_line(variable.value), max(room - len(size), 4)),
        )

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._fill()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_inspect()

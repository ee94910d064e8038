"""The status bar: target, session, API version, isolation level and state, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from backend.models import SessionState
from backend.records import dataclass
from workbench.identifiers import brief
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut_middle

_SYMBOLS = {
    SessionState.STARTING: ("◌", "$text-accent"),
    SessionState.IDLE: ("●", "$text-success"),
    SessionState.RUNNING: ("▶", "$text-accent"),
    SessionState.STOPPING: ("■", "$text-warning"),
    SessionState.LOST: ("✗", "$text-error"),
    SessionState.OFFLINE: ("○", "$text-error"),
}
_SEPARATOR = " │ "
TARGET, SESSION = 1, 2
"""Ranks of two parts."""
# names are chosen by people and may be long; a longer one is shown by its two ends
_NAME = 28


@dataclass(frozen=True, slots=True)
class StatusParts:
    """What the bar says. An empty part is left out; the state is always there.

    `target` is the profile's name, `interpreter` reads like `Python 3.11 · ipython`. `asking` tells that
    what runs waits for input, `moving` how far files on their way are.
    """

    state: SessionState = SessionState.STARTING
    target: str = ""
    session: str = ""
    api_version: str = ""
    isolation: str = ""
    interpreter: str = ""
    asking: bool = False
    moving: str = ""

    @property
    def state_words(self) -> str:
        """The state, and what it waits for."""
        return f"{self.state.value}, asks for input" if self.asking else self.state.value


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar. Parts of higher `rank` go first when the terminal is narrow."""

    label: str
    text: str
    rank: int

    @property
    def words(self) -> str:
        """The part with its label."""
        return f"{self.label} {self.text}" if self.label else self.text


def fitted(parts: StatusParts, width: int) -> list[Part]:
    """The parts that fit into `width` cells beside the state, in the order they are shown.

    The interpreter goes first, then the labels, then API version, isolation, session, target.
    """
    state_width = 2 + len(parts.state_words)
    every = [
        Part("", parts.moving, 0),
        Part("target", _name(parts.target), TARGET),
        Part("session", _name(brief(parts.session)), SESSION),
        Part("API", sanitize_line(parts.api_version), 4),
        Part("isolation", sanitize_line(parts.isolation), 3),
        Part("", sanitize_line(parts.interpreter), 5),
    ]
    shown = [part for part in every if part.text]
    if not _fits(shown, state_width, width):
        shown = [part for part in shown if part.rank < 5]
    if not _fits(shown, state_width, width):
        shown = [replace(part, label=part.label if part.label == "API" else "") for part in shown]
    while shown and not _fits(shown, state_width, width):
        shown.remove(max(shown, key=lambda part: part.rank))
    return shown


def _name(name: str) -> str:
    return cut_middle(sanitize_line(name), _NAME)


def _fits(shown: list[Part], state_width: int, width: int) -> bool:
    return state_width + sum(len(_SEPARATOR) + cell_len(part.words) for part in shown) <= width


class StatusBar(Widget):
    """One line of facts; `update_status` changes some of them."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "StatusBar { height: 1; }"

    parts: reactive[StatusParts] = reactive(StatusParts())
    """What the bar says now."""

    def update_status(self, **changes: Any) -> None:
        """Change some parts, by the field names of `StatusParts`."""
        self.parts = replace(self.parts, **changes)

    def render(self) -> Content:
        """State first, for it is never left out; then what fits."""
        symbol, style = _SYMBOLS[self.parts.state]
        pieces: list[Content | tuple[str, str]] = [(f"{symbol} {self.parts.state_words}", f"bold {style}")]
        for part in fitted(self.parts, self.content_size.width):
            pieces.append((_SEPARATOR, "$foreground 30%"))
            if part.label:
                pieces.append((f"{part.label} ", "$foreground 60%"))
            pieces.append(Content(part.text))
        return Content.assemble(*pieces)

    def columns(self) -> dict[int, int]:
        """Rank of each part that is shown → the column where it begins."""
        found: dict[int, int] = {}
        column = 2 + len(self.parts.state_words)
        for part in fitted(self.parts, self.content_size.width):
            column += len(_SEPARATOR)
            found[part.rank] = column
            column += cell_len(part.words)
        return found

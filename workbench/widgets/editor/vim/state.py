"""What the machine knows from one key to the next."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from backend.records import dataclass
from workbench.widgets.editor.vim.operators import Register
from workbench.widgets.editor.vim.text import Location


class Mode(StrEnum):
    """What keys mean."""

    NORMAL = "NORMAL"
    INSERT = "INSERT"
    VISUAL = "VISUAL"
    LINES = "VISUAL LINE"
    COMMAND = "COMMAND"


MOST = 9_999
"""How often something is done at most; lines are counted further."""

DIGITS = 8
"""Digits of a count."""

FAR = 1 << 30
"""The goal column of `$`."""


@dataclass(slots=True)
class Pending:
    """The command so far."""

    keys: list[str] = field(default_factory=list)
    count: str = ""
    operator: str = ""
    operator_count: str = ""
    register: str = ""
    waiting: str = ""

    @property
    def times(self) -> int:
        """The count, at most MOST."""
        return min(MOST, self.lines)

    @property
    def lines(self) -> int:
        """The count, 0 when none was given; that of the operator multiplies that of the motion."""
        if not self.count and not self.operator_count:
            return 0
        return int(self.count or 1) * int(self.operator_count or 1)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where inserting began, how long the text was then, and how often it is to be there."""

    start: Location
    size: int
    times: int


class State:
    """Mode, pending command, registers, and the last change. `step` is one level of indentation."""

    def __init__(self, step: int = 4) -> None:
        self.mode = Mode.NORMAL
        self.step = step
        self.line = ""
        """What is typed behind the colon."""
        self._pending = Pending()
        self._anchor: Location = (0, 0)
        self._cursor: Location = (0, 0)
        self._goal: int | None = None
        self._registers: dict[str, Register] = {}
        self._found: tuple[str, str] | None = None
        self._insertion: Insertion | None = None
        self._last: tuple[list[str], str] | None = None
        self._replaying: str | None = None

    @property
    def shown(self) -> str:
        """The mode in words, with what is pending."""
        if self.mode is Mode.COMMAND:
            return f":{self.line}"
        pending = "".join(key if len(key) == 1 else f"<{key}>" for key in self._pending.keys)
        return f"{self.mode.value} {pending}".rstrip()

    @property
    def visual(self) -> bool:
        """Whether a selection grows with the cursor."""
        return self.mode in (Mode.VISUAL, Mode.LINES)

"""What a person can choose about the editor."""

from __future__ import annotations

from typing import NamedTuple


class EditorOptions(NamedTuple):
    """Columns of one step of indentation; line numbers, wrapping, indents of new lines, pairs of brackets;
    whether names are offered after a pause in typing.

    `keys` is `standard` or `vim`.
    """

    tab_size: int = 4
    line_numbers: bool = True
    wrap: bool = False
    auto_indent: bool = True
    auto_close: bool = True
    complete_while_typing: bool = True
    keys: str = "standard"


DEFAULT_OPTIONS = EditorOptions()

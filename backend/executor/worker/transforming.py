"""Plain Python, past all that looks for IPython's own syntax, which takes a sixth of a short cell's time."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

# what a transformer may take for its own: magics, help and shell; what ends a line for it and not for Python;
# pasted prompts; `,` `;` `/` that call a function; an indented first line, blank lines before it, white lines
_SPECIAL = re.compile(
    r"[%!?\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|>>>|\.\.\.|In \[|^[ \t]*[,;/]|^[ \t]+$|\A\s", re.MULTILINE
)
_AWAITS = re.compile("await|async")


class Transformers(TransformerManager):  # type: ignore[misc]  # IPython is untyped
    """As IPython's, for cells that have something of its syntax, and for all when code adds transformers."""

    def __init__(self) -> None:
        super().__init__()
        self._given = self._lists()

    def transform_cell(self, cell: str) -> str:
        """The cell as Python."""
        if _SPECIAL.search(cell) or not cell or self._given != self._lists():
            return str(super().transform_cell(cell))
        return cell if cell.endswith("\n") else cell + "\n"

    def _lists(self) -> Any:
        return [*self.cleanup_transforms], [*self.line_transforms], [*self.token_transformers]


def may_await(cell: str) -> bool:
    """Whether a cell can have a top-level await: only then it has to be compiled to find out."""
    return _AWAITS.search(cell) is not None

"""A session's executions as a Python file with `# %%` cells, which opens as a buffer anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.cells import split_cells
from workbench.format import stamp, status_words
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.sanitize import sanitize_line


def script(entries: Iterable[Entry]) -> str:
    """The code of the entries in order, a cell each, with number, status and time in its marker."""
    return "\n\n".join(_cells(entries)) + "\n"


def _cells(entries: Iterable[Entry]) -> Iterator[str]:
    for count, entry in enumerate(entries):
        if not count:
            yield f"# {sanitize_line(brief(entry.session))} at {sanitize_line(entry.profile)}"
        title = f"[{entry.number}] {status_words(entry.status)}, {stamp(entry.started_at)}"
        yield f"# %% {title}\n{entry.code.rstrip()}"


def codes(text: str) -> list[str]:
    """The code of the cells of a script, those without any left out."""
    lines = text.split("\n")
    found = ("\n".join(lines[cell.body : cell.end]).strip("\n") for cell in split_cells(text))
    return [code for code in found if _runs(code)]


def _runs(code: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in code.split("\n"))

"""The places that a traceback names: files, and pieces of code that were run."""

from __future__ import annotations

import re

from backend.records import dataclass

_HEADER = "Traceback (most recent call last)"
# Python's `File "x", line 3`, IPython's `File x:3` and `Cell In[2], line 3`
_PLACE = (  # compiled when first used: 2 ms of the first frame
    r'(?m)^\s*(?:\|\s*)*(?:File "(?P<file>[^"\n]*)", line (?P<line>\d{1,9})'
    r"|File (?P<path>[^\n\"]+?):(?P<at>\d{1,9})(?:,|\s|$)"
    r"|(?P<cell>Cell In ?\[\d+\]), line (?P<row>\d{1,9}))"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One place of a traceback: a file or a name such as `<run 3>`, and a line from 1."""

    file: str
    line: int

    @property
    def is_run(self) -> bool:
        """Whether it is code that was run, not a file."""
        return self.file.startswith(("<", "Cell In"))


def run_name(number: int) -> str:
    """What tracebacks call the execution with this number."""
    return f"<run {number}>"


def frames_of(traceback: str) -> list[Frame]:
    """All places that a traceback names, as they stand."""
    return [
        Frame(
            match["file"] or match["path"] or match["cell"], int(match["line"] or match["at"] or match["row"])
        )
        for match in re.finditer(_PLACE, traceback)
    ]


def own_lines(traceback: str, number: int) -> list[int]:
    """The lines (from 1) of the code that was run as `number` where it failed, outermost call first.

    A target that numbers otherwise than we do still begins each traceback with the code it was sent.
    """
    frames = frames_of(traceback)
    name = run_name(number)
    if not any(frame.file == name for frame in frames):
        last = frames_of(traceback[traceback.rfind(_HEADER) :] if _HEADER in traceback else traceback)
        first = next((frame for frame in last if frame.is_run), None)
        if first is None:
            return []
        name = first.file
    return list(dict.fromkeys(frame.line for frame in frames if frame.file == name))

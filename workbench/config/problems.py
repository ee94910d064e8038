"""What is wrong with a configuration, all of it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend.errors import ConfigError
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `source` is a file or a variable, `key` the dotted name of a setting."""

    source: str
    key: str
    message: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.source, self.key) if part)
        return f"{place}: {self.message}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the known name most like `name`, or `.` when none is."""
    import difflib  # 2 ms, for a mistake only

    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else "."


def config_error(problems: Sequence[Problem]) -> ConfigError:
    """All problems as one error, a line each."""
    lines = "\n".join(str(problem) for problem in problems)
    return ConfigError(lines, "Correct the configuration, or take the line out to use its default.")

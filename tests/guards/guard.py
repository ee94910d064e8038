"""A guard: a piece of code that keeps a failure from having its way, and the tests that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard, how it is taken out, and who notices.

    `rows` are the rows of the failure catalogue that need it. `text` stands exactly once in `file` (from the
    root of the project), and with `instead` in its place the guard is out; where that would let code take the
    machine down, the guard is only weakened. `tests` are pytest node ids, that of a parametrised test without
    its brackets for all of its cases: each of them has at least one case that fails without the guard.
    """

    rows: tuple[str, ...]
    what: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]

    def found(self, root: Path) -> int:
        """How often the text stands in the file; 0 when there is no such file."""
        path = root / self.file
        return path.read_text("utf-8").count(self.text) if path.is_file() else 0

    def taken_out(self, root: Path) -> str:
        """The file's content without the guard. Raises ValueError unless the text stands there once."""
        if self.found(root) != 1:
            raise ValueError(f"{self.text!r} stands {self.found(root)} times in {self.file}")
        return (root / self.file).read_text("utf-8").replace(self.text, self.instead)


def missing_tests(guard: Guard, names: dict[str, set[str]]) -> list[str]:
    """Those of the guard's tests that do not exist; `names` are the functions of each test file."""
    parts = {test: test.partition("[")[0].partition("::") for test in guard.tests}
    return [test for test, (file, _, name) in parts.items() if name not in names.get(file, ())]

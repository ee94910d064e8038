"""The table of guards is true to the tree: every row, every piece of code, every test that it names is there."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.guards.guard import Guard, missing_tests
from tests.guards.rows import ROWS
from tests.guards.table import GUARDS

ROOT = Path(__file__).parents[2]


def functions(file: Path) -> set[str]:
    """The names of the functions on the top level of a file."""
    body = ast.parse(file.read_text("utf-8")).body
    return {each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_row_has_a_guard() -> None:
    assert set(ROWS) >= {str(row) for row in range(1, 38)}
    assert {row for guard in GUARDS for row in guard.rows} == set(ROWS)


def test_every_guard_stands_once_in_its_file() -> None:
    found = {(guard.what, guard.file): guard.found(ROOT) for guard in GUARDS}
    assert len(found) == len(GUARDS)
    assert [guard for guard, count in found.items() if count != 1] == []


def test_without_its_guard_a_file_is_still_a_program() -> None:
    for guard in GUARDS:
        assert guard.instead != guard.text
        ast.parse(guard.taken_out(ROOT), guard.file)


def test_every_test_that_is_named_is_there() -> None:
    files = {test.partition("::")[0] for guard in GUARDS for test in guard.tests}
    names = {file: functions(ROOT / file) for file in files if (ROOT / file).is_file()}
    missing = {guard.what: missing_tests(guard, names) for guard in GUARDS}
    assert {what: tests for what, tests in missing.items() if tests} == {}
    assert all(guard.tests for guard in GUARDS)

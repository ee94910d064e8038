"""The table of guards is true to the tree, and a trial finds the guard that nobody would miss."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests.guards.guard import Guard, missing_tests
from tests.guards.rows import ROWS
from tests.guards.table import GUARDS
from tests.guards.trial import try_without, with_all

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


SMALL = {
    "backend/__init__.py": "def half(x):\n    if x % 2:\n        raise ValueError\n    return x // 2\n",
    "tests/__init__.py": "",
    "tests/guards/__init__.py": "",
    "tests/test_half.py": (
        "import pytest, backend\n"
        "def test_of_even(): assert backend.half(4) == 2\n"
        "@pytest.mark.parametrize('x', [1, 3])\n"
        "def test_of_odd(x):\n    with pytest.raises(ValueError): backend.half(x)\n"
        "def test_that_fails(): assert not backend.half(4)\n"
    ),
}
HALF = "tests/test_half.py"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of one function with one guard."""
    for name, content in SMALL.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    shutil.copy(ROOT / "tests" / "guards" / "witness.py", tmp_path / "tests" / "guards")
    return tmp_path


def test_a_trial_tells_who_notices_and_who_does_not(small: Path) -> None:
    tests = (f"{HALF}::test_of_even", f"{HALF}::test_of_odd", f"{HALF}::test_of_odd[3]")
    guard = Guard(("1",), "odd numbers", "backend/__init__.py", "if x % 2:", "if False:", tests)
    verdict = try_without(guard, small)
    assert (verdict.proven, verdict.unnoticed) == (False, tests[:1])
    assert "if x % 2:" in (small / "backend" / "__init__.py").read_text()


def test_tests_must_pass_with_all_guards_in(small: Path) -> None:
    tests = (f"{HALF}::test_of_even", f"{HALF}::test_that_fails")
    bad = with_all(tests, small)
    assert list(bad) == [tests[1]]
    assert bad[tests[1]].startswith("failed: ")

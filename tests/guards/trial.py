"""Trials: the tests of a guard run in a copy of the tree, with the guard and without it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.guards.guard import Guard
from tests.guards.witness import REPORT

ROOT = Path(__file__).parents[2]
LEFT_BEHIND = (".*", "__pycache__", "build", "dist", "*.egg-info")
TEST_LIMIT = 60  # seconds for one test
LIMIT = 420.0  # seconds for one run of pytest


@dataclass(frozen=True, slots=True)
class Ran:
    """One test as it ended: passed, failed or skipped, and why."""

    node: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a guard's tests without it; `unnoticed` are those that did not fail."""

    guard: Guard
    unnoticed: tuple[str, ...]
    why: str

    @property
    def proven(self) -> bool:
        """Whether every test noticed."""
        return not self.unnoticed


@contextlib.contextmanager
def copied(root: Path = ROOT) -> Iterator[Path]:
    """A copy of the tree, without what git and tools keep; where everybody can read it."""
    with tempfile.TemporaryDirectory(prefix="workbench-guards-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "tree"
        shutil.copytree(root, place, ignore=shutil.ignore_patterns(*LEFT_BEHIND), symlinks=True)
        yield place


def try_without(guard: Guard, root: Path = ROOT) -> Verdict:
    """Run the guard's tests in a copy that lacks it."""
    with copied(root) as place:
        (place / guard.file).write_text(guard.taken_out(place), "utf-8")
        ran, said = run(place, guard.tests)
    failed = [each for each in ran if each.outcome == "failed"]
    unnoticed = tuple(test for test in guard.tests if not any(belongs(each.node, test) for each in failed))
    seen = {each.outcome for each in ran if any(belongs(each.node, test) for test in unnoticed)}
    why = failed[0].why if failed and not unnoticed else ", ".join(sorted(seen)) or said
    return Verdict(guard, unnoticed, why)


def with_all(tests: Iterable[str], root: Path = ROOT) -> dict[str, str]:
    """Run tests in a copy that lacks nothing; those that did not pass, with the reason.

    What fails gets a second run: a machine under load is late at times.
    """
    with copied(root) as place:
        bad = _not_passed(place, sorted(set(tests)))
        return _not_passed(place, list(bad)) if bad else {}


def _not_passed(place: Path, tests: list[str]) -> dict[str, str]:
    ran, said = run(place, tests)
    found = {}
    for test in tests:
        mine = [each for each in ran if belongs(each.node, test)]
        bad = [each for each in mine if each.outcome != "passed"]
        if bad or not mine:
            found[test] = f"{bad[0].outcome}: {bad[0].why}" if bad else said
    return found


def belongs(node: str, test: str) -> bool:
    """Whether a node is the test, or one of its cases."""
    return node == test or node.startswith(test + "[")


def run(place: Path, tests: Iterable[str]) -> tuple[list[Ran], str]:
    """Run tests in a tree of their own; what became of each, and the last line that pytest said.

    Everything that they start ends with them, and no later than after LIMIT.
    """
    tests = list(tests)
    with tempfile.TemporaryDirectory(prefix="workbench-report-") as folder:
        report = Path(folder) / "report"
        command = [sys.executable, "-m", "pytest", "-p", "tests.guards.witness", "-n", "0"]
        command += [f"--timeout={TEST_LIMIT}", "--rootdir", str(place), *tests]
        environment = {**os.environ, REPORT: str(report), "PYTHONPATH": str(place)}
        said = _run([*_apart(), *command], place, environment, LIMIT * (1 + len(tests) // 20))
        lines = report.read_text("utf-8").splitlines() if report.exists() else []
    return [Ran(*json.loads(line)) for line in lines], said


def _run(command: list[str], place: Path, environment: dict[str, str], limit: float) -> str:
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"ended after {limit:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "nothing was said"


def _apart() -> list[str]:
    """A pid namespace of its own, where there are any: its end is everyone's in it, daemons included.

    The shell is its first process, and collects orphans that ended.
    """
    if not shutil.which("unshare"):
        return []
    mine = ["--user", "--map-current-user"] if os.getuid() else []
    apart = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", *mine]
    works = subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0
    return [*apart, "sh", "-c", '"$@"; exit $?', "sh"] if works else []
